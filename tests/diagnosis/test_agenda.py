"""Which lists does a run ask for?"""

from collections.abc import Iterable

from goproxy_exporter.diagnosis.agenda import (
    ASK_EVERY,
    COMPARE_EVERY,
    compared,
    subjects,
    wanted,
)
from goproxy_exporter.model.freshness import (
    Compared,
    Followed,
    Freshness,
    Recall,
    Roll,
    Subject,
    Trace,
    Trail,
)
from goproxy_exporter.model.names import Endpoint

NOW = 1_800_000_000.0
FOLLOWED = tuple(Followed(module=f"a.b/m{n}", version="v1.0.0", published=NOW) for n in range(3))
UNTAGGED = "a.b/untagged"
LISTS: tuple[Subject, ...] = tuple((Endpoint.LIST, f"a.b/m{n}") for n in range(3))
LATEST: Subject = (Endpoint.LATEST, UNTAGGED)
BOTH = (Endpoint.LIST, Endpoint.INFO)


def trail(visible: bool, *endpoints: Endpoint) -> Trail:
    traces = {each: Trace(visible=visible, first=NOW) for each in endpoints}
    return Trail(since=NOW, at=NOW, traces=traces)


def recall(shown: Iterable[Followed] = FOLLOWED, *, asked: float = 10.0, **own: object) -> Recall:
    """Everything is visible, and was asked for a few seconds ago, the first one last."""
    every = (*LISTS, LATEST)
    given: dict[str, object] = {
        "trails": {one.name: trail(True, *BOTH) for one in shown},
        "asked": {each: NOW - asked - place for place, each in enumerate(every)},
        **own,
    }
    return Recall(own=Freshness(**given))  # type: ignore[arg-type]  # real fields


def asks(known: Recall, *revisions: Followed) -> tuple[Subject, ...]:
    return wanted(subjects(FOLLOWED, UNTAGGED), FOLLOWED, revisions, known, NOW)


def test_at_first_everything() -> None:
    """Nothing is known, so everything is asked once: a list once for all its versions."""
    twice = (*FOLLOWED, Followed(module="a.b/m0", version="v1.1.0", published=NOW))
    assert subjects(twice, UNTAGGED) == (*LISTS, LATEST)
    assert wanted(subjects(twice, UNTAGGED), twice, (), Recall(), NOW) == (*LISTS, LATEST)
    assert subjects((), None) == ()
    assert wanted((), (), (), Recall(), NOW) == ()


def test_when_all_is_well_one_list_in_turn() -> None:
    """So that each run hears something, and little more."""
    assert asks(recall()) == (LISTS[2],)
    assert asks(recall(asked=ASK_EVERY)) == (*LISTS, LATEST)


def test_without_lists_the_latest() -> None:
    """Where nothing else is followed."""
    assert wanted(subjects((), UNTAGGED), (), (), recall(()), NOW) == (LATEST,)


def test_what_is_awaited() -> None:
    """A version whose list or file is not there yet, and a revision that @latest lacks."""
    for endpoint in BOTH:
        seen = recall(FOLLOWED[1:])
        trails = {**seen.own.trails, FOLLOWED[0].name: trail(True, endpoint)}
        assert asks(recall(trails=trails)) == (LISTS[0], LISTS[2])
    revision = Followed(module=UNTAGGED, version="v0.0.0-20240103183307-be819d1f06fc")
    assert asks(recall(), revision) == (LISTS[2], LATEST)


def test_what_was_wrong() -> None:
    """A list that lost something, and answers that disagreed, are asked for in every run."""
    roll = Roll(began=0, at=NOW, first={"v1.0.0": 0}, lost={"v1.0.0": NOW})
    assert asks(recall(rolls={"a.b/m1": roll})) == LISTS[1:]
    odd = {LISTS[0]: Compared(subject=LISTS[0], agreed=False, at=NOW)}
    assert asks(recall(compared=odd)) == (LISTS[0], LISTS[2])


def test_comparing() -> None:
    """Rarely, in turn, lists and @latest apart; what disagreed every time."""
    every = (*LISTS, LATEST)
    assert compared(every, Recall(), NOW) == (LISTS[0], LATEST)
    assert compared((), Recall(), NOW) == ()
    long_ago, lately = NOW - COMPARE_EVERY, NOW - COMPARE_EVERY + 1

    def at(moments: dict[Subject, float], *, agreed: bool = True) -> Recall:
        own = {
            subject: Compared(subject=subject, agreed=agreed, at=moment)
            for subject, moment in moments.items()
        }
        return Recall(own=Freshness(compared=own))

    assert compared(every, at({LISTS[0]: lately, LATEST: long_ago}), NOW) == (LATEST,)
    assert compared(every, at({LISTS[0]: long_ago, LATEST: lately}), NOW) == (LISTS[1],)
    old = at({LISTS[0]: long_ago, LISTS[1]: long_ago - 1, LISTS[2]: long_ago, LATEST: lately})
    assert compared(every, old, NOW) == (LISTS[1],)
    assert compared(every, at({LISTS[2]: NOW, LATEST: NOW}, agreed=False), NOW) == (
        LISTS[2],
        LATEST,
    )
