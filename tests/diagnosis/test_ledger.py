"""What is known of the followed versions, by this run and by earlier ones?"""

from goproxy_exporter.diagnosis.ledger import Ledger
from goproxy_exporter.model.freshness import Followed, Freshness, Recall, Sight, Trace, Trail
from goproxy_exporter.model.names import Endpoint

NOW = 1_800_000_000.0
TOLD = Followed(module="a.b/c", version="v1.0.0", published=NOW - 100)
NAMED = Followed(module="a.b/d", version="v1.0.0", declared=True)
LIST, INFO = Endpoint.LIST, Endpoint.INFO


def trail(*, visible: bool) -> Trail:
    return Trail(since=NOW - 50, at=NOW, traces={LIST: Trace(visible=visible, first=NOW)})


def test_since() -> None:
    """Published, or else seen anywhere first: by others, or by this run."""
    ledger = Ledger((TOLD, NAMED), Recall())
    assert (ledger.since(TOLD.name), ledger.since(NAMED.name)) == (NOW - 100, None)
    ledger.saw(NAMED.name, LIST, NOW, visible=False)
    assert ledger.since(NAMED.name) is None
    ledger.saw(NAMED.name, INFO, NOW + 1, visible=True)
    ledger.exists(NAMED.name, NOW + 2)
    assert ledger.since(NAMED.name) == NOW + 1
    assert Ledger((NAMED,), Recall(since={NAMED.name: NOW - 7})).since(NAMED.name) == NOW - 7
    assert Ledger((TOLD,), Recall(since={TOLD.name: NOW - 7})).since(TOLD.name) == NOW - 100


def test_memory_counts_where_nobody_looked() -> None:
    """What was visible before is not asked for again; a look of this run decides."""
    own = Freshness(trails={TOLD.name: trail(visible=True)})
    ledger = Ledger((TOLD,), Recall(own=own))
    assert (ledger.visible(TOLD.name, LIST), ledger.visible(TOLD.name, INFO)) == (True, None)
    assert not ledger.heard
    ledger.saw(TOLD.name, LIST, NOW, visible=False)
    assert (ledger.visible(TOLD.name, LIST), ledger.heard) == (False, True)


def test_lag() -> None:
    """The age of the oldest that is missing; 0 where all is there, nothing where nobody knows."""
    ledger = Ledger((TOLD, NAMED), Recall(since={NAMED.name: NOW - 500}))
    assert ledger.lag(LIST, NOW) is None
    ledger.saw(TOLD.name, LIST, NOW, visible=True)
    assert ledger.lag(LIST, NOW) == 0
    ledger.saw(NAMED.name, LIST, NOW, visible=False)
    assert ledger.lag(LIST, NOW) == 500
    ledger.saw(TOLD.name, LIST, NOW, visible=False)
    assert ledger.lag(LIST, NOW) == 500
    ledger.dismissed.add(NAMED.name)
    assert ledger.lag(LIST, NOW) == 100
    assert ledger.ages(LIST, NOW) == ((100, False),)


def test_ages_need_a_publication() -> None:
    """How old a version is that was only noticed, nobody knows."""
    ledger = Ledger((NAMED,), Recall())
    ledger.saw(NAMED.name, LIST, NOW, visible=True)
    assert ledger.ages(LIST, NOW) == ()
    assert ledger.lag(LIST, NOW) == 0


def test_sights() -> None:
    """What exists, with where its age comes from; what nobody has is not told of."""
    ledger = Ledger((TOLD, NAMED), Recall())
    ledger.saw(TOLD.name, INFO, NOW, visible=False, cold=True)
    ledger.saw(NAMED.name, LIST, NOW, visible=False)
    assert list(ledger.sights()) == [
        Sight(
            name=TOLD.name,
            endpoint=INFO,
            visible=False,
            at=NOW,
            since=NOW - 100,
            published=True,
            cold=True,
        )
    ]
    ledger.exists(NAMED.name, NOW)
    assert [sight.published for sight in ledger.sights()] == [True, False]
