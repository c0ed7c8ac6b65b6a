"""Small servers on loopback that are what a checksum database is, or are not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from clocks import Leaping

from goproxy_exporter.gomod.gosumdb import Gosumdb
from goproxy_exporter.gomod.note import sign_note
from goproxy_exporter.gomod.note_key import Signer, new_signer
from goproxy_exporter.gomod.signed_head import SignedHead, open_head
from goproxy_exporter.gomod.tile import parse_tile_path
from goproxy_exporter.model.mirror import Access
from goproxy_exporter.reference.checksum_database import ChecksumDatabase
from goproxy_exporter.reference.head_file import HeadFile
from goproxy_exporter.reference.known_tree import KnownTree
from goproxy_exporter.reference.persistence import Persistence
from goproxy_exporter.reference.route import DIRECT, Route
from goproxy_exporter.simulator.log import Log, Record
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.wire import Wire

NAME = "sum.test.example"
PATIENT = 10.0
"""Seconds for an answer that comes, however busy this machine is."""


@pytest.fixture
def clock() -> Leaping:
    return Leaping()


def log_of(size: int, odd: int | None = None) -> Log:
    """Give a log of so many records; the one with the number `odd` is another one."""

    def record(number: int) -> Record:
        module = f"example.com/m{number}"
        mark = "A" if number != odd else "B"
        sums = [f"h1:{mark}{what}{number}=" for what in ("zip", "mod")]
        text = f"{module} v1.0.0 {sums[0]}\n{module} v1.0.0/go.mod {sums[1]}\n"
        return Record(module=module, version="v1.0.0", text=text.encode(), at=0.0)

    return Log.of(tuple(record(number) for number in range(size)))


@dataclass(slots=True)
class Server:
    """A checksum database, or a relay below ``/sumdb/NAME``, over plain HTTP.

    `spoilt` are answers by path that replace the right ones: a status, a body, or both.
    """

    log: Log
    signer: Signer
    port: int = 0
    spoilt: dict[str, int | bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    hangs: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def signed(self, size: int | None = None) -> SignedHead:
        """Give the head at a size, as this database signs it."""
        log = self.log if size is None else self.log.first(size)
        return open_head(sign_note(log.head.text, self.signer), self.signer.verifier)

    def tiles_asked(self) -> list[str]:
        return [path for path in self.asked if path.startswith("tile/")]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = unquote(head.split(b" ", 2)[1].decode()).lstrip("/")
        path = path.removeprefix(f"sumdb/{NAME}/")
        self.asked.append(path)
        if self.hangs:
            await reader.read()
        status, body = self._answer(path)
        writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: {len(body)}\r\n".encode())
        writer.write(b"Connection: close\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    def _answer(self, path: str) -> tuple[int, bytes]:
        odd = next((odd for start, odd in self.spoilt.items() if path.startswith(start)), None)
        if isinstance(odd, int):
            return odd, b"not found"
        body = odd if odd is not None else self._right(path)
        return (404, b"not found") if body is None else (200, body)

    def _right(self, path: str) -> bytes | None:
        if path == "latest":
            return self.signed().note
        if path.startswith("tile/"):
            return self.log.tile(parse_tile_path(path))
        module, _, version = path.removeprefix("lookup/").partition("@")
        number = self.log.number(module, version)
        if number is None:
            return None
        return b"%d\n%s\n" % (number, self.log.records[number].text) + self.signed().note


Start = Callable[..., Awaitable[Server]]


@pytest.fixture
def signer() -> Signer:
    return new_signer(NAME, sha256(b"a key of these tests").digest())


@pytest.fixture
async def start(signer: Signer) -> AsyncIterator[Start]:
    """Start servers over logs; all end with the test."""
    servers: list[asyncio.Server] = []

    async def started(log: Log, by: Signer | None = None) -> Server:
        made = Server(log, by or signer)
        server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
        made.port = server.sockets[0].getsockname()[1]
        servers.append(server)
        return made

    yield started
    for server in servers:
        server.close()


Make = Callable[..., ChecksumDatabase]


@pytest.fixture
def make(signer: Signer, clock: Leaping) -> Make:
    """A database asked at this server and then through these relays, each `timeout` seconds."""

    def made(
        itself: str,
        *relays: str,
        tree: KnownTree | None = None,
        state_dir: Path | None = None,
        timeout: float = PATIENT,
    ) -> ChecksumDatabase:
        access = Access(forward_proxy="")
        ways = [Route(name=DIRECT, base=itself, access=access)]
        ways += [
            Route(name=f"relay{number}", base=url, relays=NAME, access=access)
            for number, url in enumerate(relays)
        ]
        return ChecksumDatabase(
            Gosumdb(verifier=signer.verifier, url=None),
            tree or KnownTree(),
            ways,
            wire=Wire(clock, Resolver()),
            clock=clock,
            file=HeadFile(state_dir, signer.verifier) if state_dir else None,
            persistence=Persistence(
                attempts=3, deadline=4 * timeout, timeout=timeout, longest_wait=0.01
            ),
        )

    return made


@pytest.fixture
def say() -> Any:
    """The words of these tests."""

    class Words:
        name = NAME
        log_of = staticmethod(log_of)

    return Words
