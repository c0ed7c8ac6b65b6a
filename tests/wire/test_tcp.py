"""Bytes are heard with the moment of their arrival, and everything is heard before the end."""

import asyncio
import fcntl
import socket
import struct
import termios
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import pytest
import uvloop

from goproxy_exporter.wire.arrival import ROOM, request_stamps, stamp
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.tcp import IN_A_TURN, READS_IN_A_TURN, Tcp

BEGINS = 5.0
"""Seconds that the kernel gets to begin."""
LATE = 0.2
"""Seconds for which the loop is kept from its sockets."""
Run = Callable[[Coroutine[Any, Any, None]], None]

both_loops = pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])


class Ear:
    """Notes what is told, and lets wait for the end."""

    def __init__(self) -> None:
        self.heard: list[tuple[bytes, float]] = []
        self.ends: list[Exception | None] = []
        self.began = asyncio.Event()
        self.over_at = asyncio.get_running_loop().create_future()
        self.bug: Exception | None = None

    @property
    def said(self) -> bytes:
        return b"".join(data for data, _ in self.heard)

    def arrived(self, data: bytes, at: float) -> None:
        self.heard.append((data, at))
        self.began.set()
        if self.bug is not None:
            raise self.bug

    def over(self, error: Exception | None, at: float) -> None:
        self.ends.append(error)
        self.over_at.set_result(at)


@contextmanager
def pair(*, receive: int | None = None) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Give both ends of a TCP connection, the first of which does not block.

    It keeps up to `receive` bytes that nobody has read yet.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.socket()
        if receive is not None:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        ours.connect(listener.getsockname())
        theirs, _ = listener.accept()
    ours.setblocking(False)
    with ours, theirs:
        yield ours, theirs


def reset(sock: socket.socket) -> None:
    """Hang up without a farewell."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def wait_until_delivered(sock: socket.socket) -> None:
    """Wait until the other end's kernel has everything: a reset takes away what is under way."""
    until = time.monotonic() + BEGINS
    while struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4)))[0]:
        assert time.monotonic() < until


@pytest.fixture
def stamping() -> None:
    """Wait until the kernel stamps, which it begins to do a moment after it was asked."""
    with pair() as (ours, theirs):
        ours.setblocking(True)
        request_stamps(ours)
        until = time.monotonic() + BEGINS
        while time.monotonic() < until:
            theirs.sendall(b"now?")
            if stamp(ours.recvmsg(4, ROOM)[1]) is not None:
                return
    pytest.skip("the kernel does not stamp arrivals here (SO_TIMESTAMPNS)")


@pytest.mark.usefixtures("stamping")
@both_loops
def test_a_late_loop_does_not_make_a_peer_late(run: Run) -> None:
    """What arrives while the loop is busy bears the moment when it came."""

    async def go() -> None:
        with pair() as (ours, theirs):
            ear, sent_at, seen = Ear(), [0.0, 0.0], Event()
            Tcp(ours, Clock(), ear)

            def answer() -> None:
                sent_at[0] = time.monotonic()
                theirs.sendall(b"here")
                sent_at[1] = time.monotonic()
                seen.wait(LATE)
                seen.set()

            peer = Thread(target=answer)
            peer.start()
            seen.wait()
            peer.join()
            late = time.monotonic()
            await ear.began.wait()
            theirs.close()
            await ear.over_at
            [(data, at)] = ear.heard
            assert data == b"here"
            assert late - sent_at[1] >= LATE
            assert sent_at[0] <= at < sent_at[1] + LATE / 2

    run(go())


@both_loops
@pytest.mark.parametrize("leap", [-3600.0, 3600.0], ids=["back", "forth"])
def test_a_clock_that_is_set_does_no_more_than_blur(run: Run, leap: float) -> None:
    """No arrival lies before the connection, nor in the future."""

    class Set(Clock):
        def since(self, stamp: float) -> float:
            return super().since(stamp - leap)

    async def go() -> None:
        with pair() as (ours, theirs):
            ear = Ear()
            began = time.monotonic()
            Tcp(ours, Set(), ear)
            theirs.sendall(b"answer")
            theirs.shutdown(socket.SHUT_WR)
            await ear.over_at
            assert [began <= at <= time.monotonic() for _, at in ear.heard] == [True]

    run(go())


@both_loops
def test_what_a_peer_says_before_it_hangs_up_is_heard(run: Run) -> None:
    """A reset comes after the bytes before it, and once."""

    async def go() -> None:
        with pair() as (ours, theirs):
            ear = Ear()
            tcp = Tcp(ours, Clock(), ear)
            theirs.sendall(b"no, because")
            await ear.began.wait()
            reset(theirs)
            await ear.over_at
            assert ear.said == b"no, because"
            assert [type(end) for end in ear.ends] == [ConnectionResetError]
            assert not tcp.open

    run(go())


@both_loops
def test_what_cannot_be_sent_is_told_after_what_was_said(run: Run) -> None:
    """A write to a peer that has gone takes nothing away of its last words."""

    async def go() -> None:
        with pair() as (ours, theirs):
            ear = Ear()
            tcp = Tcp(ours, Clock(), ear)
            theirs.sendall(b"last words")
            theirs.close()
            tcp.send(b"a question")
            tcp.send(b"another")
            await ear.over_at
            assert ear.said == b"last words"
            assert len(ear.ends) == 1

    run(go())


@both_loops
def test_the_first_thing_that_went_wrong_is_told(run: Run) -> None:
    """A reset is a reset, whatever the writes after it fail with."""

    async def go() -> None:
        with pair() as (ours, theirs):
            ear = Ear()
            tcp = Tcp(ours, Clock(), ear)
            reset(theirs)
            tcp.send(b"a question")
            tcp.send(b"another")
            await ear.over_at
            assert [type(end) for end in ear.ends] == [ConnectionResetError]

    run(go())


@both_loops
def test_all_is_sent_though_the_peer_is_slow(run: Run) -> None:
    """What the kernel does not take at once goes later, in order."""
    much = bytes(range(256)) * (64 << 10)

    async def go() -> None:
        with pair() as (ours, theirs):
            ear, got = Ear(), bytearray()
            tcp = Tcp(ours, Clock(), ear)
            tcp.send(much)
            tcp.send(b"the end")
            assert tcp._unsent

            def read() -> None:
                while not got.endswith(b"the end"):
                    got.extend(theirs.recv(1 << 20))

            await asyncio.to_thread(read)
            assert bytes(got) == much + b"the end"
            assert not tcp._unsent
            tcp.close()

    run(go())


@both_loops
def test_nobody_is_heard_while_paused(run: Run) -> None:
    """Everything that came meanwhile is heard afterwards."""

    async def go() -> None:
        with pair() as (ours, theirs):
            ear = Ear()
            tcp = Tcp(ours, Clock(), ear)
            tcp.pause()
            theirs.sendall(b"patience")
            theirs.close()
            for _ in range(10):
                await asyncio.sleep(0)
            assert not ear.heard
            assert not ear.ends
            tcp.resume()
            await ear.over_at
            assert ear.said == b"patience"

    run(go())


@both_loops
def test_a_bug_of_ours_ends_the_connection_and_is_told(run: Run) -> None:
    """Whoever waits for the answer raises it; nothing else would tell of it."""

    async def go() -> None:
        with pair() as (ours, theirs):
            ear, told = Ear(), []
            asyncio.get_running_loop().set_exception_handler(
                lambda _, context: told.append(context)
            )
            ear.bug = ValueError("a bug")
            tcp = Tcp(ours, Clock(), ear)
            theirs.sendall(b"anything")
            await ear.over_at
            assert ear.ends == [ear.bug]
            assert [context["exception"] for context in told] == [ear.bug]
            assert not tcp.open
            tcp.resume()
            tcp.drop()
            assert tcp.send(b"too late") > 0
            assert len(ear.ends) == 1

    run(go())


@both_loops
def test_much_is_heard_to_its_end_though_something_waits_to_be_sent(run: Run) -> None:
    """libuv tells of a reset once: a reader that shares the socket with a writer must see it."""
    much = 3 * IN_A_TURN

    async def go() -> None:
        with pair(receive=8 << 20) as (ours, theirs):
            theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 << 20)
            ear = Ear()
            tcp = Tcp(ours, Clock(), ear)
            tcp.send(bytes(64 << 20))
            assert tcp._unsent
            theirs.sendall(bytes(much))
            wait_until_delivered(theirs)
            reset(theirs)
            await ear.over_at
            assert len(ear.said) == much
            assert [type(end) for end in ear.ends] == [ConnectionResetError]

    run(go())


@both_loops
def test_tiny_pieces_hold_up_nobody(run: Run) -> None:
    """A turn of the loop ends after some reads, however little each of them brings."""

    async def go() -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        with ours, theirs:
            ear, turns = Ear(), [0]
            Tcp(ours, Clock(), ear)
            for _ in range(3 * READS_IN_A_TURN):
                theirs.send(b".")
            theirs.close()
            while not ear.over_at.done():
                before = len(ear.heard)
                await asyncio.sleep(0)
                turns.append(len(ear.heard) - before)
            assert len(ear.said) == 3 * READS_IN_A_TURN
            assert max(turns) <= READS_IN_A_TURN

    run(go())


@both_loops
def test_the_end_is_told_once(run: Run) -> None:
    """Also to an owner who hangs up when told of it; and the socket is closed then."""

    async def go() -> None:
        with pair() as (ours, theirs):

            class Hasty(Ear):
                def over(self, error: Exception | None, at: float) -> None:
                    super().over(error, at)
                    tcp.drop()

            ear = Hasty()
            tcp = Tcp(ours, Clock(), ear)
            theirs.close()
            await ear.over_at
            assert ear.ends == [None]
            assert ours.fileno() == -1

    run(go())
