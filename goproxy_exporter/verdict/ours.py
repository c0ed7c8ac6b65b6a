"""Which failures say nothing of who was asked?"""

from collections.abc import Iterable

from goproxy_exporter.model.exchange import Failure, FailureKind
from goproxy_exporter.model.names import ProberProblem

_ALWAYS = frozenset(
    {
        FailureKind.DEADLINE,
        FailureKind.BODY_TOO_LARGE,
        FailureKind.PROXY_REFUSED,
        FailureKind.PROXY_UNREACHABLE,
    }
)
"""What ended these was our own limit or our own way out."""
_DURING: dict[ProberProblem, frozenset[FailureKind]] = {
    ProberProblem.CLOCK_SKEW: frozenset({FailureKind.TLS_EXPIRED, FailureKind.TLS_NOT_YET_VALID}),
    ProberProblem.OVERLOADED: frozenset(
        {
            FailureKind.DNS_TIMEOUT,
            FailureKind.CONNECT_TIMEOUT,
            FailureKind.TLS_TIMEOUT,
            FailureKind.STALL,
        }
    ),
}
"""What a problem of the prober ends, too."""


def is_ours(failure: Failure, problems: Iterable[ProberProblem]) -> bool:
    """Tell whether a failure may be laid to this program, given the problems that it has."""
    kinds = (_DURING.get(problem, frozenset[FailureKind]()) for problem in problems)
    return failure.kind in _ALWAYS.union(*kinds)
