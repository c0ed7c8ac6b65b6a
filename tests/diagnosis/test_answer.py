"""Whatever comes, one answer gives at most one symptom."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.diagnosis.answer import judge
from goproxy_exporter.diagnosis.body import Content
from goproxy_exporter.diagnosis.evidence import of_exchange
from goproxy_exporter.diagnosis.question import Expect, Form, Question
from goproxy_exporter.diagnosis.throttle import retry_at
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange, Failure, FailureKind, Hop, Phases, TlsFacts
from goproxy_exporter.model.mirror import Thresholds
from goproxy_exporter.model.names import Endpoint

Judge = Callable[..., Any]

NAMES = ["retry-after", "date", "content-length", "ratelimit-remaining", "ratelimit-reset", "age"]
SECONDS = st.none() | st.floats(0, 1e4)
PHASES = st.builds(
    Phases,
    resolve=SECONDS, connect=SECONDS, tls=SECONDS, processing=SECONDS, transfer=SECONDS,
)  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        [b"v1.0.0", b"{", b"<html>", b"PK\x03\x04", b"\x1f\x8b\x08", b"\xff\xfe", b"["]
    ),
    st.builds(lambda a, b: a + b, st.sampled_from([b"\x1f\x8b\x08\0", b"PK", b"{"]), st.binary()),
)
FAILURES = st.none() | st.builds(Failure, st.sampled_from(FailureKind), st.text(max_size=20))
HOPS = st.builds(
    Hop,
    url=st.just("https://m/x"),
    host=st.sampled_from(["m", "t"]),
    status=st.none() | st.integers(0, 999),
    protocol=st.sampled_from([None, "HTTP/1.1", "HTTP/2"]),
    headers=st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=40))).map(tuple),
    phases=PHASES,
    received=st.integers(0, 10**12),
    tls=st.none() | st.builds(TlsFacts, verified_until=st.none() | st.floats()),
    failure=FAILURES,
)
EXCHANGES = st.builds(
    lambda hops, failure, waited: Exchange(
        endpoint=Endpoint.LIST,
        url="https://m/x",
        module="m.example/x",
        started=1.7e9,
        duration=1.0,
        hops=tuple(hops),
        waited=waited,
        failure=failure,
    ),
    st.lists(HOPS, min_size=1, max_size=3),
    FAILURES,
    st.floats(0, 100),
)
QUESTIONS = st.builds(
    Question,
    endpoint=st.just(Endpoint.LIST),
    form=st.sampled_from(Form),
    module=st.sampled_from(["m.example/x", "m.example/x/v2", "gopkg.in/x.v1"]),
    version=st.sampled_from([None, "v1.0.0", "v2.0.0"]),
    expect=st.sampled_from(Expect),
)
CONTENTS = st.builds(
    Content, data=BODIES, sound=st.booleans(), refusal=st.none() | st.text(max_size=9)
)


@given(QUESTIONS, EXCHANGES, CONTENTS)
def test_total(question: Question, exchange: Exchange, content: Content) -> None:
    """No bytes, no headers and no combination of failures make judging or telling raise."""
    told = judge(question, exchange, content, Thresholds())
    assert told is None or told.code or told.fits or told.looks == 1
    of_exchange(exchange)
    moment = retry_at(exchange)
    assert moment is None or 0 < moment - exchange.started <= 3601.1


@given(QUESTIONS, EXCHANGES, CONTENTS)
def test_ignored_answers_accuse_of_nothing(
    question: Question, exchange: Exchange, content: Content
) -> None:
    """Where the go command ignores the answer, only a hang or a plea for rest counts."""
    if question.expect is Expect.ANYTHING:
        told = judge(question, exchange, content, Thresholds())
        assert told is None or told.code in (None, Code.TRANSPORT_TIMEOUT, Code.HTTP_429)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"phases": Phases(processing=4.9, transfer=1.0)}, None),
        ({"phases": Phases(processing=5.1, transfer=1.0)}, Code.PERF_SLOW_FIRST_BYTE),
        ({"phases": Phases(transfer=9.0), "received": 255_000}, None),
        ({"phases": Phases(transfer=9.0), "received": 300_000}, Code.PERF_SLOW_THROUGHPUT),
        ({"phases": Phases(transfer=9.0), "received": 1_000_000}, None),
    ],
)
def test_speed(
    say: SimpleNamespace, symptom: Judge, words: dict[str, Any], code: Code | None
) -> None:
    """A right answer may still be slow, by its first byte or by its bytes per second."""
    told = symptom(say.ZIP, 200, **words)
    assert (told.code if told else None) is code


def test_speed_of_a_wrong_answer(say: SimpleNamespace, symptom: Judge) -> None:
    """A slow answer that is wrong is wrong, not slow."""
    phases = Phases(processing=30.0, transfer=1.0)
    assert symptom(say.LIST, 500, phases=phases).code is Code.HTTP_5XX
