"""What of the tree of a checksum database has been proven?"""

import asyncio
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from goproxy_exporter.gomod.lookup import Sums
from goproxy_exporter.gomod.signed_head import Fork, SignedHead
from goproxy_exporter.gomod.tile import Tile
from goproxy_exporter.gomod.tree_head import TreeHead
from goproxy_exporter.reference.growth import Growth, Point
from goproxy_exporter.reference.shown_tiles import ShownTiles

MOST_TILES = 512
"""Authenticated tiles that are kept, 8 KiB each at most."""
MOST_HEADS = 512
MOST_RECORDS = 512
MOST_MIRRORS = 512

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record that the signed tree was proven to have. `via` is who told it."""

    module: str
    version: str
    number: int
    sums: Sums
    tree_size: int
    via: str


@dataclass(frozen=True, slots=True)
class Held:
    """What came of holding a head against the largest verified one: no fork, or the proof of it."""

    fork: Fork | None = None


class KnownTree:
    """The largest verified head of one key, and what goes with it; all of bounded size.

    Every head that is shown by anybody is held against the largest one. It is kept as long as the
    program runs, whatever the configuration becomes.
    """

    def __init__(self) -> None:
        self.largest: SignedHead | None = None
        self.growth = Growth()
        self.fork: Fork | None = None
        """The last contradiction that was seen."""
        self.restored = False
        """Whether what was kept before the program started is part of it."""
        self.restoring = asyncio.Lock()
        self._consistent: _Recent[TreeHead, None] = _Recent(MOST_HEADS)
        self._tiles: _Recent[Tile, bytes] = _Recent(MOST_TILES)
        self._records: _Recent[tuple[str, str], Record] = _Recent(MOST_RECORDS)
        self._shown: _Recent[str, ShownTiles] = _Recent(MOST_MIRRORS)

    def held(self, signed: SignedHead) -> Held | None:
        """Say what can be said of a head without tiles; None where it takes some to tell.

        The first head ever is believed: nothing is known that it could contradict.
        """
        largest = self.largest
        if largest is None or signed.head == largest.head or signed.head in self._consistent:
            return Held()
        if signed.size == largest.size:
            return Held(Fork(older=largest, newer=signed, root=signed.head.root))
        return None

    def admit(self, signed: SignedHead, at: float) -> bool:
        """Take a head in that is consistent with the largest one; tell whether it is that now."""
        self._consistent.put(signed.head, None)
        self.growth.saw(signed.size, at)
        if self.largest is not None and signed.size <= self.largest.size:
            return False
        self.largest = signed
        return True

    def restore(self, signed: SignedHead, points: Iterable[Point], now: float) -> None:
        """Begin with what was known before; nothing has been admitted yet."""
        self.growth.restore(points, now=now)
        self.growth.saw(signed.size, now)
        self.largest = signed

    def learn(self, tiles: Mapping[Tile, bytes]) -> None:
        """Keep tiles that a head which was taken in has authenticated."""
        for tile, body in tiles.items():
            self._tiles.put(tile, body)

    def tiles(self, wanted: Iterable[Tile]) -> dict[Tile, bytes]:
        """Give those of the wanted tiles that are known."""
        known = ((tile, self._tiles.get(tile)) for tile in wanted)
        return {tile: body for tile, body in known if body is not None}

    @property
    def parents(self) -> dict[Tile, bytes]:
        """Give the known tiles that authenticate others."""
        return {tile: body for tile, body in self._tiles.items() if tile.level > 0}

    def record(self, module: str, version: str) -> Record | None:
        """Give a record that was proven before: it never changes."""
        return self._records.get((module, version))

    def keep(self, record: Record) -> None:
        """Remember a proven record."""
        self._records.put((record.module, record.version), record)

    def shown_by(self, mirror: str) -> ShownTiles:
        """Give what is remembered of the tiles that a mirror showed."""
        known = self._shown.get(mirror) or ShownTiles()
        self._shown.put(mirror, known)
        return known


class _Recent(Generic[K, V]):
    """A mapping that forgets what was used longest ago."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[K, V] = OrderedDict()

    def __contains__(self, key: K) -> bool:
        return key in self._kept

    def get(self, key: K) -> V | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def put(self, key: K, value: V) -> None:
        self._kept[key] = value
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def items(self) -> Iterable[tuple[K, V]]:
        return tuple(self._kept.items())
