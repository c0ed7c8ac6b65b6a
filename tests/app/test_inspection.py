"""One inspection judges everything that it saw, however long the slowest check took."""

import asyncio
from dataclasses import replace
from pathlib import Path

from goproxy_exporter.app.inspection import inspect
from goproxy_exporter.config.load import load
from goproxy_exporter.model.names import CheckName, State
from goproxy_exporter.probes import PROBES
from goproxy_exporter.simulator.world import World


async def test_what_was_found_early_counts_at_the_end(tmp_path: Path) -> None:
    """A finding does not grow too old while another check of the same inspection still runs."""
    async with World.open(
        mirrors=("goproxy", "golang"), faults={"goproxy": ("http.5xx",)}, directory=tmp_path
    ) as world:
        path = tmp_path / "exporter.yml"
        path.write_text(world.config_yaml())
        settings = await asyncio.to_thread(load, path, env={}, implemented=frozenset(PROBES))
        # On a beat this short the daemon would hold its evidence for less than a run takes; and
        # would skip what has to wait for the four places of a mirror.
        hasty = frozenset(
            replace(check, interval=0.1, timeout=0.3 if check.name is CheckName.EDGES else 5.0)
            for check in settings.checks
            if check.name in (CheckName.ENDPOINTS, CheckName.ZIP, CheckName.EDGES)
        )

        inspection = await inspect(
            replace(settings, checks=hasty), rounds=1, deadline=None, tell=lambda _: None
        )

    states = {each.mirror.name: each.verdict.state for each in inspection.report.mirrors}
    assert states == {"goproxy": State.UNUSABLE, "golang": State.HEALTHY}
    assert all(
        result.check.evidence_window > 1e9
        for each in inspection.report.mirrors
        for result in each.results
    )
