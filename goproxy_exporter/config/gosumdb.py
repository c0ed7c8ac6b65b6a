"""Which checksum database does a GOSUMDB value name?"""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from hashlib import sha256

from goproxy_exporter.config.urls import check_plain_url

KNOWN = ("sum.golang.org", "sum.golang.google.cn")
"""Names whose key is built into the go command; both mean the same database."""

_NAME = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*"
)
_ED25519 = 1
_KEY_BYTES = 33
_MOST_FIELDS = 2


def check_gosumdb(text: str) -> str:
    """Pass ``off``, or a known name or verifier key with an optional URL.

    The rules are those of cmd/go/internal/modfetch/sumdb.go (dbDial) and of
    golang.org/x/mod/sumdb/note (NewVerifier). Raises ValueError with the reason.
    """
    fields = text.split()
    if not fields or len(fields) > _MOST_FIELDS:
        raise ValueError("{} is not a name or key, optionally followed by a blank and a URL")
    if fields == ["off"]:
        return "off"
    if "+" in fields[0]:
        _check_key(fields[0])
    elif fields[0] not in KNOWN:
        raise ValueError(
            f"{{}} is no database that go knows by name ({', '.join(KNOWN)}); give its key"
        )
    elif fields[0] != KNOWN[0] and len(fields) == _MOST_FIELDS:
        raise ValueError("{} names a URL twice: with a URL of its own it has to be sum.golang.org")
    return " ".join((fields[0], *map(check_plain_url, fields[1:])))


def is_public(text: str | None) -> bool:
    """Tell whether a value that was checked names the database sum.golang.org."""
    return text is not None and text.split()[0].partition("+")[0] in KNOWN


def _check_key(key: str) -> None:
    """Check a verifier key, ``name+hash+base64(1, 32 bytes)``."""
    name, _, rest = key.partition("+")
    digest, _, encoded = rest.partition("+")
    if not _NAME.fullmatch(name):
        raise ValueError("{} has a database name that is not host[/path]")
    try:
        raw = b64decode(encoded, validate=True)
    except (Base64Error, ValueError) as error:
        raise ValueError("{} has a key that is not base64") from error
    if len(raw) != _KEY_BYTES or raw[0] != _ED25519:
        raise ValueError("{} has a key that is not Ed25519")
    # The note package hashes the name, a newline and the key with its algorithm byte.
    expected = sha256(name.encode() + b"\n" + raw).hexdigest()[:8]
    if digest.lower() != expected:
        raise ValueError("{} has a key hash that does not fit its name and key")
