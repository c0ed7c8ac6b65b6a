"""Is it the spelling of a path that a mirror stumbles over?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from goproxy_exporter.diagnosis.contrast import Failing, works
from goproxy_exporter.diagnosis.finding import found
from goproxy_exporter.diagnosis.looks import Series
from goproxy_exporter.diagnosis.question import Question
from goproxy_exporter.gomod.endpoint import Spelling
from goproxy_exporter.gomod.path import escape_path, escape_version
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.facts import SHOWS_AS
from goproxy_exporter.model.result import Fact, Finding


class Mark(StrEnum):
    """What of a path gateways read in their own ways."""

    CASE = "!"
    """Before the small letter that stands for a capital one."""
    PLUS = "+"
    """Of ``+incompatible``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trouble:
    code: Code
    words: str


_TROUBLE: Mapping[Mark, _Trouble] = {
    Mark.CASE: _Trouble(
        code=Code.ENCODING_CASE, words="Paths with capital letters fail where plain ones work"
    ),
    Mark.PLUS: _Trouble(
        code=Code.ENCODING_PLUS, words="Versions with +incompatible fail where plain ones work"
    ),
}


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A mark as `go` spells it in a URL, another way to spell it, and how to ask so."""

    usual: str
    other: str
    spelling: Spelling


OTHERWISE: Mapping[Mark, Otherwise] = {
    Mark.CASE: Otherwise("%21", "!", Spelling.LITERAL_BANG),
    Mark.PLUS: Otherwise("+", "%2B", Spelling.ENCODED_PLUS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """What is known of a canary besides its answers.

    `exists` is None where nobody can tell. `comparable` tells that a mirror that has the plain
    module should have this one. `spellings` are statuses by how the mark was written, `works_as`
    is another spelling that was answered right: a proof by itself.
    """

    exists: bool | None = None
    comparable: bool = False
    spellings: Mapping[str, Fact] = field(default_factory=dict)
    works_as: str | None = None


def marks(question: Question) -> frozenset[Mark]:
    """Give what the URL of a question has in it. Raises ProtocolError for a bad path."""
    version = escape_version(question.version) if question.version else ""
    written = escape_path(question.module) + version
    return frozenset(mark for mark in Mark if mark in written)


def stumbles(mark: Mark, asked: Sequence[Series], bad: Sequence[Failing]) -> tuple[Failing, ...]:
    """Give those failures of a canary that its `mark` may explain.

    None where something without the mark fails too. Another mark in the same path must be shown
    to work by itself.
    """
    if any(mark not in marks(each.series.question) for each in bad):
        return ()
    fine = [marks(series.question) - {mark} for series in asked if _clears(mark, series)]
    cleared = frozenset[Mark]().union(*fine)
    suspects = (each for each in bad if marks(each.series.question) - {mark} <= cleared)
    return tuple(each for each in suspects if not names_it(mark, each))


def names_it(mark: Mark, bad: Failing) -> bool:
    """Tell whether a refusal calls the module or version by its name, unescaped.

    Then the path was read as it was meant, and the mirror honestly does not have it.
    """
    question, said = bad.series.question, bad.ruling.look.exchange.excerpt
    if not bad.ruling.symptom.absent or "escap" in said.lower():
        return False
    match mark:
        case Mark.CASE:
            return question.module in said
        case Mark.PLUS:
            return question.version is not None and question.version in said and "/@v/" not in said


def told(
    mark: Mark, bad: Sequence[Failing], suspects: Sequence[Failing], witness: Witness
) -> tuple[Finding, ...]:
    """Conclude about one canary: the escapes for the suspects, plain absence for the rest."""
    if not witness.works_as and (not witness.comparable or witness.exists is False):
        return ()
    findings = (
        _misread(mark, each, witness) if each in suspects else _absent(each, witness)
        for each in bad
    )
    return tuple(finding for finding in findings if finding is not None)


def _clears(mark: Mark, series: Series) -> bool:
    return works(series) and mark not in marks(series.question)


def _misread(mark: Mark, bad: Failing, witness: Witness) -> Finding | None:
    if bad.ruling.code is Code.SEMANTICS_MASKED_UPSTREAM_FAILURE:
        return _absent(bad, witness)
    if bad.ruling.symptom.absent and witness.exists is not True and not witness.works_as:
        return None
    trouble, plain = _TROUBLE[mark], found(bad.series, bad.ruling)
    evidence = {**plain.evidence, SHOWS_AS: str(bad.ruling.code)}
    if witness.spellings:
        evidence |= {"spellings": dict(witness.spellings), "works_as": witness.works_as}
    return replace(
        plain,
        code=trouble.code,
        endpoint=bad.series.question.endpoint,
        summary=f"{trouble.words}: {bad.ruling.symptom.summary}",
        evidence=evidence,
    )


def _absent(bad: Failing, witness: Witness) -> Finding | None:
    """Tell of what is not there for no fault of the spelling; anything else is a mere fact."""
    match bad.ruling.code:
        case Code.MODULE_MISSING if witness.exists is True:
            return found(bad.series, bad.ruling)
        case Code.SEMANTICS_MASKED_UPSTREAM_FAILURE if witness.exists is not False:
            return found(bad.series, bad.ruling)
        case _:
            return None
