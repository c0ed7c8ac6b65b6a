"""Whatever we say about an archive, Go's zip reader, its hash and its extraction say too."""

import io
import struct
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.archive import inspect
from goproxy_exporter.gomod.caps import UnjudgedError

pytestmark = pytest.mark.timeout(240)  # the judge may have to be built first

Judge = Callable[..., dict[str, Any]]
Build = Callable[..., Any]

PREFIX = b"example.com/m@v1.0.0/"


def agree(judge: Judge, archive: bytes) -> None:
    """Compare both rulings. Archives that we leave unjudged are no case."""
    try:
        mine: list[str] | None = [
            inspect(io.BytesIO(archive), module="example.com/m", version="v1.0.0").h1
        ]
    except UnjudgedError:
        reject()
    except ProtocolError:
        mine = None
    ruling = judge("zip", b64encode(archive).decode(), "example.com/m", "v1.0.0")
    assert mine == (ruling["out"][:1] if ruling["ok"] else None), ruling["err"]


names = st.lists(
    st.sampled_from(
        [
            *[b"a", b"A", b"b", b"/", b"/", b"go.mod", b"GO.MOD", b"sub/", b".", b"..", b"con"],
            *[
                "é".encode(),
                "É".encode(),
                b"\xff",
                b"\\",
                b":",
                b" ",
                b"\n",
                b"LICENSE",
                b"vendor/",
            ],
            *["\u212a".encode(), b"k", "\u017f".encode(), b"s", "\u0130".encode(), b"m.go"],
        ]
    ),
    max_size=4,
).map(b"".join)


@settings(max_examples=400)
@given(st.lists(st.tuples(names, st.binary(max_size=5)), min_size=1, max_size=5))
def test_names(
    judge: Judge, raw_zip: Build, raw_entry: Build, files: list[tuple[bytes, bytes]]
) -> None:
    """The same names can live in one archive, and hash to the same."""
    entries = [
        raw_entry(name=PREFIX + name, content=b"" if (PREFIX + name).endswith(b"/") else content)
        for name, content in files
    ]
    agree(judge, raw_zip(*entries))


@settings(max_examples=400)
@given(st.data())
def test_lies(judge: Judge, raw_zip: Build, raw_entry: Build, data: st.DataObject) -> None:
    """The same lies about sizes, checksums, methods and places are found out."""
    odd = st.one_of(st.none(), st.none(), st.sampled_from([0, 1, 5, 6, 7, 0xFFFFFFFF]))
    entries = [
        raw_entry(
            name=PREFIX + name,
            content=b"" if name.endswith(b"/") and data.draw(st.booleans()) else b"hello\n",
            method=data.draw(st.sampled_from([0, 8, 8, 9])),
            flags=data.draw(st.sampled_from([0, 8, 1, 0x800])),
            crc=data.draw(odd),
            size=data.draw(odd),
            packed=data.draw(st.sampled_from([None, None, None, b"", b"\0", b"\3\0", b"\3\0xx"])),
            zip64=data.draw(st.booleans()),
            extra=data.draw(
                st.sampled_from([b"", b"\1\0\0\0", b"\1\0\xff\0", b"x", b"UT\5\0\1abcd"])
            ),
        )
        for name in data.draw(st.permutations([b"go.mod", b"m.go", b"d/"]))[
            : data.draw(st.integers(1, 3))
        ]
    ]
    end = data.draw(
        st.sampled_from(
            [
                {},
                {},
                {"records": 0},
                {"records": 65537},
                {"offset": 0},
                {"size": 0},
                {"size": 1},
                {"comment": 0},
                {"comment": 9},
                {"records": 0xFFFF},
                {"offset": 0xFFFFFFFF},
            ]
        )
    )
    before, after = (
        data.draw(st.sampled_from([b"", b"#!x\n"])),
        data.draw(st.sampled_from([b"", b"note", b"PK\5\6"])),
    )
    archive = raw_zip(*entries, before=before, after=after, **end)
    agree(
        judge,
        data.draw(st.sampled_from([archive, archive, b"+" * 7 + archive, archive + b"+" * 1100])),
    )


@settings(max_examples=500)
@given(st.data())
def test_damage(judge: Judge, raw_zip: Build, raw_entry: Build, data: st.DataObject) -> None:
    """The same damage is found, wherever it strikes."""
    zip64 = data.draw(st.booleans())
    archive = bytearray(
        raw_zip(
            raw_entry(name=PREFIX + b"go.mod", content=b"module example.com/m\n", zip64=zip64),
            raw_entry(name=PREFIX + b"d/", method=0, flags=0),
            raw_entry(name=PREFIX + b"d/m.go", content=b"package m\n" * 9, method=0, flags=0),
            end64=data.draw(st.booleans()),
        )
    )
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(archive) - 1))
        match data.draw(st.sampled_from(["byte", "word", "long", "cut", "repeat", "end"])):
            case "byte":
                archive[place] = data.draw(st.integers(0, 255))
            case "word":
                archive[place : place + 2] = struct.pack(
                    "<H", data.draw(st.sampled_from([0, 1, 8, 0xFFFF]))
                )
            case "long":
                archive[place : place + 4] = struct.pack(
                    "<L", data.draw(st.sampled_from([0, 1, 90, 0xFFFFFFFF]))
                )
            case "cut":
                del archive[place : place + data.draw(st.integers(1, 8))]
            case "repeat":
                archive[place:place] = archive[place : place + data.draw(st.integers(1, 200))]
            case _:
                del archive[-data.draw(st.integers(1, 30)) :]
        assume(archive)
    agree(judge, bytes(archive))
