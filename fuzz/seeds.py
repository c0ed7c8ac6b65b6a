"""What do good answers look like, from which bad ones are bred?

All of it is made here, or by the simulated world: no file of bytes is kept.
"""

import gzip
import json
import zlib
from collections.abc import Iterable

from hpack import Encoder
from hyperframe.frame import (
    DataFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

from goproxy_exporter.gomod.merkle import record_hash
from goproxy_exporter.gomod.note import sign_note
from goproxy_exporter.gomod.note_key import new_signer
from goproxy_exporter.gomod.tree_head import TreeHead
from goproxy_exporter.simulator.archive import pack
from goproxy_exporter.simulator.vulnerability import vulnerabilities

MODULE = "example.com/m"
VERSION = "v1.0.0"
SIGNER = new_signer("sum.example", bytes(range(32)))
_BEGAN = 1.8e9
_LINES = f"{MODULE} {VERSION} h1:{'A' * 43}=\n{MODULE} {VERSION}/go.mod h1:{'B' * 43}=\n".encode()
_HEAD = TreeHead(size=1, root=record_hash(_LINES))
HEAD_NOTE = sign_note(_HEAD.text, SIGNER)
_LIST = b"v1.0.0\nv1.1.0\nv2.0.0+incompatible\nv0.0.0-20190101000000-abcdefabcdef\n"


def lists() -> Iterable[bytes]:
    """Bodies of ``@v/list``, toolchains' too."""
    return (
        _LIST,
        b"v0.0.1-go1.27.4.linux-amd64\nv0.0.1-go1.27rc1.linux-amd64\n",
        b"v1.0.0-rc.1 x\r\n",
    )


def infos() -> Iterable[bytes]:
    """Bodies of ``.info``, with and without what is optional."""
    yield b'{"Version":"v1.0.0","Time":"2020-01-02T03:04:05Z"}'
    yield b'{"version":"v1.0.0","Time":"2020-01-02T03:04:05.678+08:00","Origin":{"VCS":"git"}}'
    yield b'{"Version":"v1.0.0","Name":null,"Short":"x","Time":null}\n'


def error_bodies() -> Iterable[bytes]:
    """Errors: a Content-Type, and what stands below it."""
    yield b"text/plain; charset=utf-8\nnot found: module example.com/m: no matching versions\n"
    yield b'text/html; charset="us-ascii"\n<html>502 bad gateway</html>'
    yield b"\nfetch timed out\xe2\x80\xa8\x1b[31m"


def headers() -> Iterable[bytes]:
    """Lines about caches, limits and clocks."""
    yield b"Retry-After: 120\nDate: Wed, 02 Jan 2030 03:04:05 GMT"
    yield b"Retry-After: Wed, 02 Jan 2030 03:04:05 GMT\nDate: Wed, 02 Jan 2030 03:00:05 GMT"
    yield b"X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1800000100"
    yield b'Age: 10\nCache-Control: public, s-maxage=60, max-age="20"\nX-Cache: HIT'
    yield b"Expires: Tue, 01 Jan 2030 00:00:00 +0000\nDate: 0\nCF-Cache-Status: hit"
    yield b"Age: \xb2\nRetry-After: \xb9\nX-RateLimit-Remaining: 0\nX-RateLimit-Reset: \xb3"
    yield b"Content-Type: text/plain; charset=utf-8\nSet-Cookie: a=b\nLocation: https://u:p@h/?k=v"


def locations() -> Iterable[bytes]:
    """Where redirects lead."""
    yield b"https://storage.example/bucket/x.zip?X-Amz-Signature=00&Expires=1"
    yield b"//other.example:8443/a%2Fb/../c"
    yield b"http://[2001:db8::1]:80/"
    yield "https://b\u00fccher.example/\u00e9".encode()
    yield b"../@v/list?x#y"


def http1() -> Iterable[bytes]:
    """Answers over HTTP/1.1; the first byte is the length of a piece."""
    yield b"\0HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nv1.0.0\n"
    yield b"\x05HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7;x=y\r\nv1.0.0\n\r\n0\r\nA: b\r\n\r\n"
    yield b"\0HTTP/1.0 404 Not Found\r\nContent-Type: text/plain\r\n\r\nnot found"
    yield b"\0HTTP/1.1 103 Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n"
    body = gzip.compress(_LIST, mtime=0)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    yield b"\0" + head.encode() + body


def http2() -> Iterable[bytes]:
    """Answers over HTTP/2; the first byte is the length of a piece."""
    begin = SettingsFrame(0, settings={3: 100, 4: 65535})
    head = _fields((":status", "200"), ("content-type", "text/plain"), ("content-length", "7"))
    body = DataFrame(1, data=b"v1.0.0\n", flags=["END_STREAM"])
    yield _frames(begin, SettingsFrame(0, flags=["ACK"]), head, body)
    yield _frames(begin, _fields((":status", "404"), last=True))
    yield _frames(begin, _fields((":status", "103")), _fields((":status", "200")), body)
    yield _frames(begin, head, RstStreamFrame(1, error_code=2))
    yield _frames(begin, GoAwayFrame(0, last_stream_id=0, error_code=11))
    yield _frames(begin, PingFrame(0), WindowUpdateFrame(0, window_increment=1), head, body)


def tunnels() -> Iterable[bytes]:
    """Answers of forward proxies to CONNECT."""
    yield b"\0HTTP/1.1 200 Connection established\r\n\r\n"
    yield b"\x03HTTP/1.0 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n"


def packed() -> Iterable[bytes]:
    """Gzip: plain, with all fields of its header, of two members, and a small bomb."""
    one = gzip.compress(_LIST, mtime=0)
    raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    data = raw.compress(_LIST) + raw.flush()
    trailer = zlib.crc32(_LIST).to_bytes(4, "little") + len(_LIST).to_bytes(4, "little")
    begin = b"\x1f\x8b\x08\x1e" + bytes(6) + b"\x02\x00ab" + b"name\0" + b"comment\0"
    yield from (one, one + one, gzip.compress(bytes(1 << 21), mtime=0))
    yield begin + (zlib.crc32(begin) & 0xFFFF).to_bytes(2, "little") + data + trailer


def zips() -> Iterable[bytes]:
    """Zips of a module, and one of no module."""
    prefix = f"{MODULE}@{VERSION}/"
    go_mod = ("go.mod", f"module {MODULE}\n".encode())
    yield pack(prefix, [go_mod, ("m.go", b"package m\n" * 9), ("LICENSE", b"free\n")])
    yield pack(prefix, [go_mod, ("data.bin", b"stored"), ("sub/", b""), ("sub/x.go", b"")])
    yield pack("", [("go.mod", b"module x\n")])


def notes() -> Iterable[bytes]:
    """Signed notes, of one key and of two."""
    other = new_signer("other.example", bytes(32))
    yield sign_note(b"a text\n", SIGNER)
    yield sign_note(b"a text\n\nof two parts\n", other, SIGNER)


def tree_heads() -> Iterable[bytes]:
    """Tree heads without their signatures."""
    yield _HEAD.text
    yield TreeHead(size=2**40 + 1, root=bytes(32)).text


def records() -> Iterable[bytes]:
    """Lookups up to the head."""
    yield b"0\n" + _LINES + b"\n"


def lookups() -> Iterable[bytes]:
    """Whole lookups."""
    return (text + HEAD_NOTE for text in records())


def tiles() -> Iterable[bytes]:
    """Sizes, with a root and hashes for all tiles."""
    hashes = record_hash(b"x") * 256
    for size in (0, 1, 255, 256, 257, 70_000, 2**62):
        yield (size << 1).to_bytes(8, "big") + record_hash(b"x") + hashes


def index_pages() -> Iterable[bytes]:
    """Pages of the module index."""
    line = b'{"Path":"example.com/m","Version":"v1.0.0","Timestamp":"2020-01-02T03:04:05.678Z"}\n'
    yield line * 3
    yield line.replace(b"v1.0.0", b"v0.0.0-20190101000000-abcdefabcdef") + b"\n"


def vulndb_dbs() -> Iterable[bytes]:
    """``index/db.json``."""
    yield b'{"modified":"2030-01-02T03:04:05Z"}'


def vulndb_modules() -> Iterable[bytes]:
    """``index/modules.json``."""
    found = list(vulnerabilities(_BEGAN))[:3]
    modules = [
        {
            "path": one.module,
            "vulns": [{"id": one.id, "modified": one.modified, "fixed": one.fixed}],
        }
        for one in found
    ]
    yield json.dumps(modules).encode()


def vulndb_entries() -> Iterable[bytes]:
    """``ID/….json``."""
    for one in list(vulnerabilities(_BEGAN))[:3]:
        yield json.dumps(one.document()).encode()


def _fields(*pairs: tuple[str, str], last: bool = False) -> Frame:
    block = Encoder().encode(pairs)
    return HeadersFrame(1, data=block, flags=["END_HEADERS", *["END_STREAM"] * last])


def _frames(*frames: Frame) -> bytes:
    return b"\0" + b"".join(frame.serialize() for frame in frames)
