"""Does systemd hear in time that checks are being run, and only while they are?"""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager

import structlog

from goproxy_exporter.app.sd_notify import notify

log = structlog.get_logger(__name__)


def period(environment: Mapping[str, str], *, pid: int) -> float | None:
    """Give the seconds between two signs of life; None where nobody waits for them.

    Half of what systemd allows, as sd_watchdog_enabled(3) advises.
    """
    allowed = environment.get("WATCHDOG_USEC", "")
    ours = environment.get("WATCHDOG_PID", str(pid)) == str(pid)
    if not (ours and allowed.isascii() and allowed.isdigit() and int(allowed)):
        return None
    return int(allowed) / 2_000_000


@asynccontextmanager
async def feeding_watchdog(alive: Callable[[], bool]) -> AsyncGenerator[None]:
    """Give signs of life for the block, as long as `alive` says so and the event loop turns.

    Without them systemd ends this program, and starts it anew if its unit says so.
    """
    seconds = period(os.environ, pid=os.getpid())
    if seconds is None:
        yield
        return
    task = asyncio.create_task(_feed(alive, seconds))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _feed(alive: Callable[[], bool], seconds: float) -> None:
    told = False
    while True:
        if alive():
            notify("WATCHDOG=1")
            told = False
        elif not told:
            log.error("watchdog.not_fed", why="checks are not being run")
            told = True
        await asyncio.sleep(seconds)
