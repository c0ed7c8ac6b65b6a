"""A nameserver on the loopback, over UDP and TCP, that can also fail."""

import asyncio
import contextlib
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from goproxy_exporter.simulator.crew import Crew
from goproxy_exporter.simulator.dns_message import Question, Rcode, read_question, write_answer
from goproxy_exporter.simulator.gate import Gate
from goproxy_exporter.simulator.pipe import HangupError, Pipe

_TRIES = 20
_LONGEST = 4096
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NameAnswer:
    """What the nameserver says of a name."""

    rcode: Rcode = Rcode.NOERROR
    addresses: tuple[str, ...] | None = None
    """None: those that the host has."""
    silent: bool = False
    truncated: bool = False
    """Whether the answer over UDP is cut, so that one has to ask over TCP."""
    alias: str | None = None
    """A canonical name to put in between."""
    wait: float = 0.0
    """Seconds before the answer."""
    garbled: bool = False
    """Whether the answer is cut in the middle of its question."""


Lookup = Callable[[str], NameAnswer | None]
"""What to say of a name; None for names of other worlds, which are refused."""


class Nameserver:
    """Answers for the names of one world; `asked` remembers the last of them."""

    def __init__(self, lookup: Lookup, crew: Crew) -> None:
        self.asked: deque[str] = deque(maxlen=_REMEMBERED)
        self._lookup = lookup
        self._crew = crew
        self._gate: Gate | None = None
        self._datagrams: socket.socket | None = None
        self._loop = asyncio.get_running_loop()

    @property
    def address(self) -> str:
        """Where it listens: ``127.0.0.1:port``."""
        assert self._gate is not None, "it has been started"
        return f"{self._gate.address}:{self._gate.port}"

    def start(self, port: int = 0) -> None:
        """Listen on one port (0: any that is free for both) of UDP and TCP."""
        for attempt in range(_TRIES):
            gate = Gate.bind("127.0.0.1", port, self._welcome)
            try:
                self._datagrams = _datagrams(gate.port)
            except OSError:
                gate.close()
                if port or attempt == _TRIES - 1:
                    raise
                continue
            self._gate = gate
            self._loop.add_reader(self._datagrams, self._receive)
            gate.open()
            return

    def close(self) -> None:
        """Stop listening."""
        if self._gate is not None:
            self._gate.close()
        if self._datagrams is not None:
            self._loop.remove_reader(self._datagrams)
            self._datagrams.close()

    async def answer(self, query: bytes, *, stream: bool) -> bytes | None:
        """Answer a query that came as a datagram or over a stream; None: say nothing."""
        question = read_question(query)
        if question is None:
            return None
        self.asked.append(question.name)
        told = self._lookup(question.name)
        if told is None:
            return write_answer(question, Rcode.REFUSED)
        if told.silent:
            return None
        if told.wait:
            await asyncio.sleep(told.wait)
        return _written(question, told, stream=stream)

    def _receive(self) -> None:
        datagrams = self._datagrams
        assert datagrams is not None, "only an open socket is watched"
        try:
            query, peer = datagrams.recvfrom(_LONGEST)
        except BlockingIOError:
            return
        self._crew.start(self._respond(query, peer, datagrams))

    async def _respond(self, query: bytes, peer: tuple[str, int], datagrams: socket.socket) -> None:
        answer = await self.answer(query, stream=False)
        if answer is not None:
            datagrams.sendto(answer, peer)

    def _welcome(self, sock: socket.socket) -> None:
        self._crew.start(self._converse(sock), release=sock.close)

    async def _converse(self, sock: socket.socket) -> None:
        pipe = Pipe(sock)
        try:
            with contextlib.suppress(HangupError):
                await self._stream(pipe)
        finally:
            pipe.close()

    async def _stream(self, pipe: Pipe) -> None:
        """Messages over TCP have their length in front (RFC 1035, section 4.2.2)."""
        data = b""
        while piece := await pipe.read():
            data += piece
            while len(data) >= 2 and len(data) >= (end := 2 + int.from_bytes(data[:2], "big")):  # noqa: PLR2004 - the length's own size
                query, data = data[2:end], data[end:]
                answer = await self.answer(query, stream=True)
                if answer is not None:
                    await pipe.write(len(answer).to_bytes(2, "big") + answer)


def _datagrams(port: int) -> socket.socket:
    sock = socket.socket(type=socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)  # noqa: FBT003 - the standard library's signature
        sock.bind(("127.0.0.1", port))
    except OSError:
        sock.close()
        raise
    return sock


def _written(question: Question, told: NameAnswer, *, stream: bool) -> bytes:
    cut = told.truncated and not stream
    addresses = told.addresses or ()
    answer = write_answer(question, told.rcode, addresses, alias=told.alias, truncated=cut)
    return answer[:16] if told.garbled else answer
