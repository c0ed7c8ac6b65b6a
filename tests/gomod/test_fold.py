"""Equality but for case; every set is compared with Go's in test_xmod_judge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.gomod.fold import fold


@given(st.text(), st.text())
def test_folding_is_by_character(one: str, other: str) -> None:
    """Folding keeps lengths, is stable, and folds a text piece by piece."""
    assert len(fold(one)) == len(one)
    assert fold(fold(one)) == fold(one)
    assert fold(one + other) == fold(one) + fold(other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("A", "a", True),
        ("K", "\u212a", True),
        ("s", "\u017f", True),
        ("Σ", "ς", True),
        ("ß", "\u1e9e", True),
        ("ß", "ss", False),
        ("\u0130", "i", False),
        ("\u0131", "i", False),
        ("é", "e\u0301", False),
    ],
)
def test_known_pairs(one: str, other: str, same: bool) -> None:
    """Simple folding joins what Unicode's simple rule joins, and no more."""
    assert (fold(one) == fold(other)) == same
