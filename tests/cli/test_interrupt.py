"""What do Ctrl-C and SIGTERM break off, and what not?"""

import asyncio
import os
import signal

import pytest

from goproxy_exporter.cli.interrupt import STOP_SIGNALS, cancelled_by_signals


@pytest.mark.parametrize("second", STOP_SIGNALS)
async def test_a_second_signal_does_not_cut_the_clean_up_short(second: signal.Signals) -> None:
    """The first ends what is being done; what cleans up after it goes on to its end."""
    begun, cleaning, heard, enough, clean = (asyncio.Event() for _ in range(5))

    async def work() -> None:
        async with cancelled_by_signals():
            try:
                begun.set()
                await asyncio.Event().wait()
            finally:
                cleaning.set()
                await enough.wait()
                clean.set()

    loop = asyncio.get_running_loop()
    # Signals are heard in their order: after this one the other has done what it does.
    loop.add_signal_handler(signal.SIGUSR1, heard.set)
    working = asyncio.create_task(work())
    await begun.wait()
    os.kill(os.getpid(), signal.SIGINT)
    await cleaning.wait()
    os.kill(os.getpid(), second)
    os.kill(os.getpid(), signal.SIGUSR1)
    await heard.wait()
    enough.set()
    with pytest.raises(asyncio.CancelledError):
        await working
    loop.remove_signal_handler(signal.SIGUSR1)

    assert clean.is_set()
