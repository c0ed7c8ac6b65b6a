"""The checksum database is one that the go command's own rules verify, by every way to it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from goproxy_exporter.gomod.gosumdb import parse_gosumdb
from goproxy_exporter.gomod.note import open_note
from goproxy_exporter.gomod.note_key import parse_verifier
from goproxy_exporter.gomod.tile import Tile, parse_tile_path
from goproxy_exporter.simulator.beginning import DAILY, beginning
from goproxy_exporter.simulator.extensions import Database
from goproxy_exporter.simulator.modules import CATALOGUE, STABLE, UPPERCASE, Release
from goproxy_exporter.simulator.world import World

Ask = Callable[..., Awaitable[Any]]
Look = Callable[..., Any]
RELAYS = ("goproxy", "athens", "artifactory")
NEW = Release(module="example.com/new", version="v1.2.3", time="2026-01-01T00:00:00Z")
TEXT, TILE = "text/plain; charset=UTF-8", "application/octet-stream"


@pytest.mark.parametrize("way", [None, *RELAYS])
async def test_every_release_is_verified_by_every_way(way: str | None, look: Look) -> None:
    """Records, tiles and the signed head fit one another and the catalogue."""
    database = Database()
    async with World.open(extensions=(database,), mirrors=RELAYS) as world:
        sumdb = look(world, database, way)
        for release in world.known.catalogue.releases:
            assert await sumdb.verified(release.module, release.version) == "current"
        assert await sumdb.head() == "current"


@pytest.mark.parametrize("mirror", ["static", "golang"])
async def test_makes_that_relay_nothing_say_so(mirror: str, look: Look) -> None:
    """404, not an error."""
    database = Database()
    async with World.open(extensions=(database,), mirrors=(mirror,)) as world:
        sumdb = look(world, database, mirror)
        for rest in ("supported", "latest", "lookup/x.org/y@v1.0.0", "tile/8/0/000"):
            assert (await sumdb.get(rest)).status == 404


async def test_relays_need_credentials_where_their_mirror_does(look: Look, ask: Ask) -> None:
    """Without them, nothing is there."""
    database = Database()
    async with World.open(extensions=(database,), mirrors=("artifactory",)) as world:
        sumdb = look(world, database, "artifactory")
        assert (await sumdb.get("supported")).status == 200
        path = f"/sumdb/{sumdb.name}/supported"
        assert (await ask(world, path, mirror="artifactory")).status == 404
        wrong = (("authorization", "Basic eDp5"),)
        assert (await ask(world, path, mirror="artifactory", headers=wrong)).status == 401


@pytest.mark.parametrize(
    ("way", "rest", "status", "kind", "cache"),
    [
        (None, "supported", 404, "text/plain; charset=utf-8", None),
        (None, "latest", 200, TEXT, "public, max-age=60"),
        (None, "lookup/github.com/!burnt!sushi/toml@v1.3.2", 200, TEXT, "public, max-age=86400"),
        (None, "tile/8/0/000", 200, TILE, "public, max-age=86400"),
        (None, "tile/8/data/000", 200, TILE, "public, max-age=86400"),
        (None, "lookup/x.org/y@v1.0.0", 404, "text/plain; charset=utf-8", "public, max-age=60"),
        (None, "lookup/x.org/Y@v1.0.0", 400, "text/plain; charset=utf-8", None),
        (None, "tile/8/0/0", 400, "text/plain; charset=utf-8", None),
        (None, "tile/8/2/000", 404, "text/plain; charset=utf-8", "public, max-age=60"),
        (None, "sumdb/sum.sim.test/latest", 404, "text/plain; charset=utf-8", None),
        ("goproxy", "supported", 200, "text/plain; charset=utf-8", "public, max-age=86400"),
        ("goproxy", "latest", 200, TEXT, "public, max-age=3600"),
        (
            "goproxy",
            "lookup/x.org/y@v1.0.0",
            404,
            "text/plain; charset=utf-8",
            "public, max-age=60",
        ),
        ("goproxy", "tile/8/1/000.p/2", 200, TILE, "public, max-age=86400"),
        ("athens", "supported", 200, "text/plain; charset=utf-8", None),
        ("athens", "latest", 200, TEXT, "public, max-age=60"),
        ("artifactory", "tile/8/9/000", 404, "application/json", None),
    ],
)
async def test_answers_have_the_status_and_headers_of_their_make(
    way: str | None, rest: str, status: int, kind: str, cache: str | None, look: Look
) -> None:
    """As the reference server, or as the relay that passes them on."""
    database = Database()
    async with World.open(extensions=(database,), mirrors=RELAYS) as world:
        seen = await look(world, database, way).get(rest)
    headers = (seen.headers.get("content-type"), seen.headers.get("cache-control"))
    assert (seen.status, *headers) == (status, kind, cache)


async def test_relays_know_no_other_database(ask: Ask) -> None:
    """Whatever the make, a name that is not ours is 404."""
    async with World.open(extensions=(Database(),), mirrors=RELAYS) as world:
        for mirror in RELAYS:
            seen = await ask(world, "/sumdb/sum.golang.org/supported", mirror=mirror)
            assert seen.status == 404


async def test_only_reading_is_allowed(ask: Ask) -> None:
    """HEAD has no body; POST is refused by the database and by relays with rules."""
    async with World.open(extensions=(Database(),), mirrors=("goproxy",)) as world:
        head = await ask(world, "/latest", mirror="sum", method="HEAD")
        assert (head.status, head.body) == (200, b"")
        assert (await ask(world, "/latest", mirror="sum", method="POST")).status == 405
        path = "/sumdb/sum.sim.test/latest"
        assert (await ask(world, path, method="POST")).status == 405


async def test_a_new_release_is_a_new_record(look: Look) -> None:
    """The tree grows by one, its head moves, and the old head is one of the past."""
    database = Database()
    async with World.open(extensions=(database,), mirrors=("goproxy",)) as world:
        ways = [look(world, database, way) for way in (None, "goproxy")]
        before = world.known.log
        assert (await ways[0].get("lookup/example.com/new@v1.2.3")).status == 404
        world.publish(NEW)
        after = world.known.log
        assert (after.size, after.first(before.size).head) == (before.size + 1, before.head)
        for sumdb in ways:
            assert await sumdb.head() == "current"
            assert await sumdb.verified(NEW.module, NEW.version) == "current"
            assert await sumdb.verified(*STABLE) == "current"


async def test_one_key_signs_for_every_name_that_the_host_has(ask: Ask) -> None:
    """By name and by address with the port, as `go` has to find it; and without, beside a URL."""
    database = Database()
    async with World.open(extensions=(database,), mirrors=()) as world:
        port = world.url("sum").rpartition(":")[2]
        keys = {
            f"sum.sim.test:{port}": database.key(),
            f"127.0.0.1:{port}": database.key("127.0.0.1"),
            "sum.sim.test": database.key(port=False),
        }
        note = (await ask(world, "/latest", mirror="sum")).body
        for name, key in keys.items():
            verifier = parse_verifier(key)
            assert verifier.name == name
            assert open_note(note, verifier).signed_by == (verifier,)
        found = parse_gosumdb(database.key())
        assert found is not None
        assert found.base == world.url("sum")
        assert f'checksum_database: "{database.key()}"' in world.config_yaml()


async def test_equal_seeds_make_equal_logs(ask: Ask) -> None:
    """Key and tree are those of the seed, whenever a world begins, whatever its ports are."""

    async def found(seed: int, started: float) -> tuple[str, bytes]:
        database = Database(seed)
        async with World.open(extensions=(database,), mirrors=(), started=started) as world:
            head = (await ask(world, "/latest", mirror="sum")).body.partition(b"\n\n")[0]
            return database.key(port=False), head

    first = await found(1, 1.9e9)
    assert await found(1, 1.8e9) == first
    other = await found(2, 1.8e9)
    assert (other[0] != first[0], other[1]) == (True, first[1])


def test_the_tree_has_tiles_of_every_kind() -> None:
    """Full ones, partial ones, one of a higher level, and one that became full in the last hour."""
    known = beginning(CATALOGUE, 1.8e9)
    log, past = known.log, known.log.at(1.8e9 - 3600)
    assert [log.tile(Tile(0, index)) is not None for index in range(4)] == [True] * 3 + [False]
    assert log.tile(Tile(1, 0, 3)) is not None
    assert past.tile(Tile(0, 2)) is None
    numbers = {log.number(*named) for named in (STABLE, UPPERCASE)}
    assert all(number is not None and 256 <= number < 512 for number in numbers)
    last = log.number(DAILY, "v1.4.1")
    assert last is not None
    assert last >= past.size
    assert past.number(DAILY, "v1.4.1") is None
    assert past.number(DAILY, "v1.4.0") is not None


def test_data_tiles_hold_the_records_of_a_tile() -> None:
    """Each with a blank line behind it, without its number."""
    log = beginning(CATALOGUE, 1.8e9).log
    data = log.tile(parse_tile_path("tile/8/data/001.p/2"))
    assert data == log.records[256].text + b"\n" + log.records[257].text + b"\n"
    assert log.tile(parse_tile_path("tile/8/data/004")) is None
