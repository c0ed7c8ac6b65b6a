"""With which GOPROXY lists did builds begin or cease to work?"""

import asyncio
from contextlib import AbstractAsyncContextManager

import structlog

from goproxy_exporter.app.beside import beside
from goproxy_exporter.store import Store
from goproxy_exporter.wire.clock import Clock

PERIOD = 5.0
"""Seconds between two looks."""

log = structlog.get_logger(__name__)


def telling_chains(store: Store, clock: Clock) -> AbstractAsyncContextManager[None]:
    """Log a list once each time its verdict changes, for the block."""
    return beside(_tell(store, clock))


async def _tell(store: Store, clock: Clock) -> None:
    told: dict[str, bool | None] = {}
    while True:
        await asyncio.sleep(PERIOD)
        judged = store.chains(clock.now())
        for verdict in judged:
            name = verdict.chain.name
            if verdict.ok is not told.get(name):
                log.info("chain.changed", chain=name, builds_work=verdict.ok, why=verdict.summary)
        told = {verdict.chain.name: verdict.ok for verdict in judged}
