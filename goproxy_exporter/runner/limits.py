"""How many runs may take place at once?"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

TOTAL = 32
PER_MIRROR = 4


class Limits:
    """Places for runs: so many in all, and so many per mirror."""

    def __init__(self, *, total: int = TOTAL, per_mirror: int = PER_MIRROR) -> None:
        self._total = asyncio.Semaphore(total)
        self._per_mirror = per_mirror
        self._mirrors: dict[str, asyncio.Semaphore] = {}

    @asynccontextmanager
    async def place(self, mirror: str, *, timeout: float) -> AsyncGenerator[float]:
        """Wait for a place, hold it for the block, and give the seconds that others kept us.

        A mirror's own runs are waited for first and do not count: a mirror that hangs keeps
        itself waiting, which says nothing about this process. Raises TimeoutError where there
        was no place within `timeout` seconds.
        """
        own = self._mirrors.setdefault(mirror, asyncio.Semaphore(self._per_mirror))
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        async with asyncio.timeout_at(deadline):
            await own.acquire()
        try:
            begin = loop.time()
            async with asyncio.timeout_at(deadline):
                await self._total.acquire()
            try:
                yield loop.time() - begin
            finally:
                self._total.release()
        finally:
            own.release()
