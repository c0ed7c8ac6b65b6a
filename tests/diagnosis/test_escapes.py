"""Is it the spelling of a path that a mirror stumbles over?"""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from goproxy_exporter.diagnosis.contrast import Failing
from goproxy_exporter.diagnosis.escapes import Mark, Witness, marks, names_it, stumbles, told
from goproxy_exporter.diagnosis.looks import Series, rule
from goproxy_exporter.diagnosis.question import Form, Question
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.names import Blame, Endpoint

UPPER, LOWER = "example.com/Upper", "example.com/lower"
OLD = "v2.0.0+incompatible"
SURE = Witness(exists=True, comparable=True)


def asked(form: Form, module: str, version: str | None = None) -> Question:
    endpoint = Endpoint.UPPERCASE if module == UPPER else Endpoint.INCOMPATIBLE
    return Question(endpoint=endpoint, form=form, module=module, version=version)


@pytest.fixture
def fails(say: SimpleNamespace) -> Any:
    def made(
        question: Question, status: int = 404, body: bytes = b"", excerpt: str = ""
    ) -> Failing:
        look = say.look(question, status, body=body)
        look = replace(look, exchange=replace(look.exchange, excerpt=excerpt))
        looks = (look,) * look.symptom.looks
        ruling = rule(looks)
        assert ruling is not None
        return Failing(Series(question, looks), ruling)

    return made


@pytest.fixture
def fine(say: SimpleNamespace) -> Any:
    def made(question: Question) -> Series:
        return Series(question, (say.look(question, 200, body=b"v1.0.0\n"),))

    return made


@pytest.mark.parametrize(
    ("module", "version", "expected"),
    [
        (LOWER, None, set()),
        (LOWER, "v1.0.0", set()),
        (UPPER, None, {Mark.CASE}),
        (LOWER, "v1.0.0-RC1", {Mark.CASE}),
        (LOWER, OLD, {Mark.PLUS}),
        (UPPER, OLD, {Mark.CASE, Mark.PLUS}),
    ],
)
def test_marks(module: str, version: str | None, expected: set[Mark]) -> None:
    """Capital letters of a version are escaped as well."""
    assert marks(asked(Form.INFO, module, version)) == expected


def test_a_list_that_fails_too_clears_the_plus_sign(fails: Any, fine: Any) -> None:
    """Its path has none."""
    listed, info = asked(Form.LIST, LOWER), asked(Form.INFO, LOWER, OLD)
    bad = [fails(listed), fails(info)]
    assert stumbles(Mark.PLUS, [each.series for each in bad], bad) == ()
    assert stumbles(Mark.PLUS, [fine(listed), bad[1].series], bad[1:]) == (bad[1],)


def test_a_path_with_both_marks_needs_one_of_them_cleared(fails: Any, fine: Any) -> None:
    """A module with capital letters at +incompatible: its list shows which of the two it is."""
    listed, info = asked(Form.LIST, UPPER), asked(Form.INFO, UPPER, OLD)
    bad = fails(info)
    assert stumbles(Mark.PLUS, [fine(listed), bad.series], [bad]) == (bad,)
    assert stumbles(Mark.CASE, [fine(listed), bad.series], [bad]) == ()
    assert stumbles(Mark.PLUS, [bad.series], [bad]) == ()
    both = [fails(listed), bad]
    assert stumbles(Mark.PLUS, [each.series for each in both], both) == ()
    assert stumbles(Mark.CASE, [each.series for each in both], both) == (both[0],)


@pytest.mark.parametrize(
    ("mark", "status", "said", "expected"),
    [
        (Mark.CASE, 404, f"not found: {UPPER}@v1.0.0: unknown revision", True),
        (Mark.CASE, 410, f"gone: {UPPER}", True),
        (Mark.CASE, 404, "not found: example.com/upper@v1.0.0", False),
        (Mark.CASE, 404, "no file example.com/!upper/@v/v1.0.0.info", False),
        (Mark.CASE, 404, f'invalid escaped module path "{UPPER}"', False),
        (Mark.CASE, 403, f"{UPPER} is blocked", False),
        (Mark.CASE, 404, "", False),
        (Mark.PLUS, 404, f"not found: {LOWER}@{OLD}: unknown revision", True),
        (Mark.PLUS, 404, f"unknown revision {OLD}", True),
        (Mark.PLUS, 404, "unknown revision v2.0.0 incompatible", False),
        (Mark.PLUS, 404, f"/{LOWER}/@v/{OLD}.info was not found", False),
    ],
)
def test_who_names_it_has_read_it(
    fails: Any, mark: Mark, status: int, said: str, *, expected: bool
) -> None:
    """A name as people write it, not the path as it was asked for."""
    question = asked(Form.INFO, UPPER if mark is Mark.CASE else LOWER, OLD)
    assert names_it(mark, fails(question, status, excerpt=said)) is expected


@pytest.mark.parametrize(
    ("witness", "status", "code"),
    [
        (SURE, 404, Code.ENCODING_CASE),
        (SURE, 403, Code.ENCODING_CASE),
        (Witness(exists=None, comparable=True), 404, None),
        (Witness(exists=None, comparable=True), 403, Code.ENCODING_CASE),
        (Witness(exists=False, comparable=True), 403, None),
        (Witness(exists=True, comparable=False), 404, None),
        (Witness(exists=True, comparable=False), 403, None),
        (Witness(works_as="!"), 404, Code.ENCODING_CASE),
        (Witness(exists=False, works_as="!"), 403, Code.ENCODING_CASE),
    ],
)
def test_what_must_be_known(fails: Any, witness: Witness, status: int, code: Code | None) -> None:
    """Absence needs proof of existence, everything a comparable twin; a spelling is both."""
    bad = [fails(asked(Form.INFO, UPPER, "v1.0.0"), status)]
    assert [one.code for one in told(Mark.CASE, bad, bad, witness)] == ([code] if code else [])


def test_what_is_told(fails: Any) -> None:
    """One sentence, the evidence of the answer, and what it would be by itself."""
    question = asked(Form.INFO, LOWER, OLD)
    bad = [fails(question, 403)]
    witness = replace(SURE, spellings={"+": 403, "%2B": 200}, works_as="%2B")
    (finding,) = told(Mark.PLUS, bad, bad, witness)
    assert finding.code is Code.ENCODING_PLUS
    assert (finding.endpoint, finding.module) == (Endpoint.INCOMPATIBLE, f"{LOWER}@{OLD}")
    assert finding.blame is Blame.MIRROR
    assert finding.summary == (
        "Versions with +incompatible fail where plain ones work: mirror.example refuses with 403"
    )
    assert finding.evidence["status"] == 403
    assert finding.evidence["shows_as"] == "http.403_policy"
    assert finding.evidence["spellings"] == {"+": 403, "%2B": 200}
    assert finding.evidence["works_as"] == "%2B"


def test_what_is_not_the_spelling(fails: Any) -> None:
    """Plain absence and masked failures keep their names; the rest is left to others."""
    question = asked(Form.INFO, UPPER, "v1.0.0")
    masked = fails(question, body=b"not found: bad upstream")
    cases = (
        (fails(question), SURE, Code.MODULE_MISSING),
        (fails(question), replace(SURE, exists=None), None),
        (fails(question, 403), SURE, None),
        (masked, SURE, Code.SEMANTICS_MASKED_UPSTREAM_FAILURE),
        (masked, replace(SURE, exists=None), Code.SEMANTICS_MASKED_UPSTREAM_FAILURE),
    )
    for bad, witness, code in cases:
        found = [one.code for one in told(Mark.CASE, [bad], [], witness)]
        assert found == ([code] if code else [])
    assert [one.code for one in told(Mark.CASE, [masked], [masked], SURE)] == [
        Code.SEMANTICS_MASKED_UPSTREAM_FAILURE
    ]
