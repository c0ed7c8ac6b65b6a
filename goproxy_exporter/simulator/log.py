"""Which records does the checksum database hold, and what tree are they at a size?

Source: golang.org/x/mod/sumdb/tlog; RFC 6962, section 2.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

from goproxy_exporter.gomod.merkle import join, node_hash, record_hash, subtrees
from goproxy_exporter.gomod.tile import DATA, HEIGHT, Tile
from goproxy_exporter.gomod.tree_head import TreeHead


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The go.sum lines of one version. `at` is the Unix time at which they were logged."""

    module: str
    version: str
    text: bytes
    at: float


@dataclass(frozen=True)
class _Tree:
    """All records there are, hashed when that is first needed."""

    records: tuple[Record, ...]

    @cached_property
    def levels(self) -> Sequence[Sequence[bytes]]:
        """Hashes of complete subtrees, by level and place."""
        levels = [[record_hash(record.text) for record in self.records]]
        while len(levels[-1]) > 1:
            below = levels[-1]
            levels.append([node_hash(*pair) for pair in zip(below[::2], below[1::2], strict=False)])
        return levels

    @cached_property
    def numbers(self) -> dict[tuple[str, str], int]:
        """Record numbers by module and version; the first one counts."""
        numbered = reversed(list(enumerate(self.records)))
        return {(one.module, one.version): number for number, one in numbered}


@dataclass(frozen=True)
class Log:
    """Records in order, and the tree over them, of which these may be only the first."""

    records: tuple[Record, ...]
    _tree: _Tree = field(repr=False, compare=False)

    @classmethod
    def of(cls, records: tuple[Record, ...]) -> Self:
        """Make a log that holds records in this order."""
        return cls(records, _Tree(records))

    @property
    def size(self) -> int:
        """How many records there are."""
        return len(self.records)

    @cached_property
    def head(self) -> TreeHead:
        """The size, and the hash over everything."""
        parts = [self._tree.levels[level][index] for level, index in subtrees(self.size)]
        return TreeHead(size=self.size, root=join(parts))

    def number(self, module: str, version: str) -> int | None:
        """Give the number of a version's record."""
        found = self._tree.numbers.get((module, version))
        return found if found is not None and found < self.size else None

    def tile(self, tile: Tile) -> bytes | None:
        """Give a tile of hashes or of records; None where the tree does not reach that far."""
        start, level = tile.index << HEIGHT, max(tile.level, 0) * HEIGHT
        places = slice(start, start + tile.width)
        if places.stop << level > self.size:
            return None
        if tile.level == DATA:
            return b"".join(record.text + b"\n" for record in self.records[places])
        return b"".join(self._tree.levels[level][places])

    def first(self, size: int) -> Self:
        """Give the log as it was at a size."""
        return replace(self, records=self.records[:size])

    def at(self, time: float) -> Self:
        """Give the log as it was at a Unix time: everything before the first later record."""
        later = (number for number, record in enumerate(self.records) if record.at > time)
        return self.first(next(later, self.size))

    def plus(self, *more: Record) -> Self:
        """Append records."""
        return self.of((*self.records, *more))

    def saying(self, number: int, text: bytes) -> Self:
        """Give another log, in which one record has another text."""
        records = list(self.records)
        records[number] = replace(records[number], text=text)
        return self.of(tuple(records))
