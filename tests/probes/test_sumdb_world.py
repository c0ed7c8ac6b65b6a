"""Every fault of a checksum database, or of a relay of one, gives its one cause and no other.

Relays are the mirrors', the database is a host of the world, and everything is verified. What
never answers is waited for for seconds here, for a minute in the field.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from goproxy_exporter.model.names import CheckName, Kind
from goproxy_exporter.model.scope import codes_of
from goproxy_exporter.reference.module_index import ModuleIndex
from goproxy_exporter.simulator.beginning import DAILY
from goproxy_exporter.simulator.extensions import Database, Index
from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.faults.log import LOG
from goproxy_exporter.simulator.faults.sumdb import DATABASE, PROXYING
from goproxy_exporter.simulator.modules import STABLE, Release
from goproxy_exporter.simulator.styles import STYLES
from goproxy_exporter.simulator.world import World

AllTried = Callable[..., Awaitable[Any]]
Watch = Callable[..., Any]
RELAYED = [fault.name for fault in (*PROXYING, *LOG) if fault.name != "sumdb.stale"]
OWN = [name for name in RELAYED if DATABASE in FAULTS[name].only]
TALL = 66_000
"""Records that make a tree with tiles of three levels: 65,536 are as many as two levels hold."""
OF_ANY_HOST = (
    "dns.nxdomain",
    "transport.refused",
    "transport.reset",
    "transport.timeout",
    "tls.expired",
    "http.5xx",
    "http.429",
    "http.403_policy",
    "semantics.soft200",
    "integrity.content_encoding",
)
"""Faults that a mirror has as a whole, or a database: no fault of a relay."""


@pytest.mark.timeout(120)
async def test_every_fault_of_a_relay_has_its_one_cause(all_tried: AllTried, say: Any) -> None:
    """A fault gives the cause it is named after, and no other code at all."""
    seen = await all_tried("goproxy", RELAYED)
    assert say.wrong(seen) == []
    for each in seen:
        assert {finding.code for finding in each.findings} <= codes_of(each.result.check)


@pytest.mark.timeout(120)
async def test_every_fault_of_the_database_has_its_one_cause(all_tried: AllTried, say: Any) -> None:
    """The same at the database's own host, once an honest head was seen through a relay."""
    seen = await all_tried(DATABASE, OWN, first="goproxy")
    assert say.wrong(seen) == []
    for each in seen:
        assert {finding.code for finding in each.findings} <= codes_of(each.result.check)


@pytest.mark.timeout(120)
async def test_a_database_fails_like_any_host(all_tried: AllTried, say: Any) -> None:
    """A subject of its own has causes of its own, not those of a relay."""
    assert say.wrong(await all_tried(DATABASE, OF_ANY_HOST)) == []


@pytest.mark.timeout(120)
async def test_what_ails_all_of_a_mirror_is_not_laid_to_its_relay(all_tried: AllTried) -> None:
    """Other checks tell of that; a rate limit is told by whoever meets it."""
    for each in await all_tried("goproxy", (*OF_ANY_HOST, "redirect.loop")):
        assert each.found == ({"http.429"} if each.fault == "http.429" else set()), each.told()


@pytest.mark.parametrize("make", STYLES)
async def test_every_make_is_healthy(make: str, watch: Watch) -> None:
    """Honest relays are accused of nothing; of what relays nothing, just that is told."""
    async with World.open(mirrors=(make,), extensions=(Database(),)) as world:
        seen = await watch(world).run(make)
    relays = STYLES[make].relay is not None
    assert seen.found == (set() if relays else {"sumdb.not_proxied"}), seen.told()
    assert seen.result.facts["database_works"] is True
    assert ("tree_size" in seen.result.facts) is relays


@pytest.mark.timeout(120)
async def test_a_tree_as_tall_as_the_public_one(watch: Watch, say: Any) -> None:
    """Tiles of level 2 are on the way to every record, and what is wrong above is found."""
    terms: dict[str, Any] = {"mirrors": ("goproxy",), "extensions": (Database(),)}
    async with World.open(**terms, forgotten=TALL) as world:
        watching = watch(world)
        seen = await watching.run("goproxy")
        assert seen.found == set(), seen.told()
        assert any("/tile/8/2/" in entry.path for entry in world.requests)
        watching.clock.ahead = 3601.0  # what was right an hour ago is asked for again
        assert say.wrong([await watching.tried("goproxy", "sumdb.tile_mismatch/above")]) == []


@pytest.mark.parametrize("host", ["goproxy", DATABASE])
async def test_a_head_is_stale_once_it_was_overtaken_long_ago(
    host: str, watch: Watch, say: Any
) -> None:
    """How old a head is shows by what was seen before: without that, nothing is asserted."""
    async with World.open(mirrors=("goproxy",), extensions=(Database(),)) as world:
        watching = watch(world)
        await watching.run("goproxy")
        seen = await watching.tried(host, "sumdb.stale")
        assert seen.found == set(), seen.told()
        watching.clock.ahead = 6 * 3600.0 + 60
        seen = await watching.run(host, fault="sumdb.stale")
        assert say.wrong([seen]) == []
        (finding,) = seen.findings
        assert finding.evidence["head_age_seconds"] >= 6 * 3600
        assert (finding.matched, finding.looked) == (2, 2)
        watching.clock.ahead += 600
        assert (await watching.tried(host, None)).found == set()


async def test_fresh_records_are_those_that_are_followed(watch: Watch, say: Any) -> None:
    """Where new versions are drawn from the module index, the newest of them are looked up."""
    stable = {"module": STABLE[0], "version": STABLE[1]}
    extensions = (Database(), Index())
    async with World.open(mirrors=("goproxy",), extensions=extensions) as world:
        watching = watch(world, canaries={"stable": [stable], "fresh": "index"})
        url, access = watching.settings.module_index, watching.settings.terms.access
        watching.index = ModuleIndex(watching.wire, watching.clock, url, access)
        await watching.index.followed(())
        seen = await watching.tried("goproxy", "sumdb.lookup_stale")
        assert say.wrong([seen]) == []
        assert {finding.module for finding in seen.findings} <= {
            f"{DAILY}@v1.4.1",
            f"{DAILY}@v1.4.0",
        }
        assert (await watching.tried("goproxy", None)).found == set()


async def test_a_quiet_round_costs_little(watch: Watch) -> None:
    """What was shown rightly within the hour is not asked for again, a sample is."""
    async with World.open(mirrors=("goproxy",), extensions=(Database(),)) as world:
        watching = watch(world)
        first, own = await watching.run("goproxy"), await watching.run(DATABASE)
        before = len(world.requests)
        second = await watching.run("goproxy")
        asked = [one for one in world.requests[before:] if one.mirror == "goproxy"]
        assert len(asked) == len(second.result.exchanges)
        assert [exchange.endpoint.value for exchange in second.result.exchanges] == [
            "sumdb_supported",
            "sumdb_lookup",
            "sumdb_lookup",
            "sumdb_latest",
            "sumdb_lookup",
            "sumdb_tile",
            "sumdb_tile",
        ]
        assert not [one for one in world.requests[before:] if one.mirror == DATABASE]
        assert len(first.result.exchanges) == 10
        assert len(own.result.exchanges) == 9
        watching.clock.ahead = 3700.0
        assert len((await watching.run("goproxy")).result.exchanges) == 10


@pytest.mark.timeout(120)
async def test_a_tree_that_grows_accuses_nobody(watch: Watch) -> None:
    """However the head moves between two questions, whoever asks at the same time."""
    random = Random(7)
    mirrors = ("goproxy", "athens")
    async with World.open(mirrors=mirrors, extensions=(Database(),)) as world:
        watching = watch(world)
        for number in range(25):
            runs = [asyncio.create_task(watching.run(host)) for host in (*mirrors, DATABASE)]
            for more in range(random.randrange(4)):
                version = f"v1.{number}.{more}"
                world.publish(
                    Release(module="example.com/new", version=version, time="2026-01-01T00:00:00Z")
                )
                await asyncio.sleep(0)
            for seen in await asyncio.gather(*runs):
                assert seen.found == set(), seen.told()
            watching.clock.ahead += random.choice([1.0, 200.0, 4000.0])
        (database,) = watching.databases.values()
        await database.head()
        assert database.tree.largest is not None
        assert database.tree.largest.head == world.known.log.head
        assert database.tree.fork is None


async def test_a_bad_tile_is_asked_for_until_it_is_right(watch: Watch, say: Any) -> None:
    """What a sample found stays found: it does not depend on what the next sample draws."""
    async with World.open(mirrors=("goproxy",), extensions=(Database(),)) as world:
        watching = watch(world)
        for _ in range(3):
            seen = await watching.tried("goproxy", "sumdb.tile_mismatch/unused")
            assert say.wrong([seen]) == []
            assert [finding.module for finding in seen.findings] == ["tile/8/0/000"]
        assert (await watching.tried("goproxy", None)).found == set()


async def test_the_names_of_private_modules_are_told_to_nobody(watch: Watch) -> None:
    """What GONOSUMDB or private_patterns match is never looked up."""
    async with World.open(mirrors=("goproxy",), extensions=(Database(),)) as world:
        watching = watch(world)
        private = {"private_patterns": ("github.com",), "gonosumdb": DAILY}
        checks = (
            replace(check, mirror=replace(check.mirror, **private))
            for check in watching.settings.checks
            if check.mirror.kind is Kind.MODULES
        )
        watching.settings = replace(watching.settings, checks=frozenset(checks))
        seen = await watching.run("goproxy", CheckName.SUMDB, CheckName.CHECKSUM, CheckName.ZIP)
        assert seen.found == set()
        assert not [one for one in world.requests if "lookup" in one.path]


async def test_an_explicit_url_leaves_mirrors_out_of_it(watch: Watch) -> None:
    """go asks no mirror then, and neither does this program: the check is not there."""
    database = Database()
    async with World.open(mirrors=("goproxy",), extensions=(database,)) as world:
        watching = watch(world, checksum_database=f"{database.key()} {world.url(DATABASE)}")
        checks = watching.settings.checks
        asked = [check.mirror.kind for check in checks if check.name is CheckName.SUMDB]
        assert asked == [Kind.CHECKSUMS]
        assert (await watching.run(DATABASE)).found == set()
        assert {one.mirror for one in world.requests} == {DATABASE}
