"""What is in a gzip file, as Go unpacks it?

Source: compress/gzip of go 1.27.3, RFC 1952. Zeros behind the last member are an error, unlike
for other readers; flags that nobody defined are not.
"""

import struct
import zlib

from goproxy_exporter.errors import ProtocolError

_FIXED = struct.Struct("<2sBBLBB")
_TRAILER = struct.Struct("<2L")
_HEADER_SUM, _EXTRA, _NAME, _COMMENT = 0x02, 0x04, 0x08, 0x10
_DEFLATE = 8
_LONGEST_TEXT = 511
_MOST_MEMBERS = 32
"""Ours: Go reads any number. Files of a vulnerability database have one."""


def gunzip(body: bytes, *, most: int) -> bytes:
    """Unpack all members of a gzip file to at most so many bytes; raises ProtocolError."""
    unpacked = b""
    at = 0
    for _ in range(_MOST_MEMBERS):
        content, at = _member(body, _past_header(body, at), most - len(unpacked))
        unpacked += content
        if at == len(body):
            return unpacked
    raise ProtocolError(f"not a gzip file that we read: more than {_MOST_MEMBERS} members")


def _member(body: bytes, at: int, most: int) -> tuple[bytes, int]:
    """Unpack what is behind a header, and give where the next member begins."""
    inflater = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    try:
        content = inflater.decompress(body[at:], most + 1)
    except zlib.error as error:
        raise ProtocolError(f"a corrupt gzip file: {error}") from None
    if len(content) > most:
        raise ProtocolError("a gzip file with more in it than can be")
    end = len(body) - len(inflater.unused_data)
    if not inflater.eof or end + _TRAILER.size > len(body):
        raise ProtocolError("a gzip file that is cut off")
    if _TRAILER.unpack_from(body, end) != (zlib.crc32(content), len(content) & 0xFFFFFFFF):
        raise ProtocolError("a corrupt gzip file: its checksum or its length does not fit")
    return content, end + _TRAILER.size


def _past_header(body: bytes, at: int) -> int:
    """Check the header of a member, and give where its data begin."""
    start = at
    at += _FIXED.size
    if at > len(body):
        raise ProtocolError("not a gzip file, or one that is cut off")
    magic, method, flags, *_ = _FIXED.unpack_from(body, start)
    if magic != b"\x1f\x8b" or method != _DEFLATE:
        raise ProtocolError("not a gzip file")
    if flags & _EXTRA:
        at += 2 + int.from_bytes(body[at : at + 2], "little")
    for flag in (_NAME, _COMMENT):
        if flags & flag:
            at = _past_text(body, at)
    if flags & _HEADER_SUM:
        at = _past_sum(body, start, at)
    if at > len(body):
        raise ProtocolError("a gzip file that is cut off")
    return at


def _past_text(body: bytes, at: int) -> int:
    end = body.find(b"\0", at, at + _LONGEST_TEXT + 1)
    if end < 0:
        raise ProtocolError("not a gzip file that go reads: a name without an end")
    return end + 1


def _past_sum(body: bytes, start: int, at: int) -> int:
    expected = zlib.crc32(body[start:at]) & 0xFFFF
    if body[at : at + 2] != expected.to_bytes(2, "little"):
        raise ProtocolError("a corrupt gzip file: the checksum of its header does not fit")
    return at + 2
