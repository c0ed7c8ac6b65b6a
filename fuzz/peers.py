"""What is made of the bytes that a peer sends, by the engines that read them?"""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

from goproxy_exporter.wire.broken import BrokenError
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.headers import kept
from goproxy_exporter.wire.http1 import Http1
from goproxy_exporter.wire.http2 import Http2
from goproxy_exporter.wire.reply import Reply, Request
from goproxy_exporter.wire.settle import settle
from goproxy_exporter.wire.store import Store
from goproxy_exporter.wire.stream import Stream
from goproxy_exporter.wire.tcp import PORTION
from goproxy_exporter.wire.tunnel import open_tunnel

__all__ = ["BrokenError", "http1", "http2", "tunnel"]

_LIMIT = 1 << 16
_MOST_TURNS = 1000
"""Turns of the loop in which whatever was sent has to come to its end."""
_LOOP = asyncio.new_event_loop()
_SOCKET = socket.socket()
"""Never connected: the kernel is only asked what it knows of it."""
_REQUEST = Request("http", "mirror.example", "/@v/list", (("Accept-Encoding", "gzip"),))


def http1(data: bytes) -> object:
    """Let a peer answer a request with these bytes over HTTP/1.1, and hang up."""
    return _LOOP.run_until_complete(_answered(Http1, data))


def http2(data: bytes) -> object:
    """Do the same over HTTP/2."""
    return _LOOP.run_until_complete(_answered(Http2, data))


def tunnel(data: bytes) -> object:
    """Let a forward proxy answer CONNECT with these bytes, and hang up."""

    async def through() -> None:
        stream = _stream()
        opening = asyncio.create_task(
            open_tunnel(stream, "mirror.example:443", authorization=None, user_agent="", limit=60.0)
        )
        await asyncio.sleep(0)
        _send(stream, data)
        await opening

    return _LOOP.run_until_complete(through())


async def _answered(engine: Callable[[Stream], Any], data: bytes) -> object:
    stream, sink = _stream(), Store()
    connection = engine(stream)
    stream.attach(connection)
    reply = Reply(sink, limit=_LIMIT, gzip=True)
    connection.ask(_REQUEST, reply, 0.0)
    _send(stream, data)
    for _ in range(_MOST_TURNS):
        if reply.over:
            break
        await asyncio.sleep(0)
    assert reply.over, "whatever came, the answer has come to its end"
    reply.done.result()
    settled = await settle(sink, gzip=reply.is_gzip, limit=_LIMIT, spool=False)
    settled.body.close()
    assert settled.size <= _LIMIT + 1
    for name, value in kept(reply.headers):
        f"{name}: {value}".encode()
    return reply.failure and reply.failure.detail.encode()


def _stream() -> Stream:
    """Give a stream that never begins: its bytes come from here, what it sends is dropped."""
    return Stream(Clock(), _SOCKET)


def _send(stream: Stream, data: bytes) -> None:
    """Deliver the bytes in pieces as long as the first of them says, and then the end."""
    piece, rest = (data[0] or PORTION, data[1:]) if data else (1, b"")
    for start in range(0, len(rest), piece):
        stream.arrived(rest[start : start + piece], 0.0)
    stream.over(None, 0.0)
