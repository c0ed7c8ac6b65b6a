"""Which problems of the prober show only where many mirrors are held against each other?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from statistics import median
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange, FailureKind, Hop
from goproxy_exporter.model.names import CheckName
from goproxy_exporter.model.result import Result

SKEW = 60.0
"""Seconds that this machine's clock may be off."""
WITNESSES = 3
"""Hosts that must agree before our own clock is doubted."""
VICTIMS = 2
"""Mirrors that must land in the same place before the network is doubted."""
_AGE_DIGITS = 10


class Impostor(NamedTuple):
    """What answered instead of a mirror: a login page of a host, or certificates of an issuer."""

    kind: Literal["login page of", "certificates by"]
    name: str


@dataclass(frozen=True, slots=True)
class Landing:
    """Where the questions to one mirror ended up: who answered in its place, if anybody did.

    `host` is the mirror's own host name.
    """

    host: str
    impostors: frozenset[Impostor]


def clock_offsets(result: Result) -> dict[str, float]:
    """Give by how many seconds each host's clock is ahead of ours, by its Date headers.

    The largest counts: a cache may answer with an old Date, none with one of the future.
    """
    offsets: dict[str, float] = {}
    for exchange in result.exchanges:
        for host, offset in _offsets(exchange):
            offsets[host] = max(offset, offsets.get(host, offset))
    return offsets


def clock_skew(offsets: Mapping[str, float]) -> str | None:
    """Say how wrong this machine's clock is, going by the median of three hosts or more."""
    if len(offsets) < WITNESSES:
        return None
    ahead = median(offsets.values())
    if abs(ahead) <= SKEW:
        return None
    way = "behind" if ahead > 0 else "ahead of"
    return f"this clock is {abs(ahead):.0f} s {way} the median of {len(offsets)} hosts"


def landing(result: Result) -> Landing | None:
    """Say where a run of `endpoints` ended up; None for other checks and runs that tell nothing."""
    if result.check.name is not CheckName.ENDPOINTS or result.ok is None:
        return None
    impostors = frozenset((*_login_pages(result), *_unknown_issuers(result)))
    return Landing(urlsplit(result.check.mirror.url).hostname or "", impostors)


def intercepted(landings: Iterable[Landing]) -> str | None:
    """Say who answers in the place of every mirror, at least two of them on different hosts."""
    known = tuple(landings)
    hosts = {one.host for one in known}
    if len(hosts) < VICTIMS:
        return None
    common = frozenset.intersection(*(one.impostors for one in known))
    foreign = sorted(impostor for impostor in common if impostor.name not in hosts)
    return f"every mirror leads to the same {' '.join(foreign[0])}" if foreign else None


def _offsets(exchange: Exchange) -> Iterator[tuple[str, float]]:
    elapsed = 0.0
    for hop in exchange.hops:
        sent = _date(hop)
        if sent is not None:
            arrived = exchange.started + elapsed + hop.phases.total - (hop.phases.transfer or 0.0)
            yield hop.host, sent + _age(hop) - arrived
        elapsed += hop.phases.total


def _date(hop: Hop) -> float | None:
    header = hop.header("date")
    if header is None:
        return None
    try:
        return parsedate_to_datetime(header).timestamp()
    except (ValueError, OverflowError):
        return None


def _age(hop: Hop) -> float:
    """Give how long a cache has held the answer (RFC 9111, section 5.1)."""
    header = (hop.header("age") or "")[:_AGE_DIGITS]
    return float(header) if header.isascii() and header.isdecimal() else 0.0


def _login_pages(result: Result) -> Iterator[Impostor]:
    for finding in result.findings:
        host = finding.evidence.get("login_host")
        if finding.code is Code.SEMANTICS_SOFT200 and isinstance(host, str):
            yield Impostor("login page of", urlsplit(f"//{host}").hostname or host)


def _unknown_issuers(result: Result) -> Iterator[Impostor]:
    for exchange in result.exchanges:
        tls = exchange.last.tls
        if (
            tls is not None
            and tls.failure is not None
            and tls.failure.kind is FailureKind.TLS_UNTRUSTED
            and tls.chain
        ):
            yield Impostor("certificates by", tls.chain[-1].issuer)
