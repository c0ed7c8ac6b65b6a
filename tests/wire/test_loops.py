"""The same exchange on asyncio's loop and on uvloop."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
import uvloop

from goproxy_exporter.model.exchange import FailureKind as K
from goproxy_exporter.model.mirror import Access
from goproxy_exporter.wire.wire import Wire

pytestmark = pytest.mark.timeout(30)

Make = Callable[..., Any]
PAUSE = 1.6
"""Seconds for which a machine may stand still between a question and its answer."""
LOOPS = [
    pytest.param(asyncio.new_event_loop, id="asyncio"),
    pytest.param(uvloop.new_event_loop, id="uvloop"),
]


def play(loop: Any, town_hall: Any, scene: Callable[[Any], Any]) -> Any:
    async def run() -> Any:
        town = town_hall()
        try:
            return await scene(town)
        finally:
            await town.close()

    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(run())


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("alpn", ["h2", "http/1.1"])
def test_an_exchange_over_tls_has_all_its_phases(
    loop: Any,
    alpn: str,
    wire: Wire,
    *,
    town_hall: Any,
    ask: Make,
    saying: Make,
    speaking2: Make,
    answer: Make,
    ca: Any,
) -> None:
    """Five phases, a verified peer, TCP facts; and a reused connection has two phases."""

    async def second(peer: Any) -> None:
        while stream := await peer.request():
            await peer.answer(stream)

    async def scene(town: Any) -> Any:
        script = speaking2(second) if alpn == "h2" else saying(answer(), answer())
        place = await town.open(script, tls=ca.server(alpn=(alpn,)))
        async with wire.session(ca.access) as session:
            return [await session.get(ask(place.url())) for _ in range(2)]

    begun = time.monotonic()
    first, again = play(loop, town_hall, scene)
    took = time.monotonic() - begun
    hop = first.exchange.last
    assert first.exchange.failure is None
    for phase in ("resolve", "connect", "tls", "processing", "transfer"):
        assert 0 <= getattr(hop.phases, phase) <= first.exchange.duration <= took
    assert hop.tls.verified
    assert hop.tls.alpn == alpn
    assert hop.rtt > 0
    assert hop.retransmits == 0
    assert again.exchange.last.reused
    assert again.exchange.last.phases.connect is None
    assert again.body.data == b"v1.0.0\n"


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize(
    ("raw", "then", "kind"),
    [
        (b"", "close", K.RESET),
        (b"", "reset", K.RESET),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nv1", "close", K.BODY_TRUNCATED),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nv1", "reset", K.BODY_RESET),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nv1", "hang", K.STALL),
    ],
)
@pytest.mark.parametrize("tls", [False, True])
def test_what_breaks_is_called_the_same(
    loop: Any,
    raw: bytes,
    then: str,
    kind: K,
    *,
    tls: bool,
    wire: Wire,
    town_hall: Any,
    ask: Make,
    saying: Make,
    ca: Any,
) -> None:
    """Ends, resets and silence have one name each, over TLS as without."""

    async def scene(town: Any) -> Any:
        place = await town.open(saying(raw, then=then), tls=ca.server() if tls else None)
        async with wire.session(ca.access) as session:
            patience = {"stall_after": PAUSE} if kind is K.STALL else {}
            return await session.get(ask(place.url(), **patience))

    got = play(loop, town_hall, scene)
    assert got.exchange.failure.kind is kind


@pytest.mark.parametrize("loop", LOOPS)
def test_refusals_timeouts_and_large_bodies(
    loop: Any, wire: Wire, town_hall: Any, ask: Make, answer: Make
) -> None:
    """Connect errors, deadlines and back-pressure do not depend on the loop."""

    async def scene(town: Any) -> Any:
        async def large(peer: Any) -> None:
            await peer.request()
            await peer.send(answer(bytes(8_000_000)))
            await peer.hang()

        async def silent(peer: Any) -> None:
            await peer.hang()

        places = [await town.open(large), await town.open(silent)]
        async with wire.session(Access()) as session:
            questions = [
                ask(places[0].url(), limit=10_000_000, spool=True),
                ask(places[1].url(), timeout=0.3),
                ask("http://mirror.test:1/"),
            ]
            return [await session.get(question) for question in questions]

    whole, silent, refused = play(loop, town_hall, scene)
    assert (whole.exchange.failure, whole.exchange.size) == (None, 8_000_000)
    whole.body.close()
    assert silent.exchange.failure.kind is K.DEADLINE
    assert refused.exchange.failure.kind is K.CONNECT_REFUSED
