"""What does the program run on? The meaning of a configuration, frozen and comparable."""

from dataclasses import dataclass, field

from goproxy_exporter.model.chain import Chain
from goproxy_exporter.model.mirror import Access, Budget, Canaries, Check, Mirror, Thresholds
from goproxy_exporter.model.names import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class VulnerabilityDatabase:
    """A vulnerability database; `reference` is the name of the one that it mirrors."""

    name: str
    url: str
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds for everything that has no terms of its own.

    That is: mirrors named on the command line, a reference by URL, databases. Times are seconds,
    None where the configuration does not say.
    """

    access: Access
    canaries: Canaries
    thresholds: Thresholds = field(default_factory=Thresholds)
    budget: Budget = field(default_factory=Budget)
    checksum_database: str | None = None
    """As in GOSUMDB; None where it is off."""
    interval: float | None = None
    timeout: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that a configuration decides. Equal settings mean that nothing changed.

    Secrets compare by value. `digest` covers the bytes of every file that was read except those
    that hold secrets, so a renewed certificate under an old name is a change, too.
    """

    mirrors: tuple[Mirror, ...]
    checks: frozenset[Check]
    terms: Terms
    vantage: str = ""
    state_dir: str | None = None
    concurrency: int = 32
    control_targets: tuple[tuple[str, int], ...] = ()
    """Host and port; empty means the hosts of everything else that is watched."""
    nameservers: tuple[str, ...] = ()
    reference: str | None = None
    """The name of a mirror, or a URL; None where there is none."""
    reference_url: str | None = None
    """Where the reference is, be it one of the mirrors or not."""
    reference_access: Access = field(default_factory=Access)
    """The terms on which the reference is asked."""
    checksum_database: str | None = None
    """As in GOSUMDB; None where it is off."""
    module_index: str | None = None
    databases: tuple[Mirror, ...] = ()
    """Checksum databases, then vulnerability databases, on the terms on which they are asked."""
    chains: tuple[Chain, ...] = ()
    vulnerability_databases: tuple[VulnerabilityDatabase, ...] = ()
    files: tuple[str, ...] = ()
    """The main file and the fragments, in the order they were read."""
    digest: str = ""

    @property
    def watched(self) -> tuple[Mirror, ...]:
        """Everything that is asked: mirrors, databases, and entries of chains that are neither."""
        entries = {
            check.mirror.key: check.mirror
            for check in self.checks
            if check.mirror.kind is Kind.ENTRY
        }
        return (*self.mirrors, *self.databases, *entries.values())
