"""What is remembered of fresh versions at a mirror, and what took how long?"""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.model.freshness import (
    Compared,
    Freshness,
    Listed,
    Recall,
    Seen,
    Sight,
)
from goproxy_exporter.model.names import CheckName, Endpoint, ProberProblem
from goproxy_exporter.verdict import arrivals, forget, recall
from goproxy_exporter.verdict.freshness import (
    MISSED_FOR,
    MOST_LISTS,
    MOST_TRAILS,
    MOST_VERSIONS,
    folded,
)

NOW = 1_800_000_000.0
NAME = ("a.b/c", "v1.0.0")
LIST, INFO = Endpoint.LIST, Endpoint.INFO
INTERVAL = 60.0
EMPTY = Freshness()


def sight(
    at: float, *, visible: bool, since: float = 0.0, published: bool = True, **more: Any
) -> Sight:
    """A look `at` seconds after NOW, at a version that exists since so many seconds after NOW."""
    given = {"name": NAME, "endpoint": LIST, **more}
    return Sight(visible=visible, at=NOW + at, since=NOW + since, published=published, **given)


def listed(at: float, versions: str, *withdrawn: str, module: str = "a.b/c") -> Listed:
    return Listed(
        module=module,
        versions=frozenset(versions.split()),
        at=NOW + at,
        withdrawn=frozenset(withdrawn),
    )


def history(*sights: Sight) -> list[tuple[Endpoint, float]]:
    """Fold sights one by one and give every arrival that was counted."""
    memory, counted = EMPTY, []
    for one in sights:
        after = folded(memory, Seen(sights=(one,)), INTERVAL)
        counted += list(arrivals(memory, after))
        memory = after
    return counted


@pytest.mark.parametrize(
    ("looks", "took"),
    [
        # Missing first: how long it took is known to the minute.
        ([(30, False), (90, True)], [90.0]),
        ([(30, False), (90, False), (4000, True)], [4000.0]),
        # There at the first look: only where that came soon after the publication.
        ([(30, True)], [30.0]),
        ([(60, True)], [60.0]),
        ([(61, True)], []),
        ([(4000, True), (4060, True)], []),
        # Once and never again, whatever comes after.
        ([(30, True), (90, False), (150, True)], [30.0]),
        ([(30, False), (90, True), (150, False), (210, True)], [90.0]),
        ([(4000, True), (4060, False), (4120, True)], []),
        ([(30, False)], []),
    ],
)
def test_what_counts(looks: list[tuple[float, bool]], took: list[float]) -> None:
    """A version counts once for each endpoint, and only where it is known how long it took."""
    assert history(*(sight(at, visible=visible) for at, visible in looks)) == [
        (LIST, seconds) for seconds in took
    ]


def test_a_first_sight_is_no_publication() -> None:
    """What was there at once may have been there for years; what came later came since."""
    assert history(sight(5, visible=True, published=False)) == []
    missed = sight(5, visible=False, published=False)
    assert history(missed, sight(65, visible=True, published=False)) == [(LIST, 65.0)]


def test_a_clock_ahead_of_ours() -> None:
    """An index whose clock is ahead makes no negative time."""
    assert history(sight(0, visible=True, since=20.0)) == [(LIST, 0.0)]


def test_endpoints_are_apart() -> None:
    """The file may be there while the list lags."""
    memory = folded(
        EMPTY,
        Seen(sights=(sight(30, visible=False), sight(30, visible=True, endpoint=INFO))),
        INTERVAL,
    )
    assert list(arrivals(EMPTY, memory)) == [(INFO, 30.0)]
    assert [memory.trace(NAME, each).visible for each in (LIST, INFO)] == [False, True]  # type: ignore[union-attr]
    assert memory.trace(NAME, Endpoint.ZIP) is None


def test_the_earliest_sight_counts() -> None:
    """Who hears later that it existed earlier, counts from then."""
    looks = (
        sight(100, visible=False, since=90.0, published=False),
        sight(160, visible=True, since=40.0, published=False),
    )
    assert history(*looks) == [(LIST, 120.0)]


def test_cold_is_what_the_first_look_found() -> None:
    """Later absences say nothing about it."""
    first = folded(EMPTY, Seen(sights=(sight(0, visible=False, cold=True),)), INTERVAL)
    again = folded(first, Seen(sights=(sight(60, visible=False),)), INTERVAL)
    other = folded(EMPTY, Seen(sights=(sight(0, visible=False),)), INTERVAL)
    colds = [memory.trace(NAME, LIST).cold for memory in (first, again, other)]  # type: ignore[union-attr]
    assert colds == [True, True, False]


def rolled(*lists: Listed) -> Any:
    memory = EMPTY
    for one in lists:
        memory = folded(memory, Seen(lists=(one,)), INTERVAL)
    return memory.rolls["a.b/c"]


def test_lists() -> None:
    """When each version was first listed, and since when those are missing that were."""
    roll = rolled(listed(0, "v1.0.0 v1.1.0"), listed(60, "v1.0.0 v1.2.0"), listed(120, "v1.0.0"))
    assert roll.first == {"v1.0.0": NOW, "v1.1.0": NOW, "v1.2.0": NOW + 60}
    assert roll.lost == {"v1.1.0": NOW + 60, "v1.2.0": NOW + 120}
    assert (roll.began, roll.at) == (NOW, NOW + 120)


def test_lost_versions_come_back_or_are_forgotten() -> None:
    """Back in the list, withdrawn at the source, or missed for a week."""
    two, one = listed(0, "v1.0.0 v1.1.0"), listed(60, "v1.0.0")
    assert rolled(two, one, listed(120, "v1.0.0 v1.1.0")).lost == {}
    withdrawn = rolled(two, listed(60, "v1.0.0", "v1.1.0"))
    assert (withdrawn.lost, set(withdrawn.first)) == ({}, {"v1.0.0"})
    late = rolled(two, one, listed(61 + MISSED_FOR, "v1.0.0"))
    assert (late.lost, set(late.first)) == ({}, {"v1.0.0"})


def test_a_long_list_is_cut() -> None:
    """The highest versions are remembered."""
    versions = " ".join(f"v1.{n}.0" for n in range(MOST_VERSIONS + 50))
    roll = rolled(listed(0, versions), listed(60, "v1.0.0"))
    assert len(roll.first) == MOST_VERSIONS
    assert f"v1.{MOST_VERSIONS + 49}.0" in roll.lost


def test_what_others_saw() -> None:
    """The first sight anywhere, whose list names it, and what no mirror lacks."""
    mine = folded(EMPTY, Seen(sights=(sight(50, visible=False, since=40.0),)), INTERVAL)
    both = (sight(60, visible=True, since=10.0), sight(60, visible=True, endpoint=INFO))
    theirs = folded(EMPTY, Seen(sights=both), INTERVAL)
    known = recall(mine, [theirs], [mine, theirs])
    assert known.own == mine
    assert known.since == {NAME: NOW}
    assert known.listed == {NAME}
    assert known.everywhere == frozenset()
    assert recall(theirs, [mine], [theirs]).listed == frozenset()
    assert recall(theirs, [], [theirs]).everywhere == {NAME}
    assert recall(EMPTY, [], []) == Recall()


names = st.tuples(
    st.sampled_from(["a.b/c", "a.b/d"]), st.sampled_from([f"v1.{n}.0" for n in range(60)])
)
sights = st.builds(
    Sight,
    name=names,
    endpoint=st.sampled_from([LIST, INFO]),
    visible=st.booleans(),
    at=st.floats(NOW, NOW + 9e5),
    since=st.floats(NOW - 9e5, NOW + 60),
    published=st.booleans(),
)
lists = st.builds(
    Listed,
    module=st.sampled_from([f"a.b/m{n}" for n in range(30)]),
    versions=st.frozensets(st.sampled_from([f"v1.{n}.0" for n in range(20)])),
    at=st.floats(NOW, NOW + 9e5),
)
runs = st.builds(
    Seen,
    sights=st.lists(sights, max_size=12).map(tuple),
    lists=st.lists(lists, max_size=6).map(tuple),
    compared=st.lists(
        st.builds(
            Compared,
            subject=st.tuples(st.just(LIST), st.sampled_from([f"a.b/m{n}" for n in range(30)])),
            agreed=st.booleans(),
            at=st.floats(NOW, NOW + 9e5),
        ),
        max_size=6,
    ).map(tuple),
)


@given(st.lists(runs, max_size=10))
def test_memory_is_bounded_and_counts_once(all_runs: list[Seen]) -> None:
    """Whatever runs see, memory stays small, and no time is negative."""
    memory = EMPTY
    for seen in all_runs:
        after = folded(memory, seen, INTERVAL)
        assert len(after.trails) <= MOST_TRAILS
        assert len(after.rolls) <= MOST_LISTS
        assert len(after.compared) <= MOST_LISTS
        assert all(seconds >= 0 for _, seconds in arrivals(memory, after))
        assert list(arrivals(after, after)) == []
        for roll in after.rolls.values():
            assert set(roll.lost) <= set(roll.first)
        for one in seen.lists:
            known = after.rolls.get(one.module)
            latest = [each for each in seen.lists if each.module == one.module][-1]
            assert known is None or not latest.versions & known.lost.keys()
        memory = after


def test_only_the_check_itself_changes_it(make: Any) -> None:
    """Results of other checks bring nothing, void ones change nothing, and it is forgotten with it."""
    seen = Seen(sights=(sight(0, visible=True),))
    check = make.check(CheckName.FRESHNESS)
    result = make.result(check, at=NOW)
    memory = make.fold(_with(result, seen))
    assert memory.freshness.trace(NAME, LIST).visible
    other = make.fold(make.result(make.check(CheckName.ZIP), at=NOW + 1), onto=memory)
    assert other.freshness == memory.freshness
    void = make.result(check, at=NOW + 2, problems={ProberProblem.OFFLINE: "x"})
    void = _with(void, Seen(sights=(sight(2, visible=False),)))
    assert make.fold(void, onto=memory).freshness == memory.freshness
    assert forget(memory, {CheckName.FRESHNESS}).freshness == memory.freshness
    assert forget(memory, {CheckName.ZIP}).freshness == EMPTY


def _with(result: Any, seen: Seen) -> Any:
    return replace(result, seen=seen)
