"""The closed sets of words that appear in metrics, JSON and configuration."""

from enum import StrEnum


class Kind(StrEnum):
    """What is mirrored. An original counts as a mirror of itself."""

    MODULES = "modules"
    ENTRY = "chain_entry"
    """Modules too, but nothing than an entry of a GOPROXY list: judged within its chains alone."""
    CHECKSUMS = "checksum_database"
    VULNERABILITIES = "vulnerability_database"


class CheckName(StrEnum):
    """A question, as the configuration and the `check` label name it."""

    ENDPOINTS = "endpoints"
    ZIP = "zip"
    LARGE_ZIP = "large_zip"
    EDGES = "edges"
    CHECKSUM = "checksum"
    SUMDB = "sumdb"
    FRESHNESS = "freshness"
    ENCODING = "encoding"
    TOOLCHAIN = "toolchain"
    CHAIN = "chain"
    VULNDB = "vulndb"


DEFAULT_INTERVALS: dict[CheckName, float] = {
    CheckName.ENDPOINTS: 60.0,
    CheckName.ZIP: 600.0,
    CheckName.LARGE_ZIP: 21600.0,
    CheckName.EDGES: 600.0,
    CheckName.CHECKSUM: 600.0,
    CheckName.SUMDB: 300.0,
    CheckName.FRESHNESS: 60.0,
    CheckName.ENCODING: 600.0,
    CheckName.TOOLCHAIN: 1800.0,
    CheckName.CHAIN: 60.0,
    CheckName.VULNDB: 600.0,
}
"""Seconds between two runs of a check, where the configuration says nothing."""


class Endpoint(StrEnum):
    """What a request asks for. The last six are facts for reports and never a label."""

    LIST = "list"
    LATEST = "latest"
    INFO = "info"
    MOD = "mod"
    ZIP = "zip"
    MISSING = "missing"
    SUMDB_SUPPORTED = "sumdb_supported"
    SUMDB_LATEST = "sumdb_latest"
    SUMDB_LOOKUP = "sumdb_lookup"
    SUMDB_TILE = "sumdb_tile"
    TOOLCHAIN = "toolchain"
    UPPERCASE = "uppercase"
    INCOMPATIBLE = "incompatible"
    UNTAGGED = "untagged"
    LARGE_ZIP = "large_zip"
    VULNDB_HEAD = "vulndb_head"
    VULNDB_DB = "vulndb_db"
    VULNDB_MODULES = "vulndb_modules"
    VULNDB_ENTRY = "vulndb_entry"
    MISSING_VERSION = "missing_version"
    PREFIX = "prefix"


UNLABELLED = frozenset({Endpoint.MISSING_VERSION, Endpoint.PREFIX})
"""Endpoints whose answers the go command ignores or tolerates: kept out of every metric."""


class Reason(StrEnum):
    """Why a request has no final status: the `reason` label of goproxy_request_failures_total."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    RESET = "reset"
    PROTOCOL = "protocol"
    BODY = "body"
    REDIRECT = "redirect"


class SkipReason(StrEnum):
    """Why a check did not run: the `reason` label of goproxy_checks_skipped_total."""

    RETRY_AFTER = "retry_after"
    BUDGET = "budget"
    OVERLOAD = "overload"
    OFFLINE = "offline"


class State(StrEnum):
    """The state of a mirror, worst last."""

    UNKNOWN = "unknown"
    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNUSABLE = "unusable"
    DANGEROUS = "dangerous"


class Severity(StrEnum):
    """How bad a cause is, worst last."""

    DEGRADED = "degraded"
    UNUSABLE = "unusable"
    DANGEROUS = "dangerous"


class Axis(StrEnum):
    """One of the five questions that a state answers."""

    UP = "up"
    RIGHT = "right"
    FRESH = "fresh"
    VERIFIABLE = "verifiable"
    USABLE = "usable"


class Blame(StrEnum):
    """Who has to act."""

    MIRROR = "mirror"
    UPSTREAM = "upstream"
    REDIRECT_TARGET = "redirect_target"
    DATABASE = "database"
    NETWORK = "network"
    CONFIGURATION = "configuration"
    PROBER = "prober"


class ProberProblem(StrEnum):
    """A problem of this machine or process: never a mirror's cause."""

    OFFLINE = "offline"
    OVERLOADED = "overloaded"
    CLOCK_SKEW = "clock_skew"
    INTERCEPTED = "intercepted"
    FORWARD_PROXY = "forward_proxy"
    INTERNAL = "internal"
