"""The closed set of cause codes and what is fixed about each."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from goproxy_exporter.model.names import Axis, Severity


class Stage(IntEnum):
    """Where in an exchange a cause shows. One exchange gives one cause: the first stage's."""

    DNS = 1
    TRANSPORT = 2
    TLS = 3
    REDIRECT = 4
    HTTP = 5
    ENCODING = 6
    SEMANTICS = 7
    INTEGRITY = 8
    SUMDB = 9
    QUALITY = 10
    """Freshness, escapes, edges, speed, toolchain, HTTP/2: judged only where nothing else fails."""


class Code(StrEnum):
    """A cause. The order of members breaks the last ties of primary."""

    DNS_NXDOMAIN = "dns.nxdomain"
    DNS_TIMEOUT = "dns.timeout"
    DNS_FAILURE = "dns.failure"
    TRANSPORT_REFUSED = "transport.refused"
    TRANSPORT_UNREACHABLE = "transport.unreachable"
    TRANSPORT_RESET = "transport.reset"
    TRANSPORT_TIMEOUT = "transport.timeout"
    TRANSPORT_H2_STREAM_ERROR = "transport.h2_stream_error"
    TRANSPORT_PLAINTEXT = "transport.plaintext"
    TLS_EXPIRED = "tls.expired"
    TLS_NOT_YET_VALID = "tls.not_yet_valid"
    TLS_WRONG_HOST = "tls.wrong_host"
    TLS_UNTRUSTED = "tls.untrusted"
    TLS_HANDSHAKE = "tls.handshake"
    TLS_EXPIRING = "tls.expiring"
    REDIRECT_INSECURE_DOWNGRADE = "redirect.insecure_downgrade"
    REDIRECT_LOOP = "redirect.loop"
    REDIRECT_TARGET_DENIED = "redirect.target_denied"
    REDIRECT_TARGET_UNREACHABLE = "redirect.target_unreachable"
    HTTP_5XX = "http.5xx"
    HTTP_5XX_INTERMITTENT = "http.5xx_intermittent"
    HTTP_429 = "http.429"
    HTTP_401_CREDENTIALS = "http.401_credentials"
    HTTP_403_POLICY = "http.403_policy"
    HTTP_UNEXPECTED_STATUS = "http.unexpected_status"
    INTEGRITY_CONTENT_ENCODING = "integrity.content_encoding"
    SEMANTICS_NOTFOUND_IS_ERROR = "semantics.notfound_is_error"
    SEMANTICS_MASKED_UPSTREAM_FAILURE = "semantics.masked_upstream_failure"
    SEMANTICS_SOFT200 = "semantics.soft200"
    SEMANTICS_COLD_MISS_404 = "semantics.cold_miss_404"
    MODULE_MISSING = "module.missing"
    INTEGRITY_LIST_INVALID = "integrity.list_invalid"
    INTEGRITY_INFO_MISMATCH = "integrity.info_mismatch"
    INTEGRITY_ZIP_TRUNCATED = "integrity.zip_truncated"
    INTEGRITY_ZIP_INVALID = "integrity.zip_invalid"
    INTEGRITY_ZIP_HASH_MISMATCH = "integrity.zip_hash_mismatch"
    INTEGRITY_MOD_HASH_MISMATCH = "integrity.mod_hash_mismatch"
    SUMDB_UNREACHABLE = "sumdb.unreachable"
    SUMDB_NOT_PROXIED = "sumdb.not_proxied"
    SUMDB_SUPPORTED_ERROR = "sumdb.supported_error"
    SUMDB_HALF_PROXIED = "sumdb.half_proxied"
    SUMDB_LOOKUP_STALE = "sumdb.lookup_stale"
    SUMDB_STALE = "sumdb.stale"
    SUMDB_TILE_INVALID = "sumdb.tile_invalid"
    SUMDB_TILE_MISMATCH = "sumdb.tile_mismatch"
    SUMDB_SIGNATURE_INVALID = "sumdb.signature_invalid"
    SUMDB_FORK = "sumdb.fork"
    FRESHNESS_LIST_STALE = "freshness.list_stale"
    FRESHNESS_LATEST_STALE = "freshness.latest_stale"
    FRESHNESS_NEGATIVE_CACHE = "freshness.negative_cache"
    FRESHNESS_REPLICA_INCONSISTENT = "freshness.replica_inconsistent"
    FRESHNESS_LIST_SHRANK = "freshness.list_shrank"
    ENCODING_CASE = "encoding.case"
    ENCODING_PLUS = "encoding.plus"
    EDGE_INCONSISTENT = "edge.inconsistent"
    TOOLCHAIN_UNAVAILABLE = "toolchain.unavailable"
    PERF_SLOW_FIRST_BYTE = "perf.slow_first_byte"
    PERF_SLOW_THROUGHPUT = "perf.slow_throughput"
    HTTP2_UNAVAILABLE = "http2.unavailable"
    VULNDB_UNREADABLE = "vulndb.unreadable"
    VULNDB_INCOMPLETE = "vulndb.incomplete"
    VULNDB_STALE = "vulndb.stale"


@dataclass(frozen=True, slots=True)
class Law:
    """What is fixed about a code: its severity, the stage that shows it, the axis it fells."""

    severity: Severity
    stage: Stage
    axis: Axis


_DEGRADED, _UNUSABLE, _DANGEROUS = Severity.DEGRADED, Severity.UNUSABLE, Severity.DANGEROUS

LAWS: dict[Code, Law] = {
    Code.DNS_NXDOMAIN: Law(_UNUSABLE, Stage.DNS, Axis.UP),
    Code.DNS_TIMEOUT: Law(_UNUSABLE, Stage.DNS, Axis.UP),
    Code.DNS_FAILURE: Law(_UNUSABLE, Stage.DNS, Axis.UP),
    Code.TRANSPORT_REFUSED: Law(_UNUSABLE, Stage.TRANSPORT, Axis.UP),
    Code.TRANSPORT_UNREACHABLE: Law(_UNUSABLE, Stage.TRANSPORT, Axis.UP),
    Code.TRANSPORT_RESET: Law(_UNUSABLE, Stage.TRANSPORT, Axis.UP),
    Code.TRANSPORT_TIMEOUT: Law(_UNUSABLE, Stage.TRANSPORT, Axis.UP),
    Code.TRANSPORT_H2_STREAM_ERROR: Law(_UNUSABLE, Stage.TRANSPORT, Axis.UP),
    Code.TRANSPORT_PLAINTEXT: Law(_DEGRADED, Stage.TRANSPORT, Axis.UP),
    Code.TLS_EXPIRED: Law(_UNUSABLE, Stage.TLS, Axis.UP),
    Code.TLS_NOT_YET_VALID: Law(_UNUSABLE, Stage.TLS, Axis.UP),
    Code.TLS_WRONG_HOST: Law(_UNUSABLE, Stage.TLS, Axis.UP),
    Code.TLS_UNTRUSTED: Law(_UNUSABLE, Stage.TLS, Axis.UP),
    Code.TLS_HANDSHAKE: Law(_UNUSABLE, Stage.TLS, Axis.UP),
    Code.TLS_EXPIRING: Law(_DEGRADED, Stage.TLS, Axis.UP),
    Code.REDIRECT_INSECURE_DOWNGRADE: Law(_UNUSABLE, Stage.REDIRECT, Axis.UP),
    Code.REDIRECT_LOOP: Law(_UNUSABLE, Stage.REDIRECT, Axis.UP),
    Code.REDIRECT_TARGET_DENIED: Law(_UNUSABLE, Stage.REDIRECT, Axis.UP),
    Code.REDIRECT_TARGET_UNREACHABLE: Law(_UNUSABLE, Stage.REDIRECT, Axis.UP),
    Code.HTTP_5XX: Law(_UNUSABLE, Stage.HTTP, Axis.UP),
    Code.HTTP_5XX_INTERMITTENT: Law(_DEGRADED, Stage.HTTP, Axis.UP),
    Code.HTTP_429: Law(_DEGRADED, Stage.HTTP, Axis.UP),
    Code.HTTP_401_CREDENTIALS: Law(_UNUSABLE, Stage.HTTP, Axis.UP),
    Code.HTTP_403_POLICY: Law(_UNUSABLE, Stage.HTTP, Axis.UP),
    Code.HTTP_UNEXPECTED_STATUS: Law(_UNUSABLE, Stage.HTTP, Axis.UP),
    Code.INTEGRITY_CONTENT_ENCODING: Law(_UNUSABLE, Stage.ENCODING, Axis.RIGHT),
    Code.SEMANTICS_NOTFOUND_IS_ERROR: Law(_UNUSABLE, Stage.SEMANTICS, Axis.RIGHT),
    Code.SEMANTICS_MASKED_UPSTREAM_FAILURE: Law(_UNUSABLE, Stage.SEMANTICS, Axis.RIGHT),
    Code.SEMANTICS_SOFT200: Law(_UNUSABLE, Stage.SEMANTICS, Axis.RIGHT),
    Code.SEMANTICS_COLD_MISS_404: Law(_DEGRADED, Stage.SEMANTICS, Axis.RIGHT),
    Code.MODULE_MISSING: Law(_DEGRADED, Stage.SEMANTICS, Axis.RIGHT),
    Code.INTEGRITY_LIST_INVALID: Law(_UNUSABLE, Stage.INTEGRITY, Axis.RIGHT),
    Code.INTEGRITY_INFO_MISMATCH: Law(_UNUSABLE, Stage.INTEGRITY, Axis.RIGHT),
    Code.INTEGRITY_ZIP_TRUNCATED: Law(_UNUSABLE, Stage.INTEGRITY, Axis.RIGHT),
    Code.INTEGRITY_ZIP_INVALID: Law(_UNUSABLE, Stage.INTEGRITY, Axis.RIGHT),
    Code.INTEGRITY_ZIP_HASH_MISMATCH: Law(_DANGEROUS, Stage.INTEGRITY, Axis.RIGHT),
    Code.INTEGRITY_MOD_HASH_MISMATCH: Law(_DANGEROUS, Stage.INTEGRITY, Axis.RIGHT),
    Code.SUMDB_UNREACHABLE: Law(_UNUSABLE, Stage.SUMDB, Axis.VERIFIABLE),
    Code.SUMDB_NOT_PROXIED: Law(_DEGRADED, Stage.SUMDB, Axis.VERIFIABLE),
    Code.SUMDB_SUPPORTED_ERROR: Law(_UNUSABLE, Stage.SUMDB, Axis.VERIFIABLE),
    Code.SUMDB_HALF_PROXIED: Law(_UNUSABLE, Stage.SUMDB, Axis.VERIFIABLE),
    Code.SUMDB_LOOKUP_STALE: Law(_DEGRADED, Stage.SUMDB, Axis.VERIFIABLE),
    Code.SUMDB_STALE: Law(_DEGRADED, Stage.SUMDB, Axis.VERIFIABLE),
    Code.SUMDB_TILE_INVALID: Law(_UNUSABLE, Stage.SUMDB, Axis.VERIFIABLE),
    Code.SUMDB_TILE_MISMATCH: Law(_DANGEROUS, Stage.SUMDB, Axis.VERIFIABLE),
    Code.SUMDB_SIGNATURE_INVALID: Law(_DANGEROUS, Stage.SUMDB, Axis.VERIFIABLE),
    Code.SUMDB_FORK: Law(_DANGEROUS, Stage.SUMDB, Axis.VERIFIABLE),
    Code.FRESHNESS_LIST_STALE: Law(_DEGRADED, Stage.QUALITY, Axis.FRESH),
    Code.FRESHNESS_LATEST_STALE: Law(_DEGRADED, Stage.QUALITY, Axis.FRESH),
    Code.FRESHNESS_NEGATIVE_CACHE: Law(_DEGRADED, Stage.QUALITY, Axis.FRESH),
    Code.FRESHNESS_REPLICA_INCONSISTENT: Law(_DEGRADED, Stage.QUALITY, Axis.FRESH),
    Code.FRESHNESS_LIST_SHRANK: Law(_DEGRADED, Stage.QUALITY, Axis.FRESH),
    Code.ENCODING_CASE: Law(_DEGRADED, Stage.QUALITY, Axis.RIGHT),
    Code.ENCODING_PLUS: Law(_DEGRADED, Stage.QUALITY, Axis.RIGHT),
    Code.EDGE_INCONSISTENT: Law(_DEGRADED, Stage.QUALITY, Axis.UP),
    Code.TOOLCHAIN_UNAVAILABLE: Law(_DEGRADED, Stage.QUALITY, Axis.RIGHT),
    Code.PERF_SLOW_FIRST_BYTE: Law(_DEGRADED, Stage.QUALITY, Axis.UP),
    Code.PERF_SLOW_THROUGHPUT: Law(_DEGRADED, Stage.QUALITY, Axis.UP),
    Code.HTTP2_UNAVAILABLE: Law(_DEGRADED, Stage.QUALITY, Axis.UP),
    Code.VULNDB_UNREADABLE: Law(_UNUSABLE, Stage.SEMANTICS, Axis.RIGHT),
    Code.VULNDB_INCOMPLETE: Law(_DEGRADED, Stage.QUALITY, Axis.RIGHT),
    Code.VULNDB_STALE: Law(_DEGRADED, Stage.QUALITY, Axis.FRESH),
}


def verified(code: Code) -> bool:
    """Say whether a code rests on a hash or a signature, which no accident can fake."""
    return LAWS[code].severity is Severity.DANGEROUS
