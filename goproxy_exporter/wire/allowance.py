"""May this mirror be asked now, or has it had its share?"""

from collections import deque

from goproxy_exporter.model.mirror import Budget
from goproxy_exporter.model.names import SkipReason
from goproxy_exporter.wire.clock import Clock

HOUR = 3600.0
LONGEST_HOLD = HOUR
"""Seconds for which Retry-After is honoured at most."""
_SLOT = 60.0
"""Seconds whose spending is remembered, and forgotten, as one."""


class Allowance:
    """Requests and bytes that one mirror may still be asked for: its budget, less the last hour.

    So no hour whatever has more than the budget, but for the end of what was under way: what an
    answer costs is known only afterwards (the length of a body, the number of redirects).
    """

    def __init__(self, budget: Budget, clock: Clock) -> None:
        self._clock = clock
        self._requests = _Hour(budget.requests_per_hour)
        self._bytes = _Hour(budget.bytes_per_hour)
        self._held_until: float | None = None

    def spend(self, requests: int, size: int) -> None:
        """Take off `requests` (every redirect hop counts) and `size` bytes received."""
        moment = self._clock.monotonic()
        if requests:
            self._requests.take(requests, moment)
        if size:
            self._bytes.take(size, moment)

    def remaining(self) -> tuple[int, int]:
        """Give the requests and the bytes that are left now, never below zero."""
        moment = self._clock.monotonic()
        return self._requests.left(moment), self._bytes.left(moment)

    def refusal(self, now: float) -> SkipReason | None:
        """Say why nothing may be asked at `now` (Unix seconds), or None where it may."""
        if self._hold(now) is not None:
            return SkipReason.RETRY_AFTER
        return SkipReason.BUDGET if 0 in self.remaining() else None

    def hold_until(self, unix: float) -> None:
        """Ask nothing before `unix` seconds: Retry-After. A longer hold that stands already stays."""
        end = min(unix, self._clock.now() + LONGEST_HOLD)
        self._held_until = max(end, self._held_until or end)

    @property
    def held_until(self) -> float | None:
        """Until when (Unix seconds) nothing may be asked; None where no hold stands."""
        return self._hold(self._clock.now())

    def resize(self, budget: Budget) -> None:
        """Follow a changed configuration: what was spent within the hour stays spent."""
        self._requests.capacity = budget.requests_per_hour
        self._bytes.capacity = budget.bytes_per_hour

    def _hold(self, now: float) -> float | None:
        """Give the end of a hold that stands; a clock that went back does not make it longer."""
        if self._held_until is None:
            return None
        self._held_until = min(self._held_until, now + LONGEST_HOLD)
        if self._held_until <= now:
            self._held_until = None
        return self._held_until


class _Hour:
    """One kind of token: `capacity` of them within any hour. Moments are monotonic seconds."""

    __slots__ = ("_slots", "_spent", "capacity")

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._slots: deque[tuple[float, int]] = deque()
        """When a slot began, and what was spent in it; the oldest first."""
        self._spent = 0

    def left(self, moment: float) -> int:
        while self._slots and self._slots[0][0] + _SLOT + HOUR <= moment:
            self._spent -= self._slots.popleft()[1]
        return max(0, self.capacity - self._spent)

    def take(self, tokens: int, moment: float) -> None:
        self._spent += tokens
        if self._slots and moment < self._slots[-1][0] + _SLOT:
            begun, before = self._slots.pop()
            self._slots.append((begun, before + tokens))
        else:
            self._slots.append((moment, tokens))
