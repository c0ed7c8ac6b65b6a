"""Which tiles need not be asked of this mirror again just now, and which should be?"""

from collections.abc import Iterable
from math import inf

from goproxy_exporter.gomod.tile import Tile

LASTS = 3600.0
"""Seconds for which a tile that a mirror showed rightly is not asked of it again."""
MOST = 256
MOST_SUSPECTS = 8


class ShownTiles:
    """What one mirror has shown of the tree. Times are monotonic seconds.

    A tile never changes, so the go command asks for it once and keeps it; here it is asked again
    after an hour. What was shown wrongly stays a suspect until it is shown rightly.
    """

    def __init__(self) -> None:
        self._until: dict[Tile, float] = {}
        self._suspects: dict[Tile, None] = {}

    def fresh(self, tile: Tile, now: float) -> bool:
        """Tell whether the mirror showed the tile rightly within the hour."""
        return self._until.get(tile, -inf) > now

    @property
    def suspects(self) -> tuple[Tile, ...]:
        """Tiles that were wrong when they were last shown."""
        return tuple(self._suspects)

    def right(self, tiles: Iterable[Tile], now: float) -> None:
        """Remember tiles that proved to be right."""
        self._until = {tile: until for tile, until in self._until.items() if until > now}
        for tile in tiles:
            self._suspects.pop(tile, None)
            if len(self._until) < MOST:
                self._until[tile] = now + LASTS

    def wrong(self, tiles: Iterable[Tile]) -> None:
        """Remember tiles that did not."""
        for tile in tiles:
            self._until.pop(tile, None)
            self._suspects[tile] = None
        for tile in tuple(self._suspects)[:-MOST_SUSPECTS]:
            del self._suspects[tile]
