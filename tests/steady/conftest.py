"""A world where every mirror is healthy and takes its time, and the exporter that watches it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from goproxy_exporter.app.app import App, running
from goproxy_exporter.config.load import load
from goproxy_exporter.model.result import Result
from goproxy_exporter.probes import PROBES
from goproxy_exporter.simulator.extensions import Database, whole
from goproxy_exporter.simulator.styles import STYLES
from goproxy_exporter.simulator.world import World

RELAY_NOTHING = frozenset({"golang", "static"})
"""Makes that relay no checksum database; who watches them says that this is accepted."""
RICH = {"requests_per_hour": 100_000_000, "bytes_per_hour": "10TB"}


class Watching:
    """The exporter before a world, asking when it is told to."""

    def __init__(self, world: World, app: App) -> None:
        self.world = world
        self.app = app

    async def round(self) -> list[Result]:
        """Run every check once; give what came of it."""
        assert self.app.settings is not None
        found: list[Result] = []
        await self.app.schedule.run_once(self.app.settings.checks, found.append)
        return found


Watch = Callable[..., AbstractAsyncContextManager[Watching]]


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    """Open a world, with a chain over its mirrors, and watch all of it; `terms` are a world's."""

    @asynccontextmanager
    async def watching(
        *, budget: dict[str, Any] | None = None, **terms: Any
    ) -> AsyncIterator[Watching]:
        extensions = whole(Database())
        async with World.open(extensions=extensions, directory=tmp_path, **terms) as world:
            path = tmp_path / "exporter.yml"
            path.write_text(yaml.safe_dump(_document(world, budget or RICH)))
            settings = await asyncio.to_thread(load, path, env={}, implemented=frozenset(PROBES))
            app = App(beating=False)
            await app.adopt(settings)
            async with running(app, grace=0.5):
                yield Watching(world, app)

    return watching


def _document(world: World, budget: dict[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(world.config_yaml())
    for mirror in document["mirrors"]:
        mirror["budget"] = dict(budget)
        if mirror["name"] in RELAY_NOTHING:
            mirror["accept"] = ["sumdb.not_proxied"]
    urls = [world.url(name) for name in world.mirrors if STYLES[name].login is None]
    chain = {"name": "all", "goproxy": ",".join((*urls, "direct"))}
    # What is slow is not the matter here: a busy machine is slow, and world and exporter share it.
    calm = {"defaults": {"concurrency": 6}, "thresholds": {}}
    return document | {"chains": [chain]} | calm
