"""What several looks say together."""

from types import SimpleNamespace
from typing import Any

import pytest

from goproxy_exporter.diagnosis.looks import Look, Series, rule, undecided, wanted_looks
from goproxy_exporter.diagnosis.question import Question
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import FailureKind as Kind
from goproxy_exporter.model.exchange import Phases

SILENT = {"kind": Kind.DEADLINE, "phases": Phases(processing=6.0), "waited": 6.0}
LATE = {"phases": Phases(processing=7.0, transfer=0.1)}
WORDS: dict[str, tuple[int | None, dict[str, Any]]] = {
    "ok": (200, {}),
    "404": (404, {}),
    "bad upstream": (404, {"body": b"not found: bad upstream"}),
    "500": (500, {}),
    "403": (403, {}),
    "429": (429, {}),
    "reset": (None, {"kind": Kind.RESET}),
    "refused": (None, {"kind": Kind.H2_RETRYABLE}),
    "h2": (None, {"kind": Kind.H2_STREAM_ERROR}),
    "silent": (None, SILENT),
    "stall": (None, {"kind": Kind.STALL}),
    "late": (200, LATE),
    "page": (200, {"body": b"<html>"}),
}


def looks(say: SimpleNamespace, names: str, question: Question | None = None) -> list[Look]:
    asked = question or say.INFO
    other = Symptom(code=Code.INTEGRITY_MOD_HASH_MISMATCH, summary="another file")
    return [
        Look(say.exchange(asked), other)
        if name == "other"
        else say.look(asked, WORDS[name][0], **WORDS[name][1])
        for name in names.split(", ")
    ]


@pytest.mark.parametrize(
    ("seen", "code", "matched"),
    [
        ("ok", None, 0),
        ("429", Code.HTTP_429, 1),
        ("500, 429", Code.HTTP_429, 1),
        ("500, 500, 429", Code.HTTP_429, 1),
        ("refused, 429", Code.HTTP_429, 1),
        ("other, 429", Code.HTTP_429, 1),
        ("404, 403, 404", Code.HTTP_403_POLICY, 1),
        ("404, silent, 404", Code.MODULE_MISSING, 2),
        ("404, silent, silent", None, 0),
        ("404, silent, stall", Code.TRANSPORT_TIMEOUT, 2),
        ("404, late", Code.SEMANTICS_COLD_MISS_404, 1),
        ("late, 404, 404", Code.MODULE_MISSING, 2),
        ("late, 500, 500", Code.HTTP_5XX, 2),
        ("late, reset, late", None, 0),
        ("late, 500, late", Code.HTTP_5XX_INTERMITTENT, 1),
        ("500, late, late", Code.HTTP_5XX_INTERMITTENT, 1),
        ("reset, late", None, 0),
        ("bad upstream, 500, bad upstream", Code.SEMANTICS_MASKED_UPSTREAM_FAILURE, 2),
        ("reset, silent, silent", None, 0),
        ("reset, page, 403", Code.HTTP_403_POLICY, 1),
        ("other, other", Code.INTEGRITY_MOD_HASH_MISMATCH, 2),
        ("other, ok", None, 0),
        ("other, 500, 500", Code.INTEGRITY_MOD_HASH_MISMATCH, 1),
        ("500, other, ok", Code.HTTP_5XX_INTERMITTENT, 1),
        ("404, 404", Code.MODULE_MISSING, 2),
        ("404, ok", Code.SEMANTICS_COLD_MISS_404, 1),
        ("bad upstream, bad upstream", Code.SEMANTICS_MASKED_UPSTREAM_FAILURE, 2),
        ("bad upstream, ok", Code.SEMANTICS_COLD_MISS_404, 1),
        ("500, 500, 500", Code.HTTP_5XX, 3),
        ("500, 500, ok", Code.HTTP_5XX_INTERMITTENT, 2),
        ("500, ok, ok", Code.HTTP_5XX_INTERMITTENT, 1),
        ("404, 500, ok", Code.HTTP_5XX_INTERMITTENT, 1),
        ("500, reset, 500", Code.HTTP_5XX, 2),
        ("reset, reset", Code.TRANSPORT_RESET, 2),
        ("reset, ok", None, 0),
        ("403, 403", Code.HTTP_403_POLICY, 2),
        ("403, ok", None, 0),
        ("page, page", Code.SEMANTICS_SOFT200, 2),
        ("reset, page, page", Code.SEMANTICS_SOFT200, 2),
        ("refused, refused, refused", Code.TRANSPORT_H2_STREAM_ERROR, 3),
        ("refused, refused, ok", None, 0),
        ("refused, 404, 404", Code.MODULE_MISSING, 2),
        ("404, refused, 404", Code.MODULE_MISSING, 2),
        ("refused, refused, 404", None, 0),
        ("refused, late, late", Code.PERF_SLOW_FIRST_BYTE, 2),
        ("refused, 404, ok", Code.SEMANTICS_COLD_MISS_404, 1),
        ("silent, 500, 500", Code.HTTP_5XX, 2),
        ("silent, late, late", Code.PERF_SLOW_FIRST_BYTE, 3),
        ("h2, h2", Code.TRANSPORT_H2_STREAM_ERROR, 2),
        ("silent, stall", Code.TRANSPORT_TIMEOUT, 2),
        ("silent, late", Code.PERF_SLOW_FIRST_BYTE, 2),
        ("silent, silent", Code.PERF_SLOW_FIRST_BYTE, 2),
        ("silent, ok", None, 0),
        ("late, late", Code.PERF_SLOW_FIRST_BYTE, 2),
        ("late, ok", None, 0),
    ],
)
def test_rulings(say: SimpleNamespace, seen: str, code: Code | None, matched: int) -> None:
    """Bad every time is steady; bad and then good is a cause for 5xx and 404 only.

    Absence is steady only where nothing else was seen, what is proven goes before everything else,
    and a rate limit ends the looks.
    """
    ruling = rule(looks(say, seen))
    assert (ruling.code if ruling else None) is code
    if ruling:
        assert (ruling.matched, ruling.looked) == (matched, len(seen.split(", ")))


@pytest.mark.parametrize(
    ("seen", "more"),
    [
        ("ok", False),
        ("429", False),
        ("500, 429", False),
        ("refused, 429", False),
        ("404", True),
        ("404, silent", True),
        ("404, late", False),
        ("late, silent", False),
        ("404, ok", False),
        ("404, 404", False),
        ("404, reset", True),
        ("404, reset, page", False),
        ("reset", True),
        ("500", True),
        ("500, ok", True),
        ("500, ok, ok", False),
        ("refused", True),
        ("refused, refused", True),
        ("silent", True),
        ("silent, silent", False),
        ("silent, stall", False),
        ("late", True),
    ],
)
def test_how_often_to_ask(say: SimpleNamespace, seen: str, more: bool) -> None:
    """Bad answers are asked again: once, for 5xx and refused streams twice, never thrice."""
    assert wanted_looks(looks(say, seen)) is more


def test_what_is_left_in_doubt(say: SimpleNamespace) -> None:
    """What was answered badly, and not looked at again; under a rate limit every bad answer."""

    def run(**seen: str) -> list[Series]:
        asked = {"info": say.INFO, "mod": say.MOD, "list": say.LIST}
        return [
            Series(asked[name], tuple(looks(say, words, asked[name])))
            for name, words in seen.items()
        ]

    assert undecided(run(info="ok", mod="403, 403", list="404, ok")) == frozenset()
    assert undecided(run(info="ok", mod="403", list="500, 500")) == {"mod", "list"}
    assert undecided(run(info="404, silent, silent")) == {"info"}
    assert undecided(run(info="ok", mod="403, 403", list="429")) == {"mod", "list"}


@pytest.mark.parametrize("seen", ["404", "500", "500, 500", "reset", "silent", "refused, refused"])
def test_nothing_without_a_second_look(say: SimpleNamespace, seen: str) -> None:
    """A run that was cut off before the second look asserts nothing."""
    assert rule(looks(say, seen)) is None
