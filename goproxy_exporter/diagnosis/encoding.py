"""Is what came wrapped in an encoding that the go command does not take off?"""

import zlib
from collections.abc import Callable

from goproxy_exporter.model.exchange import Exchange

_GZIP = b"\x1f\x8b"
_MOST = 1 << 22
"""Bytes that are decoded at most, to tell what is inside."""
_AS_GZIP = 16 + zlib.MAX_WBITS
_KNOWN = frozenset(("", "identity", "gzip"))
"""What net/http takes off, or leaves as it is for good reason."""


def wrapped(exchange: Exchange, body: bytes, right: Callable[[bytes], bool]) -> str | None:
    """Say what is wrong with the encoding of a body; None where nothing is.

    `right` tells what was asked for by its first 4 MiB; `body` may be only a beginning. Either one
    more decoding gives what is right, or the answer says that it has an encoding that nobody asked
    for, and is not right without it.
    """
    if right(body):
        return None
    if body.startswith(_GZIP) and right(_decoded(body)):
        return "still gzip after decoding, and right after one more"
    declared = (exchange.last.header("content-encoding") or "").strip().lower()
    if declared in _KNOWN:
        return None
    return f"encoded as {declared!r}, which nobody asked for"


def _decoded(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(_AS_GZIP).decompress(body, _MOST)
    except zlib.error:
        return b""
