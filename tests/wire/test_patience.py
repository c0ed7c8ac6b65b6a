"""Peers that are slow, silent or absent cost a bounded time, and each is called by its name.

The machine may stand still at any moment: so nothing is cut short that is not silent for ever, and
how long something took is held against how long it took as seen from outside.
"""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from goproxy_exporter.model.exchange import FailureKind as K
from goproxy_exporter.model.mirror import Access
from goproxy_exporter.wire.ask import Patience
from goproxy_exporter.wire.pursuit import _TOLERANCE
from goproxy_exporter.wire.wire import Wire

pytestmark = pytest.mark.timeout(20)

Make = Callable[..., Any]
LIMIT = 0.3
"""Seconds for what never comes."""
LATE = 1.8
"""Seconds for what never comes, where something has to come before it: longer than any pause."""
LONG = 8.0
"""Seconds that are over only where a limit did not count."""


async def get(wire: Wire, question: Any) -> Any:
    async with wire.session(Access()) as session:
        return (await session.get(question)).exchange


async def test_our_own_limit_is_a_deadline(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """Silence until our limit is a fact about us, with how long it lasted."""
    place = await town.open(saying(answer()))
    async with wire.session(Access()) as session:
        await session.get(ask(place.url()))
        begun = time.monotonic()
        got: Any = (await session.get(ask(place.url(), timeout=LIMIT))).exchange
        took = time.monotonic() - begun
    assert got.failure.kind is K.DEADLINE
    assert "first byte" in got.failure.detail
    assert 0.9 * LIMIT < got.last.phases.processing <= got.duration <= took < LONG
    assert 0.9 * LIMIT < got.waited <= took
    assert got.last.phases.transfer is None
    assert got.last.address == "127.0.0.1"


async def test_silence_beyond_the_go_commands_patience_is_a_stall(
    town: Any, wire: Wire, ask: Make, saying: Make
) -> None:
    """Not one byte for `stall_after` is a stall, before our own limit."""
    place = await town.open(saying(b""))
    got = await get(wire, ask(place.url(), stall_after=LIMIT))
    assert got.failure.kind is K.STALL
    assert got.waited >= LIMIT
    assert got.duration < LONG


async def test_silence_inside_a_body_is_a_stall_too(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """A body that stops coming without an end stalls; what came is kept."""
    place = await town.open(saying(answer(b"v1", length=10)))
    got = await get(wire, ask(place.url(), stall_after=LATE))
    assert got.failure.kind is K.STALL
    assert (got.status, got.size) == (200, 2)
    assert LATE <= got.last.phases.transfer <= got.duration < LONG


@pytest.mark.parametrize("patience", list(Patience))
async def test_a_drip_is_no_stall_but_ends_all_the_same(
    patience: Patience, town: Any, wire: Wire, ask: Make, answer: Make
) -> None:
    """A byte now and then keeps a stall away, never our limit."""
    limit = 1.2 * LATE

    async def drip(peer: Any) -> None:
        await peer.request()
        for byte in answer(bytes(10_000)):
            await peer.send(bytes([byte]))
            await asyncio.sleep(0.05)

    place = await town.open(drip)
    got = await get(wire, ask(place.url(), timeout=limit, stall_after=LATE, patience=patience))
    assert got.failure.kind is K.DEADLINE
    assert limit <= got.duration < LONG
    assert got.waited < LATE


async def test_limits_that_end_together_are_the_go_commands(
    town: Any, wire: Wire, ask: Make, saying: Make
) -> None:
    """With its patience, `timeout` starts with the request: silence for as long is a stall."""
    place = await town.open(saying(b""))
    question = ask(place.url(), timeout=LIMIT, stall_after=LIMIT, patience=Patience.GO)
    got = await get(wire, question)
    # Where this process stood still before it asked, the silence was a shorter one.
    assert got.failure.kind is (K.STALL if got.waited > LIMIT - _TOLERANCE else K.DEADLINE)


@pytest.fixture
def full() -> Iterator[int]:
    """Give the port of a listener whose queue is full: SYNs are dropped."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        for _ in range(3):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
            waiting.append(client)
        yield listener.getsockname()[1]
        for client in waiting:
            client.close()


async def test_a_connection_that_does_not_come_is_our_deadline(
    full: int, wire: Wire, ask: Make
) -> None:
    """No answer to SYN: the connect phase lasts until it was cut."""
    got = await get(wire, ask(f"http://mirror.test:{full}/", timeout=LIMIT))
    assert got.failure.kind is K.DEADLINE
    assert "a connection" in got.failure.detail
    assert 0.5 * LIMIT < got.last.phases.connect <= got.duration < LONG
    assert got.last.phases.processing is None
    assert got.last.address == "127.0.0.1"
    assert 0.5 * LIMIT < got.waited <= got.duration


async def test_a_handshake_that_does_not_come_is_our_deadline(
    town: Any, wire: Wire, ask: Make, saying: Make
) -> None:
    """A peer that accepts and says nothing to a ClientHello: cut inside the TLS phase."""
    place = await town.open(saying(b""))
    got = await get(wire, ask(f"https://mirror.test:{place.port}/", timeout=LATE))
    assert got.failure.kind is K.DEADLINE
    assert "handshake" in got.failure.detail
    assert 0.1 * LATE < got.last.phases.tls <= got.duration < LONG
    assert got.last.phases.connect < LIMIT


async def test_cancellation_passes_through_and_leaves_nothing_open(
    town: Any, wire: Wire, ask: Make
) -> None:
    """A cancelled question raises CancelledError at once, and its connection is gone."""
    asked, gone = asyncio.Event(), asyncio.Event()

    async def listen(peer: Any) -> None:
        await peer.request()
        asked.set()
        await peer.hang()
        gone.set()

    place = await town.open(listen)
    async with wire.session(Access()) as session:
        task = asyncio.create_task(session.get(ask(place.url())))
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(LONG):
            await gone.wait()


@pytest.mark.parametrize("turns", range(12))
async def test_cancellation_is_safe_at_every_point(
    turns: int, town: Any, wire: Wire, ask: Make, saying: Make, answer: Make, ca: Any
) -> None:
    """However far a question has come, it can be cancelled, and the next one works."""
    place = await town.open(saying(answer(), answer()), tls=ca.server())
    async with wire.session(ca.access) as session:
        task = asyncio.create_task(session.get(ask(place.url())))
        for _ in range(turns):
            await asyncio.sleep(0)
        if task.cancel():
            with pytest.raises(asyncio.CancelledError):
                await task
        else:
            task.result().body.close()
        assert (await session.get(ask(place.url()))).exchange.status == 200
