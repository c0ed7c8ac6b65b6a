"""Which findings does a problem of the prober take back?"""

from collections.abc import Callable, Iterable, Mapping

from goproxy_exporter.model.cause import LAWS, Code, Stage, verified
from goproxy_exporter.model.facts import SHOWS_AS
from goproxy_exporter.model.names import ProberProblem

_CONNECTIONS = frozenset({Code.EDGE_INCONSISTENT, Code.REDIRECT_TARGET_UNREACHABLE})
_SPEED = frozenset({Code.PERF_SLOW_FIRST_BYTE, Code.PERF_SLOW_THROUGHPUT})
_TIMEOUTS = frozenset({Code.DNS_TIMEOUT, Code.TRANSPORT_TIMEOUT})
_FROM_HERE = frozenset({Code.SUMDB_UNREACHABLE})
"""That something cannot be used may be due to whatever is wrong here."""
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


def _of_the_network(code: Code) -> bool:
    return LAWS[code].stage in _NETWORK_STAGES or code in _CONNECTIONS | _SPEED | _FROM_HERE


def _anything(_: Code) -> bool:
    return True


def _nothing(_: Code) -> bool:
    return False


_TAKES_BACK: dict[ProberProblem, Callable[[Code], bool]] = {
    ProberProblem.OFFLINE: _of_the_network,
    ProberProblem.FORWARD_PROXY: _of_the_network,
    ProberProblem.INTERCEPTED: _anything,
    ProberProblem.CLOCK_SKEW: (_DATES | _FROM_HERE).__contains__,
    ProberProblem.OVERLOADED: (_SPEED | _TIMEOUTS | _FROM_HERE).__contains__,
    ProberProblem.INTERNAL: _nothing,
}
"""Verified codes are exempt from every line."""


def takes_back(problem: ProberProblem, code: Code, evidence: Mapping[str, object]) -> bool:
    """Say whether a finding means nothing while the problem stands.

    What is told under another name, a relay's timeout say, falls with what it shows as; of several
    failures each has to.
    """
    if verified(code):
        return False
    falls = _TAKES_BACK[problem]
    shown = _shown(evidence.get(SHOWS_AS))
    return falls(code) or (bool(shown) and all(map(falls, shown)))


def taken_back_by(
    code: Code, evidence: Mapping[str, object], problems: Iterable[ProberProblem]
) -> ProberProblem | None:
    """Give the first of the problems that takes such a finding back."""
    return next((problem for problem in problems if takes_back(problem, code, evidence)), None)


def _shown(told: object) -> list[Code]:
    if isinstance(told, str):
        return [Code(told)]
    return [Code(str(one)) for one in told] if isinstance(told, list) else []
