"""What fails of something special, where the plain kind works."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.diagnosis.contrast import Pair, failing, throttled, works
from goproxy_exporter.diagnosis.looks import Look, Series
from goproxy_exporter.diagnosis.question import Question
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import FailureKind as Kind
from goproxy_exporter.model.exchange import Phases
from goproxy_exporter.model.names import Endpoint

INFO = b'{"Version":"v1.2.3"}'
WORDS: dict[str, tuple[int | None, dict[str, Any]]] = {
    "ok": (200, {"body": INFO}),
    "404": (404, {}),
    "403": (403, {}),
    "500": (500, {}),
    "429": (429, {}),
    "page": (200, {"body": b"<html>"}),
    "late": (200, {"body": INFO, "phases": Phases(processing=7.0, transfer=0.1)}),
    "reset": (None, {"kind": Kind.RESET}),
    "stall": (None, {"kind": Kind.STALL}),
    "denied": (403, {"via": "mirror.example", "host": "storage.example"}),
    "refused": (None, {"kind": Kind.CONNECT_REFUSED}),
    "expired": (None, {"kind": Kind.TLS_EXPIRED}),
    "silent": (None, {"kind": Kind.DEADLINE, "waited": 6.0}),
}


def series(say: SimpleNamespace, question: Question, names: str) -> Series:
    looks: list[Look] = []
    for name in names.split():
        status, words = WORDS[name]
        looks.append(say.look(question, status, **words))
    return Series(question, tuple(looks))


@pytest.fixture(scope="module")
def pair(say: SimpleNamespace) -> Any:
    special = replace(say.INFO, endpoint=Endpoint.UPPERCASE)

    def made(seen: str, plain: str | None) -> Pair:
        twin = None if plain is None else series(say, say.INFO, plain)
        return Pair(series(say, special, seen), twin)

    return made


@pytest.mark.parametrize(
    ("seen", "plain", "code"),
    [
        ("ok", None, None),
        ("404 404", "ok ok", Code.MODULE_MISSING),
        ("403 403", "ok ok", Code.HTTP_403_POLICY),
        ("500 500 500", "ok ok ok", Code.HTTP_5XX),
        ("page page", "ok ok", Code.SEMANTICS_SOFT200),
        ("reset reset", "ok ok", Code.TRANSPORT_RESET),
        ("stall stall", "ok ok", Code.TRANSPORT_TIMEOUT),
        ("denied denied", "ok ok", Code.REDIRECT_TARGET_DENIED),
        ("404 404", "late late", Code.MODULE_MISSING),
        ("404 404", None, None),
        ("404 404", "ok", None),
        ("404 404", "404 404", None),
        ("404 404", "ok 404", None),
        ("404 404", "silent ok", None),
        ("403 403", "500 ok", None),
        ("404 ok", "ok ok", None),
        ("500 ok ok", "ok ok ok", None),
        ("429", "ok", None),
        ("late late", "ok ok", None),
        ("silent silent", "ok ok", None),
        ("refused refused", "ok ok", None),
        ("expired expired", "ok ok", None),
    ],
)
def test_pairs(pair: Any, seen: str, plain: str | None, code: Code | None) -> None:
    """Steady, after connecting, and not shared by a twin that was looked at as often."""
    found = failing([pair(seen, plain)])
    assert [each.ruling.code for each in found] == ([] if code is None else [code])


def test_mixed_answers_elsewhere_take_the_word_from_5xx(pair: Any) -> None:
    """And from nothing else."""
    mixed = pair("500 ok ok", "ok ok ok")
    assert failing([pair("500 500 500", "ok ok ok"), mixed]) == ()
    assert len(failing([pair("404 404", "ok ok"), mixed])) == 1


@given(st.lists(st.tuples(*[st.sampled_from(["ok", "500"])] * 6), min_size=1, max_size=4))
def test_a_mirror_that_flaps_alike_is_rarely_told_apart(
    pair: Any, runs: list[tuple[str, ...]]
) -> None:
    """Only three of three bad looks beside three of three good ones count, in every pair."""
    pairs = [pair(" ".join(run[:3]), " ".join(run[3:])) for run in runs]
    clear = [
        set(run[:3]) | set(run[3:]) == {"ok", "500"} and len(set(run[:3])) == 1 for run in runs
    ]
    mixed = any(len(set(half)) > 1 for run in runs for half in (run[:3], run[3:]))
    bad = [run for run, one in zip(runs, clear, strict=True) if one and run[0] == "500"]
    assert len(failing(pairs)) == (0 if mixed else len(bad))


def test_what_works(say: SimpleNamespace) -> None:
    """A slow answer works; one bad look in several does not."""
    assert works(series(say, say.INFO, "ok late"))
    assert not works(series(say, say.INFO, "ok 404"))


def test_a_rate_limit_is_all_that_is_said(say: SimpleNamespace) -> None:
    """Once, for the first question that met it."""
    run = [series(say, say.INFO, "404 404"), series(say, say.MOD, "429")]
    assert [one.code for one in throttled(run)] == [Code.HTTP_429]
    assert throttled(run[:1]) == ()
