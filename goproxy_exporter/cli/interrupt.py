"""Ctrl-C and SIGTERM, as cancellation of what is being done."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@asynccontextmanager
async def cancelled_by_signals() -> AsyncGenerator[None]:
    """Cancel the current task on Ctrl-C or SIGTERM, so that it ends by its own clean-up.

    Only the first signal counts: another one must not cut the clean-up short.
    """
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    told = False

    def cancel() -> None:
        nonlocal told
        if not told:
            told = True
            task.cancel()

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, cancel)
    try:
        yield
    finally:
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)
