"""The standing texts about causes."""

import pytest

from goproxy_exporter.diagnosis.advice import ADVICE
from goproxy_exporter.diagnosis.blame import blamed
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.names import Blame


def test_every_code_has_counsel() -> None:
    """Whoever gets a cause is told what it means and what to do."""
    assert set(ADVICE) == set(Code)


@pytest.mark.parametrize("code", Code)
def test_counsel_reads_well(code: Code) -> None:
    """A meaning is one sentence, an action one to three; lines of go's are no sentences."""
    counsel = ADVICE[code]
    assert counsel.meaning.endswith(".")
    assert counsel.meaning.count(". ") == 0
    assert counsel.action.endswith(".")
    assert counsel.action.count(". ") <= 2
    assert counsel.prints == counsel.prints.strip()


@pytest.mark.parametrize("code", Code)
def test_somebody_is_to_blame(code: Code) -> None:
    """Never the prober: its problems are no causes."""
    assert blamed(code)
    assert Blame.PROBER not in blamed(code)
    assert len(set(blamed(code))) == len(blamed(code))
