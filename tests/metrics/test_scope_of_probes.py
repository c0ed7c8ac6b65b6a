"""Do the probes assert only what the table says they look for?"""

import asyncio
import os
from pathlib import Path

import pytest

from goproxy_exporter.app.inspection import inspect
from goproxy_exporter.config.load import load
from goproxy_exporter.model.result import Result
from goproxy_exporter.model.scope import codes_of
from goproxy_exporter.probes import PROBES
from goproxy_exporter.simulator.world import World


@pytest.mark.parametrize(
    "fault",
    [
        "http.429",
        "http2.unavailable",
        "semantics.soft200",
        "tls.expired",
        "encoding.case",
        "encoding.plus",
        "toolchain.unavailable",
    ],
)
async def test_a_finding_is_something_that_was_looked_for(fault: str, tmp_path: Path) -> None:
    """Otherwise the series of a code would be absent until the code shows: an alert misses it."""
    results: list[Result] = []
    async with World.open(faults={"goproxy": (fault,)}, port=0) as world:
        file = tmp_path / "config.yml"
        file.write_text(world.config_yaml(), encoding="utf-8")
        settings = load(file, env=os.environ, implemented=frozenset(PROBES))
        await asyncio.wait_for(
            inspect(settings, rounds=1, deadline=90.0, tell=results.append), timeout=120
        )
    found = [(result.check, finding.code) for result in results for finding in result.findings]
    assert str(fault) in {str(code) for _, code in found}
    assert [(check.name, code) for check, code in found if code not in codes_of(check)] == []
