"""Hostile archives: whatever the bytes, an answer comes, and memory and work stay bounded."""

import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.archive import Archive, inspect
from goproxy_exporter.gomod.caps import MAX_DIRECTORY, MAX_ENTRIES, MAX_NAME, UnjudgedError

Build = Callable[..., Any]

PREFIX = b"example.com/m@v1.0.0/"
MIB = 1 << 20
LONG = 5.0
"""CPU seconds that no bounded work takes."""


def look(file: bytes | BinaryIO) -> Archive:
    opened = io.BytesIO(file) if isinstance(file, bytes) else file
    return inspect(opened, module="example.com/m", version="v1.0.0")


def settles(archive: bytes) -> None:
    """Assert that both a file in memory and one on disk give an archive or a ProtocolError."""
    answers = []
    with TemporaryFile() as file:
        file.write(archive)
        for one in (archive, cast("BinaryIO", file)):
            try:
                answers.append(look(one).h1)
            except ProtocolError as error:
                answers.append(str(error))
    assert answers[0] == answers[1]


def sound() -> bytearray:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(f"{PREFIX.decode()}go.mod", "module example.com/m\n")
        packed.writestr(f"{PREFIX.decode()}sub/", "")
        packed.writestr(f"{PREFIX.decode()}sub/m.go", "package m\n" * 20)
    return bytearray(out.getvalue())


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda junk: junk + b"PK\5\6" + junk))
def test_random_bytes(archive: bytes) -> None:
    """Random bytes, with or without an end record in them, settle."""
    settles(archive)


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 700),
            st.sampled_from(
                [b"\0", b"\xff" * 2, b"\xff" * 4, b"\xff" * 8, b"\0" * 4, b"PK\1\2", b"\x80"]
            ),
        ),
        min_size=1,
        max_size=4,
    ),
    st.integers(-30, 0),
)
def test_damaged_archives(changes: list[tuple[int, bytes]], cut: int) -> None:
    """A sound archive with a few fields overwritten, and perhaps cut short, settles."""
    archive = sound()
    for place, patch in changes:
        assume(place < len(archive))
        archive[place : place + len(patch)] = patch
    settles(bytes(archive[: cut or None]))


@pytest.mark.parametrize("value", [(1 << 63) - 1, 1 << 63, (1 << 64) - 1, 500 * MIB + 1])
def test_offsets_out_of_this_world(raw_zip: Build, raw_entry: Build, value: int) -> None:
    """Offsets and sizes of 64 bits settle in every place."""
    entry = raw_entry(name=PREFIX + b"m.go", content=b"x", method=0)
    plain = raw_zip(
        raw_entry(name=PREFIX + b"m.go", content=b"x", method=0, zip64=True), end64=True
    )
    packed = struct.pack("<Q", value)
    for field in (struct.pack("<Q", number) for number in (0, 1, len(raw_zip(entry)) - 1)):
        for place in range(len(plain) - 8):
            if plain[place : place + 8] == field:
                settles(plain[:place] + packed + plain[place + 8 :])
    for place in range(len(plain) - 98 - 8, len(plain) - 8):
        settles(plain[:place] + packed + plain[place + 8 :])


def directory_only(count: int, name: bytes, **end: int) -> bytes:
    """Build a directory of many entries that all point at one local header."""
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0) + name
    header = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0
    )
    size = count * (len(header) + len(name))
    tail = struct.pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, count & 0xFFFF, count & 0xFFFF, size, len(local), 0
    )
    return local + (header + name) * count + tail


def refusal(archive: bytes) -> tuple[ProtocolError, float]:
    """Give the refusal of an archive, and the CPU seconds it took."""
    began = time.process_time()
    with pytest.raises(ProtocolError) as caught:
        look(archive)
    return caught.value, time.process_time() - began


def peak(call: Callable[[], object]) -> int:
    """Give the bytes that were allocated at most during a call."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("count", "name", "why"),
    [
        (MAX_ENTRIES + 1, PREFIX, f"more than {MAX_ENTRIES} entries"),
        (3, PREFIX + b"x" * MAX_NAME, f"more than {MAX_NAME} bytes"),
        (MAX_DIRECTORY // 4000, PREFIX + b"x" * 4000, f"more than {MAX_DIRECTORY} bytes"),
        (5_000, PREFIX, "overlap"),
        (5_000, PREFIX + b"sub/", "overlap"),
    ],
    ids=["entries", "name", "directory", "overlap", "overlapping directories"],
)
def test_directory_bombs(count: int, name: bytes, why: str) -> None:
    """A directory without end is followed for a second or so, and left unjudged."""
    error, seconds = refusal(directory_only(count, name))
    assert isinstance(error, UnjudgedError)
    assert why in str(error)
    assert seconds < LONG


def test_directory_bombs_in_memory() -> None:
    """What is kept of a directory without end is bounded, beside the archive itself."""
    archive = directory_only(MAX_DIRECTORY // 4000, PREFIX + b"x" * 4000)
    assert peak(lambda: refusal(archive)) < 2 * MAX_DIRECTORY


def test_deep_names(raw_zip: Build, raw_entry: Build) -> None:
    """Names that imply directories by the hundred thousand are left unjudged."""
    deep = [b"%d/" % number + b"a/" * 1900 for number in range(150)]
    archive = raw_zip(*(raw_entry(name=PREFIX + name, method=0, flags=0) for name in deep))
    error, seconds = refusal(archive)
    assert isinstance(error, UnjudgedError)
    assert "files and directories" in str(error)
    assert seconds < LONG


def test_a_bomb_that_hides_its_size(raw_zip: Build, raw_entry: Build) -> None:
    """An entry that unpacks to more than it declares is dropped at the first byte too much."""
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(bytes(200 * MIB)) + packer.flush()
    bomb = raw_zip(raw_entry(name=PREFIX + b"x", packed=packed, size=10, flags=0))
    error, seconds = refusal(bomb)
    assert "larger than declared" in str(error)
    assert seconds < 0.2
    assert peak(lambda: refusal(bomb)) < MIB


def test_a_bomb_that_tells_its_size(raw_zip: Build, raw_entry: Build) -> None:
    """Large contents go by in pieces: memory does not grow with them."""
    archive = raw_zip(raw_entry(name=PREFIX + b"x", content=bytes(64 * MIB)))
    assert look(archive).uncompressed == 64 * MIB
    assert peak(lambda: look(archive)) < MIB


def test_much_input_for_no_output(raw_zip: Build, raw_entry: Build) -> None:
    """Deflated data of nothing but empty blocks is read once, for no entry twice."""
    empty_blocks = b"\0\0\0\xff\xff" * 1_000_000 + b"\3\0"
    entry = raw_entry(name=PREFIX + b"x", packed=empty_blocks, flags=0)
    assert look(raw_zip(entry)).uncompressed == 0
    again = raw_entry(name=PREFIX + b"y", packed=empty_blocks, flags=0, offset=0)
    with pytest.raises(UnjudgedError, match="overlap"):
        look(raw_zip(entry, again))
