"""How is a ruling told: one sentence, whose fault, and the evidence?"""

from goproxy_exporter.diagnosis.evidence import of_exchange
from goproxy_exporter.diagnosis.looks import Ruling, Series
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.names import Blame, Endpoint, Severity
from goproxy_exporter.model.result import Fact, Finding

BUILD = 100
"""Requests of a build for which the chance to survive is told."""


def found(
    series: Series,
    ruling: Ruling,
    *,
    severity: Severity | None = None,
    share: tuple[int, int] | None = None,
) -> Finding:
    """Write a ruling down. `share` is how many looks of the whole run were 5xx, out of how many."""
    symptom = ruling.symptom
    evidence = {**of_exchange(ruling.look.exchange), **symptom.evidence}
    if ruling.code is Code.HTTP_5XX_INTERMITTENT and share is not None:
        evidence |= _odds(*share)
    return Finding(
        code=ruling.code,
        endpoint=_endpoint(series, ruling),
        module=str(series.question),
        summary=_summary(series, ruling),
        blame=_blame(ruling),
        matched=ruling.matched,
        looked=ruling.looked,
        evidence=evidence,
        severity=severity,
        doubtful=symptom.doubtful,
    )


def _endpoint(series: Series, ruling: Ruling) -> Endpoint:
    """Lay a bogus version at the list's door, though the .info of that version shows it."""
    listed = ruling.code is Code.INTEGRITY_LIST_INVALID
    return Endpoint.LIST if listed else series.question.endpoint


def _summary(series: Series, ruling: Ruling) -> str:
    question, last = series.question, ruling.look.exchange.last
    match ruling.code:
        case Code.HTTP_5XX_INTERMITTENT:
            return f"{last.host} answered {ruling.matched} of {ruling.looked} times with 5xx"
        case Code.SEMANTICS_COLD_MISS_404:
            return f"{question} was answered {last.status} at first, and then served"
        case Code.SEMANTICS_NOTFOUND_IS_ERROR:
            return f"{question} cannot exist, and is answered {last.status} instead of 404 or 410"
        case Code.HTTP_UNEXPECTED_STATUS if last.status is not None:
            return f"{last.host} answers {last.status}, which the go command cannot use"
        case _:
            return ruling.symptom.summary


def _blame(ruling: Ruling) -> Blame:
    ours = (Code.SEMANTICS_NOTFOUND_IS_ERROR, Code.SEMANTICS_COLD_MISS_404)
    return Blame.MIRROR if ruling.code in ours else ruling.symptom.blame


def _odds(bad: int, looks: int) -> dict[str, Fact]:
    """Tell the chances by one run, and by how many requests: a handful is no measurement."""
    ratio = bad / looks
    return {
        "ratio": round(ratio, 4),
        "requests": looks,
        "build_success_probability": round((1.0 - ratio) ** BUILD, 6),
    }
