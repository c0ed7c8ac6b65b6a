"""One inspection: every check run once, or as often as asked for."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from goproxy_exporter.app.app import App, running
from goproxy_exporter.app.reporting import report_of
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.metrics import ProbeFacts, Snapshot, take
from goproxy_exporter.model.result import Result
from goproxy_exporter.report.report import Report

GRACE = 0.5
"""Seconds that checks have to end when an inspection is broken off."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was seen, and whether somebody broke it off before its end."""

    report: Report
    snapshot: Snapshot
    """The same, as metrics are written from it."""
    interrupted: bool = False


async def inspect(
    settings: Settings,
    *,
    rounds: int,
    deadline: float | None,
    tell: Callable[[Result], None],
) -> Inspection:
    """Run every check `rounds` times, within `deadline` seconds; `tell` hears of each result.

    However long the slowest check takes, what the others found counts until the end. Being cancelled ends the inspection early and is not raised: the report then holds what there
    was until then.
    """
    interrupted = False
    app = App(beating=False)
    settings = _lasting(settings)
    await app.adopt(settings)
    async with running(app, grace=GRACE):
        started = app.clock.now()
        try:
            async with asyncio.timeout(deadline):
                await _rounds(app, settings, rounds, tell)
        except TimeoutError:
            # Mirrors without results are unknown in the report: that says it.
            pass
        except asyncio.CancelledError:
            interrupted = True
            task = asyncio.current_task()
            assert task is not None
            task.uncancel()
        now = app.clock.now()
        report = report_of(app.store, settings, started=started, now=now, rounds=rounds)
        snapshot = await take(app.store, None, app.budget, now)
    probe = ProbeFacts.of(snapshot.mirrors, now - started)
    return Inspection(report, replace(snapshot, probe=probe), interrupted)


def _lasting(settings: Settings) -> Settings:
    checks = frozenset(replace(check, lasts=math.inf) for check in settings.checks)
    return replace(settings, checks=checks)


async def _rounds(
    app: App, settings: Settings, rounds: int, tell: Callable[[Result], None]
) -> None:
    for _ in range(rounds):
        await app.schedule.run_once(settings.checks, tell)
