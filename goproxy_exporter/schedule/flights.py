"""Which runs are under way, and who shares them?"""

import asyncio
from collections.abc import Coroutine, Hashable, Iterable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Flights(Generic[K, T]):
    """At most one task per key. A task goes on when those who wait for it go away."""

    def __init__(self) -> None:
        self._tasks: dict[K, asyncio.Task[T]] = {}

    def get(self, key: K) -> asyncio.Task[T] | None:
        """Give the task that is under way for a key."""
        task = self._tasks.get(key)
        return None if task is None or task.done() else task

    def start(self, key: K, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a task for a key that has none under way."""
        task = asyncio.create_task(work)
        self._tasks[key] = task
        task.add_done_callback(lambda _: self._ended(key, task))
        return task

    def _ended(self, key: K, task: asyncio.Task[T]) -> None:
        if self._tasks.get(key) is task:
            del self._tasks[key]

    def cancel(self, keys: Iterable[K]) -> None:
        """Cancel what is under way for these keys. `land` still waits for its end."""
        for key in keys:
            if key in self._tasks:
                self._tasks[key].cancel()

    async def land(self, grace: float) -> None:
        """Give everything `grace` seconds to end, cancel the rest, and wait for that too."""
        if self._tasks and grace > 0:
            await asyncio.wait(tuple(self._tasks.values()), timeout=grace)
        self.cancel(tuple(self._tasks))
        while self._tasks:
            await asyncio.wait(tuple(self._tasks.values()))
