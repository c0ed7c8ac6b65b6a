"""A GOPROXY list whose entries relay the checksum database, watched as mirrors or not at all."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
import yaml
from worlds import Try, side_by_side

from goproxy_exporter.model.chain import ChainVerdict
from goproxy_exporter.model.names import CheckName, Endpoint, Kind
from goproxy_exporter.simulator.extensions import Database
from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.faults.log import LOG
from goproxy_exporter.simulator.faults.sumdb import PROXYING
from goproxy_exporter.simulator.world import World
from goproxy_exporter.store import Store

Watch = Callable[..., Any]
HARMLESS = frozenset(
    {
        "sumdb.not_proxied",
        "sumdb.not_proxied/410",
        "sumdb.lookup_stale",
        "sumdb.lookup_stale/unmarked",
        "sumdb.lookup_stale/410",
        "sumdb.stale",
        "sumdb.tile_mismatch/unused",
        "sumdb.signature_invalid/latest",
        "sumdb.fork/latest",
    }
)
"""Faults under which go completes a go.sum with a stable canary all the same."""
NAMES = [fault.name for fault in (*PROXYING, *LOG)]


async def judged(watching: Any, *names: CheckName) -> ChainVerdict:
    """Run checks of the one mirror, the database and entries of the chain; judge the chain."""
    settings = watching.settings
    store = Store()
    store.keep(settings.checks, settings.watched, settings.chains)
    for check in settings.checks:
        if check.name in names:
            result = await watching.result(check)
            store.put(replace(result, check=check))
    (verdict,) = store.chains(watching.clock.now())
    return verdict


def one_chain(world: World, *, watched: bool) -> dict[str, Any]:
    """Give keys for a chain of goproxy alone, which is a mirror of the configuration or not."""
    mirrors = yaml.safe_load(world.config_yaml())["mirrors"]
    name = "goproxy" if watched else "golang"
    return {
        "mirrors": [mirror for mirror in mirrors if mirror["name"] == name],
        "chains": [{"name": "alone", "goproxy": world.url("goproxy")}],
        "reference": "off",
    }


@pytest.mark.parametrize("watched", [True, False], ids=["mirror", "entry"])
@pytest.mark.timeout(120)
async def test_a_list_breaks_with_its_relay(watched: bool, watch: Watch) -> None:
    """Whoever asked the entry: builds fail where go could not complete a go.sum, else they work."""
    names = (CheckName.ENDPOINTS, CheckName.ZIP, CheckName.SUMDB, CheckName.CHAIN)

    @asynccontextmanager
    async def opened() -> AsyncIterator[Try[tuple[str, ChainVerdict]]]:
        async with World.open(mirrors=("goproxy", "golang"), extensions=(Database(),)) as world:
            watching = watch(world, **one_chain(world, watched=watched))

            async def one(fault: str) -> tuple[str, ChainVerdict]:
                watching.begin_anew(fault)
                world.switch("goproxy")
                for database in watching.databases.values():
                    await database.head()
                world.switch("goproxy", fault)
                return fault, await judged(watching, *names)

            yield one

    seen = await side_by_side(NAMES, opened)
    assert len(seen) == len(NAMES)
    assert [
        f"{fault}: {verdict.ok}, {verdict.summary}"
        for fault, verdict in seen
        if verdict.ok is not (fault in HARMLESS or FAULTS[fault].expects is None)
    ] == []


async def test_an_entry_is_asked_what_go_asks(watch: Watch) -> None:
    """Whether it relays, and the records of the list's canaries with their proofs; not latest."""
    async with World.open(mirrors=("goproxy", "golang"), extensions=(Database(),)) as world:
        watching = watch(world, **one_chain(world, watched=False))
        (check,) = (one for one in watching.settings.checks if one.mirror.kind is Kind.ENTRY)
        result = await watching.result(check)
        asked = {(one.endpoint, one.module) for one in result.exchanges}
        (gosumdb,) = (database.gosumdb for database in watching.databases.values())
    assert result.findings == ()
    assert (Endpoint.SUMDB_SUPPORTED, gosumdb.name) in asked
    assert {module for endpoint, module in asked if endpoint is Endpoint.SUMDB_LOOKUP} == {
        "github.com/josharian/intern@v1.0.0",
        "github.com/BurntSushi/toml@v1.3.2",
    }
    assert Endpoint.SUMDB_LATEST not in {endpoint for endpoint, _ in asked}
