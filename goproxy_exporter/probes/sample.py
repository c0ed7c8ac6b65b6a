"""Which tiles off the way of any proof are worth a look?"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from itertools import accumulate
from random import Random, SystemRandom

from goproxy_exporter.gomod.tile import HEIGHT, WIDTH, Tile

SIZE = 2
"""Tiles of a sample: enough that a mirror never knows which of its tiles are looked at."""
_TRIES = 64
"""Tiles that are drawn, of which those are taken that serve."""
_RANDOM = SystemRandom()


def sample(
    parents: Mapping[Tile, bytes],
    size: int,
    *,
    first: Collection[Tile] = (),
    without: Collection[Tile] = (),
    random: Random = _RANDOM,
) -> dict[Tile, Tile]:
    """Choose full tiles of a tree of `size` records, each with a parent that authenticates it.

    Those of `first` are chosen before any others, as far as they can be authenticated.
    """
    chosen: dict[Tile, Tile] = {}
    for child, parent in (*_of(first, parents), *_drawn(tuple(parents), random)):
        inside = (child.index + 1) << HEIGHT * (child.level + 1) <= size
        if inside and child not in without and len(chosen) < max(SIZE, len(first)):
            chosen[child] = parent
    return chosen


def _of(tiles: Collection[Tile], parents: Collection[Tile]) -> Iterator[tuple[Tile, Tile]]:
    for tile in tiles:
        for parent in parents:
            place = tile.index - parent.index * WIDTH
            if parent.level == tile.level + 1 and 0 <= place < parent.width:
                yield tile, parent


def _drawn(parents: tuple[Tile, ...], random: Random) -> Iterator[tuple[Tile, Tile]]:
    """Draw children of the parents, each at most once from one parent."""
    ends = list(accumulate(parent.width for parent in parents))
    total = ends[-1] if ends else 0
    for number in random.sample(range(total), min(total, _TRIES)):
        parent = parents[bisect_right(ends, number)]
        place = number - ends[bisect_right(ends, number)] + parent.width
        yield Tile(parent.level - 1, parent.index * WIDTH + place), parent
