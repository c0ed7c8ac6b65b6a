"""How does the loop of one check keep time?"""

import asyncio
from collections.abc import Awaitable, Callable

from goproxy_exporter.model.mirror import Check
from goproxy_exporter.schedule.rhythm import first_due, next_due, second_due
from goproxy_exporter.wire.clock import Clock

Turn = Callable[[Check, float], Awaitable[None]]
"""Run a check that is so many seconds late, and wait for the end of the run."""

SLACK = 30.0
"""Seconds by which a wake-up may be late before the loop counts as stuck."""


class Beat:
    """The loop of one check, and how far it is behind."""

    def __init__(self, check: Check, turn: Turn, clock: Clock, *, patience: float) -> None:
        """Make a loop; a run that takes longer than `patience` seconds means it is stuck."""
        self._check = check
        self._turn = turn
        self._clock = clock
        self._patience = patience
        self._late = 0.0
        self._ideal = self._started = clock.monotonic()
        self._expected_by = self._ideal + SLACK
        """Until when (monotonic) the next step must have been made."""

    def alive(self, now: float) -> bool:
        """Tell whether the loop makes its steps in time; `now` is monotonic."""
        return now <= self._expected_by

    def slip(self, now: float) -> float:
        """Give how many seconds the last start was late, or the one that is due by now."""
        return max(self._late, now - self._ideal)

    async def run(self) -> None:
        """Run the check on its beat until cancelled."""
        due = first = first_due(self._check, self._started)
        await self._run_at(due, ideal=due)
        ideal = second_due(self._check, first, self._started)
        while True:
            due = max(ideal, self._clock.monotonic())
            await self._run_at(due, ideal=ideal)
            ideal = next_due(due, self._check.interval, due)

    async def _run_at(self, due: float, *, ideal: float) -> None:
        self._ideal = ideal
        self._expected_by = due + SLACK
        await asyncio.sleep(max(0.0, due - self._clock.monotonic()))
        now = self._clock.monotonic()
        self._late = now - ideal
        self._ideal = due + self._check.interval
        self._expected_by = now + self._patience
        await self._turn(self._check, max(0.0, now - due))
