"""Keeps the tasks of a world together: none is lost, and no mistake of theirs goes unheard."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Crew:
    """Tasks that run until they are done or the world ends."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._mistakes: list[Exception] = []

    def start(
        self,
        work: Coroutine[Any, Any, None],
        *,
        team: set[asyncio.Task[None]] | None = None,
        release: Callable[[], None] | None = None,
    ) -> None:
        """Run `work` beside everything else; as long as it runs it is in `team` too.

        `release` lets go of what it works with. Work that is cancelled before its first step
        cannot do that itself.
        """
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        if release is not None:
            task.add_done_callback(lambda _: release())
        if team is not None:
            team.add(task)
            task.add_done_callback(team.discard)

    async def dismiss(self) -> None:
        """Cancel what still runs, wait for it, and raise whatever went wrong meanwhile."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._mistakes:
            raise ExceptionGroup("the simulator made mistakes", self._mistakes)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        mistake = None if task.cancelled() else task.exception()
        if isinstance(mistake, Exception):
            self._mistakes.append(mistake)
