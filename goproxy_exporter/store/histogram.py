"""How are durations counted without keeping them?"""

from bisect import bisect_left
from collections.abc import Sequence

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of the buckets, in seconds; a last one is without bound."""
AGES = (60.0, 300.0, 1800.0, 7200.0, 21600.0, 86400.0, 604800.0)
"""The same for how long a version is under way: 1m, 5m, 30m, 2h, 6h, 24h, 7d."""


class Histogram:
    """Counts per bucket and their sum. Only grows."""

    __slots__ = ("_bounds", "_counts", "total")

    def __init__(self, bounds: Sequence[float] = BOUNDS) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.total = 0.0
        """The sum of what was observed, in seconds."""

    def observe(self, seconds: float) -> None:
        """Count one duration in the first bucket whose bound is not below it."""
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self.total += seconds

    @property
    def count(self) -> int:
        """How many durations were observed."""
        return sum(self._counts)

    def cumulative(self) -> tuple[tuple[float, int], ...]:
        """Give (upper bound in seconds, how many were at most that), the last bound infinite."""
        running, steps = 0, []
        for bound, count in zip((*self._bounds, float("inf")), self._counts, strict=True):
            running += count
            steps.append((bound, running))
        return tuple(steps)
