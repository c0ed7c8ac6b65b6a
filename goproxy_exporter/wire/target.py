"""Which origin does a URL name, and what is asked of it, byte for byte?"""

import functools
import ipaddress
import re
from dataclasses import dataclass

PORTS = {"http": 80, "https": 443}
"""The ports of the schemes that can be asked."""

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(\?[^#]*)?", re.DOTALL)
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\x00-\x20\x7f\"<>\[\]\\^`{|}%:@/]+)(?::([0-9]{0,5}))?")
_USERINFO = re.compile(r"[A-Za-z0-9._:~!$&'()*+,;=%@-]*")
_UNSENDABLE = re.compile(r"[^\x21-\x7e]")
_HIGHEST_PORT = 65535
_LONGEST_NAME = 253
"""Characters of a name in the DNS (RFC 1035, section 2.3.4); a redirect may name a longer one."""


class BadUrlError(ValueError):
    """A URL that cannot be asked; its text says why and quotes nothing of the URL."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart, for one request. Nothing is normalised.

    `host` is lower-case ASCII without brackets; `authority` is what the Host header says, as it
    was given; `path` is path and query, in which only what HTTP cannot carry (spaces, control
    characters, anything beyond ASCII) was percent-encoded.
    """

    scheme: str
    host: str
    port: int
    authority: str
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what credentials and connections belong to."""
        return (self.scheme, self.host, self.port)

    @property
    def label(self) -> str:
        """The host, with its port where that is not the scheme's. What no name can be is cut."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        if len(host) > _LONGEST_NAME:
            host = f"{host[: _LONGEST_NAME - 1]}…"
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL without userinfo and fragment."""
        return f"{self.scheme}://{self.authority}{self.path}"


def parse_target(url: str) -> Target:
    """Take a URL apart. Raise BadUrlError where net/http would refuse to send a request for it."""
    match = _URL.match(url)
    if match is None:
        raise BadUrlError("not an absolute URL")
    scheme = match[1].lower()
    if scheme not in PORTS:
        raise BadUrlError("neither http nor https")
    userinfo, _, authority = match[2].rpartition("@")
    if not _USERINFO.fullmatch(userinfo):
        raise BadUrlError("invalid userinfo")
    host, port = _host_and_port(authority, scheme)
    explicit = authority.endswith(f":{port}") or port != PORTS[scheme]
    shown = f"{host}:{port}" if explicit else host
    path = sendable((match[3] or "/") + (match[4] or ""))
    return Target(scheme, host.lower().strip("[]"), port, shown, path)


def sendable(text: str) -> str:
    """Percent-encode what a request line cannot carry and leave everything else as it is."""
    return _UNSENDABLE.sub(_percent, text)


@functools.lru_cache(maxsize=4096)
def is_literal(host: str) -> bool:
    """Tell an IP address from a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _host_and_port(authority: str, scheme: str) -> tuple[str, int]:
    match = _HOST.fullmatch(authority)
    if match is None:
        raise BadUrlError("no usable host")
    port = int(match[2]) if match[2] else PORTS[scheme]
    if not 0 < port <= _HIGHEST_PORT:
        raise BadUrlError("no usable port")
    host = match[1]
    if host.startswith("[") and not is_literal(host[1:-1]):
        raise BadUrlError("no usable host")
    return _ascii(host), port


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        raise BadUrlError("a host name that IDNA does not know") from None


def _percent(match: re.Match[str]) -> str:
    encoded = match[0].encode("utf-8", "surrogateescape")
    return "".join(f"%{byte:02X}" for byte in encoded)
