"""How old are the youngest versions that can all be seen?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.diagnosis.slots import SLOTS, reached, slot_of

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
NAMES = [name for name, _ in SLOTS]

ages = st.lists(st.tuples(st.floats(0, 8 * DAY), st.booleans()), max_size=8)


@pytest.mark.parametrize(
    ("age", "name"),
    [
        (0.0, "1m"),
        (60.0, "1m"),
        (61.0, "5m"),
        (30 * MINUTE, "30m"),
        (2 * HOUR + 1, "6h"),
        (7 * DAY, "7d"),
        (7 * DAY + 1, None),
    ],
)
def test_names(age: float, name: str | None) -> None:
    """A slot is called by its end, which belongs to it."""
    assert slot_of(age) == name


@pytest.mark.parametrize(
    ("known", "name"),
    [
        ([], None),
        ([(3 * HOUR, True)], "6h"),
        ([(3 * HOUR, False)], None),
        ([(2 * MINUTE, False), (3 * HOUR, True)], "6h"),
        ([(2 * MINUTE, True), (3 * HOUR, False)], None),
        ([(2 * MINUTE, True), (3 * HOUR, True), (9 * DAY, False)], "5m"),
        ([(3 * MINUTE, True), (4 * MINUTE, False), (10 * MINUTE, True)], "30m"),
    ],
)
def test_the_newest_slot(known: list[tuple[float, bool]], name: str | None) -> None:
    """All of a slot, and nothing older missing; what is older than a week is no news."""
    assert reached(known) == name


@given(ages, st.tuples(st.floats(0, 8 * DAY), st.booleans()))
def test_one_more_missing_never_looks_fresher(
    known: list[tuple[float, bool]], more: tuple[float, bool]
) -> None:
    """A version that is missing can only move the slot to older ones."""
    before, after = reached(known), reached([*known, (more[0], False)])
    rank = [None, *reversed(NAMES)]
    assert rank.index(after) <= rank.index(before)


@given(ages)
def test_a_slot_that_is_reached_keeps_its_word(known: list[tuple[float, bool]]) -> None:
    """It has versions, and whatever is at least as old is visible."""
    name = reached(known)
    if name is not None:
        mine = [one for one in known if slot_of(one[0]) in NAMES[NAMES.index(name) :]]
        assert any(slot_of(age) == name for age, _ in mine)
        assert all(visible for _, visible in mine)
