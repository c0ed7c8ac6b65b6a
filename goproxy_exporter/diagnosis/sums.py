"""Is a file, well-formed as it may be, another one than it has to be?"""

from dataclasses import dataclass

from goproxy_exporter.diagnosis.question import Form, Question
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.names import Blame
from goproxy_exporter.model.result import Fact

PINNED = "pinned in the configuration"
_CODES = {
    Form.MOD: Code.INTEGRITY_MOD_HASH_MISMATCH,
    Form.ZIP: Code.INTEGRITY_ZIP_HASH_MISMATCH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """The hash that a file has to have, and who says so.

    `record` is its number in the tree of `tree_size` records that was proven to have it; None
    where the configuration says so.
    """

    h1: str
    source: str
    record: int | None = None
    tree_size: int | None = None


def other_file(question: Question, exchange: Exchange, h1: str, right: Sum) -> Symptom | None:
    """Tell of a file whose hash is not the right one; None where it is.

    It was answered 200 and is what such a file looks like: what is empty, a page, encoded or cut
    short never comes here.
    """
    if h1 == right.h1:
        return None
    evidence: dict[str, Fact] = {
        "h1": h1,
        "expected_h1": right.h1,
        "expected_from": right.source,
        "sha256": exchange.sha256,
    }
    if right.record is not None:
        evidence |= {"record": right.record, "tree_size": right.tree_size}
    what = "go.mod" if question.form is Form.MOD else "zip"
    abroad = exchange.last.host != exchange.hops[0].host
    return Symptom(
        code=_CODES[question.form],
        summary=f"The {what} of {question} is another file than that of {right.source}",
        blame=Blame.REDIRECT_TARGET if abroad else Blame.MIRROR,
        evidence=evidence,
    )
