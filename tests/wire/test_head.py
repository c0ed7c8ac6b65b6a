"""HEAD: what is declared of a body that does not come."""

from collections.abc import Callable
from typing import Any

from goproxy_exporter.model.mirror import Access
from goproxy_exporter.wire.wire import Wire

Make = Callable[..., Any]


async def test_a_declared_body_is_not_waited_for(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """The answer is whole with its head, and the connection serves on."""
    bare = answer(b"", "Content-Encoding: gzip", length=3_000_000_000)
    place = await town.open(saying(bare, bare, answer(b"v1.0.0\n")))
    async with wire.session(Access()) as session:
        heads = [await session.get(ask(place.url(), head=True)) for _ in range(2)]
        whole = await session.get(ask(place.url()))
    assert [(one.exchange.status, one.exchange.failure, one.body.data) for one in heads] == [
        (200, None, b"")
    ] * 2
    assert whole.body.data == b"v1.0.0\n"
    assert len(place.peers) == 1
    assert [head.split()[0] for head in place.requests] == [b"HEAD", b"HEAD", b"GET"]
    assert b"Accept-Encoding" not in place.requests[0]
    assert b"Accept-Encoding: gzip" in place.requests[2]


async def test_the_same_over_http2(
    town: Any, wire: Wire, ask: Make, speaking2: Make, ca: Any
) -> None:
    """The method is told, a length that is declared is not held against the answer."""

    async def play(peer: Any) -> None:
        stream = await peer.request()
        peer.engine.send_headers(
            stream, [(":status", "200"), ("content-length", "4711")], end_stream=True
        )
        await peer.flush()
        await peer.answer(await peer.request())

    place = await town.open(speaking2(play), tls=ca.server(alpn=("h2",)))
    async with wire.session(ca.access) as session:
        head = await session.get(ask(place.url(), head=True))
        whole = await session.get(ask(place.url()))
    assert (head.exchange.status, head.exchange.failure, head.body.data) == (200, None, b"")
    assert whole.body.data == b"v1.0.0\n"
    assert b":method: HEAD" in place.requests[0]
    assert len(place.peers) == 1
