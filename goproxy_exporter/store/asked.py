"""Which endpoints does a check ask of its mirror?"""

from collections.abc import Iterable

from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import CheckName, Endpoint, Kind

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
    CheckName.FRESHNESS: (Endpoint.LIST, Endpoint.INFO, Endpoint.UNTAGGED),
    CheckName.ENCODING: (Endpoint.UPPERCASE, Endpoint.INCOMPATIBLE),
    CheckName.TOOLCHAIN: (Endpoint.TOOLCHAIN,),
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
    return frozenset(one for one in asked if one not in absent or absent[one] is not None)


def endpoints_of_all(checks: Iterable[Check]) -> frozenset[Endpoint]:
    """Give the endpoints that any of the checks asks."""
    return frozenset().union(*map(endpoints_of, checks))
