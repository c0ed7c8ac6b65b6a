"""Which problems of the prober came and went?"""

import asyncio
from contextlib import AbstractAsyncContextManager

import structlog

from goproxy_exporter.app.beside import beside
from goproxy_exporter.model.names import ProberProblem
from goproxy_exporter.store import Store
from goproxy_exporter.wire.clock import Clock

PERIOD = 1.0
"""Seconds between two looks."""

log = structlog.get_logger(__name__)


def telling_problems(store: Store, clock: Clock) -> AbstractAsyncContextManager[None]:
    """Log each problem once when it comes, and once when it is over, for the block."""
    return beside(_tell(store, clock))


async def _tell(store: Store, clock: Clock) -> None:
    standing: set[ProberProblem] = set()
    while True:
        await asyncio.sleep(PERIOD)
        found = store.problems(clock.now())
        for problem, text in found.items():
            if problem not in standing:
                log.warning("prober.problem", problem=problem.value, detail=text)
        for problem in standing - found.keys():
            log.info("prober.problem_over", problem=problem.value)
        standing = set(found)
