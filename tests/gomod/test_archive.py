"""Module archives: rules, hashes, and what comes out of a sound one."""

import hashlib
import io
import stat
import zipfile
from collections.abc import Callable
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import Any, BinaryIO, cast

import pytest

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.archive import Archive, inspect
from goproxy_exporter.gomod.caps import MAX_ARCHIVE, MAX_ROOT_FILE
from goproxy_exporter.gomod.dirhash import hash1

Build = Callable[..., Any]

PREFIX = b"example.com/m@v1.0.0/"


def look(archive: bytes) -> Archive:
    return inspect(io.BytesIO(archive), module="example.com/m", version="v1.0.0")


def python_zip(*files: tuple[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files:
            packed.writestr(f"{PREFIX.decode()}{name}", content)
    return out.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")  # one of the archives has one on purpose
def test_vectors(vectors: dict[str, Any]) -> None:
    """Every listed archive is taken with x/mod's hash, or refused where x/mod refuses it."""
    for case in vectors["zip_check"]["cases"]:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in case["entries"] or []:
                packed.writestr(name, content)
        try:
            h1 = inspect(out, module=case["module"], version=case["version"]).h1
        except ProtocolError:
            h1 = None
        assert h1 == (case["h1"] if case["check_ok"] else None), case["name"]


def test_a_sound_archive() -> None:
    """Hash, counts and go.mod of a sound archive come out."""
    found = look(python_zip(("m.go", "package m\n"), ("go.mod", "module example.com/m\n")))
    names = [("go.mod", b"module example.com/m\n"), ("m.go", b"package m\n")]
    digests = [(PREFIX + name.encode(), hashlib.sha256(text).digest()) for name, text in names]
    assert found.h1 == hash1(digests)
    assert found.entries == 2
    assert found.uncompressed == 31
    assert found.go_mod == b"module example.com/m\n"
    assert found.warnings == ()


def test_an_archive_without_go_mod() -> None:
    """An absent go.mod is None, an empty one is empty."""
    assert look(python_zip(("m.go", ""))).go_mod is None
    assert look(python_zip(("go.mod", ""))).go_mod == b""


def test_warnings(raw_zip: Build, raw_entry: Build) -> None:
    """Directories and symbolic links are taken, and told by name."""
    links = [
        raw_entry(name=PREFIX + b"l%d" % number, content=b"m.go", mode=stat.S_IFLNK | 0o777)
        for number in range(5)
    ]
    directory, link = look(
        raw_zip(raw_entry(name=PREFIX + b"sub/", flags=0, method=0), *links)
    ).warnings
    assert "sub/" in directory
    assert "l0" in link
    assert link.endswith("…")


@pytest.mark.parametrize("flags", [0, 8, 0x800, 0x808])
def test_names_are_bytes(raw_zip: Build, raw_entry: Build, flags: int) -> None:
    """A name counts by its bytes, whether or not the archive claims that it is UTF-8."""
    name, content = PREFIX + "é.go".encode(), b"package m\n"
    found = look(raw_zip(raw_entry(name=name, content=content, flags=flags)))
    assert found.h1 == hash1([(name, hashlib.sha256(content).digest())])


def test_names_in_other_encodings(raw_zip: Build, raw_entry: Build) -> None:
    """A name in code page 437 or Latin-1 is not UTF-8, and refused."""
    for raw in (b"\x82.go", b"\xe9.go"):
        with pytest.raises(ProtocolError, match="UTF-8"):
            look(raw_zip(raw_entry(name=PREFIX + raw)))


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["m.go", "M.go"], "case"),
        (["a/x", "A/y"], "case"),
        (["k.go", "\u212a.go"], "case"),
        (["a", "a/b"], "both a file and a directory"),
        (["a/b", "a"], "both a file and a directory"),
        (["a/", "a"], "both a file and a directory"),
        (["m.go", "m.go"], "twice"),
        (["sub/go.mod"], "root"),
        (["GO.MOD"], "lower case"),
        (["../x"], "dot at its edge"),
        (["a//b"], "empty"),
        (["/a"], "empty"),
        (["a//"], "empty"),
        (["a\\b"], "character"),
        (["a\0b"], "character"),
        (["a\nb"], "character"),
        (["nul.txt"], "Windows"),
    ],
)
def test_illegal_names(raw_zip: Build, raw_entry: Build, names: list[str], why: str) -> None:
    """An archive with such names is refused, and the error says why."""
    entries = [raw_entry(name=PREFIX + name.encode(), method=0) for name in names]
    with pytest.raises(ProtocolError, match=why):
        look(raw_zip(*entries))


def test_wrong_prefix() -> None:
    """Every name has to begin with the module and its version, as they are."""
    archive = python_zip(("m.go", "package m\n"))
    for module, version in (("example.com/M", "v1.0.0"), ("example.com/m", "v1.0.1")):
        with pytest.raises(ProtocolError, match="does not begin with"):
            inspect(io.BytesIO(archive), module=module, version=version)


def test_versions_without_archives() -> None:
    """A version that has no archive is refused before anything is read."""
    for version in ("v1.0", "v2.0.0", "latest", "v1.0.0+meta"):
        with pytest.raises(ProtocolError):
            inspect(io.BytesIO(), module="example.com/m", version=version)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"crc": 1}, "CRC|descriptor"),
        ({"crc": 1, "flags": 0}, "CRC"),
        ({"size": 5}, "larger than declared"),
        ({"size": 7}, "smaller than declared"),
        ({"packed": b"\0"}, "inflated|too early"),
        ({"packed": b"\xff" * 9}, "inflated"),
        ({"method": 12}, "method 12"),
        ({"offset": 1}, "local header"),
        ({"offset": 1 << 31}, "local header"),
    ],
)
def test_broken_content(raw_zip: Build, raw_entry: Build, change: dict[str, Any], why: str) -> None:
    """A file that is not what the directory says is refused, and the error says why."""
    with pytest.raises(ProtocolError, match=why):
        look(raw_zip(raw_entry(name=PREFIX + b"m.go", content=b"hello\n", **change)))


def test_a_checksum_of_zero_counts_as_none(raw_zip: Build, raw_entry: Build) -> None:
    """Without a data descriptor, Go takes a CRC of 0 for one that was not given."""
    entry = raw_entry(name=PREFIX + b"m.go", content=b"hello\n", crc=0, flags=0)
    assert look(raw_zip(entry)).uncompressed == 6


@pytest.mark.parametrize("name", [b"go.mod", b"LICENSE"])
def test_large_root_files(raw_zip: Build, raw_entry: Build, name: bytes) -> None:
    """go.mod and LICENSE in the root have a limit of their own."""
    entry = raw_entry(name=PREFIX + name, size=MAX_ROOT_FILE + 1)
    with pytest.raises(ProtocolError, match="more than 16777216"):
        look(raw_zip(entry))


def test_large_archives(raw_zip: Build, raw_entry: Build) -> None:
    """Files of more than 500 MiB in all are refused by what is declared alone."""
    entries = [raw_entry(name=PREFIX + name, size=MAX_ARCHIVE // 2 + 1) for name in (b"a", b"b")]
    with pytest.raises(ProtocolError, match="more than 524288000 bytes"):
        look(raw_zip(*entries))


def test_a_file_over_the_limit() -> None:
    """An archive of more than 500 MiB is refused by its size alone."""
    with TemporaryFile() as file:
        file.truncate(MAX_ARCHIVE + 1)
        with pytest.raises(ProtocolError, match="524288001"):
            inspect(cast("BinaryIO", file), module="example.com/m", version="v1.0.0")


@pytest.mark.parametrize("end", [{"end64": True}, {"records": 65538}])
def test_other_ends(raw_zip: Build, raw_entry: Build, end: dict[str, int]) -> None:
    """A zip64 end record is followed, and a count is compared by its last 16 bits."""
    entries = [raw_entry(name=PREFIX + name, zip64=True) for name in (b"a", b"b")]
    assert look(raw_zip(*entries, **end)).entries == 2


def test_what_surrounds_an_archive(raw_zip: Build, raw_entry: Build) -> None:
    """Bytes before an archive and a comment behind it change nothing."""
    entry = raw_entry(name=PREFIX + b"m.go", content=b"package m\n")
    plain = look(raw_zip(entry))
    assert look(b"#!/bin/sh\n" + raw_zip(entry, after=b"a comment")) == plain


def test_more_than_65535_entries() -> None:
    """An archive that needs the zip64 form is read whole, within seconds."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for number in range(65_600):
            packed.writestr(f"{PREFIX.decode()}d{number % 100}/{number}", "")
    empty = hashlib.sha256(b"").digest()
    names = [f"{PREFIX.decode()}d{number % 100}/{number}" for number in range(65_600)]
    found = look(out.getvalue())
    assert found.entries == 65_600
    assert found.h1 == hash1((name, empty) for name in names)


def test_any_seekable_file() -> None:
    """Spooled files are read as well, in memory and on disk, wherever they stand."""
    archive = python_zip(("m.go", "package m\n"))
    for limit in (0, 10):
        with SpooledTemporaryFile(max_size=limit) as file:
            file.write(archive)
            found = inspect(cast("BinaryIO", file), module="example.com/m", version="v1.0.0")
        assert found == look(archive)
