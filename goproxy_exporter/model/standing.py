"""What is known about a mirror, added up over runs."""

from dataclasses import dataclass, field

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.names import Axis, Blame, CheckName, Endpoint, Severity, State
from goproxy_exporter.model.result import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A live cause of a mirror: what JSON, page and terminal show."""

    code: Code
    severity: Severity
    id: str
    """Stable while the cause lasts and across restarts: a digest of mirror and code."""
    accepted: bool
    blame: Blame
    since: float
    matched: int
    looked: int
    check: CheckName
    endpoint: Endpoint
    module: str
    summary: str
    evidence: dict[str, Fact] = field(hash=False)
    endpoints: tuple[Endpoint, ...] = ()
    """Every endpoint that shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """State, axes, causes and primary cause of one mirror at one moment."""

    mirror: str
    state: State = State.UNKNOWN
    axes: dict[Axis, bool | None] = field(default_factory=dict, hash=False)
    causes: tuple[Cause, ...] = ()
    primary: Code | None = None
    suppressed: tuple[tuple[Code, str], ...] = ()
    """Findings that were put aside, and why: symptoms of a cause, or doubtful evidence."""
    withdrawn: frozenset[Code] = frozenset()
    """Codes of which a problem of the prober took findings back: whether they hold is not known."""
