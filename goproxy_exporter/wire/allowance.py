"""May this mirror be asked now, or has it had its share?"""

from goproxy_exporter.model.mirror import Budget
from goproxy_exporter.model.names import SkipReason
from goproxy_exporter.wire.clock import Clock

HOUR = 3600.0
LONGEST_HOLD = HOUR
"""Seconds for which Retry-After is honoured at most."""


class Allowance:
    """Requests and bytes that one mirror may still be asked for: two buckets, refilled all the time.

    Full buckets hold one hour's budget. What was spent is known only afterwards (the length of a
    body, the number of redirects), so a bucket may go below zero; it then has to refill first.
    """

    def __init__(self, budget: Budget, clock: Clock) -> None:
        self._clock = clock
        self._requests = _Bucket(budget.requests_per_hour, clock.monotonic())
        self._bytes = _Bucket(budget.bytes_per_hour, clock.monotonic())
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
        requests, size = self._requests.level(moment), self._bytes.level(moment)
        return max(0, int(requests)), max(0, int(size))

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
        moment = self._clock.monotonic()
        self._requests.resize(budget.requests_per_hour, moment)
        self._bytes.resize(budget.bytes_per_hour, moment)

    def _hold(self, now: float) -> float | None:
        """Give the end of a hold that stands; a clock that went back does not make it longer."""
        if self._held_until is None:
            return None
        self._held_until = min(self._held_until, now + LONGEST_HOLD)
        if self._held_until <= now:
            self._held_until = None
        return self._held_until


class _Bucket:
    """One kind of token: `capacity` of them at most, so many again in an hour."""

    __slots__ = ("_capacity", "_level", "_moment")

    def __init__(self, capacity: int, moment: float) -> None:
        self._capacity = float(capacity)
        self._level = self._capacity
        self._moment = moment

    def level(self, moment: float) -> float:
        passed = max(0.0, moment - self._moment)
        self._moment = max(moment, self._moment)
        self._level = min(self._capacity, self._level + passed * self._capacity / HOUR)
        return self._level

    def take(self, tokens: int, moment: float) -> None:
        self._level = self.level(moment) - tokens

    def resize(self, capacity: int, moment: float) -> None:
        spent = self._capacity - self.level(moment)
        self._capacity = float(capacity)
        self._level = self._capacity - spent
