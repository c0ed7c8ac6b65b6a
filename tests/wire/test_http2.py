"""HTTP/2 answers: good, reset, going away, flooding, and what each is called."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from h2.errors import ErrorCodes as E
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    SettingsFrame,
)

from goproxy_exporter.model.exchange import FailureKind as K
from goproxy_exporter.wire.wire import Wire

pytestmark = pytest.mark.timeout(20)

Make = Callable[..., Any]
Play = Callable[[Any], Any]
LONG = 10.0
"""Seconds that are over only where an exchange went on until its time was up."""


@pytest.fixture
def get(town: Any, wire: Wire, ask: Make, speaking2: Make, ca: Any) -> Make:
    """Ask a server that plays a script over HTTP/2; give the answers to `times` questions."""

    async def make(play: Play, times: int = 1, **settings: Any) -> Any:
        place = await town.open(speaking2(play), tls=ca.server(alpn=("h2", "http/1.1")))
        async with wire.session(ca.access) as session:
            got = [await session.get(ask(place.url(), **settings)) for _ in range(times)]
        return (got[0], place) if times == 1 else (got, place)

    return make


async def test_http2_is_spoken_where_it_is_offered(get: Make) -> None:
    """ALPN decides; the request carries what the go command sends, in lower case."""

    async def play(peer: Any) -> None:
        await peer.answer(await peer.request(), b"v1.0.0\n")
        await peer.events()

    got, place = await get(play)
    hop = got.exchange.last
    assert (hop.status, hop.protocol, hop.tls.alpn) == (200, "HTTP/2", "h2")
    assert got.body.data == b"v1.0.0\n"
    assert got.exchange.failure is None
    assert hop.tls.verified
    for phase in ("resolve", "connect", "tls", "processing", "transfer"):
        assert 0 <= getattr(hop.phases, phase) <= got.exchange.duration
    names = [line.split(b": ")[0] for line in place.requests[0].split(b"\r\n")]
    assert names == [
        b":method",
        b":authority",
        b":scheme",
        b":path",
        b"user-agent",
        b"accept-encoding",
    ]


async def test_http2_can_be_left_out(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make, ca: Any
) -> None:
    """With http2=False it is not offered."""
    context = ca.server(alpn=("h2", "http/1.1"))
    place = await town.open(saying(answer()), tls=context)
    async with wire.session(ca.access, http2=False) as session:
        got: Any = await session.get(ask(place.url()))
    assert got.exchange.last.protocol == "HTTP/1.1"


async def test_one_connection_serves_many_questions(get: Make) -> None:
    """The second question opens no connection and has no connect phase."""

    async def play(peer: Any) -> None:
        while stream := await peer.request():
            await peer.answer(stream)

    got, place = await get(play, times=5)
    assert [one.exchange.last.reused for one in got] == [False, True, True, True, True]
    assert {one.exchange.failure for one in got} == {None}
    assert got[1].exchange.last.phases.tls is None
    assert got[1].exchange.last.tls.verified
    assert len(place.peers) == 1


@pytest.mark.parametrize("spool", [False, True])
async def test_a_large_body_flows(spool: bool, get: Make) -> None:
    """5 MB pass the windows, whole."""
    body = bytes(range(256)) * 20_000

    async def play(peer: Any) -> None:
        stream, sent = await peer.request(), 0
        peer.engine.send_headers(stream, [(":status", "200")])
        while sent < len(body):
            room = min(
                peer.engine.local_flow_control_window(stream), peer.engine.max_outbound_frame_size
            )
            if room == 0:
                await peer.flush()
                assert await peer.events()
                continue
            piece = body[sent : sent + room]
            sent += len(piece)
            peer.engine.send_data(stream, piece, end_stream=sent == len(body))
            await peer.flush()
        await peer.events()

    got, _ = await get(play, limit=10_000_000, spool=spool)
    assert got.exchange.failure is None
    assert got.exchange.sha256 == hashlib.sha256(body).hexdigest()
    assert hashlib.sha256(got.body.file.read()).hexdigest() == got.exchange.sha256
    got.body.close()


@pytest.mark.parametrize(
    ("code", "in_body", "kind"),
    [
        (E.REFUSED_STREAM, False, K.H2_RETRYABLE),
        (E.INTERNAL_ERROR, False, K.H2_STREAM_ERROR),
        (E.HTTP_1_1_REQUIRED, False, K.H2_STREAM_ERROR),
        (E.CANCEL, False, K.H2_STREAM_ERROR),
        (E.ENHANCE_YOUR_CALM, False, K.H2_ENHANCE_YOUR_CALM),
        (E.REFUSED_STREAM, True, K.H2_STREAM_ERROR),
        (E.INTERNAL_ERROR, True, K.H2_STREAM_ERROR),
        (E.NO_ERROR, True, K.H2_STREAM_ERROR),
        (E.ENHANCE_YOUR_CALM, True, K.H2_ENHANCE_YOUR_CALM),
    ],
)
async def test_a_reset_is_called_by_its_code(code: E, in_body: bool, kind: K, get: Make) -> None:
    """Only REFUSED_STREAM before any answer may be tried again; throttling is its own."""

    async def play(peer: Any) -> None:
        stream = await peer.request()
        if in_body:
            peer.engine.send_headers(stream, [(":status", "200")])
            peer.engine.send_data(stream, b"v1")
        peer.engine.reset_stream(stream, code)
        await peer.flush()
        await peer.events()

    got, place = await get(play)
    assert got.exchange.failure.kind is kind
    assert code.name in got.exchange.failure.detail
    assert got.exchange.last.protocol == ("HTTP/2" if in_body else None)
    assert len(place.peers) == 1


@pytest.mark.parametrize(
    ("code", "last", "kind"),
    [
        (E.NO_ERROR, 0, K.H2_RETRYABLE),
        (E.ENHANCE_YOUR_CALM, 0, K.H2_ENHANCE_YOUR_CALM),
        (E.ENHANCE_YOUR_CALM, 1, K.H2_ENHANCE_YOUR_CALM),
        (E.INTERNAL_ERROR, 0, K.H2_STREAM_ERROR),
        (E.NO_ERROR, 1, K.H2_STREAM_ERROR),
        (0xBEEF, 0, K.H2_STREAM_ERROR),
    ],
)
async def test_going_away_before_an_answer(code: int, last: int, kind: K, get: Make) -> None:
    """What was not processed may be tried again, once; we do not, and never for ever."""

    async def play(peer: Any) -> None:
        await peer.request()
        frame = GoAwayFrame(0, last_stream_id=last, error_code=code)
        await peer.peer.send(frame.serialize())

    got, place = await get(play)
    assert got.exchange.failure.kind is kind
    assert "GOAWAY" in got.exchange.failure.detail
    assert len(place.peers) == 1


async def test_going_away_gracefully_is_no_failure(get: Make) -> None:
    """A peer may finish what it processes after GOAWAY (nginx does); then it serves no more."""

    async def play(peer: Any) -> None:
        stream = await peer.request()
        peer.engine.send_headers(stream, [(":status", "200")])
        peer.engine.send_data(stream, b"v1.0")
        first = peer.engine.data_to_send()
        peer.engine.send_data(stream, b".0\n", end_stream=True)
        going = GoAwayFrame(0, last_stream_id=stream, error_code=0).serialize()
        await peer.peer.send(first + going + peer.engine.data_to_send())
        await peer.events()

    got, place = await get(play, times=2)
    assert [one.body.data for one in got] == [b"v1.0.0\n"] * 2
    assert [one.exchange.last.reused for one in got] == [False, False]
    assert len(place.peers) == 2


async def test_going_away_inside_a_body_is_a_stream_error(get: Make) -> None:
    """GOAWAY and then the end, with half a body: `go` does not retry that."""

    async def play(peer: Any) -> None:
        stream = await peer.request()
        peer.engine.send_headers(stream, [(":status", "200")])
        peer.engine.send_data(stream, b"v1.0")
        going = GoAwayFrame(0, last_stream_id=stream, error_code=0).serialize()
        await peer.peer.send(peer.engine.data_to_send() + going)

    got, _ = await get(play)
    assert got.exchange.failure.kind is K.H2_STREAM_ERROR
    assert (got.exchange.status, got.exchange.size) == (200, 4)


@pytest.mark.parametrize(
    ("body", "then", "kind"),
    [
        (None, "close", K.RESET),
        (None, "reset", K.RESET),
        (b"v1.0", "close", K.BODY_RESET),
        (b"v1.0", "reset", K.BODY_RESET),
    ],
)
async def test_a_connection_that_ends_without_a_word(
    body: bytes | None, then: str, kind: K, get: Make
) -> None:
    """Before the header it is a reset, inside the body a broken body."""

    async def play(peer: Any) -> None:
        stream = await peer.request()
        if body:
            peer.engine.send_headers(stream, [(":status", "200")])
            peer.engine.send_data(stream, body)
            await peer.flush()
            await peer.events()
        if then == "reset":
            peer.peer.reset()

    got, _ = await get(play)
    assert got.exchange.failure.kind is kind


@pytest.mark.parametrize("sent", [b"", b"v1.0"])
async def test_a_body_shorter_than_it_said_is_truncated(sent: bytes, get: Make) -> None:
    """END_STREAM short of Content-Length is a normal end, too early."""

    async def play(peer: Any) -> None:
        stream = await peer.request()
        headers = [(":status", "200"), ("content-length", "10")]
        peer.engine.send_headers(stream, headers, end_stream=not sent)
        raw = peer.engine.data_to_send()
        if sent:
            raw += DataFrame(stream, data=sent, flags=["END_STREAM"]).serialize()
        await peer.peer.send(raw)
        await peer.events()

    got, _ = await get(play)
    assert got.exchange.failure.kind is K.BODY_TRUNCATED
    assert got.exchange.status == 200


async def test_a_body_over_the_cap_is_given_up(get: Make) -> None:
    """An endless body costs its cap and what was under way."""

    async def play(peer: Any) -> None:
        stream = await peer.request()
        peer.engine.send_headers(stream, [(":status", "200")])
        await peer.flush()
        while not peer.peer.writer.is_closing():
            await peer.peer.send(DataFrame(stream, data=bytes(16384)).serialize())

    got, _ = await get(play, limit=100_000)
    assert got.exchange.failure.kind is K.BODY_TOO_LARGE
    assert got.exchange.size <= 100_000


PING = PingFrame(0, opaque_data=b"floods!!").serialize()
SETTINGS = SettingsFrame(0).serialize()
EMPTY = DataFrame(1, data=b"").serialize()
PART = ContinuationFrame(1, data=b"").serialize()


@pytest.mark.parametrize(
    ("before", "flood", "kinds"),
    [
        (b"", PING, {K.H2_STREAM_ERROR}),
        (b"", SETTINGS, {K.H2_STREAM_ERROR}),
        (
            HeadersFrame(1, data=b"\x88", flags=["END_HEADERS"]).serialize(),
            EMPTY,
            {K.H2_STREAM_ERROR},
        ),
        (HeadersFrame(1, data=b"\x88").serialize(), PART, {K.H2_STREAM_ERROR, K.PROTOCOL}),
        (b"", b"\x00\x00\x00\x77\x00\x00\x00\x00\x00", {K.H2_STREAM_ERROR}),
    ],
)
async def test_a_flood_of_frames_is_cut_off(
    before: bytes, flood: bytes, kinds: set[K], get: Make
) -> None:
    """Frames that cost nothing to send end the exchange long before its time."""

    async def play(peer: Any) -> None:
        await peer.request()
        await peer.peer.send(before)
        while not peer.peer.writer.is_closing():
            await peer.peer.send(flood * 500)

    got, _ = await get(play)
    assert got.exchange.failure.kind in kinds
    assert got.exchange.duration < LONG


async def test_huge_headers_are_not_http(get: Make) -> None:
    """A header list over the limit ends the exchange."""

    async def play(peer: Any) -> None:
        stream = await peer.request()
        padding = [(f"x-{number}", "x" * 8000) for number in range(40)]
        peer.engine.send_headers(stream, [(":status", "200"), *padding], end_stream=True)
        await peer.flush()
        await peer.events()

    got, _ = await get(play)
    assert got.exchange.failure.kind is K.PROTOCOL


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        DataFrame(1, data=b"early").serialize(),
        HeadersFrame(1, data=b"\xff\xff\xff\xff", flags=["END_HEADERS"]).serialize(),
        b"\xff\xff\xff\x00\x00\x00\x00\x00\x01",
    ],
)
async def test_what_is_not_http2_is_a_stream_error(raw: bytes, get: Make) -> None:
    """Garbage after ALPN said h2 does not raise; it is named."""

    async def play(peer: Any) -> None:
        await peer.request()
        await peer.peer.send(raw)
        await peer.peer.hang()

    got, _ = await get(play)
    assert got.exchange.failure.kind is K.H2_STREAM_ERROR
    assert got.exchange.status is None


async def test_informational_headers_pass(get: Make) -> None:
    """A 103 before the answer is skipped; a flood of them is not."""

    async def play(peer: Any) -> None:
        stream = await peer.request()
        for _ in range(2):
            peer.engine.send_headers(stream, [(":status", "103"), ("link", "</x>")])
        await peer.answer(stream)
        await peer.events()

    got, _ = await get(play)
    assert got.exchange.status == 200

    async def flood(peer: Any) -> None:
        stream = await peer.request()
        for _ in range(300):
            peer.engine.send_headers(stream, [(":status", "103")])
        await peer.flush()
        await peer.events()

    got, _ = await get(flood)
    assert got.exchange.failure.kind is K.H2_STREAM_ERROR


async def test_a_dead_kept_connection_is_replaced_once(get: Make) -> None:
    """GOAWAY that crosses the next request on a kept connection: one new connection, as `go`."""

    async def play(peer: Any) -> None:
        if len(place_peers) == 0:
            place_peers.append(peer)
            await peer.answer(await peer.request())
            await peer.request()
            await peer.peer.send(GoAwayFrame(0, last_stream_id=1).serialize())
            return
        await peer.answer(await peer.request())
        await peer.events()

    place_peers: list[Any] = []
    got, place = await get(play, times=2)
    hop = got[1].exchange.last
    assert hop.status == 200
    assert not hop.reused
    assert hop.attempts == (("127.0.0.1", "the kept connection was closed"),)
    assert len(place.peers) == 2


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (b"", K.RESET),
        (GoAwayFrame(0, last_stream_id=0, error_code=11).serialize(), K.H2_ENHANCE_YOUR_CALM),
        (GoAwayFrame(0, last_stream_id=0).serialize(), K.H2_RETRYABLE),
        (PING * 1100, K.H2_STREAM_ERROR),
        (b"\xff\xff\xff\x00\x00\x00\x00\x00\x01", K.H2_STREAM_ERROR),
    ],
)
async def test_a_peer_that_is_done_before_it_is_asked(first: bytes, kind: K, get: Make) -> None:
    """Gone, going away or flooding right after the handshake: known at once, not at the deadline."""

    async def play(peer: Any) -> None:
        await peer.peer.send(first)

    got, _ = await get(play)
    assert got.exchange.failure.kind is kind
    assert got.exchange.duration < LONG


@pytest.mark.parametrize(
    "headers",
    [
        [("x", "y")],
        [(":status", "2000")],
        [(":status", "abc")],
        [(":status", "200"), ("Upper", "case")],
        [(":status", "200"), ("content-length", "9" * 5000)],
    ],
)
async def test_malformed_headers_are_stream_errors(headers: Any, get: Make) -> None:
    """What net/http calls malformed."""

    async def play(peer: Any) -> None:
        stream = await peer.request()
        block = peer.engine.encoder.encode(headers)
        await peer.peer.send(HeadersFrame(stream, data=block, flags=["END_HEADERS"]).serialize())
        await peer.events()

    got, _ = await get(play)
    assert got.exchange.failure.kind is K.H2_STREAM_ERROR
    assert got.exchange.status is None


async def test_headers_that_net_http_drops_do_no_harm(get: Make) -> None:
    """Connection and its like are malformed by the RFC, and ignored by the go command."""

    async def play(peer: Any) -> None:
        stream = await peer.request()
        block = peer.engine.encoder.encode([(":status", "200"), ("connection", "keep-alive")])
        head = HeadersFrame(stream, data=block, flags=["END_HEADERS"]).serialize()
        body = DataFrame(stream, data=b"v1", flags=["END_STREAM"]).serialize()
        await peer.peer.send(head + body)
        await peer.events()

    got, _ = await get(play)
    assert got.exchange.failure is None
    assert got.body.data == b"v1"
