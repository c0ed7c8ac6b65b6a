"""Which versions of a module should a list name that it does not?"""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.diagnosis.staleness import Reading, gone, overdue, withdrawn
from goproxy_exporter.model.freshness import Followed, Roll

NOW, HOUR = 1_800_000_000.0, 3600.0
MODULE = "example.com/m"


def reading(
    versions: str,
    published: Mapping[str, float] | None = None,
    *,
    first: Mapping[str, float] | None = None,
    seen: Mapping[str, float] | None = None,
) -> Reading:
    """A list, and hours since versions were published, first listed, or seen anywhere."""
    listed = {one: NOW - hours * HOUR for one, hours in (first or {}).items()}
    told = {one: NOW - hours * HOUR for one, hours in (published or {}).items()}
    known = {**listed, **told, **{one: NOW - hours * HOUR for one, hours in (seen or {}).items()}}
    names = {**told, **(seen or {})}
    roll = None
    if first is not None:
        roll = Roll(began=min(listed.values(), default=NOW), at=NOW, first=listed, lost={})
    return Reading(
        versions=frozenset(versions.split()),
        followed=tuple(
            Followed(module=MODULE, version=one, published=told.get(one)) for one in names
        ),
        since=known.get,
        roll=roll,
        now=NOW,
    )


@pytest.mark.parametrize(
    ("versions", "published", "late"),
    [
        ("v1.0.0", {}, ""),
        ("v1.0.0 v1.1.0", {"v1.1.0": 9}, ""),
        ("v1.0.0", {"v1.1.0": 0.5}, ""),
        ("v1.0.0", {"v1.1.0": 1.5}, "v1.1.0"),
        ("", {"v1.1.0": 2, "v1.2.0": 5}, "v1.2.0 v1.1.0"),
        # What came after is there: the list is younger than what it leaves out.
        ("v1.2.0", {"v1.1.0": 5, "v1.2.0": 2}, ""),
        ("v1.1.0", {"v1.1.0": 5, "v1.2.0": 2}, "v1.2.0"),
    ],
)
def test_overdue(versions: str, published: dict[str, float], late: str) -> None:
    """Missing for longer than the lag, and not left out of a newer list."""
    assert overdue(reading(versions, published), HOUR) == tuple(late.split())


def test_a_list_that_grew_is_newer() -> None:
    """A version that joined after the missing one came shows that the list was made since."""
    late = {"v1.1.0": 5.0}
    assert overdue(reading("v1.0.0", late, first={"v1.0.0": 6.0}), HOUR) == ("v1.1.0",)
    grown = reading("v1.0.0 v1.2.0", late, first={"v1.0.0": 6.0, "v1.2.0": 2.0})
    assert overdue(grown, HOUR) == ()


def test_first_sight_stands_for_publication() -> None:
    """Where no index tells, the first sight anywhere does."""
    assert overdue(reading("v1.0.0", seen={"v1.1.0": 1.5}), HOUR) == ("v1.1.0",)
    assert overdue(reading("v1.0.0", seen={"v1.1.0": 0.5}), HOUR) == ()


def test_gone() -> None:
    """What was there before, for long enough that caches agree about it, and is not now."""
    first = {"v1.0.0": 5.0, "v1.1.0": 0.1}
    assert gone(reading("v1.1.0", first=first), 600.0) == ("v1.0.0",)
    assert gone(reading("v1.0.0", first=first), 600.0) == ()
    assert gone(reading("v1.0.0", first={"v1.0.0": 5.0, "v1.1.0": 0.2}), 600.0) == ("v1.1.0",)
    assert gone(reading(""), 600.0) == ()


def test_what_was_there_is_not_overdue() -> None:
    """That it is gone is another matter."""
    first = {"v1.0.0": 5.0, "v1.1.0": 4.0}
    vanished = reading("v1.0.0", {"v1.1.0": 4.5}, first=first)
    assert (overdue(vanished, HOUR), gone(vanished, 600.0)) == ((), ("v1.1.0",))


def test_retracted() -> None:
    """What goes when something higher comes may have been retracted by it."""
    first = {"v1.0.0": 5.0, "v1.1.0": 5.0, "v1.3.0": 5.0}
    one = reading("v1.0.0 v1.2.0", first=first)
    assert withdrawn(one) == {"v1.1.0"}
    assert gone(one, 600.0) == ("v1.3.0",)


names = st.sampled_from([f"v1.{n}.0" for n in range(6)])
hours = st.floats(0, 48)


@given(st.sets(names), st.dictionaries(names, hours), st.dictionaries(names, hours) | st.none())
def test_laws(
    versions: set[str], published: dict[str, float], first: dict[str, float] | None
) -> None:
    """What is listed is neither late nor gone, and nothing is both."""
    one = reading(" ".join(versions), published, first=first)
    late, lost = overdue(one, HOUR), gone(one, 600.0)
    assert not versions & {*late, *lost}
    assert not {*late} & {*lost}
    assert {*late} <= published.keys()
    assert all(published[version] * HOUR > HOUR for version in late)
    assert {*lost} <= (first or {}).keys()
    full = reading(" ".join({*versions, *published, *(first or {})}), published, first=first)
    assert (overdue(full, HOUR), gone(full, 600.0)) == ((), ())
