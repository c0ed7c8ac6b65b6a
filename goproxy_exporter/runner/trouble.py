"""What does one run say about the prober itself?"""

from collections.abc import Iterable, Sequence
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from goproxy_exporter.model.exchange import Exchange, FailureKind, Hop
from goproxy_exporter.model.result import Finding
from goproxy_exporter.runner.lag import Lateness

LAG = 0.1
"""Seconds of lateness of the event loop, as the 99th percentile of a run, that void timings."""

_DOUBTFUL = frozenset(
    {
        FailureKind.DNS_TIMEOUT,
        FailureKind.DNS_FAILURE,
        FailureKind.CONNECT_UNREACHABLE,
        FailureKind.CONNECT_TIMEOUT,
        FailureKind.DEADLINE,
    }
)
"""What an exchange ends with too where there is no network."""
_PROXY = frozenset({FailureKind.PROXY_REFUSED, FailureKind.PROXY_UNREACHABLE})
_NEAR = tuple(
    map(
        ip_network,
        (
            "127.0.0.0/8",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "169.254.0.0/16",
            "::1/128",
            "fc00::/7",
            "fe80::/10",
        ),
    )
)


def doubtful(findings: Sequence[Finding], exchanges: Sequence[Exchange]) -> bool:
    """Say whether everything that a run asserts could come from a prober without a network.

    Every finding is of the doubtful kind (or there is none, since our own time limit asserts
    nothing), and the last exchange got no byte, no refusal and no NXDOMAIN: what earlier ones got
    shows only that there was a network then.
    """
    if not exchanges or _proves_network(exchanges[-1]):
        return False
    return all(finding.doubtful for finding in findings)


def is_near(url: str, exchanges: Iterable[Exchange]) -> bool:
    """Say whether a mirror is on this machine or a private network, by its name or its addresses.

    Whether the public network can be reached says nothing about such a mirror.
    """
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    addresses = {hop.address for exchange in exchanges for hop in exchange.hops[:1]}
    return any(_private(address) for address in {host, *addresses} if address)


def forward_proxy(exchanges: Iterable[Exchange]) -> str | None:
    """Say what the forward proxy did, if it kept an exchange from taking place."""
    for exchange in exchanges:
        if exchange.failure is not None and exchange.failure.kind in _PROXY:
            return exchange.failure.detail
    return None


def overloaded(lag: Lateness, *, waited: float, interval: float) -> str | None:
    """Say how late this process was, if too late for its timings to mean anything.

    `waited` is how many seconds the run began after its beat because of other runs.
    """
    if lag.p99 > LAG:
        return f"the event loop was {lag.p99:.2f} s late during the run"
    if waited > interval:
        return f"the run began {waited:.1f} s late, over its interval of {interval:g} s"
    return None


def _proves_network(exchange: Exchange) -> bool:
    failure = exchange.failure
    if failure is None or failure.kind not in _DOUBTFUL | _PROXY:
        return True
    return any(_answered(hop) for hop in exchange.hops)


def _answered(hop: Hop) -> bool:
    """Say whether a hop got past connecting, whatever happened then."""
    past = (hop.status, hop.tls, hop.phases.tls, hop.phases.processing)
    return any(step is not None for step in past)


def _private(address: str) -> bool:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return any(parsed in network for network in _NEAR)
