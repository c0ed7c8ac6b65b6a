"""What fails of something special, while the plain kind works at the same time?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from goproxy_exporter.diagnosis.failure import unconnected
from goproxy_exporter.diagnosis.finding import found
from goproxy_exporter.diagnosis.looks import Look, Ruling, Series, rule
from goproxy_exporter.model.cause import LAWS, Code, Stage, verified
from goproxy_exporter.model.result import Finding

_NOT_STEADY = frozenset((Code.HTTP_429, Code.HTTP_5XX_INTERMITTENT, Code.SEMANTICS_COLD_MISS_404))
"""What passes by itself, so that it tells nothing of the path that was asked for."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question about something special, and the same question about something plain.

    `plain` is None where it was not asked: the special one works, or there is nothing plain.
    """

    special: Series
    plain: Series | None


@dataclass(frozen=True, slots=True)
class Failing:
    """A question with what it steadily fails with."""

    series: Series
    ruling: Ruling


def failing(pairs: Sequence[Pair]) -> tuple[Failing, ...]:
    """Give what steadily fails where its plain twin was looked at as often and always worked.

    Whatever the failure: what counts is that the plain one does not share it. Three 5xx in a row
    prove nothing in a run that has mixed answers too.
    """
    everything = [each for pair in pairs for each in (pair.special, pair.plain) if each]
    flapping = any(map(_flaps, everything))
    found_bad = ((pair, _ruling(pair.special)) for pair in pairs)
    return tuple(
        Failing(pair.special, ruling)
        for pair, ruling in found_bad
        if ruling and _stands_out(pair) and not (flapping and ruling.code is Code.HTTP_5XX)
    )


def works(series: Series) -> bool:
    """Tell whether every look found nothing wrong, or at worst a slow answer."""
    return all(map(_is_fine, series.looks))


def throttled(run: Iterable[Series]) -> tuple[Finding, ...]:
    """Give http.429 where the mirror asked for fewer requests: then only that is said."""
    for series in run:
        ruling = rule(series.looks)
        if ruling is not None and ruling.code is Code.HTTP_429:
            return (found(series, ruling),)
    return ()


def proven(run: Iterable[Series]) -> tuple[Finding, ...]:
    """Give what a hash proves: that is no matter of what fails elsewhere."""
    ruled = ((series, rule(series.looks)) for series in run)
    return tuple(found(series, one) for series, one in ruled if one and verified(one.code))


def _ruling(series: Series) -> Ruling | None:
    """Give what a series steadily fails with, once connected: before that no path was asked for."""
    ruling = rule(series.looks)
    if ruling is None or ruling.code in _NOT_STEADY or verified(ruling.code):
        return None
    if LAWS[ruling.code].stage is Stage.QUALITY:
        return None
    return None if unconnected(ruling.look.exchange) else ruling


def _stands_out(pair: Pair) -> bool:
    plain = pair.plain
    return plain is not None and works(plain) and len(plain.looks) >= len(pair.special.looks)


def _flaps(series: Series) -> bool:
    shows = [_is_5xx(look) for look in series.looks]
    return any(shows) and not all(shows)


def _is_5xx(look: Look) -> bool:
    return look.symptom is not None and look.symptom.shows(Code.HTTP_5XX)


def _is_fine(look: Look) -> bool:
    code = look.symptom.code if look.symptom else None
    return look.symptom is None or (code is not None and LAWS[code].stage is Stage.QUALITY)
