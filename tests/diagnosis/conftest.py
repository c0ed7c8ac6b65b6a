"""Exchanges as the wire would hand them up, made from a few words."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest

from goproxy_exporter.diagnosis.answer import judge
from goproxy_exporter.diagnosis.body import Content
from goproxy_exporter.diagnosis.looks import Look, Series
from goproxy_exporter.diagnosis.question import Expect, Form, Question
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.model.exchange import Exchange, Failure, FailureKind, Hop, Phases
from goproxy_exporter.model.mirror import Thresholds
from goproxy_exporter.model.names import Endpoint

HOST, TARGET = "mirror.example", "storage.example"
MODULE, VERSION = "example.com/canary", "v1.2.3"
STARTED = 1_700_000_000.0
QUICK = Phases(processing=0.01, transfer=0.01)

LIST = Question(endpoint=Endpoint.LIST, form=Form.LIST, module=MODULE)
LATEST = Question(endpoint=Endpoint.LATEST, form=Form.INFO, module=MODULE, expect=Expect.OPTIONAL)
INFO = Question(endpoint=Endpoint.INFO, form=Form.INFO, module=MODULE, version=VERSION)
MOD = Question(endpoint=Endpoint.MOD, form=Form.MOD, module=MODULE, version=VERSION)
ZIP = Question(endpoint=Endpoint.ZIP, form=Form.ZIP, module=MODULE, version=VERSION)
LISTED = replace(INFO, version="v9.9.9", expect=Expect.LISTED)
MISSING = Question(
    endpoint=Endpoint.MISSING,
    form=Form.LIST,
    module=f"{MODULE}/zz-none",
    expect=Expect.ABSENT,
)
PREFIX = Question(
    endpoint=Endpoint.PREFIX, form=Form.LIST, module="example.com", expect=Expect.ANYTHING
)

RIGHT = {
    Endpoint.LIST: b"v1.0.0\nv1.2.3\n",
    Endpoint.LATEST: b'{"Version":"v1.2.3","Time":"2020-01-02T03:04:05Z"}',
    Endpoint.INFO: b'{"Version":"v1.2.3","Time":"2020-01-02T03:04:05Z"}',
    Endpoint.MOD: b"module example.com/canary\n",
    Endpoint.ZIP: b"PK\x03\x04rest",
    Endpoint.MISSING: b"",
    Endpoint.PREFIX: b"",
}


def exchange(
    question: Question = LIST,
    status: int | None = 200,
    *,
    body: bytes = b"",
    kind: FailureKind | None = None,
    headers: dict[str, str] | None = None,
    host: str = HOST,
    via: str | None = None,
    phases: Phases = QUICK,
    received: int | None = None,
    protocol: str = "HTTP/1.1",
    waited: float = 0.0,
    **fields: object,
) -> Exchange:
    """One exchange; `via` is the host that redirected to `host`."""
    failure = Failure(kind, "as the test says") if kind else None
    hop = Hop(
        url=f"https://{host}/x",
        host=host,
        status=status,
        protocol=protocol if status else None,
        address="192.0.2.1",
        headers=tuple((headers or {}).items()),
        phases=phases,
        received=len(body) if received is None else received,
        failure=failure,
    )
    hop = replace(hop, **fields)  # type: ignore[arg-type]  # a test names real fields
    first = Hop(url=f"https://{via}/x", host=via, status=302) if via else None
    return Exchange(
        endpoint=question.endpoint,
        url=f"https://{via or host}/x",
        module=str(question),
        started=STARTED,
        duration=phases.total,
        hops=(first, hop) if first else (hop,),
        size=len(body),
        waited=waited,
        failure=failure,
    )


def content(question: Question, body: bytes | None) -> Content:
    if question.form is not Form.ZIP:
        return Content(data=body or b"")
    sound = body == RIGHT[Endpoint.ZIP]
    return Content(data=body or b"", sound=sound, refusal=None if sound else "not a zip")


def look(question: Question, status: int | None = 200, **words: object) -> Look:
    """One look as a probe would record it: right unless the words say otherwise."""
    body = words.pop("body", RIGHT[question.endpoint] if status == 200 else b"")
    assert isinstance(body, bytes)
    thresholds = words.pop("thresholds", Thresholds())
    assert isinstance(thresholds, Thresholds)
    answer = exchange(question, status, body=body, **words)  # type: ignore[arg-type]  # as named
    return Look(answer, judge(question, answer, content(question, body), thresholds))


def good(question: Question) -> Look:
    """The right answer."""
    return look(question, 404 if question.expect is Expect.ABSENT else 200)


def series(question: Question, *looks: Look) -> Series:
    return Series(question, looks)


@pytest.fixture(scope="session")
def say() -> SimpleNamespace:
    """The builders and the questions, as one namespace."""
    questions = {
        "LIST": LIST, "LATEST": LATEST, "INFO": INFO, "MOD": MOD, "ZIP": ZIP,
        "LISTED": LISTED, "MISSING": MISSING, "PREFIX": PREFIX,
    }  # fmt: skip
    return SimpleNamespace(
        exchange=exchange,
        look=look,
        good=good,
        series=series,
        content=content,
        HOST=HOST,
        TARGET=TARGET,
        STARTED=STARTED,
        MODULE=MODULE,
        **questions,
    )


@pytest.fixture
def symptom(say: SimpleNamespace) -> Callable[..., Symptom | None]:
    """Judge one answer made from words."""

    def judged(question: Question, status: int | None = 200, **words: object) -> Symptom | None:
        return look(question, status, **words).symptom

    return judged
