"""In which order are a host's addresses tried?"""

import socket
from collections.abc import Callable, Iterable
from ipaddress import IPv6Address, IPv6Network, ip_address

MOST = 16
"""Addresses that are tried at most."""

_V4_PRECEDENCE = 35
_PRECEDENCES = tuple(
    (IPv6Network(prefix), precedence)
    for prefix, precedence in (
        ("::1/128", 50),
        ("::ffff:0:0/96", _V4_PRECEDENCE),
        ("2001::/32", 5),
        ("2002::/16", 30),
        ("fc00::/7", 3),
        ("fec0::/10", 1),
        ("3ffe::/16", 1),
    )
)


def routable(address: str) -> bool:
    """Say whether this machine has a route to an address. Nothing is sent."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as probe:
            probe.connect((address, 9))
    except OSError:
        return False
    return True


def ordered(
    addresses: Iterable[str], *, has_route: Callable[[str], bool] = routable
) -> tuple[str, ...]:
    """Sort addresses as they are to be tried: at most 16, both families where there are both.

    The rules of RFC 6724 that matter for a client: what has no route comes last (rule 1), then
    the precedence of section 2.1 (rule 6), which puts IPv6 first where it works; else the
    nameserver's order. Go's net package does the same (addrselect.go), with finer rules between.
    """
    unique = tuple(dict.fromkeys(addresses))
    v6 = tuple(address for address in unique if ":" in address)
    v4 = tuple(address for address in unique if ":" not in address)
    share = MOST // 2 if v4 and v6 else MOST
    chosen = v6[:share] + v4[:share]
    return tuple(sorted(chosen, key=lambda one: (not has_route(one), -_precedence(one))))


def _precedence(address: str) -> int:
    parsed = ip_address(address)
    if not isinstance(parsed, IPv6Address):
        return _V4_PRECEDENCE
    return next((value for network, value in _PRECEDENCES if parsed in network), 40)
