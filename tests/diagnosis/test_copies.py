"""Do several answers to one question agree?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.diagnosis.copies import MOST_SHOWN, Copy, differing, flickering, shown, upto
from goproxy_exporter.model.exchange import Exchange, Hop
from goproxy_exporter.model.names import Endpoint

FULL, LESS = frozenset({"v1.0.0", "v1.1.0"}), frozenset({"v1.0.0"})


def always(_: str) -> bool:
    return True


def copies(*shown: frozenset[str] | None) -> list[Copy]:
    """Answers that show these versions; None is an honest 404."""
    return [
        Copy(exchange(404), frozenset()) if one is None else Copy(exchange(200), one)
        for one in shown
    ]


def exchange(status: int) -> Exchange:
    hop = Hop(url="https://m.example/x", host="m.example", status=status)
    return Exchange(
        endpoint=Endpoint.LIST, url=hop.url, module="a.b/c", started=0.0, duration=0.0, hops=(hop,)
    )


@pytest.mark.parametrize(
    ("shown", "differ", "flicker"),
    [
        ((), False, False),
        ((FULL,), False, False),
        ((FULL, FULL, FULL), False, False),
        ((LESS, FULL), True, False),
        ((LESS, FULL, FULL), True, False),
        ((FULL, LESS, LESS), True, False),
        ((FULL, LESS, FULL), True, True),
        ((LESS, FULL, LESS), True, True),
        ((None, FULL, None, FULL), False, False),
        ((FULL, None, LESS, FULL), True, True),
    ],
)
def test_what_counts(
    shown: tuple[frozenset[str] | None, ...],
    differ: bool,
    flicker: bool,
) -> None:
    """What changes once may have come or gone; what changes back tells of two minds."""
    made = copies(*shown)
    assert bool(differing(made, always)) is differ
    assert bool(flickering(made, always)) is flicker


def test_news_is_left_out() -> None:
    """Caches need some time to agree about what is new."""
    made = copies(FULL, LESS, FULL)
    assert differing(made, lambda version: version != "v1.1.0") == frozenset()
    assert flickering(made, lambda version: version != "v1.1.0") == frozenset()
    assert flickering(made, always) == {"v1.1.0"}


@given(st.lists(st.frozensets(st.sampled_from("abc")), max_size=6))
def test_who_agrees_does_not_flicker(shown: list[frozenset[str]]) -> None:
    """Flickering needs difference, and three answers."""
    made = copies(*shown)
    assert flickering(made, always) <= differing(made, always)
    assert not flickering(made[:2], always)


def test_of_a_long_list_the_highest_count() -> None:
    """And what is asked about, wherever it stands."""
    ordered = [f"v1.{n}.0" for n in range(MOST_SHOWN + 10)]
    assert shown(ordered[:3], ["v9.9.9"]) == set(ordered[:3])
    assert shown(ordered, ["v1.2.0", "v9.9.9"]) == {"v1.2.0", *ordered[-MOST_SHOWN:]}


def test_latest_stands_for_all_before() -> None:
    """Who names a revision knows those before it."""
    known = ["v0.0.0-20240103183307-be819d1f06fc", "v0.0.0-20231219180239-dc181d75b848"]
    assert upto(known, known[1]) == {known[1]}
    assert upto(known, known[0]) == set(known)
    assert upto(known, "v0.0.0-20200101000000-000000000000") == set()
