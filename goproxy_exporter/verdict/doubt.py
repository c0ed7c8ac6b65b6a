"""Which findings does a problem of the prober take back?"""

from collections.abc import Callable, Iterable
from math import inf

from goproxy_exporter.model.cause import LAWS, Code, Stage
from goproxy_exporter.model.names import ProberProblem, Severity
from goproxy_exporter.verdict.memory import Memory

_CONNECTIONS = frozenset({Code.EDGE_INCONSISTENT, Code.REDIRECT_TARGET_UNREACHABLE})
_SPEED = frozenset({Code.PERF_SLOW_FIRST_BYTE, Code.PERF_SLOW_THROUGHPUT})
_TIMEOUTS = frozenset({Code.DNS_TIMEOUT, Code.TRANSPORT_TIMEOUT})
_DATES = frozenset(
    {
        Code.TLS_EXPIRED,
        Code.TLS_NOT_YET_VALID,
        Code.TLS_EXPIRING,
        Code.SUMDB_STALE,
        Code.FRESHNESS_LIST_STALE,
        Code.FRESHNESS_LATEST_STALE,
        Code.FRESHNESS_NEGATIVE_CACHE,
        Code.FRESHNESS_REPLICA_INCONSISTENT,
        Code.FRESHNESS_LIST_SHRANK,
    }
)
_NETWORK_STAGES = frozenset({Stage.DNS, Stage.TRANSPORT, Stage.HTTP})


def verified(code: Code) -> bool:
    """Say whether a code rests on a hash or a signature, which no problem of ours can fake."""
    return LAWS[code].severity is Severity.DANGEROUS


def _of_the_network(code: Code) -> bool:
    return LAWS[code].stage in _NETWORK_STAGES or code in _CONNECTIONS or code in _SPEED


def _anything(_: Code) -> bool:
    return True


def _nothing(_: Code) -> bool:
    return False


_TAKES_BACK: dict[ProberProblem, Callable[[Code], bool]] = {
    ProberProblem.OFFLINE: _of_the_network,
    ProberProblem.FORWARD_PROXY: _of_the_network,
    ProberProblem.INTERCEPTED: _anything,
    ProberProblem.CLOCK_SKEW: _DATES.__contains__,
    ProberProblem.OVERLOADED: (_SPEED | _TIMEOUTS).__contains__,
    ProberProblem.INTERNAL: _nothing,
}
"""Verified codes are exempt from every line."""

CUTS_OFF = frozenset(
    {ProberProblem.OFFLINE, ProberProblem.FORWARD_PROXY, ProberProblem.INTERCEPTED}
)
"""Problems while which nothing good can be said of a mirror either."""


def takes_back(problem: ProberProblem, code: Code) -> bool:
    """Say whether a finding of this code means nothing while the problem stands."""
    return not verified(code) and _TAKES_BACK[problem](code)


def taken_back_by(code: Code, problems: Iterable[ProberProblem]) -> ProberProblem | None:
    """Give the first of the problems that takes a finding of this code back."""
    return next((problem for problem in problems if takes_back(problem, code)), None)


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
