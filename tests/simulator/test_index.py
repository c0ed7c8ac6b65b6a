"""The module index lists what is published in order of time, page by page."""

import json
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.module_index import parse_index
from goproxy_exporter.simulator.beginning import DAILY
from goproxy_exporter.simulator.extensions import Index
from goproxy_exporter.simulator.faults.index import INDEX
from goproxy_exporter.simulator.modules import CATALOGUE, Release
from goproxy_exporter.simulator.world import World

Ask = Callable[..., Awaitable[Any]]
NEW = Release(module="example.com/new", version="v1.2.3", time="2026-01-01T00:00:00Z")


def opened() -> World:
    """A world with an index and nothing else."""
    return World.open(extensions=(Index(),), mirrors=())


async def _rows(world: World, ask: Ask, query: str = "") -> list[tuple[str, str, str]]:
    seen = await ask(world, f"/index{query}", mirror="index")
    assert seen.status == 200
    lines = [json.loads(line) for line in seen.body.splitlines()]
    assert all(list(line) == ["Path", "Version", "Timestamp"] for line in lines)
    return [(line["Timestamp"], line["Path"], line["Version"]) for line in lines]


async def test_everything_published_is_there_in_order(ask: Ask) -> None:
    """Whole, with the fresh releases last, not before the index began."""
    async with opened() as world:
        rows = await _rows(world, ask)
        named = {(release.module, release.version) for release in CATALOGUE.releases}
        assert (
            named
            < {row[1:] for row in rows}
            == {(one.release.module, one.release.version) for one in world.known.publications}
        )
        assert rows == sorted(rows, key=lambda row: row[0])
        assert rows[0][0] == "2019-04-10T19:08:52.997264Z"
        assert rows[-1][1:] == (DAILY, "v1.4.1")
        assert f'module_index: "{world.url("index")}/index"' in world.config_yaml()


@pytest.mark.parametrize(
    ("fault", "status", "rows"),
    [
        ("fact/index-500", 500, None),
        ("fact/index-html", 200, None),
        ("fact/index-reset", None, None),
        ("fact/index-empty", 200, 0),
        ("fact/index-cut", 200, None),
        ("fact/index-odd-versions", 200, 0),
        ("fact/index-late", 200, 28),
    ],
)
async def test_each_fault_of_an_index(
    fault: str, status: int | None, rows: int | None, ask: Ask
) -> None:
    """What is no index cannot be read; what is one names less."""
    async with opened() as world:
        honest = len(parse_index((await ask(world, "/index", mirror="index")).body).lines)
        world.switch("index", fault)
        seen = await ask(world, "/index", mirror="index")
        assert seen.status == status
        if rows is not None:
            assert len(parse_index(seen.body).lines) == rows < honest
        elif status == 200:
            with pytest.raises(ProtocolError):
                parse_index(seen.body)


def test_every_fault_of_an_index_is_in_the_table_above() -> None:
    """None is left unseen."""
    (table,) = test_each_fault_of_an_index.pytestmark  # type: ignore[attr-defined]
    assert {row[0] for row in table.args[1]} == {fault.name for fault in INDEX}


async def test_pages_follow_one_another(ask: Ask) -> None:
    """`since` is inclusive, so that the last line of a page is the first of the next."""
    async with opened() as world:
        whole = [row for row in await _rows(world, ask) if row[0] > "2019-05"]
        found, since = list[tuple[str, str, str]](), whole[0][0]
        for _ in range(len(whole)):
            page = await _rows(world, ask, f"?since={since}&limit=3")
            assert len(page) <= 3
            found += [row for row in page if row not in found]
            since = page[-1][0]
        assert found == whole


async def test_what_is_published_now_is_there_now(ask: Ask) -> None:
    """With its time, or with the one that it is said to have."""
    async with opened() as world:
        before = datetime.now(UTC)
        world.publish(NEW)
        stamp, *named = (await _rows(world, ask, f"?since={before:%Y-%m-%dT%H:%M:%S.%fZ}"))[0]
        assert named == [NEW.module, NEW.version]
        assert before <= datetime.fromisoformat(stamp) <= datetime.now(UTC)
        world.publish(Release(module="x.org/y", version="v1.0.0", time=NEW.time), at=1.6e9)
        rows = await _rows(world, ask)
        assert ("2020-09-13T12:26:40.000000Z", "x.org/y", "v1.0.0") in rows
        assert rows == sorted(rows, key=lambda row: row[0])


async def test_all_are_also_those_that_are_gone(ask: Ask) -> None:
    """`include=all` names what only the checksum database remembers."""
    async with opened() as world:
        served = {row[1:] for row in await _rows(world, ask)}
        everything = {row[1:] for row in await _rows(world, ask, "?include=all")}
        assert served < everything
        assert ("example.com/gone/m0", "v1.0.0") in everything - served
        since = datetime.fromtimestamp(time.time() - 1800, UTC)
        late = await _rows(world, ask, f"?include=all&since={since:%Y-%m-%dT%H:%M:%SZ}&limit=5000")
        assert 0 < len(late) < len(everything)


@pytest.mark.parametrize(
    ("target", "method", "status"),
    [
        ("/index?limit=x", "GET", 400),
        ("/index?limit=0", "GET", 400),
        ("/index?since=yesterday", "GET", 400),
        ("/", "GET", 404),
        ("/cached-only/index", "GET", 404),
        ("/index", "POST", 405),
        ("/index", "HEAD", 200),
    ],
)
async def test_bad_questions_are_refused(target: str, method: str, status: int, ask: Ask) -> None:
    """As the index does."""
    async with opened() as world:
        assert (await ask(world, target, mirror="index", method=method)).status == status
