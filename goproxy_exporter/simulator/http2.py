"""Speaks HTTP/2 on one connection, well or badly."""

import asyncio
from collections.abc import Iterable
from email.utils import formatdate

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, DataReceived, Event, RequestReceived, StreamReset
from h2.exceptions import ProtocolError, StreamClosedError
from h2.settings import SettingCodes, Settings

from goproxy_exporter.simulator.delivery import deliver
from goproxy_exporter.simulator.frames import endless_head, goaway, half_head
from goproxy_exporter.simulator.http1 import BODILESS, Answerer, Asked
from goproxy_exporter.simulator.pipe import HangupError, Pipe
from goproxy_exporter.simulator.reply import HALF_HEAD, Break, Ending, Framing, H2Code, Reply

_STREAMS = 250
"""Streams that a client may open at once: what Go's server allows."""


async def serve_http2(pipe: Pipe, answer: Answerer) -> None:
    """Answer requests, any number at once, until either side ends."""
    await _Connection(pipe, answer).run()


class _Connection:
    """The engine, its streams, and the one lock that keeps frames whole and in order."""

    def __init__(self, pipe: Pipe, answer: Answerer) -> None:
        self.engine = H2Connection(H2Configuration(client_side=False, header_encoding="latin-1"))
        self.moved = asyncio.Event()
        """Set by whatever the peer sends: there may be room for more of a body."""
        self._pipe = pipe
        self._answer = answer
        self._writing = asyncio.Lock()
        self._streams: dict[int, asyncio.Task[None]] = {}
        self._highest = 0
        self._parting = False
        self._over = asyncio.Event()
        self._farewell: Ending | None = None

    async def run(self) -> None:
        """Serve until the connection is over, then end it the way that was asked for."""
        limits = {SettingCodes.MAX_CONCURRENT_STREAMS: _STREAMS}
        self.engine.local_settings = Settings(client=False, initial_values=limits)
        self.engine.initiate_connection()
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(self._read(group))
            await self._over.wait()
            for task in (reading, *self._streams.values()):
                task.cancel()
        await self._part()

    def leave(self, ending: Ending | None) -> None:
        """End the connection, which ends every stream; None: the peer has gone."""
        self._farewell = self._farewell or ending
        self._over.set()

    async def say_goodbye(self) -> None:
        """Announce the end: what runs is finished, what comes is not begun."""
        if not self._parting:
            self._parting = True
            await self.flush(goaway(self._highest, H2Code.NO_ERROR))

    async def flush(self, frames: bytes = b"") -> None:
        """Send what the engine has to say, and then frames that it knows nothing of."""
        async with self._writing:
            await self._pipe.write(self.engine.data_to_send() + frames)

    async def _part(self) -> None:
        match self._farewell:
            case Ending.RESET:
                self._pipe.reset()
            case Ending.DROP:
                await self._pipe.drop()
            case None:
                pass
            case _:
                await self._pipe.finish()

    async def _read(self, group: asyncio.TaskGroup) -> None:
        try:
            await self.flush()
            while data := await self._pipe.read():
                for event in self.engine.receive_data(data):
                    self._take(event, group)
                self.moved.set()
                await self.flush()
        except (HangupError, ProtocolError):
            pass  # the client is gone, or talks nonsense: nothing more to say to it
        self.leave(None)

    def _take(self, event: Event, group: asyncio.TaskGroup) -> None:
        match event:
            case RequestReceived(stream_id=number, headers=headers) if not self._parting:
                self._highest = number
                self._streams[number] = group.create_task(self._respond(number, _asked(headers)))
            case StreamReset(stream_id=number) if number in self._streams:
                self._streams[number].cancel()
            case DataReceived(stream_id=number, flow_controlled_length=size):
                self.engine.acknowledge_received_data(size, number)
            case ConnectionTerminated():
                self.leave(None)
            case _:
                pass

    async def _respond(self, number: int, asked: Asked) -> None:
        reply = self._answer(asked)
        bodiless = asked.method == "HEAD" or reply.status in BODILESS
        channel = _Channel(self, number, bodiless=bodiless)
        try:
            await deliver(reply, channel, bodiless=bodiless)
        except (HangupError, StreamClosedError):
            return  # the client is gone, or wants no more of it
        finally:
            del self._streams[number]
            if self._parting and not self._streams:
                self.leave(Ending.CLOSE)


class _Channel:
    """One answer on its stream."""

    def __init__(self, connection: _Connection, number: int, *, bodiless: bool) -> None:
        self._connection = connection
        self._engine = connection.engine
        self._number = number
        self._bodiless = bodiless

    async def raw(self, data: bytes) -> None:
        await self._connection.flush(data)
        self._connection.leave(Ending.CLOSE)

    async def interim(self, status: int) -> None:
        self._engine.send_headers(self._number, [(":status", str(status))])
        await self._connection.flush()

    async def head(self, reply: Reply) -> None:
        if reply.close:
            await self._connection.say_goodbye()
        self._engine.send_headers(self._number, _head(reply), end_stream=self._bodiless)
        await self._connection.flush()

    async def flood(self) -> None:
        for frame in endless_head(self._number):
            await self._connection.flush(frame)
            await asyncio.sleep(0)

    async def data(self, piece: bytes) -> None:
        while piece:
            room = self._engine.local_flow_control_window(self._number)
            room = min(room, self._engine.max_outbound_frame_size)
            if room <= 0:
                self._connection.moved.clear()
                await self._connection.moved.wait()
                continue
            self._engine.send_data(self._number, piece[:room])
            piece = piece[room:]
            await self._connection.flush()

    async def end(self, _: Reply) -> None:
        if not self._bodiless:
            self._engine.end_stream(self._number)
            await self._connection.flush()

    async def ruin(self, broken: Break, reply: Reply) -> None:
        if broken.after == HALF_HEAD:
            await self._connection.flush(half_head(self._number))
        match broken.ending:
            case Ending.SILENCE:
                await asyncio.Event().wait()
            case Ending.STREAM:
                self._engine.reset_stream(self._number, broken.code)
                await self._connection.flush()
            case Ending.CLOSE if broken.after >= 0:
                await self.end(reply)
            case Ending.GOAWAY:
                last = self._number if broken.after >= 0 else max(0, self._number - 2)
                await self._connection.flush(goaway(last, broken.code))
                self._connection.leave(Ending.GOAWAY)
            case ending:
                self._connection.leave(ending)


def _asked(headers: Iterable[tuple[str | bytes, str | bytes]]) -> Asked:
    fields = {_text(name): _text(value) for name, value in headers}
    plain = {name: value for name, value in fields.items() if not name.startswith(":")}
    return Asked(
        method=fields[":method"],
        target=fields[":path"],
        host=fields.get(":authority", ""),
        headers=plain,
        protocol="HTTP/2",
    )


def _text(field: str | bytes) -> str:
    """Decode, which the engine has done already; its types do not know."""
    return field if isinstance(field, str) else field.decode("latin-1")


def _head(reply: Reply) -> list[tuple[str, str]]:
    fields = [(":status", str(reply.status))]
    if reply.header("date") is None:
        fields.append(("date", formatdate(usegmt=True)))
    fields += reply.headers
    if reply.framing is Framing.LENGTH and reply.status not in BODILESS:
        length = len(reply.body) if reply.length is None else reply.length
        fields.append(("content-length", str(length)))
    return fields
