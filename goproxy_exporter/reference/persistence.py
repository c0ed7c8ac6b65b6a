"""How hard is evidence asked for, before nobody can tell?"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_result,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Persistence:
    """Limits for what is evidence, not a measurement. Times are seconds."""

    attempts: int = 3
    deadline: float = 15.0
    timeout: float = 5.0
    longest_wait: float = 2.0

    async def until_told(self, ask: Callable[[], Awaitable[T | None]]) -> T | None:
        """Ask until there is an answer that tells something; None where there is none."""
        retrying: AsyncRetrying = AsyncRetrying(
            retry=retry_if_result(lambda told: told is None),
            stop=stop_after_attempt(self.attempts) | stop_after_delay(self.deadline),
            wait=wait_random_exponential(max=self.longest_wait),
            retry_error_callback=_nobody_can_tell,
        )
        told: T | None = await retrying(ask)
        return told


def _nobody_can_tell(_state: RetryCallState) -> None:
    """Give None after the last attempt."""
