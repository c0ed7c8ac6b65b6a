"""The order in which addresses are tried."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.wire.order import MOST, ordered, routable

addresses = st.lists(
    st.one_of(st.ip_addresses(v=4).map(str), st.ip_addresses(v=6).map(str)), max_size=40
)


@pytest.mark.parametrize(
    ("given_addresses", "unroutable", "expected"),
    [
        (["10.0.0.1", "2400::1"], [], ["2400::1", "10.0.0.1"]),
        (["10.0.0.1", "2400::1"], ["2400::1"], ["10.0.0.1", "2400::1"]),
        (["10.0.0.1", "fd00::1"], [], ["10.0.0.1", "fd00::1"]),
        (["10.0.0.1", "2002::1"], [], ["10.0.0.1", "2002::1"]),
        (["127.0.0.1", "::1"], [], ["::1", "127.0.0.1"]),
        (["10.0.0.2", "10.0.0.1", "10.0.0.2"], [], ["10.0.0.2", "10.0.0.1"]),
        (["10.0.0.1", "10.0.0.2"], ["10.0.0.1"], ["10.0.0.2", "10.0.0.1"]),
    ],
)
def test_routes_and_precedence(
    given_addresses: list[str], unroutable: list[str], expected: list[str]
) -> None:
    """What has no route comes last; IPv6 goes before IPv4 unless it is private or a tunnel."""
    found = ordered(given_addresses, has_route=lambda one: one not in unroutable)
    assert list(found) == expected


@given(addresses, st.sets(st.integers(0, 39)))
def test_nothing_is_invented_or_doubled(given_addresses: list[str], without: set[int]) -> None:
    """Every address comes from the list, once; within one family and precedence in its order."""
    unroutable = {one for at, one in enumerate(given_addresses) if at in without}
    found = ordered(given_addresses, has_route=lambda one: one not in unroutable)
    assert len(found) == len(set(found)) <= MOST
    assert set(found) <= set(given_addresses)
    assert len(found) == len(set(given_addresses)) or len(found) >= MOST // 2
    for family in (4, 6):
        of_family = [one for one in found if (":" in one) == (family == 6)]
        assert bool(of_family) == any((":" in one) == (family == 6) for one in given_addresses)
    v4 = [one for one in found if ":" not in one and one not in unroutable]
    assert v4 == sorted(v4, key=given_addresses.index)
    roads = [one not in unroutable for one in found]
    assert roads == sorted(roads, reverse=True)


def test_the_loopback_has_a_route() -> None:
    """Asking for a route says yes for the loopback and no for what cannot be."""
    assert routable("127.0.0.1")
    assert not routable("0.0.0.256")
