"""HTTP/2 frames that no engine would send (RFC 9113, sections 4 and 6)."""

from collections.abc import Iterator

from goproxy_exporter.simulator.reply import H2Code

_HEADERS, _GOAWAY, _CONTINUATION = 0x1, 0x7, 0x9
_STATUS_200 = b"\x88"
"""HPACK: entry 8 of the static table, ``:status: 200`` (RFC 7541, appendix A)."""
_PAD = b"\x00\x05x-pad\x64" + b"a" * 100
"""HPACK: a literal without indexing, name of 5 bytes, value of 100 (RFC 7541, section 6.2.2)."""


def goaway(last: int, code: H2Code) -> bytes:
    """Say that streams above `last` were not processed and that the connection ends."""
    return _frame(_GOAWAY, 0, last.to_bytes(4, "big") + code.to_bytes(4, "big"))


def half_head(stream: int) -> bytes:
    """Promise a head and send the first byte of it."""
    return _frame(_HEADERS, stream, _STATUS_200 + _PAD)[:10]


def endless_head(stream: int) -> Iterator[bytes]:
    """Begin a head and continue it for ever."""
    yield _frame(_HEADERS, stream, _STATUS_200)
    more = _frame(_CONTINUATION, stream, _PAD * 140)
    while True:
        yield more


def _frame(kind: int, stream: int, payload: bytes) -> bytes:
    length = len(payload).to_bytes(3, "big")
    return length + bytes((kind, 0)) + stream.to_bytes(4, "big") + payload
