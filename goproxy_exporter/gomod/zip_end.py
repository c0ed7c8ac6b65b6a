"""Where does Go's zip reader look for the directory of an archive?

Source: archive/zip/reader.go of go 1.27.3 (readDirectoryEnd).
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.caps import MAX_ARCHIVE

_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4s8xHH2L4Q")
_TAILS = (1024, 65 * 1024)
"""How many last bytes are searched for the end record, in turn."""
_MAX16, _MAX32, _MAX63 = 0xFFFF, 0xFFFFFFFF, (1 << 63) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What an end record says of the directory."""

    at: int
    """Where the record itself is."""
    records: int
    """Entries; of a small archive only the last 16 bits."""
    size: int
    """Bytes of the directory."""
    offset: int
    """Where the directory begins, if nothing was put in front of the archive."""


def read_at(file: BinaryIO, offset: int, count: int) -> bytes:
    """Read from a place that hostile bytes may have named: nothing outside of the file."""
    if not 0 <= offset <= MAX_ARCHIVE:
        return b""
    file.seek(offset)
    return file.read(count)


def find_end(file: BinaryIO, size: int) -> End:
    """Find the end record of an archive of at most `MAX_ARCHIVE` bytes.

    Raises ProtocolError where there is none. That it points into the file is not checked.
    """
    for tail in _TAILS:
        length = min(tail, size)
        block = read_at(file, size - length, length)
        place = block.rfind(_END_SIGNATURE, 0, max(0, length - _END.size + 4))
        if place < 0:
            continue
        fields = _END.unpack_from(block, place)
        if place + _END.size + fields[7] <= length:
            end = End(at=size - length + place, records=fields[4], size=fields[5], offset=fields[6])
            return _find_end64(file, end)
    raise ProtocolError("not a zip: it has no end record")


def _find_end64(file: BinaryIO, end: End) -> End:
    """Follow the locator of a large archive, where the end record says that there is one."""
    if end.records != _MAX16 and _MAX32 not in {end.size, end.offset}:
        return end
    locator_at = end.at - _LOCATOR.size
    if locator_at < 0:
        return end
    signature, disk, at, disks = _LOCATOR.unpack(read_at(file, locator_at, _LOCATOR.size))
    if signature != b"PK\x06\x07" or disk != 0 or disks != 1 or at > _MAX63:
        return end
    raw = read_at(file, at, _END64.size)
    if len(raw) < _END64.size or not raw.startswith(b"PK\x06\x06"):
        raise ProtocolError("not a valid zip: its zip64 end record is missing")
    _, _, _, _, _, _, records, size, offset = _END64.unpack(raw)
    if max(size, offset) > _MAX63:
        raise ProtocolError("not a valid zip: its directory lies outside the file")
    return End(at=at, records=records, size=size, offset=offset)
