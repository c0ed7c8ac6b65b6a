"""New versions are followed by a running daemon, and go on being followed after a reload."""

from collections.abc import Awaitable, Callable
from typing import Any

import yaml

from goproxy_exporter.config.beats import OF_MIRRORS
from goproxy_exporter.simulator.extensions.index import Index
from goproxy_exporter.simulator.world import World

Start = Callable[..., Awaitable[Any]]

CHECKS = {
    **{str(name): {"enabled": False} for name in OF_MIRRORS},
    "freshness": {"interval": "1s", "timeout": "1s"},
}
LAG, TOOK = "goproxy_freshness_lag_seconds", "goproxy_freshness_propagation_seconds_count"


def pages(world: World) -> int:
    """How often the index was asked."""
    return len([one for one in world.requests if one.mirror == "index"])


async def test_versions_are_followed_across_a_reload(start: Start) -> None:
    """A stale list shows in metrics and cause; another configuration does not ask the index anew."""
    faults = {"goproxy": ("freshness.list_stale",)}
    async with World.open(
        mirrors=("goproxy", "golang"), faults=faults, extensions=(Index(),)
    ) as world:
        document = yaml.safe_load(world.config_yaml())
        for mirror in document["mirrors"]:
            mirror["checks"] = dict(CHECKS)
            mirror["budget"] = {"requests_per_hour": 1_000_000}
        daemon = await start(document | {"chains": []})
        seen = await daemon.until(lambda seen: "freshness.list_stale" in seen.causes("goproxy"))
        assert seen.state("goproxy") == "degraded"
        assert seen.one(LAG, mirror="goproxy", endpoint="list") > 86400
        assert seen.one(LAG, mirror="goproxy", endpoint="info") == 0
        seen = await daemon.until(lambda seen: seen.state("golang") == "healthy")
        assert seen.one(LAG, mirror="golang", endpoint="list") == 0
        assert set(seen.like(TOOK, mirror="golang").values()) == {0}
        asked = pages(world)
        assert asked == 6

        daemon.write(document | {"chains": [], "vantage": "elsewhere"})
        assert await daemon.reload() == (200, "reloaded\n")
        runs = seen.runs("golang", "freshness")
        await daemon.until(lambda seen: seen.runs("golang", "freshness") > runs + 1)
        assert pages(world) == asked
