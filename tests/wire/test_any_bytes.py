"""Whatever a peer sends: an answer or a failure, within bounds, and never an error."""

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest
from hyperframe.frame import DataFrame, GoAwayFrame, HeadersFrame, RstStreamFrame, SettingsFrame
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goproxy_exporter.model.mirror import Access
from goproxy_exporter.wire.wire import Wire

pytestmark = pytest.mark.timeout(120)

Make = Callable[..., Any]

QUICK = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

GOOD = [
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: /x\r\n",
    b"HTTP/1.1 103 Hints\r\n\r\n",
    b"HTTP/1.0 404 Not Found\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: -1\r\n",
    b"Content-Length: 5, 5\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Content-Type: text/plain\r\n",
    b"Connection: close\r\n",
    b"\r\n",
    b"5\r\nhello\r\n",
    b"0\r\n\r\n",
    b"hello",
    b"\x1f\x8b\x08\x00",
    b"\x00",
]
FRAMES = [
    SettingsFrame(0).serialize(),
    SettingsFrame(0, settings={4: 2**31 - 1}).serialize(),
    HeadersFrame(1, data=b"\x88", flags=["END_HEADERS"]).serialize(),
    HeadersFrame(1, data=b"\x8d", flags=["END_HEADERS", "END_STREAM"]).serialize(),
    HeadersFrame(1, data=b"\x88").serialize(),
    HeadersFrame(2, data=b"\x88", flags=["END_HEADERS"]).serialize(),
    DataFrame(1, data=b"hello").serialize(),
    DataFrame(1, data=b"hello", flags=["END_STREAM"]).serialize(),
    DataFrame(3, data=b"hello").serialize(),
    RstStreamFrame(1, error_code=7).serialize(),
    RstStreamFrame(9, error_code=7).serialize(),
    GoAwayFrame(0, last_stream_id=0).serialize(),
    GoAwayFrame(0, last_stream_id=1, error_code=2).serialize(),
    b"\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00",
    b"\x00\x00\x02\x07\x00\x00\x00\x00\x00\x00\x00",
    b"\x00\x00\x05\x05\x04\x00\x00\x00\x01\x00\x00\x00\x02\x88",
    b"\x00\x00\x01\x06\x00\x00\x00\x00\x00\x00",
]


def pieces(known: list[bytes]) -> st.SearchStrategy[list[bytes]]:
    return st.lists(st.one_of(st.sampled_from(known), st.binary(max_size=20)), max_size=8)


async def scene(town: Any, wire: Wire, question: Any, data: list[bytes], how: Any) -> Any:
    """Ask a server that sends these pieces and closes; the town goes with it."""

    async def script(peer: Any) -> None:
        await (peer.request() if how.tls is None else how.wait(peer))
        for piece in data:
            await peer.send(piece)

    try:
        place = await town.open(script, tls=how.tls)
        async with wire.session(how.access) as session:
            got = await session.get(question(place.url(), limit=10_000))
            got.body.close()
            return got.exchange
    finally:
        await town.close()


class Plain:
    tls = None
    access = Access()


class Second:
    def __init__(self, ca: Any) -> None:
        self.tls = ca.server(alpn=("h2",))
        self.access = ca.access

    async def wait(self, peer: Any) -> None:
        await peer.reader.read(1000)


def check(exchange: Any) -> None:
    assert exchange.duration < 10
    assert exchange.size <= 10_000
    assert (exchange.failure is None) == exchange.answered
    assert len(exchange.hops) <= 10
    for hop in exchange.hops:
        assert hop.phases.total <= exchange.duration + 0.001


@QUICK
@given(data=pieces(GOOD))
def test_any_http1(data: list[bytes], town_hall: Any, wire: Wire, ask: Make) -> None:
    """Random sequences of header lines, chunks and noise."""
    check(asyncio.run(scene(town_hall(), wire, ask, data, Plain())))


@QUICK
@given(data=pieces(FRAMES))
def test_any_http2(
    data: list[bytes], town_hall: Any, wire: Wire, ask: Make, ca: Any, second: Any
) -> None:
    """Random sequences of frames and noise, with a proper beginning or without."""
    check(asyncio.run(scene(town_hall(), wire, ask, data, second)))


@pytest.fixture(scope="session")
def second(ca: Any) -> Second:
    return Second(ca)


async def test_any_tls(town: Any, wire: Wire, ask: Make) -> None:
    """Noise instead of a handshake."""
    noise = random.Random(7)

    async def script(peer: Any) -> None:
        await peer.reader.read(100)
        await peer.send(noise.randbytes(noise.randrange(200)))

    place = await town.open(script)
    for _ in range(40):
        async with wire.session(Access()) as session:
            got = await session.get(ask(f"https://mirror.test:{place.port}/"))
        assert got.exchange.failure is not None
        assert got.exchange.failure.kind.value.startswith("tls_")
        assert got.exchange.last.phases.processing is None
