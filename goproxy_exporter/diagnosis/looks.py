"""What do several looks at one question say together?"""

from collections.abc import Sequence
from dataclasses import dataclass

from goproxy_exporter.diagnosis.question import Question
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange

IN_A_ROW = 3
"""Refused HTTP/2 streams that the go command gives up after."""
_PAIR = 2


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
    wanted = max((look.symptom.looks for look in looks if look.symptom), default=1)
    return len(looks) < wanted or _at_odds(looks)


def _at_odds(looks: Sequence[Look]) -> bool:
    """Tell whether two bad looks showed different things, so that a third has to decide."""
    if len(looks) != _PAIR or not all(look.symptom for look in looks):
        return False
    first, second = (look.symptom for look in looks)
    assert first is not None and second is not None, "both were bad"  # noqa: PT018 - one fact
    if second.code is None or second.looks < _PAIR:
        return False
    return not first.shows(second.code)


def rule(looks: Sequence[Look]) -> Ruling | None:
    """Give what the looks at one question assert; None where all of it may be chance.

    Bad every time is steady. Bad and then good is a cause only for 5xx (intermittent) and for a
    404 (a cold miss); anything else that went away by itself is a fact.
    """
    if wanted_looks(looks):
        return None
    if all(look.symptom for look in looks):
        return _steady(looks)
    return _came_and_went(looks)


def _steady(looks: Sequence[Look]) -> Ruling | None:
    symptoms = [look.symptom for look in looks if look.symptom]
    if any(symptom.retryable for symptom in symptoms) and not _refused(symptoms):
        return None
    codes = [symptom.code for symptom in symptoms if symptom.code]
    if not codes and all(symptom.shows(Code.PERF_SLOW_FIRST_BYTE) for symptom in symptoms):
        codes = [Code.PERF_SLOW_FIRST_BYTE]
    if not codes:
        return None
    # The last look is the best informed one: it had the go command's own patience.
    code = max(reversed(codes), key=lambda each: sum(one.shows(each) for one in symptoms))
    return _ruling(code, code, looks)


def _refused(symptoms: Sequence[Symptom]) -> bool:
    """Tell whether an answer that go retries stood in the way until go would give up."""
    if all(symptom.retryable for symptom in symptoms):
        return len(symptoms) >= IN_A_ROW
    return True


def _came_and_went(looks: Sequence[Look]) -> Ruling | None:
    if any(look.symptom and look.symptom.code is Code.HTTP_5XX for look in looks):
        return _ruling(Code.HTTP_5XX_INTERMITTENT, Code.HTTP_5XX, looks)
    first, last = looks[0].symptom, looks[-1].symptom
    if first is not None and first.absent and last is None and first.code:
        return _ruling(Code.SEMANTICS_COLD_MISS_404, first.code, looks)
    return None


def _ruling(code: Code, shown: Code, looks: Sequence[Look]) -> Ruling | None:
    shows = [look for look in looks if look.symptom and look.symptom.shows(shown)]
    exact = [look for look in shows if look.symptom and look.symptom.code is shown]
    look = (exact or shows)[-1]
    assert look.symptom is not None, "only looks that show something are kept"
    return Ruling(code=code, symptom=look.symptom, look=look, matched=len(shows), looked=len(looks))
