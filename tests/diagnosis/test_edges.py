"""Addresses behind one name, held against each other."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from goproxy_exporter.diagnosis.edges import Edge, compare, outcomes
from goproxy_exporter.diagnosis.looks import Look
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import FailureKind as Kind

Words = tuple[int | None, dict[str, Any]]
Edges = Callable[..., list[Edge]]

V4 = ("192.0.2.1", "192.0.2.2", "192.0.2.3")
V6 = ("2001:db8::1", "2001:db8::2")


@pytest.fixture
def edges(say: SimpleNamespace) -> Edges:
    """Edges at these addresses; the words say which are odd, and how."""

    def made(addresses: Sequence[str], **odd: Any) -> list[Edge]:
        words = {name.replace("_", "."): value for name, value in odd.items()}
        return [Edge(each, tuple(looks(each, words.get(each)))) for each in addresses]

    def looks(address: str, words: Words | None) -> list[Look]:
        if words is None:
            return [say.good(say.LIST)]
        status, more = words
        look = say.look(say.LIST, status, **more)
        return [look] * look.symptom.looks

    return made


BAD = [
    (None, {"kind": Kind.CONNECT_REFUSED}, "at once"),
    (None, {"kind": Kind.CONNECT_TIMEOUT}, "10 s"),
    (None, {"kind": Kind.TLS_EXPIRED}, "33 %"),
    (None, {"kind": Kind.RESET}, "33 %"),
    (502, {}, "33 %"),
    (403, {}, "33 %"),
    (404, {}, "33 %"),
    (200, {"body": b"<html>"}, "33 %"),
]


@pytest.mark.parametrize(("status", "words", "cost"), BAD)
def test_one_bad_edge(
    say: SimpleNamespace, edges: Edges, status: int | None, words: dict[str, Any], cost: str
) -> None:
    """An address that steadily fails where others work is named, with what it costs."""
    found = compare(say.LIST, edges(V4, **{"192_0_2_2": (status, words)}))
    assert [finding.code for finding in found] == [Code.EDGE_INCONSISTENT]
    evidence = found[0].evidence
    assert evidence["failing"] == ["192.0.2.2"]
    assert evidence["working"] == ["192.0.2.1", "192.0.2.3"]
    assert cost in str(evidence["cost"])
    shows_as = evidence["shows_as"]
    assert isinstance(shows_as, list)
    assert f"fail with {shows_as[0]} " in found[0].summary
    assert "192.0.2.2" in found[0].summary


@pytest.mark.parametrize(("status", "words", "cost"), BAD)
def test_all_alike(
    say: SimpleNamespace, edges: Edges, status: int | None, words: dict[str, Any], cost: str
) -> None:
    """Where every address fails, no address is inconsistent."""
    odd = {each.replace(".", "_"): (status, words) for each in V4}
    assert compare(say.LIST, edges(V4, **odd)) == ()


def test_all_work(say: SimpleNamespace, edges: Edges) -> None:
    """Addresses that work are no finding, and are listed as facts."""
    good = edges(V4)
    assert compare(say.LIST, good) == ()
    assert outcomes(good) == dict.fromkeys(V4, "ok")


def test_one_address(say: SimpleNamespace, edges: Edges) -> None:
    """A single address has nothing to differ from."""
    assert compare(say.LIST, edges(V4[:1], **{"192_0_2_1": (502, {})})) == ()


def test_family_without_route(say: SimpleNamespace, edges: Edges) -> None:
    """A whole family without a route may be this host's lack, and accuses nobody."""
    odd = {each: (None, {"kind": Kind.CONNECT_UNREACHABLE}) for each in V6}
    mixed = [*edges(V4), *edges(V6, **odd)]
    assert compare(say.LIST, mixed) == ()
    assert outcomes(mixed)[V6[0]] == "transport.unreachable"


def test_family_that_fails(say: SimpleNamespace, edges: Edges) -> None:
    """A whole family that fails in any other way is told as a family."""
    odd = {each: (None, {"kind": Kind.CONNECT_REFUSED}) for each in V6}
    found = compare(say.LIST, [*edges(V4), *edges(V6, **odd)])
    assert found[0].evidence["family"] == 6
    assert "All IPv6" in found[0].summary


def test_throttled_edge(say: SimpleNamespace, edges: Edges) -> None:
    """An address that asks for fewer requests is not inconsistent: that is what is told."""
    found = compare(say.LIST, edges(V4, **{"192_0_2_2": (429, {})}))
    assert [finding.code for finding in found] == [Code.HTTP_429]


def test_chance(say: SimpleNamespace) -> None:
    """What an address does once and not again tells it from nothing."""
    flaky = (say.look(say.LIST, 502), say.good(say.LIST), say.good(say.LIST))
    edges = [Edge(V4[0], flaky), Edge(V4[1], (say.good(say.LIST),))]
    assert compare(say.LIST, edges) == ()
    reset = (say.look(say.LIST, None, kind=Kind.RESET), say.good(say.LIST))
    assert compare(say.LIST, [Edge(V4[0], reset), edges[1]]) == ()


def test_luck(say: SimpleNamespace, edges: Edges) -> None:
    """What one address shows every time and another now and then is no address's own fault."""
    lucky = Edge(V4[0], (say.good(say.LIST), say.look(say.LIST, 502), say.good(say.LIST)))
    both = [lucky, *edges(V4[1:2], **{"192_0_2_2": (502, {})})]
    assert compare(say.LIST, both) == ()
    other = [lucky, *edges(V4[1:2], **{"192_0_2_2": (403, {})})]
    assert [finding.code for finding in compare(say.LIST, other)] == [Code.EDGE_INCONSISTENT]
