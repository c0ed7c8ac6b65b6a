"""How hard is evidence asked for, and how long is an answer believed?"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_result,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

from goproxy_exporter.wire.clock import Clock

KNOWN_FOR = 600.0
"""Seconds for which an answer is believed."""
UNKNOWN_FOR = 60.0
"""Seconds after which is asked again where nobody could tell."""
MOST = 1024
"""Answers that are remembered; what was asked first goes first."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Persistence:
    """How hard is asked: this is evidence, not a measurement. Times are seconds."""

    attempts: int = 3
    deadline: float = 15.0
    timeout: float = 5.0
    longest_wait: float = 2.0


async def persistently(
    ask: Callable[[], Awaitable[V | None]], persistence: Persistence
) -> V | None:
    """Ask until there is an answer that tells something, within the limits; else give None."""
    retrying: AsyncRetrying = AsyncRetrying(
        retry=retry_if_result(lambda told: told is None),
        stop=stop_after_attempt(persistence.attempts) | stop_after_delay(persistence.deadline),
        wait=wait_random_exponential(max=persistence.longest_wait),
        retry_error_callback=_nobody_can_tell,
    )

    async def once() -> V | None:
        # tenacity waits for coroutine functions alone, whatever else gives coroutines.
        return await ask()

    return await retrying(once)


def _nobody_can_tell(_state: RetryCallState) -> None:
    """Give None after the last attempt."""


@dataclass(slots=True)
class _Known(Generic[V]):
    """What was told, and until when (monotonic seconds) it is believed."""

    told: V | None = None
    until: float = float("-inf")
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Believed(Generic[K, V]):
    """Answers that are believed for a while; questions at the same time share one."""

    def __init__(
        self, clock: Clock, *, known_for: float = KNOWN_FOR, unknown_for: float = UNKNOWN_FOR
    ) -> None:
        self._clock = clock
        self._known_for = known_for
        self._unknown_for = unknown_for
        self._known: dict[K, _Known[V]] = {}

    async def get(self, key: K, ask: Callable[[], Awaitable[V | None]]) -> V | None:
        """Give what is believed, or ask. Raises what `ask` raises."""
        known = self._known.setdefault(key, _Known())
        self._make_room()
        async with known.turn:
            if self._clock.monotonic() >= known.until:
                known.told = await ask()
                lasts = self._unknown_for if known.told is None else self._known_for
                known.until = self._clock.monotonic() + lasts
        return known.told

    def _make_room(self) -> None:
        """Forget the oldest; who is just waiting for one of them still gets the answer."""
        while len(self._known) > MOST:
            del self._known[next(iter(self._known))]
