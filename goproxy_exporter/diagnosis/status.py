"""What does a final status other than 200 mean?"""

from goproxy_exporter.diagnosis.failure import abroad
from goproxy_exporter.diagnosis.page import upstream_trouble
from goproxy_exporter.diagnosis.question import Expect, Question
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.diagnosis.throttle import throttled
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.names import Blame

NOT_HERE = frozenset((404, 410))
"""The two statuses that the go command reads as "this mirror does not have it"."""
_UNAUTHORIZED = 401
_REFUSED = frozenset((403, 451))
_SERVER_ERROR = range(500, 600)
_CLIENT_ERROR = range(400, 500)


def judge_status(question: Question, exchange: Exchange, body: bytes) -> Symptom | None:
    """Name what a status other than 200 asserts, given what was asked; None where it is right.

    `body` is the error's body, as far as it came.
    """
    limited = throttled(exchange)
    if limited is not None:
        return limited
    status = exchange.last.status
    assert status is not None, "only an exchange with a status comes here"
    if question.expect is Expect.ANYTHING:
        return None
    if status in NOT_HERE:
        return _not_here(question, exchange, status, body)
    if status in _SERVER_ERROR:
        return _server_error(exchange, status)
    if abroad(exchange) and status in _CLIENT_ERROR:
        return _denied_abroad(exchange, status)
    return _mirror_refuses(exchange, status)


def _not_here(question: Question, exchange: Exchange, status: int, body: bytes) -> Symptom | None:
    if not question.must_exist:
        return None
    told = upstream_trouble(body)
    if told is not None:
        return Symptom(
            code=Code.SEMANTICS_MASKED_UPSTREAM_FAILURE,
            summary=f"A failure further up is answered as {status}: the body says {told!r}",
            blame=Blame.UPSTREAM,
            absent=True,
            evidence={"marker": told},
        )
    code = Code.MODULE_MISSING
    summary = f"{question} is answered {status}"
    if question.expect is Expect.LISTED:
        code = Code.INTEGRITY_LIST_INVALID
        summary = f"The list's highest version {question.version} is answered {status}"
    return Symptom(code=code, summary=summary, blame=_blame(exchange), absent=True)


def _server_error(exchange: Exchange, status: int) -> Symptom:
    summary = f"{exchange.last.host} answers {status}"
    return Symptom(code=Code.HTTP_5XX, summary=summary, blame=_blame(exchange), looks=3)


def _denied_abroad(exchange: Exchange, status: int) -> Symptom:
    host = exchange.last.host
    return Symptom(
        code=Code.REDIRECT_TARGET_DENIED,
        summary=f"The redirect leads to {host}, which answers {status}",
        blame=Blame.REDIRECT_TARGET,
        evidence={"target": host},
    )


def _mirror_refuses(exchange: Exchange, status: int) -> Symptom:
    host = exchange.last.host
    if status == _UNAUTHORIZED:
        return Symptom(
            code=Code.HTTP_401_CREDENTIALS,
            summary=f"{host} answers 401: it wants other credentials than were sent",
            blame=Blame.CONFIGURATION,
        )
    if status in _REFUSED:
        summary = f"{host} refuses with {status}"
        return Symptom(code=Code.HTTP_403_POLICY, summary=summary)
    return Symptom(
        code=Code.HTTP_UNEXPECTED_STATUS,
        summary=f"{host} answers {status}, which the go command cannot use",
        blame=_blame(exchange),
    )


def _blame(exchange: Exchange) -> Blame:
    return Blame.REDIRECT_TARGET if abroad(exchange) else Blame.MIRROR
