"""Which entries does Go's zip reader find in an archive?

Source: archive/zip/reader.go of go 1.27.3. Names are bytes: Go does not decode them.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.caps import MAX_DIRECTORY, MAX_ENTRIES, MAX_NAME, UnjudgedError
from goproxy_exporter.gomod.zip_end import find_end, read_at

_HEADER = struct.Struct("<4s6H3L5H2L")
_HEADER_SIGNATURE = b"PK\x01\x02"
_MAX16, _MAX32 = 0xFFFF, 0xFFFFFFFF
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


def read_directory(file: BinaryIO, size: int) -> list[Member]:
    """List the entries of an archive of at most `MAX_ARCHIVE` bytes, as its directory has them.

    Raises ProtocolError for what Go's reader refuses, UnjudgedError past our own limits.
    """
    end = find_end(file, size)
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
    raw = read_at(file, at, _HEADER.size)
    if not _is_header(raw):
        return False
    fields = _HEADER.unpack(raw)
    rest = file.read(sum(fields[10:13]))
    return len(rest) == sum(fields[10:13]) and _member(fields, rest, 0) is not None


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
