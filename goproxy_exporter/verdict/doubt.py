"""Which problems of the prober stand, by what the runs of one mirror saw?"""

from math import inf

from goproxy_exporter.model.names import ProberProblem
from goproxy_exporter.verdict.memory import Memory

CUTS_OFF = frozenset(
    {ProberProblem.OFFLINE, ProberProblem.FORWARD_PROXY, ProberProblem.INTERCEPTED}
)
"""Problems while which nothing good can be said of a mirror either."""


def standing(memory: Memory, now: float) -> dict[ProberProblem, str]:
    """Give the problems that the last run of some check saw, and that are not too old at `now`.

    Being offline ends with the first run of any check that is not void.
    """
    cut_off = _silent_since(memory)
    return {
        problem: doubt.text
        for (_, problem), doubt in memory.doubts.items()
        if now <= doubt.until and (problem is not ProberProblem.OFFLINE or cut_off < doubt.at)
    }


def cutting_off(memory: Memory, now: float) -> dict[ProberProblem, str]:
    """Give those of the standing problems since which nothing at all was heard of the mirror."""
    heard = _silent_since(memory)
    return {
        problem: doubt.text
        for (_, problem), doubt in memory.doubts.items()
        if now <= doubt.until and problem in CUTS_OFF and heard < doubt.at
    }


def _silent_since(memory: Memory) -> float:
    return max((one.at for one in memory.evidence.values()), default=-inf)
