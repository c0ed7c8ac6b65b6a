"""Every fault of time hides what it says, and nothing else, and new releases come under it too."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from goproxy_exporter.simulator.beginning import DAILY
from goproxy_exporter.simulator.faults.freshness import FRESHNESS
from goproxy_exporter.simulator.modules import UNTAGGED, Release
from goproxy_exporter.simulator.world import World

Ask = Callable[..., Awaitable[Any]]

FRESH = "v1.4.1"
ALL = ("v1.0.0", "v1.1.0", "v1.2.0", "v1.3.0", "v1.4.0", FRESH)
OLD = ALL[:2]
BEFORE = "v0.0.0-20231219180239-dc181d75b848"
NEW = Release(module=DAILY, version="v1.5.0", time="2026-01-01T00:00:00Z")

# What lists and @latest name of the fresh module and of the one without tags, what happens to
# the files of a fresh version, and of an old one.
HONEST = {"list": ALL, "latest": FRESH, "untagged": UNTAGGED[1], "fresh": 200, "old": 200}
SEEN: dict[str, dict[str, object]] = {
    "freshness.list_stale": {"list": OLD},
    "freshness.list_stale/queries": {"list": OLD, "latest": OLD[-1]},
    "freshness.list_stale/everything": {"list": OLD, "latest": OLD[-1], "fresh": 404},
    "freshness.latest_stale": {"untagged": BEFORE},
    "freshness.negative_cache": {"fresh": 404},
    "freshness.negative_cache/day": {"fresh": 404},
    "freshness.negative_cache/410": {"fresh": 410},
    "freshness.replica_inconsistent": {"list again": ALL[:-1]},
    "freshness.replica_inconsistent/addresses": {"list at 127.0.0.2": ALL[:-1]},
    "freshness.replica_inconsistent/latest": {"untagged again": BEFORE},
    "freshness.list_shrank": {"list again": ALL[1:]},
    "freshness.list_shrank/at_once": {"list": ALL[1:]},
    "healthy/list-late": {"list": ALL[:-1]},
}


def test_the_table_is_about_every_such_fault_and_no_other() -> None:
    """No fault is left unseen."""
    assert set(SEEN) == {fault.name for fault in FRESHNESS}


@pytest.mark.parametrize("name", SEEN)
async def test_a_fault_does_what_it_says(name: str, ask: Ask) -> None:
    """Question by question, and everything that the table does not name is as it should be."""
    async with World.open(faults={"goproxy": (name,)}, mirrors=("goproxy",)) as world:
        for question, expected in (HONEST | SEEN[name]).items():
            assert await _answer(question, world, ask) == expected, question


async def _answer(question: str, world: World, ask: Ask) -> object:
    what, _, at = question.partition(" at ")
    what = what.partition(" ")[0]
    if what in ("fresh", "old"):
        version = FRESH if what == "fresh" else OLD[-1]
        paths = (f"/{DAILY}/@v/{version}.{file}" for file in ("info", "mod", "zip"))
        (status,) = {(await ask(world, path)).status for path in paths}
        return status
    module = UNTAGGED[0] if what == "untagged" else DAILY
    path = f"/{module}/@v/list" if what == "list" else f"/{module}/@latest"
    body = (await ask(world, path, address=at or "127.0.0.1")).body.decode()
    return tuple(body.split()) if what == "list" else body.split('"')[3]


@pytest.mark.parametrize("name", SEEN)
async def test_modules_with_one_release_stay_whole(name: str, ask: Ask) -> None:
    """The stable canary's list never loses its only version."""
    async with World.open(faults={"goproxy": (name,)}, mirrors=("goproxy",)) as world:
        for _ in range(4):
            assert (await ask(world, "list")).short == "200 honest"


@pytest.mark.parametrize(("age", "listed"), [(0.0, False), (7200.0, False), (3 * 86400.0, True)])
async def test_what_is_published_meanwhile_is_late_by_its_age(
    age: float, listed: bool, ask: Ask
) -> None:
    """A release can be published as if that had been long ago."""
    faults = {"goproxy": ("freshness.list_stale",)}
    async with World.open(faults=faults, mirrors=("goproxy", "athens")) as world:
        world.publish(NEW, at=time.time() - age)
        path = f"/{DAILY}/@v/list"
        assert ("v1.5.0" in (await ask(world, path)).body.decode()) == listed
        assert "v1.5.0" in (await ask(world, path, mirror="athens")).body.decode()
        assert (await ask(world, f"/{DAILY}/@v/v1.5.0.info")).status == 200


@pytest.mark.parametrize(
    ("fault", "age", "life"),
    [
        ("freshness.negative_cache", "600", "public, max-age=1800"),
        ("freshness.negative_cache/day", "3600", "public, max-age=86400"),
        ("freshness.negative_cache/410", "600", "public, max-age=1800"),
    ],
)
async def test_negative_caches_tell_how_long_they_hold(
    fault: str, age: str, life: str, ask: Ask
) -> None:
    """Age and max-age on what is remembered, and on nothing else."""
    async with World.open(faults={"goproxy": (fault,)}, mirrors=("goproxy",)) as world:
        headers = (await ask(world, f"/{DAILY}/@v/{FRESH}.info")).headers
        assert (headers["age"], headers["cache-control"]) == (age, life)
        for path in ("missing", "info", f"/{DAILY}/@v/v9.0.0.info"):
            assert "age" not in (await ask(world, path)).headers


async def test_lists_are_counted_one_by_one(ask: Ask) -> None:
    """A list that was never asked for is whole, whatever was asked before."""
    faults = {"goproxy": ("freshness.list_shrank",)}
    async with World.open(faults=faults, mirrors=("goproxy",)) as world:
        for module in (DAILY, "github.com/!burnt!sushi/toml"):
            lists = [(await ask(world, f"/{module}/@v/list")).body for _ in range(3)]
            assert lists[1] == lists[2] == lists[0].partition(b"\n")[2] != b""


async def test_a_mirror_of_any_make_can_be_late(ask: Ask) -> None:
    """Each says in its own way that a version is not there."""
    login = (("authorization", "Basic Y2k6c2ltdWxhdGVkLXBhc3N3b3Jk"),)
    async with World.open() as world:
        for mirror in world.mirrors:
            world.switch(mirror, "freshness.list_stale/everything")
            for path, status in (
                (f"/{DAILY}/@v/v1.1.0.info", 200),
                (f"/{DAILY}/@v/{FRESH}.info", 404),
            ):
                assert (await ask(world, path, mirror=mirror, headers=login)).status == status
