"""Through which forward proxy, if any, is a URL asked?"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import unquote

from goproxy_exporter.model.exchange import Failure, FailureKind
from goproxy_exporter.model.mirror import Access
from goproxy_exporter.wire.credentials import authorization_of, basic
from goproxy_exporter.wire.target import BadUrlError, Target, is_literal, parse_target

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_PORT = re.compile(r"(.*?):([0-9]+)", re.DOTALL)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class ForwardProxy:
    """An HTTP proxy: CONNECT for https, the absolute form for http."""

    host: str
    port: int
    authorization: str | None = field(default=None, repr=False)
    """The value of Proxy-Authorization."""


def parse_proxy(value: str, authorization: str | None = None) -> ForwardProxy | Failure:
    """Read ``http://host:port``; without a scheme http is meant. Userinfo becomes Basic."""
    scheme = _SCHEME.match(value)
    if scheme is not None and scheme[1].lower() != "http":
        detail = f"a forward proxy of scheme {scheme[1].lower()} is not supported, only http"
        return Failure(FailureKind.PROXY_UNREACHABLE, detail)
    url = value if scheme else f"http://{value}"
    try:
        target = parse_target(url)
    except BadUrlError as error:
        return Failure(FailureKind.PROXY_UNREACHABLE, f"the forward proxy's URL: {error}")
    return ForwardProxy(target.host, target.port, _userinfo(url) or authorization)


def _userinfo(url: str) -> str | None:
    authority = re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]
    userinfo, at, _ = authority.rpartition("@")
    if not at:
        return None
    username, _, password = userinfo.partition(":")
    return basic(unquote(username), unquote(password))


@dataclass(frozen=True, slots=True)
class Bypass:
    """One entry of NO_PROXY; an empty `port` means any."""

    network: Network | None = None
    domain: str = ""
    """With a leading dot."""
    apex: bool = False
    """Whether the domain itself is meant too."""
    port: str = ""

    def matches(self, target: Target) -> bool:
        """Tell whether this entry keeps a target away from the proxy."""
        if self.port and self.port != str(target.port):
            return False
        if is_literal(target.host):
            return self.network is not None and ipaddress.ip_address(target.host) in self.network
        if self.network is not None:
            return False
        return target.host.endswith(self.domain) or (self.apex and target.host == self.domain[1:])


@dataclass(frozen=True, slots=True)
class ProxyRules:
    """HTTP_PROXY, HTTPS_PROXY and NO_PROXY as golang.org/x/net/http/httpproxy reads them."""

    http: ForwardProxy | Failure | None = None
    https: ForwardProxy | Failure | None = None
    bypasses: tuple[Bypass, ...] = ()
    bypass_all: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the variables; upper case goes before lower case, empty means unset."""

        def value(name: str) -> str:
            return environment.get(name) or environment.get(name.lower()) or ""

        entries = [entry.strip().lower() for entry in value("NO_PROXY").split(",")]
        return cls(
            http=parse_proxy(value("HTTP_PROXY")) if value("HTTP_PROXY") else None,
            https=parse_proxy(value("HTTPS_PROXY")) if value("HTTPS_PROXY") else None,
            bypasses=tuple(found for entry in entries if (found := _bypass(entry))),
            bypass_all="*" in entries,
        )

    def choose(self, target: Target) -> ForwardProxy | Failure | None:
        """Give the proxy for a target, None where it is asked directly."""
        proxy = self.https if target.scheme == "https" else self.http
        if proxy is None or self.bypass_all or _is_loopback(target.host):
            return None
        return None if any(entry.matches(target) for entry in self.bypasses) else proxy


def choose(target: Target, access: Access, rules: ProxyRules) -> ForwardProxy | Failure | None:
    """Give the proxy that a configuration names (for every host), else the environment's."""
    match access.forward_proxy:
        case None:
            return rules.choose(target)
        case "":
            return None
        case configured:
            return parse_proxy(configured, authorization_of(access.forward_proxy_credentials))


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (is_literal(host) and ipaddress.ip_address(host).is_loopback)


def _bypass(entry: str) -> Bypass | None:
    """Read one entry; what means nothing is ignored, as Go does."""
    if not entry or entry == "*":
        return None
    if "/" in entry:
        return _prefix(entry)
    host, port = _split(entry)
    if not host:
        return None
    if is_literal(host):
        return Bypass(network=ipaddress.ip_network(host), port=port)
    domain = host.removeprefix("*") if host.startswith("*.") else host
    apex = not domain.startswith(".")
    return Bypass(domain=f".{domain}" if apex else domain, apex=apex, port=port)


def _prefix(entry: str) -> Bypass | None:
    try:
        return Bypass(network=ipaddress.ip_network(entry, strict=False))
    except ValueError:
        return None


def _split(entry: str) -> tuple[str, str]:
    """Take a port off; a bare IPv6 address has none."""
    if entry.startswith("["):
        host, _, rest = entry[1:].partition("]")
        return host, rest.removeprefix(":")
    match = _PORT.fullmatch(entry) if entry.count(":") == 1 else None
    return (match[1], match[2]) if match else (entry, "")
