"""What does an entry of a zip hold, as far as Go's reader gives it out?

Source: archive/zip/reader.go of go 1.27.3 (File.Open, checksumReader, readDataDescriptor).
"""

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.zip_directory import Member
from goproxy_exporter.gomod.zip_end import read_at

_LOCAL = struct.Struct("<4s22x2H")
_DESCRIPTOR_SIGNATURE = b"PK\x07\x08"
_HAS_DESCRIPTOR = 0x8
_STORED, _DEFLATED = 0, 8
_CHUNK = 64 << 10
_RAW_DEFLATE = -15


def data_offset(file: BinaryIO, member: Member) -> int:
    """Tell where the content of an entry begins; raises ProtocolError without a local header."""
    raw = read_at(file, member.offset, _LOCAL.size)
    if len(raw) < _LOCAL.size or not raw.startswith(b"PK\x03\x04"):
        raise _broken(member, "it has no local header")
    _, name, extra = _LOCAL.unpack(raw)
    return member.offset + _LOCAL.size + int(name) + int(extra)


def read_content(file: BinaryIO, member: Member, start: int) -> Iterator[bytes]:
    """Unpack an entry whose data begins at `start`, in pieces of at most 64 KiB.

    Never gives more than the declared size. Raises ProtocolError, after the last piece at the
    latest, where size or CRC are not the declared ones, or the method is unknown to Go.
    """
    if member.is_directory:
        if member.size:
            raise _broken(member, "a directory has content")
        return
    read = crc = 0
    file.seek(start)
    for piece in _unpack(file, member):
        read += len(piece)
        if read > member.size:
            raise _broken(member, "it is larger than declared")
        crc = zlib.crc32(piece, crc)
        yield piece
    if read < member.size:
        raise _broken(member, "it is smaller than declared")
    _check_crc(file, member, start, crc)


def _broken(member: Member, why: str) -> ProtocolError:
    return ProtocolError(f"entry {member.name.decode(errors='replace')!r}: {why}")


def _unpack(file: BinaryIO, member: Member) -> Iterator[bytes]:
    if member.method == _STORED:
        yield from _raw(file, member.packed)
    elif member.method == _DEFLATED:
        yield from _inflate(file, member)
    else:
        raise _broken(member, f"unknown compression method {member.method}")


def _raw(file: BinaryIO, count: int) -> Iterator[bytes]:
    while count and (piece := file.read(min(count, _CHUNK))):
        count -= len(piece)
        yield piece


def _inflate(file: BinaryIO, member: Member) -> Iterator[bytes]:
    inflater = zlib.decompressobj(_RAW_DEFLATE)
    try:
        for packed in _raw(file, member.packed):
            waiting = packed
            while waiting and not inflater.eof:
                yield inflater.decompress(waiting, _CHUNK)
                waiting = inflater.unconsumed_tail
            if inflater.eof:
                return
        while piece := inflater.decompress(b"", _CHUNK):
            yield piece
    except zlib.error as error:
        raise _broken(member, f"its data cannot be inflated: {error}") from None
    if not inflater.eof:
        raise _broken(member, "its data ends too early")


def _check_crc(file: BinaryIO, member: Member, start: int, crc: int) -> None:
    """Compare checksums as Go does: without a data descriptor, 0 counts as not given."""
    if member.flags & _HAS_DESCRIPTOR:
        _check_descriptor(file, member, start + member.packed)
    elif not member.crc:
        return
    if crc != member.crc:
        raise _broken(member, "its CRC is wrong")


def _check_descriptor(file: BinaryIO, member: Member, at: int) -> None:
    raw = read_at(file, at, 16)
    signed = raw.startswith(_DESCRIPTOR_SIGNATURE)
    given = raw[4:8] if signed else raw[:4]
    if len(raw) < (16 if signed else 12):
        raise _broken(member, "its data descriptor is cut off")
    if int.from_bytes(given, "little") != member.crc:
        raise _broken(member, "its data descriptor disagrees with the directory")
