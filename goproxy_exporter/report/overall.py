"""How do all the mirrors of an inspection stand together?"""

from goproxy_exporter.model.names import State
from goproxy_exporter.report.report import Report, counted_states

_WORST_FIRST = (State.DANGEROUS, State.UNUSABLE, State.DEGRADED, State.UNKNOWN)


def overall(report: Report) -> State:
    """Give the worst state of what the exit code counts; `unknown` where nothing bad is known."""
    states = counted_states(report)
    return next((state for state in _WORST_FIRST if state in states), State.HEALTHY)


def counts(report: Report) -> dict[State, int]:
    """Count the mirrors in each state, zeros included."""
    states = [one.verdict.state for one in report.mirrors]
    return {state: states.count(state) for state in State}


def counted(report: Report) -> str:
    """Say it in words: ``3 mirrors: 2 healthy, 1 unusable``."""
    mirrors = "1 mirror" if len(report.mirrors) == 1 else f"{len(report.mirrors)} mirrors"
    present = ", ".join(f"{number} {state}" for state, number in counts(report).items() if number)
    return f"{mirrors}: {present}" if present else mirrors


def broken_chains(report: Report) -> int:
    """Count the GOPROXY lists with which builds fail."""
    return sum(chain.ok is False for chain in report.chains)
