"""Is there a network at all?"""

import asyncio
from collections.abc import Iterable
from typing import Protocol

AT_ONCE = 16
"""Targets that are tried at the same time."""
Target = tuple[str, int]
"""Host name or address, and port."""


class Reach(Protocol):
    """Tell whether anything answers at a host and port by TCP, be it with a refusal."""

    async def __call__(self, host: str, port: int, /, *, timeout: float) -> bool:
        """Try for `timeout` seconds."""
        ...


async def anything_answers(targets: Iterable[Target], reach: Reach, *, timeout: float) -> bool:
    """Try control targets until one answers. False only if there is none that does."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(target: Target) -> bool:
        async with slots:
            return await reach(*target, timeout=timeout)

    tries = [asyncio.create_task(one(target)) for target in targets]
    try:
        for attempt in asyncio.as_completed(tries):
            if await attempt:
                return True
        return False
    finally:
        for attempt in tries:
            attempt.cancel()
        await asyncio.gather(*tries, return_exceptions=True)
