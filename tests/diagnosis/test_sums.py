"""A well-formed file that is another one."""

from types import SimpleNamespace

import pytest

from goproxy_exporter.diagnosis.sums import PINNED, Sum, other_file
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.names import Blame

RIGHT = Sum(h1="h1:right", source="record 7 of sum.example", record=7, tree_size=9)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("MOD", Code.INTEGRITY_MOD_HASH_MISMATCH),
        ("ZIP", Code.INTEGRITY_ZIP_HASH_MISMATCH),
    ],
)
def test_another_file(say: SimpleNamespace, name: str, code: Code) -> None:
    """Its hash tells, and whoever says which one is right is named; a right file is no symptom."""
    question = getattr(say, name)
    exchange = say.exchange(question, 200)
    assert other_file(question, exchange, "h1:right", RIGHT) is None
    symptom = other_file(question, exchange, "h1:other", RIGHT)
    assert symptom is not None
    assert (symptom.code, symptom.blame, symptom.looks) == (code, Blame.MIRROR, 2)
    assert symptom.evidence == {
        "h1": "h1:other",
        "expected_h1": "h1:right",
        "expected_from": "record 7 of sum.example",
        "sha256": None,
        "record": 7,
        "tree_size": 9,
    }


def test_who_served_it(say: SimpleNamespace) -> None:
    """A storage host that a redirect leads to is blamed for its own bytes."""
    exchange = say.exchange(say.ZIP, 200, host=say.TARGET, via=say.HOST)
    symptom = other_file(say.ZIP, exchange, "h1:other", Sum(h1="h1:right", source=PINNED))
    assert symptom is not None
    assert symptom.blame is Blame.REDIRECT_TARGET
    assert "record" not in symptom.evidence
