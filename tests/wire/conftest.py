"""Servers on loopback that behave as badly as a test says, and a wire to ask them with."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest

from goproxy_exporter.model.mirror import Access
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.simulator.certificates import Authority
from goproxy_exporter.wire.ask import Ask
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.wire import Wire

PATIENCE = 15.0
"""Seconds that an exchange has where nothing is said of them: what takes so long never comes."""
HOSTS = """
127.0.0.1 mirror.test other.test proxy.test
127.0.0.1 both.test
::1 both.test six.test
"""


class Peer:
    """The server's end of one connection, for a script to play with."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.requests: list[bytes] = []

    async def request(self) -> bytes:
        """Read one request's head; b"" once the client is gone."""
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""
        self.requests.append(head)
        return head

    async def send(self, data: bytes) -> None:
        """Write and wait until the kernel has it."""
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """Send RST."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def hang(self) -> None:
        """Say nothing for as long as the client stays."""
        with contextlib.suppress(ConnectionError):
            while await self.reader.read(65536):
                pass


Script = Callable[[Peer], Awaitable[None]]


@dataclass
class Place:
    """A listening server and what it has seen."""

    host: str
    port: int
    scheme: str
    peers: list[Peer] = field(default_factory=list)

    def url(self, path: str = "/m/@v/list", host: str | None = None) -> str:
        return f"{self.scheme}://{host or self.host}:{self.port}{path}"

    @property
    def requests(self) -> list[bytes]:
        return [head for peer in self.peers for head in peer.requests]


class Town:
    """All servers of one test; everything ends with it."""

    def __init__(self) -> None:
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(
        self,
        script: Script,
        *,
        tls: ssl.SSLContext | None = None,
        address: str = "127.0.0.1",
        host: str = "mirror.test",
        port: int = 0,
    ) -> Place:
        place = Place(host, port, "https" if tls else "http")

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            peer = Peer(reader, writer)
            place.peers.append(peer)
            task = asyncio.current_task()
            assert task is not None
            self._tasks.add(task)
            try:
                await script(peer)
            except (ConnectionError, asyncio.CancelledError):
                writer.transport.abort()
            finally:
                self._tasks.discard(task)
                writer.close()

        server = await asyncio.start_server(serve, address, port, ssl=tls)
        self._servers.append(server)
        place.port = server.sockets[0].getsockname()[1]
        return place

    async def close(self) -> None:
        for server in self._servers:
            server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0.01)


@pytest.fixture
def town_hall() -> type[Town]:
    return Town


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    town = Town()
    yield town
    await town.close()


def answer(
    body: bytes = b"v1.0.0\n", *headers: str, status: str = "200 OK", length: int | None = None
) -> bytes:
    """Spell a whole HTTP/1.1 answer; `length` is what it claims."""
    lines = [f"HTTP/1.1 {status}", *headers]
    if not any(header.lower().startswith("transfer-encoding") for header in headers):
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


@pytest.fixture(name="answer")
def answer_fixture() -> Callable[..., bytes]:
    return answer


@pytest.fixture
def saying() -> Callable[..., Script]:
    """Make a script that answers each request on a connection with the next of some answers."""

    def make(*answers: bytes, then: str = "hang") -> Script:
        async def script(peer: Peer) -> None:
            for data in answers:
                if not await peer.request():
                    return
                await peer.send(data)
            if then == "hang":
                await peer.hang()
            elif then == "reset":
                peer.reset()

        return script

    return make


@pytest.fixture
def wire(tmp_path: Path) -> Wire:
    hosts = tmp_path / "hosts"
    hosts.write_text(HOSTS)
    return Wire(Clock(), Resolver(hosts=str(hosts)))


@pytest.fixture
def ask() -> Callable[..., Ask]:
    """Make a question with settings that suit a test."""

    def make(url: str, **settings: Any) -> Ask:
        merged: dict[str, Any] = {
            "limit": 1 << 20,
            "timeout": PATIENCE,
            "endpoint": Endpoint.LIST,
            "module": "m",
        }
        return Ask(url=url, **(merged | settings))

    return make


class Ca:
    """An authority that the wire is told to trust."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = Authority.create()
        self.file = folder / "ca.pem"
        self.file.write_bytes(self.authority.pem)
        self.access = Access(ca_files=(str(self.file),))

    def server(self, *names: str, alpn: tuple[str, ...] = ("http/1.1",)) -> ssl.SSLContext:
        """Make a server's context for these names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue(names or ("mirror.test",)).load_into(context)
        if alpn:
            context.set_alpn_protocols(list(alpn))
        return context


@pytest.fixture(scope="session")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Ca:
    return Ca(tmp_path_factory.mktemp("ca"))


class Peer2:
    """The server's end of one HTTP/2 connection: h2, and raw frames where h2 is too well-bred."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.engine = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        self.engine.initiate_connection()

    async def flush(self) -> None:
        await self.peer.send(self.engine.data_to_send())

    async def events(self) -> list[h2.events.Event]:
        data = await self.peer.reader.read(65536)
        return self.engine.receive_data(data) if data else []

    async def request(self) -> int:
        """Wait for a request; give its stream, 0 once the client is gone."""
        while True:
            await self.flush()
            events = await self.events()
            if not events:
                return 0
            for event in events:
                if isinstance(event, h2.events.RequestReceived):
                    pairs = b"\r\n".join(b"%b: %b" % pair for pair in event.headers)
                    self.peer.requests.append(pairs)
                    return event.stream_id or 0

    async def answer(self, stream: int, body: bytes = b"v1.0.0\n", *, status: int = 200) -> None:
        self.engine.send_headers(stream, [(":status", str(status))])
        self.engine.send_data(stream, body, end_stream=True)
        await self.flush()


@pytest.fixture
def speaking2() -> Callable[..., Script]:
    """Make a script for an HTTP/2 server out of one that takes a Peer2."""

    def make(play: Callable[[Peer2], Awaitable[None]]) -> Script:
        async def script(peer: Peer) -> None:
            await play(Peer2(peer))

        return script

    return make
