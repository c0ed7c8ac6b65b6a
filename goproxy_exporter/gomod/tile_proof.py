"""Which tiles prove records and older heads of a signed tree, and what do they prove?

Source: golang.org/x/mod/sumdb/tlog (TileHashReader, TreeHash) and sumdb (checkRecord,
checkTrees) of go 1.27.3. A head of any size costs at most 8 tiles, and each record 8 more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.merkle import join, record_hash, subtrees
from goproxy_exporter.gomod.tile import (
    HEIGHT,
    Tile,
    fold_hashes,
    parent_of,
    read_hash,
    tile_of,
    width_in,
)
from goproxy_exporter.gomod.tree_head import TreeHead


class TileSizeError(ProtocolError):
    """A tile whose length is not 32 bytes for each of its hashes."""

    def __init__(self, tile: Tile, length: int) -> None:
        self.tile = tile
        self.length = length
        super().__init__(f"{tile.path} has {length} bytes instead of {tile.size}")


class TileMismatchError(ProtocolError):
    """Tiles that do not make up the signed root, or one that its authenticated parent denies."""

    def __init__(self, tiles: tuple[Tile, ...], against: str) -> None:
        self.tiles = tiles
        """At least one of them is wrong, and nobody can tell which."""
        super().__init__(f"{', '.join(tile.path for tile in tiles)}: no part of {against}")


class TileMissingError(ProtocolError):
    """A tile that was not given and without which this cannot be told."""

    def __init__(self, tile: Tile) -> None:
        self.tile = tile
        super().__init__(f"{tile.path} is missing")


class RecordMismatchError(ProtocolError):
    """A record whose text is not the one that the signed tree has under its number."""

    def __init__(self, record: int, head: TreeHead) -> None:
        self.record = record
        self.head = head
        super().__init__(f"record {record} of the tree of size {head.size} is another one")


class ForkError(ProtocolError):
    """Two signed heads that cannot both be true."""

    def __init__(self, older: TreeHead, newer: TreeHead, root: bytes) -> None:
        self.older = older
        self.newer = newer
        self.root = root
        """What the newer tree has as the root of its first records, as many as the older has."""
        super().__init__(f"the tree of size {newer.size} does not continue that of {older.size}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """The part of a signed tree that tiles have proven."""

    head: TreeHead
    tiles: Mapping[Tile, bytes]
    """Authenticated: they can be kept, and need no other proof in a tree that continues this."""

    def record_hash(self, record: int) -> bytes:
        """Give the hash of a record. Raises ProtocolError where the tree has no such record.

        Raises TileMissingError where the tiles do not reach down to it.
        """
        _check_record(self.head.size, record)
        return _hash_of(self.head.size, self.tiles, 0, record)

    def root(self, size: int) -> bytes:
        """Give the root over the first `size` records; errors as above."""
        _check_older(self.head.size, size)
        return _root(self.head.size, self.tiles, size)


def wanted(
    size: int, *, records: Iterable[int] = (), older: Iterable[int] = ()
) -> tuple[Tile, ...]:
    """Give the tiles that `go` fetches to prove records and the roots of older sizes.

    Each is as wide as in the tree of `size`; parents come before their children. Raises
    ProtocolError for a record, or an older size, that this tree cannot have.
    """
    records, older = tuple(records), tuple(older)
    for record in records:
        _check_record(size, record)
    for past in older:
        _check_older(size, past)
    tiles = dict.fromkeys(_frontier(size))
    parts = chain(((0, record) for record in records), *map(subtrees, older))
    for level, index in parts:
        tiles |= dict.fromkeys(_ways_down(size, tiles, tile_of(size, level, index)))
    return tuple(tiles)


def prove(head: TreeHead, tiles: Mapping[Tile, bytes]) -> Proven:
    """Authenticate tiles against a signed head; it takes at least those of ``wanted(head.size)``.

    Raises TileSizeError, TileMismatchError or TileMissingError; ProtocolError for a tile that a
    tree of this size does not have.
    """
    _check_sizes(head.size, tiles)
    frontier = _frontier(head.size)
    if _root(head.size, tiles, head.size) != head.root:
        raise TileMismatchError(frontier, f"the signed tree of size {head.size}")
    authentic = {tile: tiles[tile] for tile in frontier}
    for tile in sorted(tiles, key=lambda tile: -tile.level):
        if tile not in authentic:
            _check_child(head.size, authentic, tile, tiles[tile])
            authentic[tile] = tiles[tile]
    return Proven(head=head, tiles=authentic)


def check_record(proven: Proven, record: int, text: bytes) -> None:
    """Refuse a text that is not that of the record; raises RecordMismatchError."""
    if proven.record_hash(record) != record_hash(text):
        raise RecordMismatchError(record, proven.head)


def check_older(proven: Proven, older: TreeHead) -> None:
    """Refuse an older head that the proven tree does not continue; raises ForkError.

    A head of the same size has to be the same; one without records has to have their root.
    """
    root = proven.root(older.size)
    if root != older.root:
        raise ForkError(older, proven.head, root)


def _check_record(size: int, record: int) -> None:
    if not 0 <= record < size:
        raise ProtocolError(f"there is no record {record} in a tree of size {size}")


def _check_older(size: int, older: int) -> None:
    if not 0 <= older <= size:
        raise ProtocolError(f"a tree of size {size} cannot tell of one of size {older}")


def _check_sizes(size: int, tiles: Mapping[Tile, bytes]) -> None:
    for tile, body in tiles.items():
        if tile.level < 0 or tile.width != width_in(size, tile.level, tile.index):
            raise ProtocolError(f"{tile.path} is no tile of hashes in a tree of size {size}")
        if len(body) != tile.size:
            raise TileSizeError(tile, len(body))


def _check_child(size: int, authentic: Mapping[Tile, bytes], tile: Tile, body: bytes) -> None:
    known = _hash_of(size, authentic, HEIGHT * (tile.level + 1), tile.index)
    if fold_hashes(body) != known:
        raise TileMismatchError((tile,), parent_of(size, tile).path)


def _frontier(size: int) -> tuple[Tile, ...]:
    """Give the tiles that together make up the root."""
    return tuple(dict.fromkeys(tile_of(size, level, index) for level, index in subtrees(size)))


def _ways_down(size: int, known: Mapping[Tile, object], tile: Tile) -> list[Tile]:
    """Give what leads from a known tile down to this one. All but the known ones are full."""
    way = []
    while tile not in known:
        way.append(tile)
        tile = parent_of(size, tile)
    return way[::-1]


def _root(size: int, tiles: Mapping[Tile, bytes], older: int) -> bytes:
    return join([_hash_of(size, tiles, level, index) for level, index in subtrees(older)])


def _hash_of(size: int, tiles: Mapping[Tile, bytes], level: int, index: int) -> bytes:
    tile = tile_of(size, level, index)
    if tile not in tiles:
        raise TileMissingError(tile)
    return read_hash(tile, tiles[tile], level, index)
