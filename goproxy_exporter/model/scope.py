"""Which codes does a run of a check look for?"""

from collections.abc import Callable

from goproxy_exporter.model.cause import LAWS, Code, Stage
from goproxy_exporter.model.mirror import Check, Mirror
from goproxy_exporter.model.names import CheckName, Endpoint, Kind


def _of_stages(*stages: Stage) -> frozenset[Code]:
    return frozenset(code for code, law in LAWS.items() if law.stage in stages)


_EVERY_EXCHANGE = _of_stages(
    Stage.DNS, Stage.TRANSPORT, Stage.TLS, Stage.REDIRECT, Stage.HTTP, Stage.ENCODING
) | {Code.PERF_SLOW_FIRST_BYTE, Code.PERF_SLOW_THROUGHPUT}
"""What any answer may show, whatever was asked."""
_EVERY_RESOURCE = _EVERY_EXCHANGE | {
    Code.SEMANTICS_MASKED_UPSTREAM_FAILURE,
    Code.SEMANTICS_SOFT200,
    Code.SEMANTICS_COLD_MISS_404,
    Code.MODULE_MISSING,
}
"""What a resource that should be there may show besides."""
_ARCHIVE = _EVERY_RESOURCE | {Code.INTEGRITY_ZIP_TRUNCATED, Code.INTEGRITY_ZIP_INVALID}
_COMPARED_ARCHIVE = _ARCHIVE | {Code.INTEGRITY_ZIP_HASH_MISMATCH}

CODES_OF_CHECK: dict[CheckName, frozenset[Code]] = {
    CheckName.ENDPOINTS: _EVERY_RESOURCE
    | {
        Code.SEMANTICS_NOTFOUND_IS_ERROR,
        Code.INTEGRITY_LIST_INVALID,
        Code.INTEGRITY_INFO_MISMATCH,
    },
    CheckName.ZIP: _COMPARED_ARCHIVE,
    CheckName.LARGE_ZIP: _COMPARED_ARCHIVE,
    CheckName.EDGES: frozenset({Code.EDGE_INCONSISTENT, Code.HTTP_429}),
    CheckName.CHECKSUM: frozenset(
        {Code.INTEGRITY_ZIP_HASH_MISMATCH, Code.INTEGRITY_MOD_HASH_MISMATCH, Code.HTTP_429}
    ),
    CheckName.SUMDB: _of_stages(Stage.SUMDB) | {Code.HTTP_429},
    CheckName.FRESHNESS: frozenset({Code.HTTP_429, Code.FRESHNESS_REPLICA_INCONSISTENT}),
    CheckName.ENCODING: frozenset(
        {
            Code.HTTP_429,
            Code.SEMANTICS_MASKED_UPSTREAM_FAILURE,
            Code.MODULE_MISSING,
            Code.INTEGRITY_ZIP_HASH_MISMATCH,
        }
    ),
    CheckName.TOOLCHAIN: frozenset({Code.HTTP_429, Code.TOOLCHAIN_UNAVAILABLE}),
    CheckName.CHAIN: _ARCHIVE
    | {
        Code.SEMANTICS_NOTFOUND_IS_ERROR,
        Code.INTEGRITY_LIST_INVALID,
        Code.INTEGRITY_INFO_MISMATCH,
    }
    | (
        _of_stages(Stage.SUMDB)
        - {Code.SUMDB_UNREACHABLE, Code.SUMDB_LOOKUP_STALE, Code.SUMDB_STALE}
    ),
    CheckName.VULNDB: _EVERY_EXCHANGE
    | {Code.VULNDB_UNREADABLE, Code.VULNDB_INCOMPLETE, Code.VULNDB_STALE},
}
"""What each check looks for in any mirror; `codes_of` adds what depends on the mirror."""

_OF_RELAYS = frozenset(
    {
        Code.SUMDB_NOT_PROXIED,
        Code.SUMDB_SUPPORTED_ERROR,
        Code.SUMDB_HALF_PROXIED,
        Code.SUMDB_LOOKUP_STALE,
    }
)
CODES_OF_DATABASE = (
    _EVERY_EXCHANGE | {Code.SEMANTICS_SOFT200} | (_of_stages(Stage.SUMDB) - _OF_RELAYS)
)
"""What the sumdb check looks for in a checksum database itself: what any host may have, too."""


def _follows(mirror: Mirror) -> bool:
    return bool(mirror.canaries.fresh) or mirror.canaries.fresh_from_index


_BY_SETTINGS: tuple[tuple[CheckName, Code, Callable[[Mirror], bool]], ...] = (
    (CheckName.ENDPOINTS, Code.HTTP2_UNAVAILABLE, lambda mirror: mirror.require_http2),
    (CheckName.ZIP, Code.HTTP2_UNAVAILABLE, lambda mirror: mirror.require_http2),
    (CheckName.LARGE_ZIP, Code.HTTP2_UNAVAILABLE, lambda mirror: mirror.require_http2),
    (CheckName.ENCODING, Code.ENCODING_CASE, lambda mirror: bool(mirror.canaries.uppercase)),
    (CheckName.ENCODING, Code.ENCODING_PLUS, lambda mirror: bool(mirror.canaries.incompatible)),
    (
        CheckName.FRESHNESS,
        Code.FRESHNESS_LATEST_STALE,
        lambda mirror: bool(mirror.canaries.untagged),
    ),
    (CheckName.FRESHNESS, Code.FRESHNESS_LIST_STALE, _follows),
    (CheckName.FRESHNESS, Code.FRESHNESS_LIST_SHRANK, _follows),
    (CheckName.FRESHNESS, Code.FRESHNESS_NEGATIVE_CACHE, _follows),
    (CheckName.FRESHNESS, Code.SEMANTICS_COLD_MISS_404, _follows),
)
"""What a check looks for only where the mirror is configured for it."""


def checks_for(code: Code) -> frozenset[CheckName]:
    """Give the checks that look for a code, at least in some mirrors."""
    always = {name for name, codes in CODES_OF_CHECK.items() if code in codes}
    return frozenset(always | {name for name, asked, _ in _BY_SETTINGS if asked is code})


def codes_of(check: Check) -> frozenset[Code]:
    """Give the codes that a run of this check, with this mirror's settings, can assert."""
    if check.mirror.kind is Kind.CHECKSUMS:
        return CODES_OF_DATABASE
    chosen = (
        code for name, code, wanted in _BY_SETTINGS if name is check.name and wanted(check.mirror)
    )
    return CODES_OF_CHECK[check.name].union(chosen) - _left_out(check)


def _left_out(check: Check) -> frozenset[Code]:
    """Give the codes of mismatches where there is nothing to compare with, or others do it."""
    if not check.mirror.is_verified:
        return frozenset({Code.INTEGRITY_ZIP_HASH_MISMATCH, Code.INTEGRITY_MOD_HASH_MISMATCH})
    if check.name is CheckName.CHECKSUM and check.only and Endpoint.ZIP not in check.only:
        return frozenset({Code.INTEGRITY_ZIP_HASH_MISMATCH})
    return frozenset()
