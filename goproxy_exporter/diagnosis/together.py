"""What does a whole run assert, once its answers are held against each other?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from goproxy_exporter.diagnosis.failure import OK
from goproxy_exporter.diagnosis.finding import found
from goproxy_exporter.diagnosis.looks import Ruling, Series, rule
from goproxy_exporter.diagnosis.question import Expect, Form
from goproxy_exporter.model.cause import Code, verified
from goproxy_exporter.model.names import Endpoint, Severity
from goproxy_exporter.model.result import Finding

_DENIED = frozenset((Code.HTTP_401_CREDENTIALS, Code.HTTP_403_POLICY))
_SERVER = frozenset((Code.HTTP_5XX, Code.HTTP_5XX_INTERMITTENT))
_STATUS = _DENIED | {Code.HTTP_5XX, Code.HTTP_UNEXPECTED_STATUS}
"""What a wrong status asserts, before it is known whether the others got the same."""


@dataclass(frozen=True, slots=True)
class _Verse:
    """A series with what it asserts by itself, or after comparison."""

    series: Series
    ruling: Ruling | None
    severity: Severity | None = None

    @property
    def expect(self) -> Expect:
        return self.series.question.expect

    @property
    def code(self) -> Code | None:
        return self.ruling.code if self.ruling else None


def missed(run: Sequence[Series]) -> tuple[str, ...]:
    """Give the modules that were steadily answered 404 or 410 though they should be there."""
    codes = (Code.MODULE_MISSING, Code.SEMANTICS_MASKED_UPSTREAM_FAILURE)
    ruled = ((series, rule(series.looks)) for series in run)
    names = (str(series.question.module) for series, ruling in ruled if _is(ruling, codes))
    return tuple(dict.fromkeys(names))


def settle(run: Sequence[Series], exists: Mapping[str, bool | None]) -> tuple[Finding, ...]:
    """Conclude a run: at most one finding for each question that was asked.

    `exists` tells for modules whether they are known to exist (the operator said so, or the
    reference has them); None or absent where nobody can tell.
    """
    if all(look.symptom is None for series in run for look in series.looks):
        return ()
    verses = [_Verse(series, rule(series.looks)) for series in run]
    if any(verse.code is Code.HTTP_429 for verse in verses):
        verses = [verse for verse in verses if _stands(verse.code)]
    verses = [_intermittent(verse, verses) for verse in verses]
    verses = [_not_found_is_error(verse, verses) for verse in verses]
    verses = [_one_path_only(verse, verses) for verse in verses]
    verses = [_list_alone(verse, verses) for verse in verses]
    kept = [verse for verse in verses if _backed(verse, exists)]
    share = _share(run)
    return tuple(
        found(verse.series, verse.ruling, severity=verse.severity, share=share)
        for verse in kept
        if verse.ruling
    )


def _stands(code: Code | None) -> bool:
    """Tell whether something is said although the mirror asked to be left alone."""
    return code is not None and (code is Code.HTTP_429 or verified(code))


def _is(ruling: Ruling | None, codes: Sequence[Code]) -> bool:
    return ruling is not None and ruling.code in codes


def _others(verse: _Verse, verses: Sequence[_Verse]) -> list[_Verse]:
    kinds = (Expect.PRESENT, Expect.LISTED, Expect.OPTIONAL)
    return [each for each in verses if each is not verse and each.expect in kinds]


def _works(verse: _Verse) -> bool:
    """Tell whether some look at this question found nothing wrong."""
    return any(look.symptom is None for look in verse.series.looks)


def _intermittent(verse: _Verse, verses: Sequence[_Verse]) -> _Verse:
    """Three bad answers in a row prove nothing where other questions get mixed ones."""
    mixed = any(each.code is Code.HTTP_5XX_INTERMITTENT for each in verses)
    if verse.ruling is None or verse.code is not Code.HTTP_5XX or not mixed:
        return verse
    return _Verse(verse.series, replace(verse.ruling, code=Code.HTTP_5XX_INTERMITTENT))


def _not_found_is_error(verse: _Verse, verses: Sequence[_Verse]) -> _Verse:
    """Make a wrong status for what cannot exist a fault of its own where others work."""
    if verse.expect is not Expect.ABSENT or verse.ruling is None or verse.code not in _STATUS:
        return verse
    others = _others(verse, verses)
    same = any(_alike(verse.code, each.code) for each in others)
    if same or not any(_works(each) for each in others):
        return verse
    return _Verse(verse.series, replace(verse.ruling, code=Code.SEMANTICS_NOTFOUND_IS_ERROR))


def _alike(one: Code | None, other: Code | None) -> bool:
    families = (_DENIED, _SERVER)
    return one is other or any(one in family and other in family for family in families)


def _one_path_only(verse: _Verse, verses: Sequence[_Verse]) -> _Verse:
    """403 is a policy where everything that must exist gets it, else just a wrong status."""
    if verse.ruling is None or verse.code is not Code.HTTP_403_POLICY:
        return verse
    must = [each for each in verses if each.series.question.must_exist]
    if must and all(each.code in _DENIED for each in must):
        return verse
    return _Verse(verse.series, replace(verse.ruling, code=Code.HTTP_UNEXPECTED_STATUS))


def _list_alone(verse: _Verse, verses: Sequence[_Verse]) -> _Verse:
    """Lower a page instead of the list alone: the go command falls to @latest."""
    if verse.code is not Code.SEMANTICS_SOFT200 or verse.series.question.form is not Form.LIST:
        return verse
    if verse.expect is Expect.ABSENT:
        return _harmless_if(verse, [each for each in verses if _same_path(verse, each)])
    rest = [each for each in _others(verse, verses) if each.series.question.form is not Form.LIST]
    if any(each.code is Code.SEMANTICS_SOFT200 for each in rest):
        return verse
    return _harmless_if(verse, [each for each in rest if _finds_latest(verse, each)])


def _finds_latest(verse: _Verse, other: _Verse) -> bool:
    """Tell whether @latest of the same module was answered; it need not be, beside a list."""
    question = other.series.question
    same = question.module == verse.series.question.module
    answered = any(look.exchange.status == OK for look in other.series.looks)
    return question.endpoint is Endpoint.LATEST and same and answered


def _same_path(verse: _Verse, other: _Verse) -> bool:
    same = other.series.question.module == verse.series.question.module
    return same and other is not verse and other.expect is Expect.ABSENT


def _harmless_if(verse: _Verse, latest: Sequence[_Verse]) -> _Verse:
    """Lower a page instead of a list where what go asks for then, @latest, is answered right."""
    harmless = bool(latest) and all(each.ruling is None for each in latest)
    return replace(verse, severity=Severity.DEGRADED) if harmless else verse


def _backed(verse: _Verse, exists: Mapping[str, bool | None]) -> bool:
    """Tell whether an absence is a fault: only where the module is known to exist."""
    known = exists.get(verse.series.question.module)
    match verse.code:
        case Code.MODULE_MISSING:
            return known is True
        case Code.SEMANTICS_MASKED_UPSTREAM_FAILURE:
            return known is not False
        case _:
            return True


def _share(run: Sequence[Series]) -> tuple[int, int] | None:
    """Count 5xx among all looks at questions whose answers count; None where there was none."""
    counted = [s for s in run if s.question.expect is not Expect.ANYTHING]
    looks = [look for series in counted for look in series.looks]
    bad = [look for look in looks if look.symptom and look.symptom.code is Code.HTTP_5XX]
    return (len(bad), len(looks)) if bad else None
