"""How likely does a build of a hundred requests survive?"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import sqrt

from goproxy_exporter.model.exchange import Exchange, FailureKind
from goproxy_exporter.model.names import Endpoint, ProberProblem
from goproxy_exporter.model.result import Result
from goproxy_exporter.verdict.memory import Memory, Traffic
from goproxy_exporter.verdict.ours import is_ours

REQUESTS = 100
"""Requests of the build that is imagined."""
ENOUGH = 40
"""Requests that must have been seen before a ratio is given."""
SPAN = 300.0
"""Seconds that are looked back; further where they hold too few requests."""
REACH = 3600.0
"""Seconds that are looked back at most."""

_Z = 1.645
"""Standard deviations that leave 5 % on one side."""
_ASKED_BY_BUILDS = frozenset(
    {Endpoint.LIST, Endpoint.LATEST, Endpoint.INFO, Endpoint.MOD, Endpoint.ZIP, Endpoint.LARGE_ZIP}
)
_FOUND = 200
_ABSENT = frozenset({404, 410})
_CLIENT_ERRORS = range(400, 500)
_SERVER_ERRORS = range(500, 600)


def traffic_of(result: Result, now: float) -> Traffic:
    """Count the requests of a run that a build would make too.

    Absence is no accident of the wire: 404 counts only where the same resource was answered 200
    within the run. The go command asks again after a 4xx over https, and over nothing else.
    """
    asked = [one for one in result.exchanges if _counts(one, result.problems)]
    there = {_resource(one) for one in asked if one.status == _FOUND}
    asked = [one for one in asked if one.status not in _ABSENT or _resource(one) in there]
    verdicts = Counter(map(_survival, asked))
    return Traffic(
        at=now,
        sent=len(asked),
        hard=verdicts["hard"],
        soft=verdicts["soft"],
        dated=sum(map(_is_dated, asked)),
    )


def remembered(known: tuple[Traffic, ...], fresh: Traffic, now: float) -> tuple[Traffic, ...]:
    """Add the traffic of a run and forget what is out of reach."""
    old = 0
    while old < len(known) and now - known[old].at > REACH:
        old += 1
    return (*known[old:], fresh) if fresh.sent else known[old:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Of the requests that were `sent`, how many failed at once (`hard`) and when asked twice."""

    sent: int
    hard: int
    soft: int

    @property
    def risk(self) -> float:
        """The chance that one request of a build fails, as seen: 0 to 1."""
        return _risk(self.hard / self.sent, self.soft / self.sent)

    @property
    def risk_bound(self) -> float:
        """What that chance is at most, at 95 % confidence (upper Wilson bounds)."""
        return _risk(_upper(self.hard, self.sent), _upper(self.soft, self.sent))


def build_success(
    memory: Memory, now: float, problems: Collection[ProberProblem] = ()
) -> float | None:
    """Give the chance, 0 to 1, that 100 requests survive; None where fewer than 40 were seen.

    (1-p)^100 for what the go command asks once, (1-p^2)^100 for what it asks twice.
    """
    shares = failing(memory, now, problems)
    return None if shares is None else survival(shares.risk)


def build_success_bound(
    memory: Memory, now: float, problems: Collection[ProberProblem] = ()
) -> float | None:
    """Give what that chance is at least, at 95 % confidence."""
    shares = failing(memory, now, problems)
    return None if shares is None else survival(shares.risk_bound)


def survival(risk: float) -> float:
    """Give the chance that 100 requests survive, each failing with this chance."""
    return float((1 - risk) ** REQUESTS)


def failing(memory: Memory, now: float, problems: Collection[ProberProblem] = ()) -> Shares | None:
    """Count the requests that fail at once, and that fail when asked twice.

    Over the last five minutes, or as much longer (an hour at most) as it takes to count 40
    requests; None where there are fewer. What stands to be blamed on the prober's clock is
    no request at all.
    """
    clock = ProberProblem.CLOCK_SKEW not in problems
    counted = _latest(memory, now, clock=clock)
    sent = sum(one.sent for one in counted)
    if sent < ENOUGH:
        return None
    return Shares(
        sent=sent, hard=sum(one.hard for one in counted), soft=sum(one.soft for one in counted)
    )


def _risk(hard: float, soft: float) -> float:
    return 1 - (1 - hard) * (1 - soft**2)


def _upper(bad: int, total: int) -> float:
    """Give the upper end of Wilson's score interval: none is known to be perfect."""
    share, square = bad / total, _Z * _Z
    middle = share + square / (2 * total)
    spread = _Z * sqrt(share * (1 - share) / total + square / (4 * total * total))
    return min(1.0, (middle + spread) / (1 + square / total))


def _latest(memory: Memory, now: float, *, clock: bool) -> list[Traffic]:
    counted: list[Traffic] = []
    sent = 0
    kept = (one for check in sorted(memory.traffic) for one in memory.traffic[check])
    everything = [one.trusting(clock=clock) for one in kept]
    for one in sorted(everything, key=_moment, reverse=True):
        age = now - one.at
        if age > REACH or (age > SPAN and sent >= ENOUGH):
            break
        counted.append(one)
        sent += one.sent
    return counted


def _moment(traffic: Traffic) -> float:
    return traffic.at


def _counts(exchange: Exchange, problems: Iterable[ProberProblem]) -> bool:
    """Tell whether a build would ask so, and whatever ended it was not ours."""
    failure = exchange.failure
    if exchange.endpoint not in _ASKED_BY_BUILDS:
        return False
    if failure is None:
        return True
    return failure.kind is not FailureKind.INSECURE_CREDENTIALS and not is_ours(failure, problems)


def _is_dated(exchange: Exchange) -> bool:
    failure = exchange.failure
    return failure is not None and is_ours(failure, (ProberProblem.CLOCK_SKEW,))


def _resource(exchange: Exchange) -> tuple[Endpoint, str]:
    return (exchange.endpoint, exchange.module)


def _survival(exchange: Exchange) -> str:
    status = exchange.status
    if exchange.failure is not None or status is None or status in _SERVER_ERRORS:
        return "hard"
    if status in _CLIENT_ERRORS:
        return "soft" if exchange.url.startswith("https:") else "hard"
    return "fine"
