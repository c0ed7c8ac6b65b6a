"""Since when is the tree of a checksum database known to be larger than this?"""

from collections.abc import Iterable
from typing import NamedTuple

MOST = 128
"""Points that are kept; of more, the older half is thinned out."""


class Point(NamedTuple):
    """A tree of so many records was there at this Unix time, and maybe before."""

    at: float
    size: int


class Growth:
    """When the tree was first seen at a size, whoever showed it.

    What was seen is a lower bound of what was there. So an age that is told from it is never too
    high, neither because nobody looked nor because points were forgotten.
    """

    def __init__(self) -> None:
        self._points: list[Point] = []

    @property
    def points(self) -> tuple[Point, ...]:
        """What is remembered: times do not fall, and sizes rise."""
        return tuple(self._points)

    def saw(self, size: int, at: float) -> None:
        """Remember that the tree had a size. Only one that is larger than all before counts."""
        last = self._points[-1] if self._points else Point(at, -1)
        if size > last.size:
            self._points.append(Point(max(at, last.at), size))
            self._thin_out()

    def passed(self, size: int) -> float | None:
        """Give the Unix time since when a larger tree is known; None where none is."""
        return next((point.at for point in self._points if point.size > size), None)

    def restore(self, points: Iterable[Point], *, now: float) -> None:
        """Begin with what was remembered, before anything was seen; no time is later than now."""
        for point in points:
            self.saw(point.size, min(point.at, now))

    def _thin_out(self) -> None:
        if len(self._points) > MOST:
            half = MOST // 2
            self._points = self._points[:half:2] + self._points[half:]
