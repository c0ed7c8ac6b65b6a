"""What do several looks at one question say together?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile

from goproxy_exporter.diagnosis.question import Question
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.model.cause import LAWS, Code, Stage, verified
from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.names import Endpoint

IN_A_ROW = 3
"""Refused HTTP/2 streams that the go command gives up after."""
_PAIR = 2
_PLAIN = frozenset((Code.MODULE_MISSING, Code.INTEGRITY_LIST_INVALID))
"""What a 404 asserts that does not say why."""


@dataclass(frozen=True, slots=True)
class Look:
    """One answer and what is wrong with it."""

    exchange: Exchange
    symptom: Symptom | None


@dataclass(frozen=True, slots=True)
class Series:
    """A question and every look that was taken at it, in order."""

    question: Question
    looks: tuple[Look, ...]

    def __post_init__(self) -> None:
        assert self.looks, "a question that was never asked is no series"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a series asserts: `matched` of `looked` looks show it, `look` is the one to show."""

    code: Code
    symptom: Symptom
    look: Look
    matched: int
    looked: int


def wanted_looks(looks: Sequence[Look]) -> bool:
    """Tell whether a question should be asked once more before anything is concluded."""
    if looks and _throttled(looks[-1]):
        return False
    wanted = max((look.symptom.looks for look in looks if look.symptom), default=1)
    return len(looks) < wanted or _at_odds(looks)


def _at_odds(looks: Sequence[Look]) -> bool:
    """Tell whether two bad looks showed different things, so that a third has to decide."""
    if len(looks) != _PAIR or not all(look.symptom for look in looks):
        return False
    first, second = (look.symptom for look in looks)
    assert first is not None and second is not None, "both were bad"  # noqa: PT018 - one fact
    if second.looks < _PAIR or _came(looks[-1]):
        return False
    if second.code is None:
        return first.code is not None and not second.shows(first.code)
    return not first.shows(second.code)


def rule(looks: Sequence[Look]) -> Ruling | None:
    """Give what the looks at one question assert; None where all of it may be chance.

    Bad every time is steady. Bad and then good is a cause only for 5xx (intermittent) and for a
    404 (a cold miss); anything else that went away by itself is a fact.
    """
    if wanted_looks(looks):
        return None
    if _throttled(looks[-1]):
        return _ruling(Code.HTTP_429, Code.HTTP_429, looks)
    told = _telling(looks)
    if any(map(_came, told)) and not _slow(told):
        ruling = _came_and_went(told)
    else:
        ruling = _steady(told)
        # One look proves nothing where the others were refused, or ended by our own limit.
        if ruling is not None and ruling.matched == 1 and len(_codes(told)) < len(looks):
            return None
    return None if ruling is None else replace(ruling, looked=len(looks))


def undecided(run: Iterable[Series]) -> frozenset[Endpoint]:
    """Give the endpoints that were not looked at often enough after a bad answer.

    Under a rate limit no bad answer counts, however often it came.
    """
    told = [(series, rule(series.looks)) for series in run]
    limited = any(ruling is not None and ruling.code is Code.HTTP_429 for _, ruling in told)
    return frozenset(
        series.question.endpoint
        for series, ruling in told
        if series.looks[-1].symptom is not None and (ruling is None or limited)
    )


def _throttled(look: Look) -> bool:
    """Tell whether the mirror asked not to be asked again."""
    return look.symptom is not None and look.symptom.code is Code.HTTP_429


def _codes(looks: Sequence[Look]) -> list[Code]:
    return [look.symptom.code for look in looks if look.symptom and look.symptom.code]


def _came(look: Look) -> bool:
    """Tell whether what was asked for came, at worst slowly."""
    code = look.symptom.code if look.symptom else None
    return look.symptom is None or (code is not None and _of_quality(code))


def _slow(looks: Sequence[Look]) -> bool:
    """Tell whether every look was slow, or ended by our own limit, and none went wrong."""
    codes = _codes(looks)
    return all(look.symptom for look in looks) and all(map(_of_quality, codes))


def _of_quality(code: Code) -> bool:
    return LAWS[code].stage is Stage.QUALITY


def _telling(looks: Sequence[Look]) -> Sequence[Look]:
    """Leave out what the go command asks again by itself, unless it gets nothing else.

    And that an answer was slow, where a worse one came after it.
    """
    told = [one for one in looks if one.symptom is None or not one.symptom.retryable] or looks
    if _slow(told):
        return told
    return list(dropwhile(lambda one: one.symptom is not None and _came(one), told))


def _steady(looks: Sequence[Look]) -> Ruling | None:
    symptoms = [look.symptom for look in looks if look.symptom]
    proven = [code for code in _codes(looks) if verified(code)]
    codes = proven or _present(symptoms) or _codes(looks)
    if not codes and all(symptom.shows(Code.PERF_SLOW_FIRST_BYTE) for symptom in symptoms):
        codes = [Code.PERF_SLOW_FIRST_BYTE]
    if not codes:
        return None
    # The last look is the best informed one: it had the go command's own patience.
    code = max(reversed(codes), key=lambda each: sum(one.shows(each) for one in symptoms))
    return _ruling(code, code, looks)


def _present(symptoms: Sequence[Symptom]) -> list[Code]:
    """Give what is said but for plain absence: that is one only where every look shows it."""
    return [one.code for one in symptoms if one.code and not (one.absent and one.code in _PLAIN)]


def _came_and_went(looks: Sequence[Look]) -> Ruling | None:
    if any(look.symptom and look.symptom.code is Code.HTTP_5XX for look in looks):
        return _ruling(Code.HTTP_5XX_INTERMITTENT, Code.HTTP_5XX, looks)
    first = looks[0].symptom
    if first is not None and first.absent and first.code and any(map(_came, looks[1:])):
        return _ruling(Code.SEMANTICS_COLD_MISS_404, first.code, looks)
    return None


def _ruling(code: Code, shown: Code, looks: Sequence[Look]) -> Ruling:
    shows = [look for look in looks if look.symptom and look.symptom.shows(shown)]
    exact = [look for look in shows if look.symptom and look.symptom.code is shown]
    look = (exact or shows)[-1]
    assert look.symptom is not None, "only looks that show something are kept"
    return Ruling(code=code, symptom=look.symptom, look=look, matched=len(shows), looked=len(looks))
