"""Which tile holds a hash, how wide is it, and under which path is it asked?

Source: golang.org/x/mod/sumdb/tlog (Tile, ParseTilePath, HashFromTile). The go command knows
tiles of height 8 only, and so do we.
"""

import re
from dataclasses import dataclass, replace

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod import int64
from goproxy_exporter.gomod.merkle import HASH_SIZE, fold

HEIGHT = 8
WIDTH = 1 << HEIGHT
"""Hashes of a full tile."""
DATA = -1
"""The level of tiles that hold records: those whose hashes the tile of level 0 has."""

_PATH = re.compile(
    rf"tile/{HEIGHT}/(data|0|[1-9][0-9]{{0,18}})/((?:x[0-9]{{3}}/){{0,6}}[0-9]{{3}})"
    r"(?:\.p/([1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """The place of up to 256 neighbouring hashes of one level; their level is 8 * `level`."""

    level: int
    index: int
    width: int = WIDTH
    """How many hashes, from 1 to 256."""

    @property
    def full(self) -> "Tile":
        """Give the tile as it is, or will be, when it is complete."""
        return replace(self, width=WIDTH)

    @property
    def size(self) -> int:
        """Give the bytes of its hashes."""
        return HASH_SIZE * self.width

    @property
    def path(self) -> str:
        """Give the path below the database's URL: ``tile/8/0/x001/234.p/5``."""
        rest, last = divmod(self.index, 1000)
        number = f"{last:03}"
        while rest:
            rest, last = divmod(rest, 1000)
            number = f"x{last:03}/{number}"
        level = "data" if self.level == DATA else self.level
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{HEIGHT}/{level}/{number}{partial}"

    def cut(self, body: bytes) -> bytes:
        """Cut the answer for the full tile, which a server may have instead, as `go` does.

        `go` takes a share of the bytes and so forgives up to 255 too many; any other wrong length
        stays one.
        """
        return body[: len(body) // WIDTH * self.width]


def parse_tile_path(path: str) -> Tile:
    """Undo `Tile.path`; raises ProtocolError for what it never gives."""
    found = _PATH.fullmatch(path)
    if found:
        level = DATA if found[1] == "data" else int(found[1])
        index = int(re.sub("[x/]", "", found[2]))
        tile = Tile(level, index, int(found[3] or WIDTH))
        if tile.path == path and max(level, index) <= int64.MAX and tile.width <= WIDTH:
            return tile
    raise ProtocolError(f"malformed tile path {path!r}")


def width_in(size: int, level: int, index: int) -> int:
    """Give how wide a tile is in a tree of `size` records; 0 where that tree has no such tile."""
    hashes = size >> HEIGHT * max(level, 0)
    return max(0, min(WIDTH, hashes - WIDTH * index))


def tile_of(size: int, level: int, index: int) -> Tile:
    """Give the tile, as wide as it is in a tree, that the hash of a complete subtree is read from.

    `level` and `index` are those of `merkle.subtrees`; the subtree has to be in the tree.
    """
    tile_level, inner = divmod(level, HEIGHT)
    number = index << inner >> HEIGHT
    return Tile(tile_level, number, width_in(size, tile_level, number))


def parent_of(size: int, tile: Tile) -> Tile:
    """Give the tile that has the hash over a full tile as one of its own."""
    return tile_of(size, HEIGHT * (tile.level + 1), tile.index)


def read_hash(tile: Tile, body: bytes, level: int, index: int) -> bytes:
    """Give the hash of a complete subtree that lies in the tile."""
    inner = level - HEIGHT * tile.level
    first = (index << inner) - WIDTH * tile.index
    return fold_hashes(body[HASH_SIZE * first : HASH_SIZE * (first + (1 << inner))])


def fold_hashes(body: bytes) -> bytes:
    """Hash a complete subtree over the hashes of a tile, or of a part of one."""
    return fold([body[at : at + HASH_SIZE] for at in range(0, len(body), HASH_SIZE)])
