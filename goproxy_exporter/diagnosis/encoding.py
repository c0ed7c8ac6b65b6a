"""Would one more decoding give what was asked for?"""

import zlib
from collections.abc import Callable

GZIP = b"\x1f\x8b"
_MOST = 1 << 22
"""Bytes that are decoded at most, to tell what is inside."""
_AUTO = 32 + zlib.MAX_WBITS
"""Let zlib tell gzip and zlib headers apart."""


def hidden(body: bytes, right: Callable[[bytes], bool]) -> str | None:
    """Name the encoding that was left on (``gzip``), if what is under it is right.

    `body` may be only the beginning of an answer; `right` gets what it decodes to, up to 4 MiB.
    """
    if not body.startswith(GZIP):
        return None
    inside = _decoded(body)
    return "gzip" if inside and right(inside) else None


def _decoded(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(_AUTO).decompress(body, _MOST)
    except zlib.error:
        return b""
