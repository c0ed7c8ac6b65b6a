"""The go command as a judge of our rules: found, or the test says why it is skipped."""

import hashlib
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import mkdtemp
from threading import Thread
from typing import Any, Self

import pytest

_SEMANTICS = (1, 27)
_VENDORED = ("module", "semver", "zip", "sumdb", "modfile", "internal")


@dataclass(frozen=True, slots=True)
class Go:
    """A go command, and where its distribution is."""

    program: Path
    version: tuple[int, ...]
    root: Path


def environment(home: Path, **more: str) -> dict[str, str]:
    """Give an environment in which go sees nothing of this machine and reaches no network."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GOPATH": str(home / "gopath"),
        "GOMODCACHE": str(home / "modcache"),
        "GOCACHE": str(home / "cache"),
        "GOENV": "off",
        "GOPROXY": "off",
        "GOSUMDB": "off",
        "GOTOOLCHAIN": "local",
        "GOTELEMETRY": "off",
        "GOVCS": "*:off",
        # go leaves loopback out of this by itself; whatever else it wanted ends here.
        "HTTP_PROXY": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "GOFLAGS": "-mod=mod -modcacherw",
        **more,
    }


def _look_at(program: Path) -> Go:
    asked = subprocess.run(
        [program, "env", "GOVERSION", "GOROOT"],
        env=environment(Path("/nonexistent")),
        capture_output=True,
        text=True,
        check=True,
    )
    version, root = asked.stdout.splitlines()
    return Go(program, tuple(map(int, re.findall(r"\d+", version))), Path(root))


@pytest.fixture(scope="session")
def go() -> Go:
    """The newest go command at hand: on the PATH, or beside this Python."""
    places = [shutil.which("go"), Path(sys.executable).parent / "go"]
    found = [_look_at(Path(place)) for place in places if place and Path(place).exists()]
    if not found:
        pytest.skip("no go command, neither on the PATH nor in the virtual environment")
    newest = max(found, key=lambda one: one.version)
    if newest.version < _SEMANTICS:
        pytest.skip(f"go {newest.version} is older than the semantics we follow, {_SEMANTICS}")
    return newest


@pytest.fixture(scope="session")
def judge(
    go: Go, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Callable[..., dict[str, Any]]]:
    """Put a question to x/mod as the go distribution carries it: an operation and its arguments.

    The program is built anew; its packages are kept in pytest's cache.
    """
    vendored = go.root / "src/cmd/vendor/golang.org/x/mod"
    if not vendored.exists():
        pytest.skip(f"this go comes without its sources: {vendored}")
    if pytestconfig.cache is None:
        pytest.skip("building the judge needs pytest's cache plugin")
    place = tmp_path_factory.mktemp("judge")
    _lay_out(vendored, place, ".".join(map(str, go.version[:2])))
    built = subprocess.run(
        [go.program, "build", "-o", "judge", "."],
        cwd=place,
        env=environment(place / "home", GOCACHE=str(pytestconfig.cache.mkdir("go-build"))),
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    with subprocess.Popen(
        [place / "judge"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        yield lambda *question: _ask(program, *question)
        assert program.stdin is not None
        program.stdin.close()
    shutil.rmtree(place)


def _lay_out(vendored: Path, place: Path, language: str) -> None:
    """Make a module of our program, and one of the x/mod that cmd/go is built with."""
    for part in _VENDORED:
        shutil.copytree(vendored / part, place / "mod" / part)
    (place / "mod/go.mod").write_text("module golang.org/x/mod\n\ngo 1.24\n")
    (place / "go.mod").write_text(
        # The language version sets GODEBUG: the go command itself runs with the newest defaults.
        f"module judge\n\ngo {language}\n\nrequire golang.org/x/mod v0.0.0\n\n"
        "replace golang.org/x/mod => ./mod\n"
    )
    for source in (Path(__file__).parent / "judge").glob("*.go"):
        shutil.copy(source, place)


def _ask(program: "subprocess.Popen[str]", op: str, *args: str) -> dict[str, Any]:
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(json.dumps({"Op": op, "Args": args}) + "\n")
    program.stdin.flush()
    ruling: dict[str, Any] = json.loads(program.stdout.readline())
    return ruling


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """An entry of a zip, byte by byte; None means what fits the content."""

    name: bytes
    content: bytes = b""
    method: int = 8
    flags: int = 8
    crc: int | None = None
    packed: bytes | None = None
    size: int | None = None
    """The declared one, in the directory."""
    offset: int | None = None
    """Where the directory says that the local header is."""
    mode: int = 0
    extra: bytes = b""
    zip64: bool = False


_LOCAL = struct.Struct("<4s5H3L2H")
_DESCRIPTOR = struct.Struct("<4s3L")
_HEADER = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_UNIX = 3 << 8


def _raw_zip(*entries: RawEntry, before: bytes = b"", after: bytes = b"", **end: int) -> bytes:
    """Build a zip from parts that need not fit. `end` overrides fields of the end record."""
    body, directory = bytearray(before), bytearray()
    for entry in entries:
        crc = zlib.crc32(entry.content) if entry.crc is None else entry.crc
        packed = _pack(entry)
        at = len(body) if entry.offset is None else entry.offset
        size = len(entry.content) if entry.size is None else entry.size
        named = (len(entry.name), 0)
        body += _LOCAL.pack(b"PK\3\4", 20, entry.flags, entry.method, 0, 0, 0, 0, 0, *named)
        body += entry.name + packed
        if entry.flags & 8:
            body += _DESCRIPTOR.pack(b"PK\7\x08", crc, len(packed), len(entry.content))
        extra, sizes = entry.extra, (len(packed), size, at)
        if entry.zip64:
            extra += struct.pack("<2H3Q", 1, 24, size, len(packed), at)
            sizes = (0xFFFFFFFF,) * 3
        made = (_UNIX, 20, entry.flags, entry.method, 0, 0, crc)
        lengths = (len(entry.name), len(extra), 0, 0, 0)
        directory += _HEADER.pack(
            b"PK\1\2", *made, *sizes[:2], *lengths, entry.mode << 16, sizes[2]
        )
        directory += entry.name + extra
    if end.get("end64"):
        at, places = len(body) + len(directory), (len(entries), len(directory), len(body))
        directory += struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, places[0], *places)
        directory += struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
        end |= {"records": 0xFFFF, "size": 0xFFFFFFFF, "offset": 0xFFFFFFFF}
    records = end.get("records", len(entries)) & 0xFFFF
    place = (end.get("size", len(directory)), end.get("offset", len(body)))
    tail = _END.pack(b"PK\5\6", 0, 0, records, records, *place, end.get("comment", len(after)))
    return bytes(body + directory + tail) + after


def _pack(entry: RawEntry) -> bytes:
    if entry.packed is not None:
        return entry.packed
    if entry.method != 8:
        return entry.content
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(entry.content) + packer.flush()


@pytest.fixture(scope="session")
def raw_entry() -> type[RawEntry]:
    """Describe one entry of a zip for `raw_zip`."""
    return RawEntry


@pytest.fixture(scope="session")
def raw_zip() -> Callable[..., bytes]:
    """Build a zip of which every field can lie."""
    return _raw_zip


class Log:
    """A transparency log of any size whose records are all equal, but for a few.

    It is an oracle of its own, and follows RFC 6962 to the letter.
    """

    def __init__(self, size: int, different: Mapping[int, bytes] | None = None) -> None:
        self.size = size
        self._different = dict(different or {})
        self._equal = [hashlib.sha256(b"\0record\n").digest()]
        self._hashes: dict[tuple[int, int], bytes] = {}

    def text(self, record: int) -> bytes:
        """Give a record."""
        return self._different.get(record, b"record\n")

    def root(self, size: int | None = None) -> bytes:
        """Give the root over the first records."""
        size = self.size if size is None else size
        return self._root(0, size) if size else hashlib.sha256(b"").digest()

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Give the hashes of a tile of height 8."""
        return b"".join(self._hash(8 * level, 256 * index + at) for at in range(width))

    def _root(self, first: int, count: int) -> bytes:
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            return self._hash(level, first >> level)
        left = 1 << (count - 1).bit_length() - 1
        return _node(self._root(first, left), self._root(first + left, count - left))

    def _hash(self, level: int, index: int) -> bytes:
        if not any(record >> level == index for record in self._different):
            while len(self._equal) <= level:
                self._equal.append(_node(self._equal[-1], self._equal[-1]))
            return self._equal[level]
        if level == 0:
            return hashlib.sha256(b"\0" + self._different[index]).digest()
        if (level, index) not in self._hashes:
            halves = self._hash(level - 1, 2 * index), self._hash(level - 1, 2 * index + 1)
            self._hashes[level, index] = _node(*halves)
        return self._hashes[level, index]


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


@pytest.fixture(scope="session")
def log_of() -> type[Log]:
    """Make a transparency log: its size, and the records that differ from the others."""
    return Log


class Mirror:
    """A module proxy on loopback that answers by the book given to it, and keeps a log."""

    def __init__(self) -> None:
        self.book: dict[str, tuple[int, str, bytes]] = {}
        """By request target, as sent: status, content type, body. Anything else is 404."""
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._answering())
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def address(self) -> str:
        """``127.0.0.1:port``."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def serve(
        self, url: str, body: str | bytes, *, status: int = 200, kind: str = "text/plain"
    ) -> None:
        """Answer one URL from now on."""
        target = url.partition(self.address)[2]
        self.book[target] = (status, kind, body.encode() if isinstance(body, str) else body)

    def _answering(self) -> type[BaseHTTPRequestHandler]:
        mirror = self

        class Answering(BaseHTTPRequestHandler):
            raw_requestline: bytes
            protocol_version = "HTTP/1.1"
            timeout = 5

            def do_GET(self) -> None:
                mirror.asked.append(self.path)
                status, kind, body = mirror.book.get(self.path, (404, "text/plain", b"not found\n"))
                bare = status in {204, 304}
                self.send_response(status)
                if kind:
                    self.send_header("Content-Type", kind)
                if not bare:
                    self.send_header("Content-Length", str(len(body)))
                self.send_header("Connection", "close")
                self.end_headers()
                if not bare:
                    self.wfile.write(body)

            def send_error(self, *args: Any, **more: Any) -> None:
                """Note who speaks TLS to us: a request line that is none."""
                if self.raw_requestline.startswith(b"\x16\x03"):
                    mirror.asked.append("TLS")
                super().send_error(*args, **more)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
                """Keep quiet: `asked` is the log."""

        return Answering


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    """A module proxy on loopback, empty at first."""
    with Mirror() as one:
        yield one


@pytest.fixture
def run_go(go: Go, tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run the go command in a new module, with an empty cache and the given environment."""

    def run(*args: str, **env: str) -> "subprocess.CompletedProcess[str]":
        home = Path(mkdtemp(dir=tmp_path))
        (home / "go.mod").write_text("module judged\n\ngo 1.21\n")
        return subprocess.run(
            [go.program, *args],
            cwd=home,
            env=environment(home, **env),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run
