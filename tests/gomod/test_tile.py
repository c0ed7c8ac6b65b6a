"""Places of hashes; more is in test_sumdb_judge."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.tile import (
    DATA,
    Tile,
    parent_of,
    parse_tile_path,
    read_hash,
    tile_of,
    width_in,
)

BIGGEST = 2**63 - 1
tiles = st.builds(
    Tile, st.integers(DATA, 8) | st.just(BIGGEST), st.integers(0, BIGGEST), st.integers(1, 256)
)


def test_vectors(vectors: dict[str, Any]) -> None:
    """The tlog package's own paths: those of height 8 are ours, others are refused."""
    section = vectors["tile_paths"]
    for case in section["cases"]:
        if case["h"] == 8:
            tile = Tile(case["l"], case["n"], case["w"])
            assert tile.path == case["path"]
            assert parse_tile_path(case["path"]) == tile
        else:
            with pytest.raises(ProtocolError):
                parse_tile_path(case["path"])
    for case in section["parse"]:
        if case["ok"]:
            assert parse_tile_path(case["path"]).path == case["path"]
        else:
            with pytest.raises(ProtocolError):
                parse_tile_path(case["path"])


@given(tiles)
def test_paths_come_back(tile: Tile) -> None:
    """What is written is read again."""
    assert parse_tile_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        *["", "tile", "tile/8/0", "tile/8/0/000/", "tile/8/00/000", "tile/8/0/000.p/01"],
        *["tile/8/0/000.p/999", "tile/8/0/x1/000", "tile/8/0/000\n", "tile/8/0/\u0660\u0660\u0660"],
        f"tile/8/{BIGGEST + 1}/000",
        Tile(0, BIGGEST + 1).path,
        "tile/8/0/" + "x001/" * 100_000 + "000",
    ],
)
def test_bad_paths(path: str) -> None:
    """Every tile has one spelling, and its numbers have 63 bits."""
    with pytest.raises(ProtocolError):
        parse_tile_path(path)


def test_an_answer_for_the_full_tile_is_cut() -> None:
    """The first hashes are taken; a wrong length stays one."""
    tile = Tile(0, 7, 3)
    body = bytes(range(256)) * 32
    assert tile.cut(body) == body[:96]
    assert tile.full == Tile(0, 7)
    assert tile.full.size == 8192
    for length in (0, 96, 8191, 8448):
        assert len(tile.cut(bytes(length))) != tile.size


def test_widths() -> None:
    """A tile ends where the tree ends; there are none beyond it, however high."""
    assert [width_in(600, 0, index) for index in range(4)] == [256, 256, 88, 0]
    assert width_in(600, 1, 0) == 2
    assert width_in(600, 2, 0) == 0
    assert width_in(600, BIGGEST, 0) == 0
    assert width_in(600, DATA, 2) == 88


@given(st.data())
def test_every_hash_has_a_tile(log_of: Callable[..., Any], data: st.DataObject) -> None:
    """The hash of a complete subtree is read from its tile, and a full tile from its parent."""
    size = data.draw(st.integers(1, 2**40))
    level = data.draw(st.integers(0, size.bit_length() - 1))
    index = data.draw(st.integers(0, (size >> level) - 1))
    log = log_of(size, {index << level: b"x\n", size - 1: b"y\n", size // 2: b"z\n"})
    tile = tile_of(size, level, index)
    body = log.tile(tile.level, tile.index, tile.width)
    assert read_hash(tile, body, level, index) == log._hash(level, index)
    if tile.width == 256:
        parent = parent_of(size, tile)
        above = log.tile(parent.level, parent.index, parent.width)
        assert read_hash(parent, above, 8 * parent.level, tile.index) == log._hash(
            8 * parent.level, tile.index
        )
