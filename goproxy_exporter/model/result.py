"""What one run of a check brought home."""

from dataclasses import dataclass, field

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.freshness import Seen
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import Blame, Endpoint, ProberProblem, Severity, SkipReason
from goproxy_exporter.model.withdrawal import taken_back_by

Fact = str | int | float | bool | None | list["Fact"] | dict[str, "Fact"]
"""A JSON value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A cause that one run asserts about one endpoint, with the evidence for it.

    `severity` is None for the table's own; a lower one where the table allows it. `matched` of
    `looked` looks showed it; `steady` is matched == looked. `doubtful` marks what an offline
    prober would see too (dns.timeout, dns.failure, unreachable, connect timeout).
    """

    code: Code
    endpoint: Endpoint
    module: str
    summary: str
    blame: Blame
    matched: int
    looked: int
    evidence: dict[str, Fact] = field(default_factory=dict, hash=False)
    severity: Severity | None = None
    doubtful: bool = False

    @property
    def steady(self) -> bool:
        """Whether every look showed it."""
        return self.matched == self.looked


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The outcome of one run: total, because a run never raises.

    A mismatch is a finding, a silence is a failure inside an exchange, a skip is neither.
    `started` is Unix seconds. `problems` are the prober's own, seen during this run; `void`
    lists those that make the whole run worthless (offline, internal).
    """

    check: Check
    started: float
    duration: float
    exchanges: tuple[Exchange, ...] = ()
    findings: tuple[Finding, ...] = ()
    facts: dict[str, Fact] = field(default_factory=dict, hash=False)
    skipped: SkipReason | None = None
    problems: dict[ProberProblem, str] = field(default_factory=dict, hash=False)
    retry_at: float | None = None
    """Unix seconds before which the mirror asked not to be asked again (Retry-After)."""
    undecided: frozenset[Endpoint] = frozenset()
    """Endpoints whose last answer was bad, with no time or no leave to look often enough again."""
    seen: Seen | None = field(default=None, hash=False)
    """What a run that follows fresh versions saw of them."""

    @property
    def void(self) -> bool:
        """Whether the run says nothing about the mirror."""
        worthless = (ProberProblem.OFFLINE, ProberProblem.INTERNAL, ProberProblem.FORWARD_PROXY)
        return any(problem in self.problems for problem in worthless)

    @property
    def asserted(self) -> tuple[Finding, ...]:
        """The findings that no problem of the prober in this very run takes back."""
        return tuple(
            finding
            for finding in self.findings
            if taken_back_by(finding.code, finding.evidence, self.problems) is None
        )

    @property
    def ok(self) -> bool | None:
        """True, false, or None when the run was skipped or is void."""
        if self.skipped is not None or self.void:
            return None
        return not self.asserted
