"""Speaks HTTP/1.1 on one connection: h11 reads the requests, the answers are written raw."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import formatdate
from http import HTTPStatus

import h11

from goproxy_exporter.simulator.delivery import deliver
from goproxy_exporter.simulator.pipe import Pipe
from goproxy_exporter.simulator.reply import HALF_HEAD, Break, Ending, Framing, Reply

_PAD = b"X-Pad: " + b"a" * 120 + b"\r\n"
_NONSENSE = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Connection: close\r\n\r\n400 Bad Request"
)
"""What a plain HTTP server says to a ClientHello."""
BODILESS = (204, 304)
"""Statuses whose answers have no body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came, of either protocol. Header names are in lower case."""

    method: str
    target: str
    host: str
    headers: dict[str, str]
    protocol: str


Answerer = Callable[[Asked], Reply]


async def serve_http1(pipe: Pipe, answer: Answerer) -> None:
    """Answer one request after the other until either side ends."""
    rest = b""
    while True:
        asked, rest, last = await _request(pipe, rest)
        if asked is None:
            return
        reply = answer(asked)
        if last or reply.framing is Framing.CLOSE:
            reply = replace(reply, close=True)
        channel = _Channel(pipe)
        bodiless = asked.method == "HEAD" or reply.status in BODILESS
        await deliver(reply, channel, bodiless=bodiless)
        if channel.ended:
            return


async def _request(pipe: Pipe, rest: bytes) -> tuple[Asked | None, bytes, bool]:
    """Read a request; gives it, the bytes behind it, and whether the client asks to close."""
    reader = h11.Connection(h11.SERVER)
    if rest:
        reader.receive_data(rest)
    request: h11.Request | None = None
    while True:
        try:
            event = reader.next_event()
        except h11.RemoteProtocolError:
            await pipe.write(_NONSENSE)
            await pipe.finish()
            return None, b"", True
        if event is h11.NEED_DATA:
            data = await pipe.read()
            reader.receive_data(data)
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            return _asked(request), reader.trailing_data[0], reader.their_state is h11.MUST_CLOSE
        elif not isinstance(event, h11.Data):
            return None, b"", True


def _asked(request: h11.Request) -> Asked:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
    return Asked(
        method=request.method.decode("ascii"),
        target=request.target.decode("ascii"),
        host=headers.get("host", ""),
        headers=headers,
        protocol="HTTP/1.1",
    )


class _Channel:
    """One answer on the connection; after `ended` there is no other."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._chunked = False
        self.ended = False

    async def raw(self, data: bytes) -> None:
        await self._pipe.write(data)
        await self._ruin(Ending.CLOSE)

    async def interim(self, status: int) -> None:
        await self._pipe.write(_line(status) + b"\r\n")

    async def head(self, reply: Reply) -> None:
        self._chunked = reply.framing is Framing.CHUNKED
        await self._pipe.write(_head(reply))

    async def flood(self) -> None:
        await self._pipe.write(_line(200))
        while True:
            await self._pipe.write(_PAD * 256)
            await asyncio.sleep(0)

    async def data(self, piece: bytes) -> None:
        await self._pipe.write(b"%x\r\n%b\r\n" % (len(piece), piece) if self._chunked else piece)

    async def end(self, reply: Reply) -> None:
        if self._chunked:
            await self._pipe.write(b"0\r\n\r\n")
        if reply.close:
            await self._ruin(Ending.CLOSE)

    async def ruin(self, broken: Break, reply: Reply) -> None:
        if broken.after == HALF_HEAD:
            head = _head(reply)
            await self._pipe.write(head[: len(head) // 2])
        await self._ruin(broken.ending)

    async def _ruin(self, ending: Ending) -> None:
        self.ended = True
        match ending:
            case Ending.CLOSE | Ending.GOAWAY:
                await self._pipe.finish()
            case Ending.DROP:
                await self._pipe.drop()
            case Ending.SILENCE:
                await self._pipe.hold()
            case Ending.RESET | Ending.STREAM:
                self._pipe.reset()


def _line(status: int) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unnamed"
    return f"HTTP/1.1 {status} {phrase}\r\n".encode()


def _head(reply: Reply) -> bytes:
    lines = [f"date: {formatdate(usegmt=True)}"] if reply.header("date") is None else []
    lines += [f"{name}: {value}" for name, value in reply.headers]
    if reply.framing is Framing.CHUNKED:
        lines.append("transfer-encoding: chunked")
    elif reply.framing is Framing.LENGTH and reply.status not in BODILESS:
        length = len(reply.body) if reply.length is None else reply.length
        lines.append(f"content-length: {length}")
    if reply.close:
        lines.append("connection: close")
    return _line(reply.status) + "\r\n".join((*lines, "", "")).encode("latin-1")
