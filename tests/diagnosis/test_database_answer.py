"""What one answer of a checksum database, or of a relay, shows of itself."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.diagnosis.database_answer import judge_answer
from goproxy_exporter.diagnosis.question import Expect, Form, Question
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.gomod.note import sign_note
from goproxy_exporter.gomod.note_key import new_signer
from goproxy_exporter.gomod.tree_head import TreeHead
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import FailureKind, Phases
from goproxy_exporter.model.mirror import Thresholds
from goproxy_exporter.model.names import Endpoint

SIGNER = new_signer("sum.example", bytes(32))
OTHER = new_signer("sum.example", b"1" * 32)
NOTE = sign_note(TreeHead(size=9, root=bytes(32)).text, SIGNER)
TEXT = b"example.com/a v1.0.0 h1:x=\nexample.com/a v1.0.0/go.mod h1:y=\n"
RECORD = b"7\n" + TEXT + b"\n" + NOTE
HTML = b"<html>Sign in</html>"


def question(endpoint: Endpoint, module: str, version: str | None = None) -> Question:
    named = endpoint in (Endpoint.SUMDB_SUPPORTED, Endpoint.SUMDB_LATEST)
    expect = Expect.OPTIONAL if named else Expect.PRESENT
    return Question(
        endpoint=endpoint, form=Form.FILE, module=module, version=version, expect=expect
    )


SUPPORTED = question(Endpoint.SUMDB_SUPPORTED, "sum.example")
LATEST = question(Endpoint.SUMDB_LATEST, "sum.example")
LOOKUP = question(Endpoint.SUMDB_LOOKUP, "example.com/a", "v1.0.0")
TILE = question(Endpoint.SUMDB_TILE, "tile/8/0/000.p/3")
QUESTIONS = (SUPPORTED, LATEST, LOOKUP, TILE)
Judge = Callable[..., Symptom | None]


@pytest.fixture
def judged(say: SimpleNamespace) -> Judge:
    def judge(question: Question, body: bytes, status: int = 200, **words: object) -> object:
        exchange = say.exchange(question, status, body=body, **words)
        return judge_answer(question, exchange, body, Thresholds(), SIGNER.verifier)

    return judge  # type: ignore[return-value]  # what it gives is what judge_answer gives


@pytest.mark.parametrize(
    ("asked", "body"),
    [
        (SUPPORTED, b""),
        (SUPPORTED, HTML),
        (LATEST, NOTE),
        (LATEST, HTML),
        (LATEST, b""),
        (LOOKUP, RECORD),
        (TILE, bytes(96)),
    ],
)
def test_what_go_takes(judged: Judge, asked: Question, body: bytes) -> None:
    """Any 200 says that a database is relayed, and the head is what go never asks for."""
    assert judged(asked, body) is None


@pytest.mark.parametrize(
    ("asked", "body", "code"),
    [
        (LOOKUP, b"", Code.SEMANTICS_SOFT200),
        (LOOKUP, HTML, Code.SEMANTICS_SOFT200),
        (LOOKUP, b"not found", Code.SUMDB_HALF_PROXIED),
        (LOOKUP, b"9\n" + TEXT + b"\n" + NOTE, Code.SUMDB_HALF_PROXIED),
        (LOOKUP, b"-1\n" + TEXT + b"\n" + NOTE, Code.SUMDB_HALF_PROXIED),
        (LOOKUP, RECORD.replace(b"com/a", b"com/b"), Code.SUMDB_HALF_PROXIED),
        (LOOKUP, RECORD.replace(b"\n9\n", b"\n8\n"), Code.SUMDB_SIGNATURE_INVALID),
        (TILE, bytes(95), Code.SUMDB_TILE_INVALID),
        (TILE, bytes(8192), Code.SUMDB_TILE_INVALID),
        (TILE, b"", Code.SUMDB_TILE_INVALID),
        (TILE, HTML, Code.SUMDB_TILE_INVALID),
    ],
)
def test_what_is_none(judged: Judge, asked: Question, body: bytes, code: Code) -> None:
    """A page, another record, a number that no tree has, a wrong length: each has its code."""
    symptom = judged(asked, body)
    assert symptom is not None
    assert (symptom.code, symptom.looks) == (code, 2)


@pytest.mark.parametrize("asked", [LOOKUP, LATEST])
@pytest.mark.parametrize("by", [OTHER, new_signer("other.example", bytes(32))])
def test_who_signed_it(judged: Judge, asked: Question, by: object) -> None:
    """Another key under the same name, and another name: both are no signature, also of a head."""
    note = sign_note(TreeHead(size=9, root=bytes(32)).text, by)  # type: ignore[arg-type]  # a Signer
    body = note if asked is LATEST else b"7\n" + TEXT + b"\n" + note
    symptom = judged(asked, body)
    assert symptom is not None
    assert symptom.code is Code.SUMDB_SIGNATURE_INVALID
    assert "go.sum database tree" in str(symptom.evidence["note"])


@pytest.mark.parametrize("status", [404, 410])
def test_a_mirror_that_does_not_relay(judged: Judge, status: int) -> None:
    """404 and 410 say so honestly, whatever the body says."""
    for body in (b"", HTML, b"not found: bad upstream"):
        symptom = judged(SUPPORTED, body, status)
        assert symptom is not None
        assert symptom.code is Code.SUMDB_NOT_PROXIED


@pytest.mark.parametrize("status", [404, 500, 403])
def test_a_head_that_is_missing_is_a_fact(judged: Judge, status: int) -> None:
    """go never asks for it; that fewer requests are wanted counts all the same."""
    assert judged(LATEST, b"", status) is None
    assert judged(LATEST, b"", 200, kind=FailureKind.STALL) is None
    limited = judged(LATEST, b"", 429)
    assert limited is not None
    assert limited.code is Code.HTTP_429


@pytest.mark.parametrize(
    ("asked", "code"),
    [(LOOKUP, Code.SUMDB_HALF_PROXIED), (TILE, Code.SUMDB_TILE_INVALID)],
)
def test_what_never_ends(judged: Judge, asked: Question, code: Code) -> None:
    """Reading stops at the limit, and what is longer is no such answer."""
    symptom = judged(asked, b"7\n", kind=FailureKind.BODY_TOO_LARGE)
    assert symptom is not None
    assert symptom.code is code


def test_slow_answers_are_judged_too(judged: Judge) -> None:
    """What came late and is wrong besides is wrong."""
    late = Phases(processing=9.0, transfer=0.1)
    right, wrong = judged(TILE, bytes(96), phases=late), judged(TILE, b"", phases=late)
    assert right is not None
    assert wrong is not None
    assert (right.code, wrong.code) == (Code.PERF_SLOW_FIRST_BYTE, Code.SUMDB_TILE_INVALID)


@given(
    st.sampled_from(QUESTIONS),
    st.binary(max_size=200) | st.binary(max_size=40).map(lambda more: RECORD[:-9] + more),
    st.sampled_from([200, 204, 301, 404, 418, 500]),
    st.sampled_from([None, *FailureKind]),
)
def test_no_bytes_raise(
    say: SimpleNamespace, asked: Question, body: bytes, status: int, kind: FailureKind | None
) -> None:
    """Whatever comes is a symptom or none."""
    exchange = say.exchange(asked, status, body=body, kind=kind)
    judge_answer(asked, exchange, body, Thresholds(), SIGNER.verifier)
