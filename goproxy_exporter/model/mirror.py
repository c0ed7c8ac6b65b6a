"""Who is asked, for what, and on which terms."""

from dataclasses import dataclass, field

from goproxy_exporter.gomod.patterns import match_prefix_patterns
from goproxy_exporter.model.names import CheckName, Endpoint, Kind


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must never be shown. Hashes by where it came from; prints as ``<secret>``."""

    reference: str
    """Where it came from: ``${TOKEN}``, ``file:/run/secrets/token``, ``netrc`` or ``inline``."""
    value: str = field(hash=False)

    def __repr__(self) -> str:
        """Hide the value."""
        return "<secret>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Basic (`username` and `password`) or bearer (`token`), for the mirror's own host only."""

    username: str | None = None
    password: Secret | None = None
    token: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCertificate:
    """PEM files for client authentication."""

    cert_file: str
    key_file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How to reach a host: everything the wire needs besides the URL."""

    credentials: Credentials | None = None
    client_cert: ClientCertificate | None = None
    ca_files: tuple[str, ...] = ()
    """PEM files trusted in addition to the system's roots."""
    headers: tuple[tuple[str, Secret], ...] = ()
    """Extra request headers, sent like credentials to the mirror's own origin only."""
    forward_proxy: str | None = None
    """``http://host:port``; ``""`` means none, None means as the environment says."""
    forward_proxy_credentials: Credentials | None = None
    """Basic, for the forward proxy alone: `forward_proxy` itself never holds userinfo."""
    ip_family: int | None = None
    """4, 6, or None for both."""
    nameservers: tuple[str, ...] = ()
    """``address`` or ``address:port``; empty means the system's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A module that mirrors are asked for. `version` is None where the question needs none.

    `declared` tells whether the operator named it, so that its absence needs no reference.
    """

    module: str
    version: str | None = None
    zip_sum: str | None = None
    mod_sum: str | None = None
    declared: bool = False

    def __str__(self) -> str:
        """Give ``path@version``, or the path alone."""
        return f"{self.module}@{self.version}" if self.version else self.module


MOST_STABLE = 8
"""Stable canaries of a mirror: each costs five requests every minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canaries:
    """The canaries of one mirror; None or empty where a question is not asked."""

    stable: tuple[Canary, ...]
    """At most `MOST_STABLE`: the configuration refuses more."""
    missing: Canary
    uppercase: Canary | None = None
    incompatible: Canary | None = None
    untagged: Canary | None = None
    large: Canary | None = None
    fresh: tuple[Canary, ...] = ()
    fresh_from_index: bool = False

    @property
    def versions(self) -> tuple[Canary, ...]:
        """Give every canary that names a version which the mirror should have, each once."""
        others = (self.uppercase, self.incompatible, self.large)
        known = {str(one): one for one in (*self.stable, *others) if one and one.version}
        return tuple(known.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Seconds, and bytes per second."""

    tls_warning: float = 14 * 86400.0
    first_byte: float = 5.0
    throughput: float = 100_000.0
    stall_after: float = 60.0
    list_lag: float = 3600.0
    sumdb_head_age: float = 6 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one mirror may be asked for in an hour."""

    requests_per_hour: int = 3600
    bytes_per_hour: int = 500_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """A configured mirror. Equal mirrors are the same mirror."""

    name: str
    url: str
    """As configured, without userinfo (that went into `access`)."""
    kind: Kind = Kind.MODULES
    access: Access
    canaries: Canaries
    thresholds: Thresholds = Thresholds()
    budget: Budget = Budget()
    accept: frozenset[str] = frozenset()
    """Codes that are reported but not counted."""
    edges: bool = True
    require_http2: bool = False
    private_patterns: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    is_reference: bool = False
    """The reference is never judged against itself."""
    checksum_database: str | None = None
    """GOSUMDB of those who use it; None where they verify nothing."""
    gonosumdb: str = ""
    """GONOSUMDB of those who use it: modules whose names no checksum database is told."""
    original: str | None = None
    """URL of the vulnerability database that this one mirrors."""
    spends: str | None = None
    """Whose allowance is spent; None: its own."""

    @property
    def key(self) -> str:
        """What everything known about it is kept under: its name, which is unique in its kind."""
        return self.name if self.kind is Kind.MODULES else f"{self.kind} {self.name}"

    @property
    def is_verified(self) -> bool:
        """Whether files can be held against hashes: of the checksum database, or pinned ones."""
        pinned = (one.mod_sum or one.zip_sum for one in self.canaries.versions)
        return self.checksum_database is not None or any(pinned)

    def may_look_up(self, module: str) -> bool:
        """Tell whether a checksum database may be asked for a module: not where it is private."""
        private = ",".join((self.gonosumdb, *self.private_patterns))
        return self.checksum_database is not None and not match_prefix_patterns(private, module)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A question aimed at a mirror, on a beat. Equal checks are the same check."""

    name: CheckName
    mirror: Mirror
    interval: float
    timeout: float
    """Seconds for one exchange, redirects included."""
    only: frozenset[Endpoint] | None = None
    """What is asked of all that the check could ask; None: everything."""
    lasts: float | None = None
    """Seconds for which a result says something; None: three intervals and a timeout."""

    @property
    def key(self) -> tuple[str, CheckName]:
        """What counters and history are kept under, across changes of the check's settings."""
        return (self.mirror.key, self.name)

    @property
    def evidence_window(self) -> float:
        """Seconds after which a result of this check is too old to say anything."""
        return 3 * self.interval + self.timeout if self.lasts is None else self.lasts
