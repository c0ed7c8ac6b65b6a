"""How late does the event loop get to what is due?"""

import asyncio
from collections import deque
from math import ceil
from types import TracebackType
from typing import NamedTuple, Self

PERIOD = 0.02
"""Seconds between two samples."""
MEMORY = 6000
"""Samples that are kept: two minutes."""
RECENT = 10.0
"""Seconds that `Lag.recent` looks back."""


class Lateness(NamedTuple):
    """Seconds by which wake-ups came too late."""

    p99: float
    worst: float


class Lag:
    """Samples how late the loop wakes up, all the time; an async context manager.

    One sample costs about ten microseconds. A stretch in which the loop was held up has fewer
    samples, but each tells how long it was held up.
    """

    def __init__(self, *, period: float = PERIOD) -> None:
        self._period = period
        self._samples: deque[tuple[float, float]] = deque(maxlen=MEMORY)
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        self._arm()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def mark(self) -> float:
        """Give the moment from which on `since` is to look: the loop's own time."""
        return asyncio.get_running_loop().time()

    def since(self, mark: float) -> Lateness:
        """Give the lateness from a mark until now; zeros where nothing was sampled."""
        late = []
        for at, lateness in reversed(self._samples):
            if at < mark:
                break
            late.append(min(lateness, at - mark))
        if self._timer is not None:
            late.append(max(0.0, self.mark() - max(self._due, mark)))
        return _summed_up(late)

    def recent(self) -> float:
        """Give the worst lateness of the last ten seconds."""
        return self.since(self.mark() - RECENT).worst

    def _arm(self) -> None:
        loop = asyncio.get_running_loop()
        self._due = loop.time() + self._period
        self._timer = loop.call_at(self._due, self._wake)

    def _wake(self) -> None:
        now = asyncio.get_running_loop().time()
        self._samples.append((now, max(0.0, now - self._due)))
        self._arm()


def _summed_up(late: list[float]) -> Lateness:
    """Give the 99th percentile by nearest rank, and the worst."""
    if not late:
        return Lateness(0.0, 0.0)
    ordered = sorted(late)
    return Lateness(ordered[ceil(0.99 * len(ordered)) - 1], ordered[-1])
