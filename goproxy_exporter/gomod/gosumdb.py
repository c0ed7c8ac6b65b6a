"""Which checksum database does a GOSUMDB value name, and where is it asked?

Source: cmd/go/internal/modfetch/sumdb.go (dbDial, initBase) and key.go of go 1.27.3.
"""

from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.note_key import Verifier, parse_verifier
from goproxy_exporter.gomod.proxy_url import check_proxy_url
from goproxy_exporter.gomod.space import fields

SUM_GOLANG_ORG = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
"""The key that is built into the go command."""

_KNOWN_NAME, _ALIAS = "sum.golang.org", "sum.golang.google.cn"
KNOWN = (_KNOWN_NAME, _ALIAS)
"""Names that go knows without a key; both mean the same database."""

_PATH_SAFE = "$&+,/:;=@~"
"""What url.Parse leaves alone in a path, beside letters, digits, ``-``, ``.`` and ``_``."""
_MOST_FIELDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Gosumdb:
    """A checksum database and the key that it signs with."""

    verifier: Verifier
    url: str | None
    """Where it is asked, past all mirrors; None: through a mirror's relay, or at its name."""

    @property
    def name(self) -> str:
        """Give what relays know the database by: ``host[/path]``."""
        return self.verifier.name

    @property
    def base(self) -> str:
        """Give the URL below which the database itself is asked."""
        return self.url or f"https://{self.name}"


def parse_gosumdb(value: str) -> Gosumdb | None:
    """Read a GOSUMDB value; None for ``off``. The URL is left as it is, and unchecked.

    Raises ProtocolError, whose text is a predicate of the value and quotes nothing of it.
    """
    if value == "off":
        return None
    if value == _ALIAS:
        value = f"{_KNOWN_NAME} https://{_ALIAS}"
    parts = fields(value)
    if not parts or len(parts) > _MOST_FIELDS:
        raise ProtocolError("is not a name or key, optionally followed by a blank and a URL")
    verifier = parse_verifier(_key(*parts))
    if not _is_host_and_path(verifier.name):
        raise ProtocolError("has a database name that is not host[/path]")
    return Gosumdb(verifier=verifier, url=parts[1] if len(parts) > 1 else None)


def relayed(value: str | None) -> Gosumdb | None:
    """Give the database that `go` asks proxies for, before itself, with a GOSUMDB value.

    None where it asks no proxy: the value is None or ``off``, or says where the database is.
    Raises ProtocolError.
    """
    database = parse_gosumdb(value or "off")
    return None if database is None or database.url is not None else database


def _key(first: str, url: str | None = None) -> str:
    """Give the verifier key that the first field is, or stands for."""
    if first == _ALIAS and url is not None:
        raise ProtocolError(f"names a URL twice: with a URL of its own it has to be {_KNOWN_NAME}")
    if first == _KNOWN_NAME:
        return SUM_GOLANG_ORG
    if "+" not in first:
        known = ", ".join(KNOWN)
        raise ProtocolError(f"is no database that go knows by name ({known}); give its key")
    return first


def _is_host_and_path(name: str) -> bool:
    """Tell whether ``https://name`` is a URL of nothing but a host and a plainly written path."""
    bare = name.removesuffix("#")  # Go takes an empty fragment for none
    host, _, path = bare.partition("/")
    try:
        check_proxy_url(f"https://{bare}")
    except ProtocolError:
        return False
    plain = quote(unquote_to_bytes(path), safe=_PATH_SAFE) == path
    return bool(host) and plain and not name.endswith("/") and not set("@?#") & set(host)
