"""Does what was answered about golang.org/toolchain keep `go` from getting one?"""

from types import SimpleNamespace
from typing import Any

import pytest

from goproxy_exporter.diagnosis.contrast import Failing
from goproxy_exporter.diagnosis.looks import Series, rule
from goproxy_exporter.diagnosis.question import Expect, Form, Question
from goproxy_exporter.diagnosis.toolchain import unavailable
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.names import Blame, Endpoint

MODULE, VERSION = "golang.org/toolchain", "v0.0.1-go1.27.3.linux-amd64"
LIST = Question(endpoint=Endpoint.TOOLCHAIN, form=Form.LIST, module=MODULE, expect=Expect.NAMED)
INFO = Question(endpoint=Endpoint.TOOLCHAIN, form=Form.INFO, module=MODULE, version=VERSION)
PROMISED = Question(
    endpoint=Endpoint.TOOLCHAIN,
    form=Form.INFO,
    module=MODULE,
    version=VERSION,
    expect=Expect.LISTED,
)


@pytest.fixture
def fails(say: SimpleNamespace) -> Any:
    def made(question: Question, status: int, body: bytes = b"") -> Failing:
        look = say.look(question, status, body=body)
        looks = (look,) * look.symptom.looks
        ruling = rule(looks)
        assert ruling is not None
        return Failing(Series(question, looks), ruling)

    return made


@pytest.mark.parametrize(
    ("question", "status", "body", "counts_if"),
    [
        (LIST, 404, b"", {True}),
        (LIST, 200, b"", {True}),
        (LIST, 200, b"latest\n", {True, None, False}),
        (INFO, 410, b"", {True}),
        (INFO, 404, b"not found: bad upstream", {True, None}),
        (PROMISED, 404, b"", {True, None, False}),
        (LIST, 403, b"", {True, None, False}),
        (INFO, 502, b"", {True, None, False}),
    ],
)
def test_absence_and_the_rest(
    fails: Any, question: Question, status: int, body: bytes, counts_if: set[bool | None]
) -> None:
    """Only what a mirror may honestly not have depends on whether others have it."""
    bad = [fails(question, status, body)]
    for exists in (True, None, False):
        found = unavailable(bad, exists=exists)
        assert bool(found) is (exists in counts_if)
        assert {one.code for one in found} <= {Code.TOOLCHAIN_UNAVAILABLE}


def test_what_is_told(fails: Any) -> None:
    """What cannot be done, whose fault, and what it would be by itself."""
    listed, fetched = unavailable([fails(LIST, 403), fails(INFO, 404)], exists=True)
    assert listed.summary == "Go toolchains cannot be listed: mirror.example refuses with 403"
    assert fetched.summary == (
        f"Go toolchains cannot be fetched: {MODULE}@{VERSION} is answered 404"
    )
    assert (listed.blame, listed.evidence["shows_as"]) == (Blame.MIRROR, "http.403_policy")
    assert (fetched.endpoint, fetched.matched, fetched.looked) == (Endpoint.TOOLCHAIN, 2, 2)
