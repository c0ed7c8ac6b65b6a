"""How does a message get to its receiver: tried again, but neither for ever nor twice over?"""

import asyncio
from collections.abc import Callable, Iterable

import aiohttp
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_result,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from goproxy_exporter.notify.destination import Destination
from goproxy_exporter.notify.letter import letter
from goproxy_exporter.notify.news import News
from goproxy_exporter.notify.post import post, posting
from goproxy_exporter.notify.reply import Outcome
from goproxy_exporter.notify.way import Patience, Way
from goproxy_exporter.report.report import Notification


async def send_all(
    news: News, destinations: Iterable[Destination], way: Way
) -> tuple[Notification, ...]:
    """Tell everybody whom it concerns, at the same time; what goes wrong is in the result."""
    concerned = [each for each in destinations if news.concerns(each)]
    if not concerned:
        return ()
    async with posting(way) as session:
        return tuple(await asyncio.gather(*(_send(session, news, each, way) for each in concerned)))


async def _send(
    session: aiohttp.ClientSession, news: News, destination: Destination, way: Way
) -> Notification:
    patience = way.patience
    retrying: AsyncRetrying = AsyncRetrying(
        retry=retry_if_result(lambda outcome: outcome.again),
        stop=stop_after_attempt(patience.attempts) | stop_before_delay(patience.deadline),
        wait=_waiting(patience),
        retry_error_callback=_last,
    )

    async def once() -> Outcome:
        # Written anew each time: what is signed holds for the moment of sending.
        return await post(session, letter(news, destination, way.clock.now()), destination, way)

    try:
        async with asyncio.timeout(patience.deadline):
            outcome: Outcome = await retrying(once)
    except TimeoutError:
        words = f"not taken within {patience.deadline:g} s"
        outcome = Outcome(taken=False, detail=words)
    return Notification(
        id=destination.id,
        to=destination.shown,
        ok=outcome.taken,
        detail=outcome.detail,
    )


def _waiting(patience: Patience) -> Callable[[RetryCallState], float]:
    """Wait longer each time, by chance; at least as long as the receiver asked for."""
    usual = wait_random_exponential(multiplier=0.5, max=patience.longest_wait)

    def wait(state: RetryCallState) -> float:
        asked = _last(state).wait
        return max(usual(state), asked or 0.0)

    return wait


def _last(state: RetryCallState) -> Outcome:
    assert state.outcome is not None, "an attempt was made"
    outcome: Outcome = state.outcome.result()
    return outcome
