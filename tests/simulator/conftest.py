"""A client that says exactly what it saw, so that a fault can be held to its meaning."""

import asyncio
import socket
import ssl
import struct
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote, urlsplit

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h11
import pytest

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.lookup import Sums, lookup_path, parse_lookup
from goproxy_exporter.gomod.note import open_note
from goproxy_exporter.gomod.note_key import parse_verifier
from goproxy_exporter.gomod.tile_proof import check_record, prove, wanted
from goproxy_exporter.gomod.toolchain import MODULE as TOOLCHAIN
from goproxy_exporter.gomod.tree_head import TreeHead, parse_tree_head
from goproxy_exporter.simulator.extensions import Database
from goproxy_exporter.simulator.modules import (
    CATALOGUE,
    INCOMPATIBLE,
    LARGE,
    MISSING,
    STABLE,
)
from goproxy_exporter.simulator.request import Kind, read_target
from goproxy_exporter.simulator.styles import STYLES
from goproxy_exporter.simulator.world import World

_AT = f"/{STABLE[0]}/@v/{STABLE[1]}"
_UPPER = "/github.com/%21burnt%21sushi/toml"
PATHS = {
    "list": f"/{STABLE[0]}/@v/list",
    "latest": f"/{STABLE[0]}/@latest",
    "info": f"{_AT}.info",
    "mod": f"{_AT}.mod",
    "zip": f"{_AT}.zip",
    "large": f"/{LARGE[0]}/@v/{LARGE[1]}.zip",
    "missing": f"/{MISSING}/@v/list",
    "prefix": "/github.com/@v/list",
    "capital_list": f"{_UPPER}/@v/list",
    "capital_info": f"{_UPPER}/@v/v1.3.2.info",
    "capital_zip": f"{_UPPER}/@v/v1.3.2.zip",
    "capital_!": f"{_UPPER.replace('%21', '!')}/@v/v1.3.2.info",
    "plus_list": f"/{INCOMPATIBLE[0]}/@v/list",
    "plus_info": f"/{INCOMPATIBLE[0]}/@v/{INCOMPATIBLE[1]}.info",
    "plus_%2B": f"/{INCOMPATIBLE[0]}/@v/{INCOMPATIBLE[1].replace('+', '%2B')}.info",
    "toolchain_list": f"/{TOOLCHAIN}/@v/list",
    "toolchain_info": f"/{TOOLCHAIN}/@v/v0.0.1-go1.99.3.linux-amd64.info",
}
ENOUGH = 8 << 20
PATIENCE = 30.0
"""Seconds of silence that count as silence, where nothing else is said."""
SOON = 0.3
"""Seconds of it where nothing else is to come."""


@dataclass
class Seen:
    """What came back. `end` is ``complete``, or how the exchange broke off."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    end: str = "complete"
    protocol: str | None = None
    interim: list[int] = field(default_factory=list)
    whole: bool = False
    """Whether HTTP/2 said that this was all."""
    parting: bool = False
    """Whether HTTP/2 said good-bye on the way."""

    path: str = ""

    @property
    def short(self) -> str:
        """Say it in a word or two: status and what the body is, or how far it got."""
        if self.end != "complete":
            return self.end if self.status is None else f"{self.status} then {self.end}"
        if "location" in self.headers:
            return f"{self.status} to {urlsplit(self.headers['location']).hostname or 'itself'}"
        return f"{self.status} {_nature(self.body, self.path)}"


def _nature(body: bytes, path: str) -> str:
    if not body:
        return "empty"
    if body == honest(path):
        return "honest"
    if body.startswith(b"<"):
        return "markup"
    if body.startswith(b"\x1f\x8b"):
        return "gzip"
    return "text" if body.isascii() and b"\0" not in body else "bytes"


def honest(path: str) -> bytes | None:
    """What an honest goproxy answers with 200."""
    target = read_target(unquote(path))
    if target.kind is Kind.LIST:
        return "".join(f"{one}\n" for one in CATALOGUE.versions(target.module)).encode() or None
    release = CATALOGUE.release(target.module, target.version) or CATALOGUE.latest(target.module)
    if release is None:
        return None
    return {Kind.MOD: release.go_mod, Kind.ZIP: release.archive}.get(target.kind, release.info())


Ask = Callable[..., Awaitable[Seen]]


@pytest.fixture
def ask() -> Ask:
    """Ask a world's mirror once, for a path or a name in `PATHS`; keywords as in `_ask`."""
    return _ask


async def _ask(
    world: World,
    path: str,
    *,
    mirror: str = "goproxy",
    http2: bool = True,
    address: str = "127.0.0.1",
    method: str = "GET",
    headers: tuple[tuple[str, str], ...] = (),
    connecting: float = PATIENCE,
    patience: float = PATIENCE,
    authority: str | None = None,
) -> Seen:
    path = PATHS.get(path, path)
    url = urlsplit(world.url(mirror, address=address))
    context = None
    if url.scheme == "https":
        context = ssl.create_default_context(cafile=world.ca_file)
        context.hostname_checks_common_name = False
        # As go; what Python asks for by itself depends on who built it.
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["h2", "http/1.1"] if http2 else ["http/1.1"])
    seen = Seen(path=path)
    writer = None
    name = f"{mirror}.sim.test"
    try:
        async with asyncio.timeout(connecting) as limit:
            reader, writer = await asyncio.open_connection(
                address, url.port, ssl=context, server_hostname=name if context else None
            )
            limit.reschedule(asyncio.get_running_loop().time() + patience)
            tls = writer.get_extra_info("ssl_object")
            seen.protocol = tls.selected_alpn_protocol() if tls else None
            talk = _http2 if seen.protocol == "h2" else _http1
            asked = [("host", authority or f"{name}:{url.port}"), *headers]
            await talk(reader, writer, seen, method=method, path=url.path + path, headers=asked)
    except TimeoutError:
        seen.end = "silence" if writer else "no connection"
    except ConnectionRefusedError:
        seen.end = "refused"
    except ConnectionResetError:
        seen.end = "reset"
    except ssl.SSLCertVerificationError as error:
        seen.end = f"certificate: {error.verify_message}"
    except ssl.SSLError as error:
        seen.end = f"tls: {error.reason}"
    except OSError as error:
        seen.end = f"os: {error.errno}"
    finally:
        if writer is not None:
            writer.transport.abort()
    return seen


async def _http1(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    seen: Seen,
    *,
    method: str,
    path: str,
    headers: list[tuple[str, str]],
) -> None:
    engine = h11.Connection(h11.CLIENT)
    target = quote(path, safe="/@!+?=&%")
    request = h11.Request(method=method, target=target, headers=headers)
    writer.write((engine.send(request) or b"") + (engine.send(h11.EndOfMessage()) or b""))
    try:
        while True:
            event = engine.next_event()
            if len(seen.body) > ENOUGH:
                seen.end = "endless"
                return
            if event is h11.NEED_DATA:
                data = await reader.read(1 << 18)
                if not data and seen.status is None:
                    seen.end = "eof"
                    return
                engine.receive_data(data)
            elif isinstance(event, h11.InformationalResponse):
                seen.interim.append(event.status_code)
            elif isinstance(event, h11.Response):
                seen.status = event.status_code
                seen.headers = {name.decode(): value.decode() for name, value in event.headers}
            elif isinstance(event, h11.Data):
                seen.body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                return
            else:
                seen.end = "eof"
                return
    except h11.RemoteProtocolError as error:
        text = str(error)
        early = "without sending" in text or "incomplete" in text or "closed" in text
        seen.end = "eof" if early else "nonsense"


async def _http2(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    seen: Seen,
    *,
    method: str,
    path: str,
    headers: list[tuple[str, str]],
) -> None:
    engine = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
    engine.initiate_connection()
    fields = [
        (":method", method),
        (":scheme", "https"),
        (":authority", headers[0][1]),
        (":path", quote(path, safe="/@!+?=&%")),
        *headers[1:],
    ]
    engine.send_headers(1, fields, end_stream=True)
    rest = b""
    while seen.end == "complete" and not seen.whole:
        writer.write(engine.data_to_send())
        data = await reader.read(1 << 18)
        if not data or len(seen.body) > ENOUGH:
            seen.end = "endless" if data else "eof"
            return
        rest += data
        while seen.end == "complete" and (frame := _frame(rest)):
            rest = rest[len(frame) :]
            _take(engine, frame, seen)


def _frame(data: bytes) -> bytes:
    size = 9 + int.from_bytes(data[:3], "big")
    return data[:size] if len(data) >= max(size, 9) else b""


def _take(engine: h2.connection.H2Connection, frame: bytes, seen: Seen) -> None:
    """Let the engine take one frame, but a GOAWAY without fault, after which it takes nothing."""
    if frame[3] == 7 and frame[9:17] == bytes((0, 0, 0, 1, 0, 0, 0, 0)):
        seen.parting = True
        return
    try:
        events = engine.receive_data(frame)
    except h2.exceptions.InvalidBodyLengthError:
        seen.end = "short"
        return
    except (h2.exceptions.ProtocolError, ValueError):
        seen.end = "nonsense"
        return
    for event in events:
        match event:
            case h2.events.InformationalResponseReceived(headers=headers):
                seen.interim.append(int(_texts(headers)[":status"]))
            case h2.events.ResponseReceived(headers=headers):
                seen.headers = _texts(headers)
                seen.status = int(seen.headers[":status"])
            case h2.events.DataReceived(data=data, flow_controlled_length=size):
                seen.body += data
                engine.acknowledge_received_data(size, 1)
            case h2.events.StreamEnded():
                seen.whole = True
            case h2.events.StreamReset(error_code=code):
                seen.end = f"stream {int(code or 0)}"
            case h2.events.ConnectionTerminated(error_code=code, last_stream_id=last):
                seen.end = f"goaway {int(code or 0)} after {last}"
            case _:
                pass


def _texts(headers: Iterable[tuple[str | bytes, str | bytes]]) -> dict[str, str]:
    return {str(name): str(value) for name, value in headers}


Resolve = Callable[..., Awaitable[str]]


@pytest.fixture
def resolve() -> Resolve:
    """Ask a world's nameserver once: ``await resolve(world, name, kind=1, stream=False)``."""
    return _resolve


async def _resolve(
    world: World, name: str, *, kind: int = 1, stream: bool = False, patience: float = PATIENCE
) -> str:
    labels = b"".join(bytes((len(one),)) + one.encode() for one in name.split("."))
    query = struct.pack("!6H", 77, 0x0100, 1, 0, 0, 0) + labels + struct.pack("!BHH", 0, kind, 1)
    address, _, port = world.nameserver.partition(":")
    try:
        async with asyncio.timeout(patience):
            answer = await _exchange((address, int(port)), query, stream=stream)
    except TimeoutError:
        return "silence"
    number, flags, _, count, _, _ = struct.unpack_from("!6H", answer)
    assert number == 77
    assert flags & 0x8000
    if flags & 0x0200:
        return "cut"
    rcode = ("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED")[flags & 0xF]
    return " ".join((rcode, *_records(answer, len(query), count)))


async def _exchange(server: tuple[str, int], query: bytes, *, stream: bool) -> bytes:
    loop = asyncio.get_running_loop()
    kind = socket.SOCK_STREAM if stream else socket.SOCK_DGRAM
    with socket.socket(type=kind) as sock:
        sock.setblocking(False)
        await loop.sock_connect(sock, server)
        await loop.sock_sendall(sock, struct.pack("!H", len(query)) + query if stream else query)
        answer = await loop.sock_recv(sock, 4096)
        return answer[2:] if stream else answer


def _records(answer: bytes, at: int, count: int) -> list[str]:
    found = []
    for _ in range(count):
        while answer[at] and answer[at] < 0xC0:
            at += 1 + answer[at]
        at += 2 if answer[at] else 1
        kind, _class, _ttl, size = struct.unpack_from("!HHIH", answer, at)
        data = answer[at + 10 : at + 10 + size]
        at += 10 + size
        family = {1: socket.AF_INET, 28: socket.AF_INET6}.get(kind)
        found.append(socket.inet_ntop(family, data) if family else "alias")
    return found


@pytest.fixture(scope="session")
def sixth() -> bool:
    """Whether this machine has IPv6 on its loopback."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@dataclass(frozen=True)
class Sumdb:
    """Looks at the checksum database of a world as the go command does, by one way.

    `mirror` None: at the database's own host. What begins like one of `silent` never comes.
    """

    world: World
    database: Database
    mirror: str | None
    silent: tuple[str, ...] = ()

    async def get(self, rest: str) -> Seen:
        """Ask for something below the database's URL."""
        headers: tuple[tuple[str, str], ...] = ()
        patience = SOON if rest.startswith(self.silent) else PATIENCE
        if self.mirror is None:
            return await _ask(self.world, f"/{rest}", mirror="sum", patience=patience)
        if (login := STYLES[self.mirror].login) is not None:
            token = b64encode(":".join(login).encode()).decode()
            headers = (("authorization", f"Basic {token}"),)
        path = f"/sumdb/{self.name}/{rest}"
        return await _ask(self.world, path, mirror=self.mirror, headers=headers, patience=patience)

    @property
    def name(self) -> str:
        """What the relay is asked for."""
        return parse_verifier(self.database.key()).name

    async def head(self) -> str:
        """Say what latest is: see `_kinship`, or what is wrong with it."""
        seen = await self.get("latest")
        if seen.status != 200 or seen.end != "complete":
            return seen.short
        try:
            return self._kinship(self._opened(seen.body))
        except ProtocolError as error:
            return type(error).__name__

    async def verified(self, module: str, version: str) -> str:
        """Say how a version's record is verified, or why it is not."""
        seen = await self.get(lookup_path(module, version))
        if seen.status != 200 or seen.end != "complete":
            return f"lookup {seen.short}"
        try:
            lookup = parse_lookup(seen.body)
            head = self._opened(lookup.note)
            tiles = {}
            for tile in wanted(head.size, records=(lookup.record,)):
                seen = await self.get(tile.path)
                if seen.status != 200 and seen.end == "complete" and tile.full != tile:
                    seen = await self.get(tile.full.path)
                    if seen.status == 200:
                        seen = replace(seen, body=tile.cut(seen.body))
                if seen.status != 200 or seen.end != "complete":
                    return f"tile {seen.short}"
                tiles[tile] = seen.body
            check_record(prove(head, tiles), lookup.record, lookup.text)
        except ProtocolError as error:
            return type(error).__name__
        release = self.world.known.catalogue.release(module, version)
        assert release is not None
        right = lookup.sums(module, version) == Sums(zip=release.zip_sum, mod=release.mod_sum)
        return f"{self._kinship(head)}{'' if right else ', other sums'}"

    def _opened(self, note: bytes) -> TreeHead:
        return parse_tree_head(open_note(note, parse_verifier(self.database.key())).text)

    def _kinship(self, head: TreeHead) -> str:
        """Say ``current``, ``older`` or ``forked``, as compared with the true log."""
        log = self.world.known.log
        if head == log.head:
            return "current"
        return "older" if head == log.first(head.size).head and head.size < log.size else "forked"


Look = Callable[..., Sumdb]


@pytest.fixture
def look() -> Look:
    """Give a client of a world's checksum database: `Sumdb`."""
    return Sumdb
