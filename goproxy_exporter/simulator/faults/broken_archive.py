"""Makes archives that no client should accept, out of a good release's files."""

import random
import struct
import zlib
from collections.abc import Callable, Iterable

from goproxy_exporter.simulator.archive import pack
from goproxy_exporter.simulator.modules import Release

Spoil = Callable[[Release], bytes]

_CENTRAL = b"PK\x01\x02"
_SIZE_AT = 24
"""Where an entry of the central directory has its uncompressed size (APPNOTE, section 4.3.12)."""
_LIMIT = 500 << 20
_GO_MOD_LIMIT = 16 << 20


def noise(release: Release) -> bytes:
    """Give bytes that are no archive, as many as the archive has."""
    return random.Random(release.prefix).randbytes(len(release.archive))


def half(release: Release) -> bytes:
    """Give the first half."""
    return release.archive[: len(release.archive) // 2]


def under(prefix: str) -> Spoil:
    """Put the files below another prefix."""
    return lambda release: pack(prefix, release.files)


def with_files(*names: str) -> Spoil:
    """Add small files of these names."""

    def spoil(release: Release) -> bytes:
        more: Iterable[tuple[str, bytes]] = ((name, b"simulated\n") for name in names)
        return pack(release.prefix, (*release.files, *more))

    return spoil


def wrong_sum(release: Release) -> bytes:
    """Give an archive whose first file has another CRC-32 than it says."""
    right = struct.pack("<I", zlib.crc32(release.files[0][1]))
    return release.archive.replace(right, bytes(byte ^ 0xFF for byte in right))


def huge_go_mod(release: Release) -> bytes:
    """Give an archive whose go.mod has a byte more than 16 MiB."""
    padding = b"/" * (_GO_MOD_LIMIT + 1 - len(release.go_mod))
    kept = [pair for pair in release.files if pair[0] != "go.mod"]
    return pack(release.prefix, [*kept, ("go.mod", release.go_mod + padding)])


def declaring(size: int) -> Spoil:
    """Give an archive that says of its first file that it has so many bytes."""

    def spoil(release: Release) -> bytes:
        archive = bytearray(release.archive)
        at = archive.index(_CENTRAL) + _SIZE_AT
        struct.pack_into("<I", archive, at, size)
        return bytes(archive)

    return spoil


too_much = declaring(_LIMIT + 1)
too_little = declaring(1)
