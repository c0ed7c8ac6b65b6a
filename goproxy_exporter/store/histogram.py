"""How are durations counted without keeping them?"""

from bisect import bisect_left

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of the buckets, in seconds; a last one is without bound."""


class Histogram:
    """Counts per bucket and their sum. Only grows."""

    __slots__ = ("_counts", "total")

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS) + 1)
        self.total = 0.0
        """The sum of what was observed, in seconds."""

    def observe(self, seconds: float) -> None:
        """Count one duration in the first bucket whose bound is not below it."""
        self._counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds

    @property
    def count(self) -> int:
        """How many durations were observed."""
        return sum(self._counts)

    def cumulative(self) -> tuple[tuple[float, int], ...]:
        """Give (upper bound in seconds, how many were at most that), the last bound infinite."""
        running, steps = 0, []
        for bound, count in zip((*BOUNDS, float("inf")), self._counts, strict=True):
            running += count
            steps.append((bound, running))
        return tuple(steps)
