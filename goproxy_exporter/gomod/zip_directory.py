"""Which entries does Go's zip reader find in an archive?

Source: archive/zip/reader.go of go 1.27.3. Names are bytes: Go does not decode them.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.caps import MAX_DIRECTORY, MAX_ENTRIES, MAX_NAME, UnjudgedError

_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4s8xHH2L4Q")
_HEADER = struct.Struct("<4s6H3L5H2L")
_HEADER_SIGNATURE = b"PK\x01\x02"
_TAILS = (1024, 65 * 1024)
"""How many last bytes are searched for the end record, in turn."""
_MAX16, _MAX32, _MAX63 = 0xFFFF, 0xFFFFFFFF, (1 << 63) - 1
_ZIP64_TAG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An entry as the central directory describes it: nothing here is checked yet."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    """Bytes in the archive."""
    size: int
    """Bytes when unpacked."""
    offset: int
    """Where its local header begins, from the start of the archive."""
    unix_mode: int
    """The mode of a file made on Unix, else 0."""

    @property
    def is_directory(self) -> bool:
        """Whether Go takes it for a directory: it has no content then."""
        return self.name.endswith(b"/")


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    at: int
    records: int
    size: int
    offset: int


def read_directory(file: BinaryIO, size: int) -> list[Member]:
    """List the entries of an archive of that many bytes, in the order of its directory.

    Raises ProtocolError for what Go's reader refuses, UnjudgedError past our own limits.
    """
    end = _find_end(file, size)
    start = end.at - end.size
    base = start - end.offset
    if not 0 <= start < size:
        raise ProtocolError("not a zip: its directory lies outside the file")
    if base > 0 and _reads_as_header(file, end.offset):
        base, start = 0, end.offset
    file.seek(start)
    members = list(_headers(file, base))
    if len(members) & _MAX16 != end.records & _MAX16:
        raise ProtocolError("not a valid zip: the number of entries is wrong")
    return members


def _is_header(raw: bytes) -> bool:
    return len(raw) == _HEADER.size and raw.startswith(_HEADER_SIGNATURE)


def _reads_as_header(file: BinaryIO, at: int) -> bool:
    raw = _read_at(file, at, _HEADER.size)
    if not _is_header(raw):
        return False
    fields = _HEADER.unpack(raw)
    rest = file.read(sum(fields[10:13]))
    return len(rest) == sum(fields[10:13]) and _member(fields, rest, 0) is not None


def _read_at(file: BinaryIO, offset: int, count: int) -> bytes:
    file.seek(offset)
    return file.read(count)


def _find_end(file: BinaryIO, size: int) -> _End:
    for tail in _TAILS:
        length = min(tail, size)
        block = _read_at(file, size - length, length)
        place = block.rfind(_END_SIGNATURE, 0, max(0, length - _END.size + 4))
        if place < 0:
            continue
        fields = _END.unpack_from(block, place)
        if place + _END.size + fields[7] <= length:
            end = _End(
                at=size - length + place, records=fields[4], size=fields[5], offset=fields[6]
            )
            return _find_end64(file, end)
    raise ProtocolError("not a zip: it has no end record")


def _find_end64(file: BinaryIO, end: _End) -> _End:
    """Follow the locator of a large archive, where the end record says that there is one."""
    if end.records != _MAX16 and _MAX32 not in {end.size, end.offset}:
        return end
    locator_at = end.at - _LOCATOR.size
    if locator_at < 0:
        return end
    signature, disk, at, disks = _LOCATOR.unpack(_read_at(file, locator_at, _LOCATOR.size))
    if signature != b"PK\x06\x07" or disk != 0 or disks != 1 or at > _MAX63:
        return end
    raw = _read_at(file, at, _END64.size)
    if len(raw) < _END64.size or not raw.startswith(b"PK\x06\x06"):
        raise ProtocolError("not a valid zip: its zip64 end record is missing")
    _, _, _, _, _, _, records, size, offset = _END64.unpack(raw)
    if max(size, offset) > _MAX63:
        raise ProtocolError("not a valid zip: its directory lies outside the file")
    return _End(at=at, records=records, size=size, offset=offset)


def _headers(file: BinaryIO, base: int) -> Iterator[Member]:
    """Read headers until something is none: the number of entries is compared afterwards."""
    count = total = 0
    while _is_header(raw := file.read(_HEADER.size)):
        fields = _HEADER.unpack(raw)
        lengths = fields[10:13]
        rest = file.read(sum(lengths))
        if len(rest) < sum(lengths):
            _check_end(rest)
            return
        count += 1
        total += len(raw) + len(rest)
        _check_caps(count, total, lengths[0])
        member = _member(fields, rest, base)
        if member is None:
            return
        yield member
    _check_end(raw)


def _check_end(last: bytes) -> None:
    """Refuse a file that ends where a header, or what follows it, should begin."""
    if not last:
        raise ProtocolError("not a valid zip: its directory has no end")


def _check_caps(count: int, total: int, name: int) -> None:
    if count > MAX_ENTRIES:
        raise UnjudgedError(f"it has more than {MAX_ENTRIES} entries")
    if total > MAX_DIRECTORY:
        raise UnjudgedError(f"its directory has more than {MAX_DIRECTORY} bytes")
    if name > MAX_NAME:
        raise UnjudgedError(f"it has a name of more than {MAX_NAME} bytes")


def _member(fields: tuple[int, ...], rest: bytes, base: int) -> Member | None:
    """Make an entry of a header; None where its sizes are promised elsewhere and are not there."""
    name, extra = rest[: fields[10]], rest[fields[10] : fields[10] + fields[11]]
    sizes = _sizes64(extra, (fields[9], fields[8], fields[16]))
    if sizes is None:
        return None
    made_on_unix = fields[1] >> 8 in {3, 19}
    return Member(
        name=name,
        flags=fields[3],
        method=fields[4],
        crc=fields[7],
        packed=sizes[1],
        size=sizes[0],
        offset=base + sizes[2],
        unix_mode=fields[15] >> 16 if made_on_unix else 0,
    )


def _sizes64(extra: bytes, sizes: tuple[int, int, int]) -> list[int] | None:
    """Replace sizes and offset that do not fit 32 bits by those of the zip64 extra field."""
    found = list(sizes)
    place = 0
    while place + 4 <= len(extra):
        tag, length = struct.unpack_from("<2H", extra, place)
        place += 4
        field = extra[place : place + length]
        if len(field) < length:
            break
        place += length
        if tag != _ZIP64_TAG:
            continue
        for number in [number for number, size in enumerate(sizes) if size == _MAX32]:
            if len(field) < 8:  # noqa: PLR2004 - a 64-bit number
                return None
            found[number] = int.from_bytes(field[:8], "little")
            field = field[8:]
    return found
