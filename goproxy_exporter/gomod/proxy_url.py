"""Which proxy URLs does `go` take?

Source: cmd/go/internal/modfetch/proxy.go (newProxyRepo) and net/url (Parse) of go 1.27.3.
"""

import re
from ipaddress import IPv6Address
from urllib.parse import unquote

from goproxy_exporter.errors import ProtocolError

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)\Z", re.DOTALL)
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_USERINFO = re.compile(r"[A-Za-z0-9._:~!$&'()*+,;=%@-]*\Z")
_HOST = re.compile(
    r"(?:[A-Za-z0-9._~!$&'()*+,;=<>\"\]-]|[^\x00-\x7f]|%25|%[89A-Fa-f][0-9A-Fa-f])*\Z"
)
_PORT = re.compile(r"(?::[0-9]*)?\Z")


def check_proxy_url(url: str) -> None:
    """Refuse what cannot stand in GOPROXY. The error never quotes the URL.

    Raises ProtocolError. What `go` refuses only when it asks (credentials over http, a URL
    without a host) passes.
    """
    before, _, fragment = url.partition("#")
    if _CONTROL.search(before):
        raise ProtocolError("invalid control character in URL")
    if not (found := _SCHEME.match(before)):
        problem = "first path segment in URL cannot contain colon"
        raise ProtocolError(problem if _lone_colon(before) else "invalid proxy URL missing scheme")
    scheme, rest = found[1].lower(), found[2]
    if scheme not in {"https", "http", "file"}:
        raise ProtocolError("invalid proxy URL scheme (must be https, http, file)")
    address, question, _ = rest.partition("?")
    local = _has_no_host(address)
    if _BAD_ESCAPE.search(fragment):
        raise ProtocolError("invalid URL escape")
    if scheme == "file" and (question or fragment or not local):
        raise ProtocolError("invalid file:// proxy URL with non-path elements")


def _lone_colon(text: str) -> bool:
    return not text.startswith("/") and ":" in text.partition("/")[0]


def _has_no_host(address: str) -> bool:
    """Check what is between the scheme and the query; tell whether a file: URL may have it."""
    if not address.startswith("/"):
        return not address
    authority, path = None, address
    if address.startswith("//"):
        authority, slash, path = address[2:].partition("/")
        path = slash + path
        _check_authority(authority)
    if _BAD_ESCAPE.search(path):
        raise ProtocolError("invalid URL escape")
    return authority == ""


def _check_authority(authority: str) -> None:
    userinfo, _, host = authority.rpartition("@")
    if not _USERINFO.match(userinfo) or _BAD_ESCAPE.search(userinfo):
        raise ProtocolError("invalid userinfo")
    if "[" in host:
        _check_ipv6(host)
        return
    name, colon, port = host.partition(":")
    if not _PORT.match(colon + port):
        raise ProtocolError("invalid port after host")
    if not _HOST.match(name):
        raise ProtocolError("invalid character in host name")


def _check_ipv6(host: str) -> None:
    inside, bracket, port = host[1:].rpartition("]")
    if not host.startswith("[") or not bracket or "[" in inside:
        raise ProtocolError("invalid IP-literal")
    if not _PORT.match(port):
        raise ProtocolError("invalid port after host")
    try:
        IPv6Address(unquote(inside))
    except ValueError:
        raise ProtocolError("invalid host in brackets") from None
