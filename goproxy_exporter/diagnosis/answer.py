"""What is wrong with this one answer, if anything?"""

from dataclasses import replace

from goproxy_exporter.diagnosis.body import Content, judge_body
from goproxy_exporter.diagnosis.failure import OK, judge_failure, settled_by_status
from goproxy_exporter.diagnosis.question import Expect, Question
from goproxy_exporter.diagnosis.speed import slow_answer
from goproxy_exporter.diagnosis.status import judge_status
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.model.cause import LAWS, Code, Stage
from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.mirror import Thresholds

_COUNT_ANYWHERE = frozenset((Code.TRANSPORT_TIMEOUT, Code.HTTP_429))
"""What counts even where the go command ignores the answer."""


def judge(
    question: Question, exchange: Exchange, content: Content, thresholds: Thresholds
) -> Symptom | None:
    """Give the symptom of the first stage that fails; None where the answer is right and quick.

    Total: no bytes and no headers make it raise.
    """
    symptom = _first(question, exchange, content, thresholds)
    if question.expect is not Expect.ANYTHING or symptom is None:
        return symptom
    symptom = replace(symptom, fits=symptom.fits & _COUNT_ANYWHERE)
    return symptom if symptom.code in _COUNT_ANYWHERE or symptom.fits else None


def usable(symptom: Symptom | None) -> bool:
    """Tell whether an answer with this symptom is right all the same: it may have come slowly."""
    return symptom is None or (
        symptom.code is not None and LAWS[symptom.code].stage is Stage.QUALITY
    )


def _first(
    question: Question, exchange: Exchange, content: Content, thresholds: Thresholds
) -> Symptom | None:
    if not settled_by_status(exchange):
        failure = exchange.failure
        if failure is None:
            return None
        return judge_failure(question, exchange, failure, thresholds)
    if exchange.last.status != OK:
        symptom = judge_status(question, exchange, content.data)
    else:
        symptom = judge_body(question, exchange, content)
    return symptom or slow_answer(exchange, thresholds)
