"""HTTP/1.1 answers: good, broken, endless, and what each is called."""

import gzip
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from goproxy_exporter.model.exchange import FailureKind as K
from goproxy_exporter.model.mirror import Access
from goproxy_exporter.wire.wire import USER_AGENT, Wire

pytestmark = pytest.mark.timeout(20)

Make = Callable[..., Any]
CHUNKED = ("Transfer-Encoding: chunked",)
LONG = 10.0
"""Seconds that are over only where an exchange went on until its time was up."""


async def get(wire: Wire, ask: Make, place: Any, **settings: Any) -> Any:
    async with wire.session(Access()) as session:
        return await session.get(ask(place.url(), **settings))


async def test_a_whole_answer_is_recorded_with_every_phase_it_went_through(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """A plain exchange has resolve, connect, processing and transfer, and no TLS."""
    place = await town.open(saying(answer(b"v1.0.0\n", "Content-Type: text/plain")))
    got = await get(wire, ask, place)
    exchange, hop = got.exchange, got.exchange.last
    assert got.body.data == b"v1.0.0\n"
    assert (exchange.status, hop.protocol, hop.address) == (200, "HTTP/1.1", "127.0.0.1")
    assert exchange.answered
    assert exchange.failure is None
    assert hop.phases.tls is None
    assert hop.tls is None
    for phase in ("resolve", "connect", "processing", "transfer"):
        assert 0 <= getattr(hop.phases, phase) <= exchange.duration
    assert exchange.duration >= exchange.phases.total - 1e-6
    assert (exchange.size, hop.received, exchange.excerpt) == (7, 7, "v1.0.0")
    assert hop.header("content-type") == "text/plain"
    assert hop.rtt is not None
    assert hop.rtt > 0
    assert hop.retransmits == 0
    assert exchange.waited == 0


async def test_the_request_is_the_go_commands_and_names_us(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """One GET with Host, User-Agent and Accept-Encoding, its target untouched."""
    place = await town.open(saying(answer()))
    async with wire.session(Access()) as session:
        await session.get(ask(place.url("/!burnt//@v/v1.0.0+incompatible.info?x=%2f#no")))
    lines = place.requests[0].decode().split("\r\n")
    assert lines[0] == "GET /!burnt//@v/v1.0.0+incompatible.info?x=%2f HTTP/1.1"
    assert set(lines[1:-2]) == {
        f"Host: mirror.test:{place.port}",
        f"User-Agent: {USER_AGENT}",
        "Accept-Encoding: gzip",
    }
    assert "goproxy_exporter/" in USER_AGENT


@pytest.mark.parametrize(
    ("data", "then", "kind"),
    [
        (b"", "close", K.RESET),
        (b"", "reset", K.RESET),
        (b"HTTP/1.1 200 OK\r\nContent-", "close", K.RESET),
        (b"HTTP/1.1 200 OK\r\nContent-", "reset", K.RESET),
        (b"SSH-2.0-OpenSSH_9\r\n\r\n", "close", K.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "close", K.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "close", K.BODY_TRUNCATED),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", "close", K.BODY_TRUNCATED),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "reset", K.BODY_RESET),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "close", K.BODY_RESET),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
            "close",
            K.BODY_RESET,
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n",
            "hang",
            K.BODY_RESET,
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabXX", "hang", K.BODY_RESET),
    ],
)
async def test_what_breaks_is_called_by_its_name(
    data: bytes, then: str, kind: K, town: Any, wire: Wire, ask: Make, saying: Make
) -> None:
    """Reset, truncation, broken framing and not-HTTP are four different things."""
    place = await town.open(saying(data, then=then))
    got = await get(wire, ask, place)
    assert got.exchange.failure is not None
    assert got.exchange.failure.kind is kind
    assert got.exchange.last.failure == got.exchange.failure
    assert not got.exchange.answered


async def test_a_truncated_body_is_kept_as_far_as_it_came(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """Status, size and bytes of a truncated answer are evidence, not lost."""
    place = await town.open(saying(answer(b"short", length=10), then="close"))
    got = await get(wire, ask, place)
    assert (got.exchange.status, got.exchange.size, got.body.data) == (200, 5, b"short")


@pytest.mark.parametrize("then", ["close", "reset"])
async def test_the_status_of_an_error_outweighs_its_broken_body(
    then: str, town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """A 500 whose body breaks off is a 500: `go` does not look further."""
    place = await town.open(saying(answer(b"oops", status="500 No", length=99), then=then))
    got = await get(wire, ask, place)
    assert got.exchange.failure is None
    assert got.exchange.status == 500


async def test_a_body_without_length_ends_with_the_connection(
    town: Any, wire: Wire, ask: Make, saying: Make
) -> None:
    """HTTP/1.0 style bodies are whole once the peer closes."""
    place = await town.open(saying(b"HTTP/1.0 200 OK\r\n\r\nv1.0.0\n", then="close"))
    got = await get(wire, ask, place)
    assert got.exchange.failure is None
    assert got.body.data == b"v1.0.0\n"
    assert got.exchange.last.protocol == "HTTP/1.0"


async def test_a_chunked_body_is_put_together(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """Ten thousand chunks of one byte are a body like any other."""
    body = b"".join(b"1\r\n%c\r\n" % (97 + i % 26) for i in range(10000)) + b"0\r\n\r\n"
    place = await town.open(saying(answer(body, *CHUNKED)))
    got = await get(wire, ask, place)
    assert got.exchange.failure is None
    assert got.exchange.size == 10000


@pytest.mark.parametrize("length", [None, 1 << 30])
async def test_a_body_over_the_cap_is_not_read(
    length: int | None, town: Any, wire: Wire, ask: Make, answer: Make
) -> None:
    """Neither a declared nor an endless body costs more than its cap."""

    async def script(peer: Any) -> None:
        await peer.request()
        headers = CHUNKED if length is None else ()
        await peer.send(answer(b"", *headers, length=length))
        while not peer.writer.is_closing():
            await peer.send(b"1000\r\n" + bytes(4096) + b"\r\n")

    place = await town.open(script)
    got = await get(wire, ask, place, limit=100_000)
    assert got.exchange.failure is not None
    assert got.exchange.failure.kind is K.BODY_TOO_LARGE
    assert got.exchange.size <= 100_000
    assert got.exchange.last.received < 1_000_000


async def test_the_body_of_an_error_is_read_in_part(
    town: Any, wire: Wire, ask: Make, answer: Make
) -> None:
    """An endless 404 is a 404 with 64 KiB of body at most."""

    async def script(peer: Any) -> None:
        await peer.request()
        await peer.send(answer(b"", *CHUNKED, status="404 Not Found"))
        while not peer.writer.is_closing():
            await peer.send(b"1000\r\n" + b"x" * 4096 + b"\r\n")

    place = await town.open(script)
    got = await get(wire, ask, place)
    assert got.exchange.failure is None
    assert (got.exchange.status, got.exchange.size) == (404, 65536)


async def test_headers_without_end_are_not_http(town: Any, wire: Wire, ask: Make) -> None:
    """An endless header is given up at its cap, long before the time is up."""

    async def script(peer: Any) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\n")
        while not peer.writer.is_closing():
            await peer.send(b"X-Padding: " + b"x" * 4096 + b"\r\n")

    place = await town.open(script)
    got = await get(wire, ask, place)
    assert got.exchange.failure is not None
    assert got.exchange.failure.kind is K.PROTOCOL
    assert got.exchange.duration < LONG


async def test_informational_responses_pass_but_not_for_ever(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """A 103 is skipped; a flood of them is not HTTP."""
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    place = await town.open(saying(hint * 3 + answer()))
    assert (await get(wire, ask, place)).exchange.status == 200
    place = await town.open(saying(hint * 500))
    got = await get(wire, ask, place)
    assert got.exchange.failure is not None
    assert got.exchange.failure.kind is K.PROTOCOL


async def test_gzip_is_decoded_as_net_http_does(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """Content-Encoding: gzip is undone; size and digest are of what was inside."""
    packed = gzip.compress(b"v1.0.0\n" * 1000)
    place = await town.open(saying(answer(packed, "Content-Encoding: GZIP")))
    got = await get(wire, ask, place)
    assert got.body.data == b"v1.0.0\n" * 1000
    assert (got.exchange.size, got.exchange.last.received) == (7000, len(packed))


async def test_nothing_is_decoded_that_was_not_asked_for(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """Without Accept-Encoding a gzip body stays as it is; other codings stay always."""
    packed = gzip.compress(b"v1.0.0\n")
    place = await town.open(saying(answer(packed, "Content-Encoding: gzip")))
    got = await get(wire, ask, place, accept_gzip=False)
    assert got.body.data == packed
    assert b"Accept-Encoding" not in place.requests[0]
    deflated = zlib.compress(b"v1.0.0\n")
    place = await town.open(saying(answer(deflated, "Content-Encoding: deflate")))
    got = await get(wire, ask, place)
    assert got.body.data == deflated


@pytest.mark.parametrize("size", [100, 20_000])
async def test_a_lie_about_gzip_is_found_out(
    size: int, town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """A body that claims to be gzip and is not fails, and shows what it is."""
    place = await town.open(saying(answer(b"plain" * size, "Content-Encoding: gzip")))
    got = await get(wire, ask, place)
    assert got.exchange.failure is not None
    assert got.exchange.failure.kind is K.BODY_ENCODING
    assert got.exchange.last.failure == got.exchange.failure
    assert got.exchange.excerpt.startswith("plainplain")


async def test_half_a_gzip_body_is_bad_encoding_or_truncation(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """What the peer sent short is truncated; what it declared short is badly encoded."""
    packed = gzip.compress(bytes(range(256)) * 100)
    half = packed[: len(packed) // 2]
    place = await town.open(saying(answer(half, "Content-Encoding: gzip")))
    assert (await get(wire, ask, place)).exchange.failure.kind is K.BODY_ENCODING
    short = answer(half, "Content-Encoding: gzip", length=len(packed))
    place = await town.open(saying(short, then="close"))
    assert (await get(wire, ask, place)).exchange.failure.kind is K.BODY_TRUNCATED


@pytest.mark.parametrize("spool", [False, True])
async def test_a_gzip_bomb_costs_no_more_than_its_cap(
    spool: bool, town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """40 kB that grow to 40 MB are given up at the limit."""
    bomb = gzip.compress(bytes(40_000_000), 9)
    place = await town.open(saying(answer(bomb, "Content-Encoding: gzip")))
    got = await get(wire, ask, place, limit=3_000_000, spool=spool)
    assert got.exchange.failure is not None
    assert got.exchange.failure.kind is K.BODY_TOO_LARGE
    assert got.exchange.size <= 3_000_000
    got.body.close()


async def test_secrets_of_an_answer_are_not_kept(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """Cookies and tokens are dropped; long values are cut; at most 64 headers stay."""
    headers = ["Set-Cookie: a=b", "X-Auth-Token: t", "X-Long: " + "x" * 2000]
    headers += [f"X-{number}: y" for number in range(100)]
    place = await town.open(saying(answer(b"", *headers)))
    got = await get(wire, ask, place)
    kept = dict(got.exchange.last.headers)
    assert "set-cookie" not in kept
    assert "x-auth-token" not in kept
    assert len(kept["x-long"]) == 512
    assert len(kept) == 64
