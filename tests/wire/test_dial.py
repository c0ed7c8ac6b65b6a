"""TCP connections as net.Dialer makes them."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest

from goproxy_exporter.model.exchange import FailureKind as K
from goproxy_exporter.model.mirror import Access
from goproxy_exporter.wire.broken import BrokenError
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.dial import FALLBACK_AFTER, Attempts, Dialled, dial
from goproxy_exporter.wire.tcp_info import tcp_facts
from goproxy_exporter.wire.wire import Wire

pytestmark = pytest.mark.timeout(20)

Make = Callable[..., Any]

LATE = 0.2
"""Seconds for which the loop is kept from its sockets."""


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def deaf() -> Iterator[int]:
    """Give a port of 127.0.0.1 whose queue is full: SYNs are dropped."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        waiting = [socket.socket() for _ in range(3)]
        for client in waiting:
            client.setblocking(False)
            client.connect_ex(server.getsockname())
        yield server.getsockname()[1]
        for client in waiting:
            client.close()


async def test_the_first_address_that_answers_wins(listener: int) -> None:
    """Refused addresses are noted and passed over at once."""
    attempts = Attempts()
    won = await dial(
        ["127.0.0.2", "127.0.0.3", "127.0.0.1"],
        listener,
        limit=5,
        clock=Clock(),
        attempts=attempts,
    )
    assert won.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    won.sock.close()
    assert won.address == "127.0.0.1"
    assert 0 <= won.connected - won.started < 0.5
    assert [address for address, _ in attempts.failed] == ["127.0.0.2", "127.0.0.3"]
    assert {failure.kind for _, failure in attempts.failed} == {K.CONNECT_REFUSED}


async def test_a_late_loop_does_not_make_a_connection_late(listener: int) -> None:
    """The kernel knows how long the peer took, whatever kept us from looking."""
    asking = asyncio.create_task(
        dial(["127.0.0.1"], listener, limit=5, clock=Clock(), attempts=Attempts())
    )
    await asyncio.sleep(0)
    Event().wait(LATE)
    dialled = await asking
    facts = tcp_facts(dialled.sock)
    dialled.sock.close()
    if facts is None or not facts.rtt:
        pytest.skip("the kernel times no round trips here (TCP_INFO)")
    assert 0 < dialled.connected - dialled.started < LATE / 2


async def test_all_refused_is_refused() -> None:
    """The failure lists every address with its reason."""
    with pytest.raises(BrokenError) as caught:
        await dial(["127.0.0.2", "::1"], 1, limit=5, clock=Clock(), attempts=Attempts())
    failure = caught.value.failure
    assert failure.kind is K.CONNECT_REFUSED
    assert "127.0.0.2: connection refused" in failure.detail
    assert "::1: connection refused" in failure.detail


async def test_a_refusal_tells_more_than_no_route() -> None:
    """What cannot be reached from here hides nobody who refuses: that proves we are online."""
    addresses = ["255.255.255.255", "127.0.0.2"]
    with pytest.raises(BrokenError) as caught:
        await dial(addresses, 1, limit=5, clock=Clock(), attempts=Attempts())
    assert caught.value.failure.kind is K.CONNECT_REFUSED
    with pytest.raises(BrokenError) as caught:
        await dial(addresses[:1], 1, limit=5, clock=Clock(), attempts=Attempts())
    assert caught.value.failure.kind is K.CONNECT_UNREACHABLE


async def test_silence_is_a_timeout_and_each_address_gets_its_share(deaf: int) -> None:
    """Within the limit every address is tried; none answered is a connect timeout."""
    attempts = Attempts()
    with pytest.raises(BrokenError) as caught:
        await dial(["127.0.0.1"], deaf, limit=0.2, clock=Clock(), attempts=attempts)
    assert caught.value.failure.kind is K.CONNECT_TIMEOUT
    assert attempts.trying == "127.0.0.1"


async def test_the_other_family_is_tried_beside_a_silent_one(deaf: int) -> None:
    """After 300 ms the second family starts, and wins, long before the first is given up."""
    with socket.create_server(("::1", deaf), family=socket.AF_INET6):
        clock = Clock()
        begun = clock.monotonic()
        won = await dial(["127.0.0.1", "::1"], deaf, limit=15, clock=clock, attempts=Attempts())
        took = clock.monotonic() - begun
        won.sock.close()
    assert won.address == "::1"
    assert 0.9 * FALLBACK_AFTER < took < 10
    assert won.connected - won.started < 0.2


async def test_the_other_family_is_tried_at_once_after_a_refusal(
    listener: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused first family costs no 300 ms; nor would it, were they a minute."""
    monkeypatch.setattr("goproxy_exporter.wire.dial.FALLBACK_AFTER", 60.0)
    clock = Clock()
    begun = clock.monotonic()
    won = await dial(["::1", "127.0.0.1"], listener, limit=15, clock=clock, attempts=Attempts())
    won.sock.close()
    assert won.address == "127.0.0.1"
    assert clock.monotonic() - begun < 10


@pytest.mark.parametrize("turns", range(6))
async def test_a_cancelled_race_leaves_no_socket_behind(turns: int, listener: int) -> None:
    """Cancelled at any point, every socket is closed (ResourceWarning is an error here)."""
    with socket.create_server(("::1", listener), family=socket.AF_INET6):
        task = asyncio.create_task(
            dial(["::1", "127.0.0.1"], listener, limit=5, clock=Clock(), attempts=Attempts())
        )
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        results = await asyncio.gather(task, return_exceptions=True)
        if isinstance(results[0], Dialled):
            results[0].sock.close()
        await asyncio.sleep(0.01)


async def test_a_host_whose_ipv6_refuses_is_asked_over_ipv4(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """The hop says which address answered and which was tried in vain."""
    place = await town.open(saying(answer()), host="both.test")
    async with wire.session(Access()) as session:
        got: Any = await session.get(ask(place.url()))
    hop = got.exchange.last
    assert hop.status == 200
    assert hop.address == "127.0.0.1"
    assert dict(hop.attempts) in ({}, {"::1": "connection refused"})


@pytest.mark.parametrize(("family", "address"), [(4, "127.0.0.1"), (6, "::1")])
async def test_a_family_can_be_chosen(
    family: int, address: str, town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """`ip_family` keeps the other family out."""
    place = await town.open(saying(answer()), host="both.test", address=address)
    async with wire.session(Access(ip_family=family)) as session:
        got: Any = await session.get(ask(place.url()))
    assert got.exchange.last.address == address
    assert got.exchange.last.attempts == ()


async def test_a_pinned_address_is_the_one_that_is_asked(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make, ca: Any
) -> None:
    """A pin replaces resolving, and nothing else: name, SNI and certificate stay."""
    place = await town.open(
        saying(answer()), address="127.0.0.7", host="nowhere.test", tls=ca.server("nowhere.test")
    )
    async with wire.session(ca.access, pin="127.0.0.7") as session:
        got: Any = await session.get(ask(place.url()))
    hop = got.exchange.last
    assert (hop.status, hop.address) == (200, "127.0.0.7")
    assert hop.phases.resolve is None
    assert b"Host: nowhere.test:" in place.requests[0]
    with pytest.raises(ValueError, match="address"):
        wire.session(Access(), pin="mirror.test")


async def test_refused_everywhere_names_the_last_address(wire: Wire, ask: Make) -> None:
    """`address` is the last one tried, `attempts` those before it."""
    async with wire.session(Access()) as session:
        got: Any = await session.get(ask("http://both.test:1/"))
    hop = got.exchange.last
    assert got.exchange.failure.kind is K.CONNECT_REFUSED
    assert {hop.address, *dict(hop.attempts)} == {"127.0.0.1", "::1"}
    assert len(hop.attempts) == 1
    assert hop.phases.connect is not None
    assert hop.phases.processing is None


async def test_reach_takes_a_refusal_for_an_answer(wire: Wire, listener: int, deaf: int) -> None:
    """Connected or refused: somebody is there. Silence or no such name: nobody."""
    assert await wire.reach("mirror.test", listener, timeout=10)
    assert await wire.reach("mirror.test", 1, timeout=10)
    assert not await wire.reach("mirror.test", deaf, timeout=0.2)
    assert not await wire.reach("no such name", 1, timeout=0.2)


async def test_addresses_are_those_of_the_host(wire: Wire) -> None:
    """As the resolver orders them; of the wanted family only."""
    found = await wire.addresses("https://both.test/x", Access(), timeout=1)
    assert set(found) == {"127.0.0.1", "::1"}  # type: ignore[arg-type] # not a Failure here
    assert await wire.addresses("https://both.test/", Access(ip_family=6), timeout=1) == ("::1",)
    through = Access(forward_proxy="http://proxy.test:3128")
    assert await wire.addresses("https://both.test/", through, timeout=1) == ()
