"""A fast peer has its turn, and then it is somebody else's."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from threading import Thread
from typing import Any

import pytest
import uvloop

from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.stream import Stream
from goproxy_exporter.wire.tcp import IN_A_TURN

AMOUNT = 20 << 20
Run = Callable[[Coroutine[Any, Any, None]], None]


class Turns:
    """Takes what comes, and notes in which turn of the loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.over = self.loop.create_future()
        self.turn = 0
        self.heard: dict[int, int] = {}
        self._next()

    def received(self, data: bytes, at: float) -> None:
        self.heard[self.turn] = self.heard.get(self.turn, 0) + len(data)

    def ended(self, error: Exception | None, at: float) -> None:
        self.over.set_result(error)

    def _next(self) -> None:
        self.turn += 1
        if not self.over.done():
            self.loop.call_soon(self._next)


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_a_turn_of_the_loop_reads_a_portion(run: Run) -> None:
    """However much waits in the socket, other streams wait for no more than that; all comes."""
    run(_read())


async def _read() -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    for end, option in ((ours, socket.SO_RCVBUF), (theirs, socket.SO_SNDBUF)):
        end.setsockopt(socket.SOL_SOCKET, option, 8 << 20)
    sender = Thread(target=_send, args=(theirs,))
    stream, turns = Stream(Clock(), ours), Turns()
    stream.attach(turns)
    sender.start()
    stream.begin()
    assert await turns.over is None
    stream.close()
    await asyncio.to_thread(sender.join)
    assert sum(turns.heard.values()) == AMOUNT
    assert max(turns.heard.values()) <= IN_A_TURN


def _send(sock: socket.socket) -> None:
    with sock:
        sock.sendall(bytes(AMOUNT))


async def test_who_hangs_up_over_something_early_hears_no_more() -> None:
    """What came after it is not handed on, and the end is told once."""
    told: list[bytes | None] = []

    class Hasty:
        def received(self, data: bytes, at: float) -> None:
            told.append(data)
            stream.drop()

        def ended(self, error: Exception | None, at: float) -> None:
            told.append(None)

    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    with ours, theirs:
        stream = Stream(Clock(), ours)
        stream.begin()
        theirs.send(b"one")
        theirs.send(b"two")
        for _ in range(10):
            await asyncio.sleep(0)
        stream.attach(Hasty())
    assert told == [b"one", None]
