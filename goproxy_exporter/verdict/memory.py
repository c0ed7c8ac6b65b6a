"""What is remembered of a mirror between two runs?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from goproxy_exporter.model.cause import LAWS, Code, Stage
from goproxy_exporter.model.freshness import Freshness
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import Blame, CheckName, Endpoint, ProberProblem, Severity
from goproxy_exporter.model.result import Fact

Key = tuple[CheckName, Code, Endpoint]
"""A cause is followed per check, code and endpoint."""
Series = tuple[CheckName, Endpoint, str]
"""Looks at one resource: check, endpoint and module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A cause that was entered and not yet left. Times are Unix seconds."""

    code: Code
    check: CheckName
    endpoint: Endpoint
    module: str
    severity: Severity
    blame: Blame
    summary: str
    evidence: Mapping[str, Fact]
    since: float
    seen_at: float
    matched: int
    looked: int
    clean: int = 0
    """Clean runs of its check since it was last seen."""
    held_until: float | None = None
    """Until when the mirror asked to be left alone."""

    @property
    def key(self) -> Key:
        """What it is followed under."""
        return (self.check, self.code, self.endpoint)

    @property
    def stage(self) -> Stage:
        """Where in an exchange it shows."""
        return LAWS[self.code].stage

    @property
    def fails_exchange(self) -> bool:
        """Whether it leaves nothing of an exchange for later stages to be judged by."""
        return self.severity is Severity.UNUSABLE and fails_exchange(self.code)

    @property
    def current(self) -> bool:
        """Whether the last run that could judge it showed it."""
        return self.clean == 0

    @property
    def known_at(self) -> float:
        """When it was last seen, or agreed to end: what its age counts from."""
        return max(self.seen_at, self.held_until or 0.0)

    def held(self, now: float) -> bool:
        """Whether it stands until an agreed moment that is still to come."""
        return self.held_until is not None and now < self.held_until


def lifetime(check: Check, took: float) -> float:
    """Give the seconds for which a result that took so many seconds says something.

    Three intervals and a timeout; a run that takes longer than the interval, because the mirror
    hangs, cannot be repeated sooner and sets the pace itself.
    """
    return check.evidence_window + 3 * max(0.0, took - check.interval)


def fails_exchange(code: Code) -> bool:
    """Say whether a code, at its full severity, ends the exchange that shows it.

    The stages up to integrity do; a degraded code (plain text, an expiring certificate, a rate
    limit) does not, and a dangerous one leaves its exchange complete.
    """
    law = LAWS[code]
    return law.severity is Severity.UNUSABLE and law.stage <= Stage.INTEGRITY


@dataclass(frozen=True, slots=True)
class Looks:
    """Answers of one run about one resource: how many were 5xx, and how many were not."""

    at: float
    bad: int
    good: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Requests of one run that a build would make too, and how many would have failed it.

    `hard` are answers that the go command does not ask for again, `soft` those it asks twice
    (4xx over https). `dated` are those of the hard ones that only this machine's clock condemned.
    """

    at: float
    sent: int
    hard: int
    soft: int
    dated: int = 0

    def trusting(self, *, clock: bool) -> "Traffic":
        """Leave out what a clock says that is not to be trusted."""
        if clock or not self.dated:
            return self
        sent, hard = self.sent - self.dated, self.hard - self.dated
        return replace(self, sent=sent, hard=hard, dated=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The last run of a check that says something.

    `judged` are the endpoints that were answered or gave a finding that stands, but for those
    whose answers are mere facts. `withdrawn` are
    findings that a problem of the prober, in that very run, took back.
    """

    at: float
    took: float
    """Seconds that the run took."""
    judged: frozenset[Endpoint]
    open: frozenset[Endpoint] = frozenset()
    """Endpoints of which something was answered that is no refusal."""
    withdrawn: tuple[tuple[Code, Endpoint, ProberProblem], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A problem of the prober, seen by the last run of a check; it is forgotten after `until`."""

    at: float
    until: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the runs so far add up to. A value: `step` gives the next one."""

    sightings: Mapping[Key, Sighting] = field(default_factory=dict)
    evidence: Mapping[CheckName, Evidence] = field(default_factory=dict)
    looks: Mapping[Series, tuple[Looks, ...]] = field(default_factory=dict)
    traffic: Mapping[CheckName, tuple[Traffic, ...]] = field(default_factory=dict)
    doubts: Mapping[tuple[CheckName, ProberProblem], Doubt] = field(default_factory=dict)
    freshness: Freshness = field(default_factory=Freshness)
    """What the freshness check saw of versions and lists."""


EMPTY = Memory()
