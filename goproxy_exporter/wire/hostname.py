"""Is a certificate for this host?

Source: crypto/x509, verify.go (VerifyHostname).
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

from goproxy_exporter.wire.extensions import Names

_LABEL = r"[A-Za-z0-9_][A-Za-z0-9_-]*"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_PATTERN = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """Give a host that is an address, with or without brackets, without its zone."""
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def server_name(host: str) -> str | None:
    """Give what goes into SNI: no addresses, no trailing dot (crypto/tls, hostnameInSNI)."""
    return None if literal(host) else host.rstrip(".") or None


def is_for(host: str, names: Names | None) -> bool:
    """Say whether the subject alternative names cover `host`; the common name never does."""
    if names is None:
        return False
    address = literal(host)
    if address is not None:
        return address in names.addresses
    wanted = host.lower()
    return any(matches(pattern, wanted) for pattern in names.dns)


def matches(pattern: str, host: str) -> bool:
    """Match one name; a wildcard stands for exactly one whole label, the leftmost."""
    pattern, host = pattern.lower(), host.lower()
    bare = host.removesuffix(".")
    if not (_HOST.fullmatch(bare) and _PATTERN.fullmatch(pattern)):
        return pattern == host and host not in {"", "."}
    if not pattern.startswith("*."):
        return pattern == bare
    return "." in bare and pattern[2:] == bare.partition(".")[2]
