"""Does an answer come from a cache, and how long will that go on giving it?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.diagnosis.cache import cached
from goproxy_exporter.model.exchange import Hop

DATE = "Sun, 06 Nov 1994 08:49:37 GMT"
LATER = "Sun, 06 Nov 1994 08:59:37 GMT"


def hop(*headers: tuple[str, str]) -> Hop:
    return Hop(url="https://m.example/x", host="m.example", headers=headers)


@pytest.mark.parametrize(
    ("headers", "age", "life", "remaining"),
    [
        ([], None, None, None),
        ([("age", "600"), ("cache-control", "public, max-age=1800")], 600, 1800, 1200),
        ([("age", " 7 ")], 7, None, None),
        ([("cache-control", "max-age=60")], None, 60, 60),
        ([("age", "90"), ("cache-control", "max-age=60")], 90, 60, 0),
        ([("cache-control", "max-age=60, s-maxage=10")], None, 10, 10),
        ([("cache-control", "public"), ("cache-control", "Max-Age=60")], None, 60, 60),
        ([("cache-control", 'max-age="60"')], None, 60, 60),
        ([("cache-control", 'private="x, max-age=1", max-age=60')], None, 60, 60),
        ([("cache-control", "max-age=60, max-age=30")], None, 60, 60),
        ([("cache-control", "no-store, max-age=60")], None, 0, 0),
        ([("cache-control", "max-age=-1")], None, None, None),
        ([("cache-control", "max-age")], None, None, None),
        ([("cache-control", "x-max-age=60")], None, None, None),
        ([("age", "-1"), ("cache-control", "max-age=9" + "9" * 30)], None, 2**31, 2**31),
        ([("age", "5, 9")], 5, None, None),
        ([("date", DATE), ("expires", LATER)], None, 600, 600),
        ([("date", LATER), ("expires", DATE)], None, 0, 0),
        ([("date", DATE), ("expires", "0")], None, None, None),
        ([("expires", LATER)], None, None, None),
        ([("cache-control", "max-age=60"), ("date", DATE), ("expires", LATER)], None, 60, 60),
    ],
)
def test_life(
    headers: list[tuple[str, str]], age: float | None, life: float | None, remaining: float | None
) -> None:
    """RFC 9111: s-maxage before max-age before Expires; what cannot be read is not known."""
    copy = cached(hop(*headers))
    assert (copy.age, copy.life, copy.remaining) == (age, life, remaining)


@pytest.mark.parametrize(
    ("headers", "stored"),
    [
        ([("age", "1")], True),
        ([("age", "0")], False),
        ([("cache-control", "max-age=600")], False),
        ([("x-cache", "HIT from edge1")], True),
        ([("x-cache", "TCP_MEM_HIT dirn:0:1")], True),
        ([("x-cache", "MISS, HIT")], True),
        ([("x-cache", "MISS from white")], False),
        ([("cf-cache-status", "HIT")], True),
        ([("cf-cache-status", "DYNAMIC")], False),
        ([("cache-status", "Example; hit; ttl=30")], True),
        ([("server", "hit")], False),
    ],
)
def test_copies(headers: list[tuple[str, str]], stored: bool) -> None:
    """Age, or a cache that says so; that an answer may be kept does not mean that it was."""
    assert cached(hop(*headers)).stored is stored


names = st.sampled_from(["age", "cache-control", "expires", "date", "x-cache", "cache-status"])


@given(st.lists(st.tuples(names, st.text(max_size=80)), max_size=6))
def test_whatever_comes(headers: list[tuple[str, str]]) -> None:
    """No header makes it raise, and no number is negative or without bound."""
    copy = cached(hop(*headers))
    for value in (copy.age, copy.life, copy.remaining):
        assert value is None or 0 <= value <= 2**31
    assert isinstance(copy.stored, bool)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_age_and_life_add_up(age: int, life: int) -> None:
    """What remains is what the age leaves of the life."""
    copy = cached(hop(("age", str(age)), ("cache-control", f"public, max-age={life}")))
    assert copy.remaining == max(0, life - age)
