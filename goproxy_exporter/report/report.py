"""What one inspection found, as a value that every format is made from."""

from dataclasses import dataclass

from goproxy_exporter.model.chain import ChainVerdict
from goproxy_exporter.model.mirror import Mirror
from goproxy_exporter.model.names import ProberProblem, Severity, State
from goproxy_exporter.model.result import Result
from goproxy_exporter.model.standing import Verdict

EXIT_OK, EXIT_FOUND, EXIT_USAGE, EXIT_UNKNOWN, EXIT_UNTOLD, EXIT_INTERRUPTED = 0, 1, 2, 3, 4, 130


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorReport:
    """One mirror or database: its verdict, and the last result of each of its checks."""

    mirror: Mirror
    verdict: Verdict
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """Somebody who had to be told: whether that came about, and how it ended in words."""

    id: str
    """Stable while the destination is written in the same way; gives nothing away."""
    to: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One inspection of some mirrors. Times are Unix seconds."""

    vantage: str
    started: float
    finished: float
    mirrors: tuple[MirrorReport, ...]
    chains: tuple[ChainVerdict, ...] = ()
    checksum_databases: tuple[MirrorReport, ...] = ()
    vulnerability_databases: tuple[MirrorReport, ...] = ()
    problems: tuple[tuple[ProberProblem, str], ...] = ()
    rounds: int = 1
    exit_code: int = EXIT_OK
    """Of what was found: whether everybody could be told is another matter."""
    notifications: tuple[Notification, ...] = ()

    @property
    def watched(self) -> tuple[MirrorReport, ...]:
        """Everything that has a state: mirrors, then databases."""
        return (*self.mirrors, *self.checksum_databases, *self.vulnerability_databases)


_RANK = {State.HEALTHY: 0, State.DEGRADED: 1, State.UNUSABLE: 2, State.DANGEROUS: 3}


def counted_states(report: Report) -> tuple[State, ...]:
    """Give the states that decide how an inspection ends.

    A list with which builds fail counts as unusable. The checksum database counts by what it means
    for mirrors and lists, a vulnerability database by its own state.
    """
    states = [one.verdict.state for one in (*report.mirrors, *report.vulnerability_databases)]
    return (*states, *(State.UNUSABLE for chain in report.chains if chain.ok is False))


def exit_code(report: Report, *, fail_on: Severity | None, allow_unknown: bool) -> int:
    """Give 1 when `fail_on` is reached, else 3 when some mirror is unknown, else 0."""
    known = [state for state in counted_states(report) if state is not State.UNKNOWN]
    if fail_on is not None and any(_RANK[state] >= _RANK[State(fail_on)] for state in known):
        return EXIT_FOUND
    unknown = any(one.verdict.state is State.UNKNOWN for one in report.mirrors)
    return EXIT_UNKNOWN if unknown and not allow_unknown else EXIT_OK
