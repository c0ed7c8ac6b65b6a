"""Does a resource answer 5xx steadily, or now and then?"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.result import Finding, Result
from goproxy_exporter.verdict.memory import Looks, Series

WINDOW = 300.0
"""Seconds of looks that count."""
STEADY = 0.9
"""The share of bad looks from which on a resource fails steadily."""
ENOUGH = 3
"""Looks that are needed to call something steady."""
ENOUGH_AMID_FLAPPING = 6
"""The same, where another endpoint of the mirror was seen to fail and to work: there, three bad
answers in a row are no more than bad luck."""
FAMILY = frozenset({Code.HTTP_5XX, Code.HTTP_5XX_INTERMITTENT})

_SERVER_ERRORS = range(500, 600)


def looks_of(result: Result, now: float) -> dict[Series, Looks]:
    """Count the answers of one run per resource; requests without a status are no looks."""
    bad: Counter[Series] = Counter()
    good: Counter[Series] = Counter()
    for exchange in filter(lambda one: one.status is not None, result.exchanges):
        series = (result.check.name, exchange.endpoint, exchange.module)
        (bad if _is_bad(exchange) else good)[series] += 1
    return {series: Looks(now, bad[series], good[series]) for series in {*bad, *good}}


def remembered(
    looks: Mapping[Series, tuple[Looks, ...]], fresh: Mapping[Series, Looks], now: float
) -> dict[Series, tuple[Looks, ...]]:
    """Add the looks of a run and forget what is older than the window."""
    kept = {series: _recent(known, now) for series, known in looks.items()}
    for series, one in fresh.items():
        kept[series] = (*kept.get(series, ()), one)
    return {series: known for series, known in kept.items() if known}


def classified(finding: Finding, looks: Iterable[Looks], *, flapping: bool) -> Finding:
    """Give a finding about 5xx the code that the window says it has.

    The share is taken from the first bad look within the window on: how long things went well
    before they broke says nothing about how steadily they are broken. `flapping` tells that some
    endpoint failed and worked within this run.
    """
    bad, total = share(looks)
    if total < finding.looked:
        # Steady 5xx means that every look was bad: some without a status, which is no good one.
        steady = finding.code is Code.HTTP_5XX
        bad, total = finding.looked if steady else finding.matched, finding.looked
    code = _code(finding, bad, total, flapping=flapping)
    if code is finding.code:
        return finding
    summary = f"{finding.endpoint} answered 5xx {bad} times out of {total} within five minutes"
    return replace(finding, code=code, summary=summary)


def _code(finding: Finding, bad: int, total: int, *, flapping: bool) -> Code:
    if flapping and total < ENOUGH_AMID_FLAPPING:
        return Code.HTTP_5XX_INTERMITTENT
    if total < ENOUGH:
        return finding.code
    return Code.HTTP_5XX if bad >= STEADY * total else Code.HTTP_5XX_INTERMITTENT


def share(looks: Iterable[Looks]) -> tuple[int, int]:
    """Give (bad looks, all looks) from the first bad one on."""
    bad = total = 0
    for one in looks:
        if bad or one.bad:
            bad += one.bad
            total += one.bad + one.good
    return bad, total


def _recent(known: tuple[Looks, ...], now: float) -> tuple[Looks, ...]:
    old = 0
    while old < len(known) and now - known[old].at > WINDOW:
        old += 1
    return known[old:]


def _is_bad(exchange: Exchange) -> bool:
    return exchange.status in _SERVER_ERRORS
