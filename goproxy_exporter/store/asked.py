"""Which endpoints does a check ask of its mirror?"""

from collections.abc import Iterable

from goproxy_exporter.gomod.gosumdb import relayed
from goproxy_exporter.model.mirror import Check, Mirror
from goproxy_exporter.model.names import CheckName, Endpoint, Kind

_PLAIN = (Endpoint.LIST, Endpoint.INFO, Endpoint.MOD)
"""What is asked of a plain canary, where something special fails."""
_ARRIVALS = frozenset({Endpoint.LIST, Endpoint.INFO, Endpoint.ZIP, Endpoint.SUMDB_LOOKUP})
_ASKED: dict[CheckName, tuple[Endpoint, ...]] = {
    CheckName.ENDPOINTS: (
        Endpoint.LIST,
        Endpoint.LATEST,
        Endpoint.INFO,
        Endpoint.MOD,
        Endpoint.MISSING,
    ),
    CheckName.ZIP: (Endpoint.ZIP,),
    CheckName.LARGE_ZIP: (Endpoint.LARGE_ZIP,),
    CheckName.EDGES: (Endpoint.LIST,),
    CheckName.CHECKSUM: (Endpoint.MOD, Endpoint.ZIP),
    CheckName.SUMDB: (
        Endpoint.SUMDB_SUPPORTED,
        Endpoint.SUMDB_LATEST,
        Endpoint.SUMDB_LOOKUP,
        Endpoint.SUMDB_TILE,
        Endpoint.INFO,
    ),
    CheckName.FRESHNESS: (
        Endpoint.LIST,
        Endpoint.INFO,
        Endpoint.ZIP,
        Endpoint.UNTAGGED,
        Endpoint.SUMDB_SUPPORTED,
        Endpoint.SUMDB_LOOKUP,
    ),
    CheckName.ENCODING: (Endpoint.UPPERCASE, Endpoint.INCOMPATIBLE, *_PLAIN, Endpoint.ZIP),
    CheckName.TOOLCHAIN: (Endpoint.TOOLCHAIN, *_PLAIN),
    CheckName.CHAIN: (
        Endpoint.LIST,
        Endpoint.INFO,
        Endpoint.MOD,
        Endpoint.ZIP,
        Endpoint.MISSING,
        Endpoint.SUMDB_SUPPORTED,
        Endpoint.SUMDB_LOOKUP,
    ),
    CheckName.VULNDB: (
        Endpoint.VULNDB_HEAD,
        Endpoint.VULNDB_DB,
        Endpoint.VULNDB_MODULES,
        Endpoint.VULNDB_ENTRY,
    ),
}


def endpoints_of(check: Check) -> frozenset[Endpoint]:
    """Give the endpoints whose counters a check needs.

    Those without a canary are not asked, nor is what the check leaves to others. A checksum
    database is asked for nothing but what it has.
    """
    canaries = check.mirror.canaries
    absent = {
        Endpoint.UPPERCASE: canaries.uppercase,
        Endpoint.INCOMPATIBLE: canaries.incompatible,
        Endpoint.UNTAGGED: canaries.untagged,
        Endpoint.LARGE_ZIP: canaries.large,
    }
    asked = frozenset(_ASKED[check.name]) & (check.only or frozenset(Endpoint))
    if check.mirror.kind is Kind.CHECKSUMS:
        asked -= {Endpoint.SUMDB_SUPPORTED, Endpoint.INFO}
    present = frozenset(one for one in asked if one not in absent or absent[one] is not None)
    return present & _of_freshness(check.mirror) if check.name is CheckName.FRESHNESS else present


def arrives_at(check: Check) -> frozenset[Endpoint]:
    """Give the endpoints at which a check watches new versions arrive."""
    if check.name is not CheckName.FRESHNESS:
        return frozenset()
    latest = {Endpoint.LATEST} if check.mirror.canaries.untagged else set()
    return (_of_freshness(check.mirror) & _ARRIVALS) | latest


def _of_freshness(mirror: Mirror) -> frozenset[Endpoint]:
    """Give what is asked about new versions: their files where any are followed."""
    canaries = mirror.canaries
    asked = {Endpoint.UNTAGGED}
    if canaries.fresh or canaries.fresh_from_index:
        asked |= {Endpoint.LIST, Endpoint.INFO}
        if relayed(mirror.checksum_database) is not None:
            asked |= {Endpoint.SUMDB_SUPPORTED, Endpoint.SUMDB_LOOKUP}
    return frozenset(asked | {Endpoint.ZIP} if canaries.fresh else asked)


def endpoints_of_all(checks: Iterable[Check]) -> frozenset[Endpoint]:
    """Give the endpoints that any of the checks asks."""
    return frozenset().union(*map(endpoints_of, checks))


def arrives_at_all(checks: Iterable[Check]) -> frozenset[Endpoint]:
    """Give the endpoints at which any of the checks watches new versions arrive."""
    return frozenset().union(*map(arrives_at, checks))
