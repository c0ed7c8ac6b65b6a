"""Connections that questions of one run share, and the bodies they bring home."""

import asyncio
import contextlib
import gzip
import hashlib
import random
import resource
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from goproxy_exporter.errors import ConfigError
from goproxy_exporter.model.exchange import FailureKind as K
from goproxy_exporter.model.mirror import Access
from goproxy_exporter.wire.wire import Wire

pytestmark = pytest.mark.timeout(20)

Make = Callable[..., Any]


async def test_questions_share_a_connection_within_a_session_only(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """Kept alive as `go` would; fresh at the start of each session."""
    place = await town.open(saying(answer(b"1"), answer(b"2"), answer(b"3")))
    async with wire.session(Access()) as session:
        got: list[Any] = [await session.get(ask(place.url())) for _ in range(3)]
    assert [one.exchange.last.reused for one in got] == [False, True, True]
    assert [one.body.data for one in got] == [b"1", b"2", b"3"]
    second = got[1].exchange.last
    assert (second.phases.resolve, second.phases.connect) == (None, None)
    assert second.phases.processing is not None
    async with wire.session(Access()) as session:
        assert not (await session.get(ask(place.url()))).exchange.last.reused
    assert len(place.peers) == 2


async def test_questions_at_once_wait_for_each_other(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """Each exchange is measured alone, over one connection."""
    place = await town.open(saying(*[answer()] * 4))
    async with wire.session(Access()) as session:
        got: list[Any] = await asyncio.gather(*(session.get(ask(place.url())) for _ in range(4)))
    assert sum(one.exchange.last.reused for one in got) == 3
    assert len(place.peers) == 1


@pytest.mark.parametrize("end", ["close", "reset"])
async def test_a_kept_connection_that_died_is_replaced_once(
    end: str, town: Any, wire: Wire, ask: Make, answer: Make
) -> None:
    """Dead before any byte: a new connection, and the hop says so (net/http does the same)."""

    async def script(peer: Any) -> None:
        await peer.request()
        await peer.send(answer())
        if len(place.peers) == 1:
            await peer.request()
            if end == "reset":
                peer.reset()
            return
        await peer.hang()

    place = await town.open(script)
    async with wire.session(Access()) as session:
        await session.get(ask(place.url()))
        got: Any = await session.get(ask(place.url()))
    hop = got.exchange.last
    assert (hop.status, hop.reused) == (200, False)
    assert hop.attempts == (("127.0.0.1", "the kept connection was closed"),)
    assert hop.phases.connect is not None
    assert len(place.peers) == 2


async def test_a_connection_closed_while_idle_is_not_used(
    town: Any, wire: Wire, ask: Make, answer: Make
) -> None:
    """What the peer closed in between is noticed before it is asked."""
    closed = asyncio.Event()

    async def script(peer: Any) -> None:
        await peer.request()
        await peer.send(answer())
        peer.writer.close()
        closed.set()

    place = await town.open(script)
    async with wire.session(Access()) as session:
        await session.get(ask(place.url()))
        await closed.wait()
        await asyncio.sleep(0.05)
        got: Any = await session.get(ask(place.url()))
    assert got.exchange.status == 200
    assert got.exchange.last.attempts == ()


async def test_a_fresh_connection_that_dies_is_not_replaced(
    town: Any, wire: Wire, ask: Make, saying: Make
) -> None:
    """No hidden retries: a reset of a fresh connection is the answer."""
    place = await town.open(saying(b"", then="close"))
    async with wire.session(Access()) as session:
        got: Any = await session.get(ask(place.url()))
    assert got.exchange.failure.kind is K.RESET
    assert len(place.peers) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ],
)
async def test_a_connection_that_cannot_serve_again_is_not_kept(
    raw: bytes, town: Any, wire: Wire, ask: Make, saying: Make
) -> None:
    """Connection: close, bytes that nobody asked for, HTTP/1.0: a new connection each time."""
    place = await town.open(saying(raw))
    async with wire.session(Access()) as session:
        got: list[Any] = [await session.get(ask(place.url())) for _ in range(2)]
    assert [one.body.data for one in got] == [b"ok", b"ok"]
    assert [one.exchange.last.reused for one in got] == [False, False]
    assert len(place.peers) == 2


async def test_a_peer_that_speaks_first_is_not_http(town: Any, wire: Wire, ask: Make) -> None:
    """A banner before any question is told from an answer to it."""

    async def banner(peer: Any) -> None:
        await peer.send(b"220 mail.test ESMTP\r\n")
        await peer.hang()

    place = await town.open(banner)
    async with wire.session(Access()) as session:
        got: Any = await session.get(ask(place.url()))
    assert got.exchange.failure.kind is K.PROTOCOL


@pytest.mark.parametrize("size", [0, 1000, 1 << 20, (1 << 20) + 1, 7_000_001])
@pytest.mark.parametrize("packed", [False, True])
async def test_a_spooled_body_comes_home_whole(
    size: int, packed: bool, town: Any, wire: Wire, ask: Make, answer: Make
) -> None:
    """In memory or in a file, plain or gzip: every byte, digested, seekable."""
    body = random.Random(size).randbytes(size)
    raw = gzip.compress(body, 1) if packed else body

    async def script(peer: Any) -> None:
        await peer.request()
        headers = ("Content-Encoding: gzip",) if packed else ()
        await peer.send(answer(raw, *headers))
        await peer.hang()

    place = await town.open(script)
    async with wire.session(Access()) as session:
        got: Any = await session.get(ask(place.url(), spool=True, limit=10_000_000))
    assert got.exchange.failure is None
    with got.body as kept:
        assert kept.file.read() == body
        assert kept.file.read(1) == body[:1]
    assert got.exchange.sha256 == hashlib.sha256(body).hexdigest()
    assert got.exchange.size == size


async def test_a_large_body_does_not_hold_up_the_loop(
    town: Any, wire: Wire, ask: Make, answer: Make
) -> None:
    """While 30 MB arrive and are written, nobody else waits for long: by what the loop works."""
    lags = []

    async def watch() -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.005)
            lags.append(time.thread_time() - before)

    async def script(peer: Any) -> None:
        await peer.request()
        await peer.send(answer(b"", length=30_000_000))
        for _ in range(300):
            await peer.send(bytes(100_000))
        await peer.hang()

    place = await town.open(script)
    watcher = asyncio.create_task(watch())
    async with wire.session(Access()) as session:
        got: Any = await session.get(ask(place.url(), spool=True, limit=1 << 30))
    watcher.cancel()
    got.body.close()
    assert got.exchange.size == 30_000_000
    assert sorted(lags)[len(lags) // 2] < 0.05


async def test_a_url_that_cannot_be_asked_is_a_failure_not_an_error(wire: Wire, ask: Make) -> None:
    """get() answers, whatever it is asked."""
    async with wire.session(Access()) as session:
        for url in ("", "mirror.test/x", "ftp://mirror.test/", "http://", "http://h:99999/"):
            got: Any = await session.get(ask(url))
            assert got.exchange.failure.kind is K.PROTOCOL
            assert got.exchange.last.failure is not None


async def test_a_name_that_is_none_fails_in_its_phase(wire: Wire, ask: Make) -> None:
    """What does not resolve has a resolve phase and no other."""
    async with wire.session(Access(ip_family=6)) as session:
        got: Any = await session.get(ask("http://mirror.test/"))
    hop = got.exchange.last
    assert got.exchange.failure.kind is K.DNS_NXDOMAIN
    assert hop.phases.resolve is not None
    assert (hop.phases.connect, hop.address) == (None, None)


async def test_certificates_that_cannot_be_loaded_are_the_configurations_fault(
    wire: Wire,
) -> None:
    """Entering the session raises; no mirror is accused."""
    with pytest.raises(ConfigError):
        async with wire.session(Access(ca_files=("/nowhere/ca.pem",))):
            pass
    with pytest.raises(ConfigError):
        await wire.warm([Access(ca_files=("/nowhere/ca.pem",))])


async def test_a_literal_host_skips_the_phase_of_resolving(
    town: Any, wire: Wire, ask: Make, saying: Make, answer: Make
) -> None:
    """Nothing is looked up for 127.0.0.1, so there is no such phase."""
    place = await town.open(saying(answer()))
    async with wire.session(Access()) as session:
        got: Any = await session.get(ask(place.url(host="127.0.0.1")))
    assert got.exchange.status == 200
    assert got.exchange.last.phases.resolve is None


async def test_a_peer_that_floods_before_it_is_asked_is_cut_off(
    town: Any, wire: Wire, ask: Make, ca: Any
) -> None:
    """Bytes that nobody asked for end an idle connection, and cost no more than that."""

    async def script(peer: Any) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        while not peer.writer.is_closing():
            await peer.send(bytes(65536))

    place = await town.open(script, tls=ca.server())
    async with wire.session(ca.access) as session:
        got: Any = await session.get(ask(place.url()))
        assert got.exchange.status == 200
        await asyncio.sleep(0.1)
        got = await session.get(ask(place.url()))
    assert got.exchange.status == 200
    assert not got.exchange.last.reused


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_missing_client_certificate_is_a_failed_handshake(
    version: ssl.TLSVersion, wire: Wire, ask: Make, ca: Any
) -> None:
    """A peer that wants a certificate of ours says so in an alert; TLS 1.3 after the handshake."""
    context: ssl.SSLContext = ca.server()
    context.maximum_version = version
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(ca.file)

    def refuse(listener: socket.socket) -> None:
        raw, _ = listener.accept()
        raw.settimeout(5)
        with contextlib.suppress(OSError), context.wrap_socket(raw, server_side=True):
            pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        refusing = asyncio.create_task(asyncio.to_thread(refuse, listener))
        async with wire.session(ca.access) as session:
            url = f"https://mirror.test:{listener.getsockname()[1]}/"
            got: Any = await session.get(ask(url))
        await refusing
    assert got.exchange.failure.kind is K.TLS_HANDSHAKE


@pytest.fixture
def small_disk() -> Iterator[None]:
    """Let no file grow beyond 2 MiB: the disk is full, as far as this process can tell."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("small_disk")
async def test_a_full_disk_is_our_fault_and_raised(
    town: Any, wire: Wire, ask: Make, answer: Make
) -> None:
    """No kind of failure fits: the mirror did nothing wrong."""

    async def script(peer: Any) -> None:
        await peer.request()
        await peer.send(answer(bytes(8 << 20)))
        await peer.hang()

    place = await town.open(script)
    async with wire.session(Access()) as session:
        with pytest.raises(OSError, match="File too large"):
            await session.get(ask(place.url(), spool=True, limit=1 << 30))
