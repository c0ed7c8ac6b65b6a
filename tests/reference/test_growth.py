"""Since when the tree is known to be larger."""

from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.reference.growth import MOST, Growth, Point

sights = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 300)), max_size=400)


@given(sights, st.integers(0, 300))
def test_an_age_is_never_too_high(seen: list[tuple[int, int]], size: int) -> None:
    """Since when something larger is known is never before somebody saw it, and bounded."""
    growth, now, first = Growth(), 0.0, None
    for pause, larger in seen:
        now += pause
        growth.saw(larger, now)
        if larger > size and first is None:
            first = now
    passed = growth.passed(size)
    assert len(growth.points) <= MOST
    assert (passed is None) == (first is None)
    if passed is not None and first is not None:
        assert passed >= first


def test_thinning_out_keeps_both_ends() -> None:
    """What was seen first and what was seen last stay as they are."""
    growth = Growth()
    for number in range(10_000):
        growth.saw(number, number * 150.0)
    assert growth.points[0] == Point(0.0, 0)
    assert growth.points[-1] == Point(9999 * 150.0, 9999)
    assert growth.passed(9998) == 9999 * 150.0
    six_hours_ago = 9999 - 6 * 24
    passed = growth.passed(six_hours_ago)
    assert passed is not None
    assert passed - six_hours_ago * 150.0 <= 3600


def test_restoring() -> None:
    """What was remembered counts, but nothing of it lies in the future."""
    growth = Growth()
    growth.restore([Point(10.0, 5), Point(99.0, 7)], now=50.0)
    assert growth.points == (Point(10.0, 5), Point(50.0, 7))
