"""A replica that runs checks only when a Prometheus asks for them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from goproxy_exporter.simulator.world import World

Start = Callable[..., Awaitable[Any]]
Configure = Callable[..., dict[str, Any]]
DocumentOf = Callable[..., dict[str, Any]]

ALL = {"endpoints": "1m", "zip": "1m", "edges": "1m", "large_zip": "6h"}


async def test_checks_run_when_asked_for_and_only_then(
    start: Start, world: World, configure: Configure
) -> None:
    """Nobody is asked by itself; probes at once share one run; counters grow on /metrics alone."""
    daemon = await start(configure("goproxy", "athens", checks=ALL), "--no-schedule")
    assert (await daemon.get("/-/ready")) == (200, "ready\n")
    assert (await daemon.metrics()).state("goproxy") == "unknown"

    # Over connections that are open already all five are asked before the world says anything.
    await asyncio.gather(*(daemon.get("/-/healthy") for _ in range(5)))
    answers = await asyncio.gather(*(daemon.get("/probe?target=goproxy") for _ in range(5)))

    assert {status for status, _ in answers} == {200}
    seen = await daemon.metrics()
    assert [seen.runs("goproxy", check) for check in ALL] == [1, 1, 1, 1]
    assert [seen.runs("athens", check) for check in ALL] == [0, 0, 0, 0]
    assert {entry.mirror for entry in world.requests} <= {"goproxy", "goproxy-cdn"}
    for _, text in answers:
        families = list(text_string_to_metric_families(text))
        assert {family.type for family in families} == {"gauge"}
        probed = {family.name: family.samples for family in families}
        assert probed["goproxy_probe_success"][0].value == 1
        assert probed["goproxy_probe_duration_seconds"][0].value > 0
        labelled = [one for family in families for one in family.samples if "mirror" in one.labels]
        assert {one.labels["mirror"] for one in labelled} == {"goproxy"}


async def test_a_probe_tells_what_fits_into_its_time(start: Start, document_of: DocumentOf) -> None:
    """A slow check does not hold the answer up; its result is there for the next probe."""
    faults = {"goproxy": ("perf.slow_first_byte/zip", "http.5xx/list")}
    async with World.open(mirrors=("goproxy",), faults=faults, slow_seconds=2.0) as world:
        daemon = await start(document_of(world, checks=ALL), "--no-schedule")
        before = await daemon.metrics()

        async def probe() -> Any:
            quick = {"X-Prometheus-Scrape-Timeout-Seconds": "1.5"}
            status, text = await daemon.get("/probe?target=goproxy", headers=quick)
            assert status == 200
            return type(before).parse(text)

        first = await probe()
        assert first.one("goproxy_probe_duration_seconds") < 10
        assert first.one("goproxy_check_success", mirror="goproxy", check="large_zip") is None
        ended = await daemon.until(
            lambda now: now.runs("goproxy", "endpoints") and now.runs("goproxy", "large_zip")
        )
        again = await probe()
        large = again.one("goproxy_check_success", mirror="goproxy", check="large_zip")
        after = await daemon.metrics()
        await daemon.stop()

    assert large == 0
    assert again.one("goproxy_probe_success") == 0
    assert again.primary("goproxy") == "http.5xx"
    assert after.runs("goproxy", "large_zip") == ended.runs("goproxy", "large_zip") == 1
