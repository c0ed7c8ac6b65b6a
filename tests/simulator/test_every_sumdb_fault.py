"""Every fault of a checksum database shows to who verifies what it says, and only as it says."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from goproxy_exporter.simulator.beginning import DAILY
from goproxy_exporter.simulator.extensions import Database
from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.faults.log import LOG
from goproxy_exporter.simulator.faults.sumdb import PROXYING
from goproxy_exporter.simulator.modules import STABLE, UPPERCASE
from goproxy_exporter.simulator.world import World

Ask = Callable[..., Awaitable[Any]]
Look = Callable[..., Any]
Resolve = Callable[..., Awaitable[str]]

NAMES = [fault.name for fault in (*PROXYING, *LOG)]
FRESH = (DAILY, "v1.4.1")
TABLE = ("supported", "old", "fresh", "head", "direct")
ALL_WELL = ("200 empty", "current", "current", "current", "current")


def seen(**otherwise: str) -> tuple[str, ...]:
    """What the relay says of supported, an old record, a fresh one, the head; what `sum` says."""
    return tuple((dict(zip(TABLE, ALL_WELL, strict=True)) | otherwise).values())


def records(what: str, **otherwise: str) -> tuple[str, ...]:
    return seen(old=what, fresh=what, **otherwise)


def unreachable(direct: str) -> tuple[str, ...]:
    lookup = "lookup 404 text"
    return ("404 text", lookup, lookup, "404 text", direct)


# What a verifying client sees: see `Sumdb` in conftest.
TAMPERED = "TileMismatchError"
SEEN = {
    "sumdb.not_proxied": unreachable("current"),
    "sumdb.not_proxied/410": ("410 text", *["lookup 410 text"] * 2, "410 text", "current"),
    "sumdb.unreachable": unreachable("lookup refused"),
    "sumdb.unreachable/nxdomain": unreachable("current"),
    "sumdb.unreachable/silent": unreachable("lookup silence"),
    "sumdb.unreachable/500": unreachable("lookup 500 text"),
    "sumdb.unreachable/html": unreachable("ProtocolError"),
    "sumdb.unreachable/signature": unreachable("SignatureError"),
    "sumdb.supported_error": seen(supported="500 text"),
    "sumdb.supported_error/502": seen(supported="502 markup"),
    "sumdb.supported_error/400": seen(supported="400 text"),
    "sumdb.supported_error/403": seen(supported="403 text"),
    "sumdb.supported_error/204": seen(supported="204 empty"),
    "sumdb.half_proxied": records("lookup 404 text"),
    "sumdb.half_proxied/410": records("lookup 410 text"),
    "sumdb.half_proxied/500": records("lookup 500 text"),
    "sumdb.half_proxied/html": records("ProtocolError"),
    "sumdb.half_proxied/empty": records("ProtocolError"),
    "sumdb.half_proxied/silent": records("lookup silence"),
    "sumdb.half_proxied/tile": records("tile 404 text"),
    "sumdb.half_proxied/tile_500": records("tile 500 markup"),
    "sumdb.half_proxied/tile_silent": records("tile silence"),
    "sumdb.lookup_stale": seen(fresh="lookup 404 text"),
    "sumdb.lookup_stale/unmarked": seen(fresh="lookup 404 text"),
    "sumdb.lookup_stale/410": seen(fresh="lookup 410 text"),
    "sumdb.stale": seen(old="older", head="older"),
    "healthy/sumdb-hour-old": seen(old="older", head="older"),
    "healthy/sumdb-full-tiles": seen(old="older", head="older"),
    "fact/sumdb-latest-404": seen(head="404 text"),
    "fact/sumdb-latest-500": seen(head="500 markup"),
    "sumdb.tile_invalid": records("TileSizeError"),
    "sumdb.tile_invalid/cut": records("TileSizeError"),
    "sumdb.tile_invalid/long": records("TileSizeError"),
    "sumdb.tile_invalid/padded": records("TileSizeError"),
    "sumdb.tile_invalid/empty": records("TileSizeError"),
    "sumdb.tile_invalid/html": records("TileSizeError"),
    "sumdb.tile_mismatch": records(TAMPERED),
    "sumdb.tile_mismatch/records": records(TAMPERED),
    "sumdb.tile_mismatch/above": records(TAMPERED),
    "sumdb.tile_mismatch/unused": ALL_WELL,
    "sumdb.tile_mismatch/record": records("RecordMismatchError"),
    "sumdb.tile_mismatch/number": records("RecordMismatchError"),
    "sumdb.signature_invalid": records("SignatureError", head="SignatureError"),
    "sumdb.signature_invalid/lookup": records("SignatureError"),
    "sumdb.signature_invalid/latest": seen(head="SignatureError"),
    "sumdb.signature_invalid/other_name": records("UnsignedError", head="UnsignedError"),
    "sumdb.signature_invalid/head": records("SignatureError", head="SignatureError"),
    "sumdb.fork": records("forked", head="forked"),
    "sumdb.fork/latest": seen(head="forked"),
    "sumdb.fork/longer": records("forked", head="forked"),
    "sumdb.fork/record": seen(old="forked, other sums", fresh="forked", head="forked"),
}


def silent(expected: str) -> tuple[str, ...]:
    """Tell which answers never come, if that is what is to be seen."""
    what, _, how = expected.partition(" ")
    return (f"{what}/",) if how == "silence" else ()


def test_the_table_is_about_every_such_fault_and_no_other() -> None:
    """No fault is left unseen."""
    assert set(SEEN) == set(NAMES)


@pytest.mark.parametrize("name", SEEN)
async def test_a_fault_of_a_relay_does_what_it_says(name: str, look: Look) -> None:
    """What a verifying client sees, question by question, is what the table says."""
    database, faults = Database(), {"goproxy": (name,)}
    async with World.open(faults=faults, mirrors=("goproxy",), extensions=(database,)) as world:
        relay = look(world, database, "goproxy", silent(SEEN[name][1]))
        found = (
            (await relay.get("supported")).short,
            await relay.verified(*STABLE),
            await relay.verified(*FRESH),
            await relay.head(),
            await look(world, database, None, silent(SEEN[name][4])).verified(*STABLE),
        )
    assert found == SEEN[name]


@pytest.mark.parametrize("name", [name for name in NAMES if "sum" in FAULTS[name].only])
async def test_the_database_itself_can_have_the_fault(name: str, look: Look) -> None:
    """Then its own host shows it, and the relays do not."""
    database = Database()
    async with World.open(
        faults={"sum": (name,)}, mirrors=("goproxy",), extensions=(database,)
    ) as world:
        own, relay = look(world, database, None), look(world, database, "goproxy")
        found = (await own.verified(*STABLE), await own.verified(*FRESH), await own.head())
        assert found == SEEN[name][1:4]
        assert await relay.verified(*STABLE) == "current"


async def test_a_database_can_fail_like_any_host(look: Look, resolve: Resolve) -> None:
    """Faults of names, connections and statuses suit it too."""
    database = Database()
    async with World.open(mirrors=("goproxy",), extensions=(database,)) as world:
        for fault, seen in (
            ("http.5xx", "lookup 500 text"),
            ("tls.expired", "lookup certificate: certificate has expired"),
            ("transport.timeout", "lookup silence"),
            ("transport.refused", "lookup refused"),
        ):
            world.switch("sum", fault)
            assert await look(world, database, None, silent(seen)).verified(*STABLE) == seen
            assert await look(world, database, "goproxy").verified(*STABLE) == "current"
        world.switch("sum", "dns.nxdomain")
        assert await resolve(world, "sum.sim.test") == "NXDOMAIN"


async def test_an_unreachable_database_is_back_with_the_fault(look: Look, resolve: Resolve) -> None:
    """What a mirror's fault did to the database is undone, its name included."""
    database = Database()
    async with World.open(mirrors=("goproxy", "golang"), extensions=(database,)) as world:
        world.switch("goproxy", "sumdb.unreachable/nxdomain")
        assert await resolve(world, "sum.sim.test") == "NXDOMAIN"
        world.switch("goproxy")
        assert await resolve(world, "sum.sim.test") == "NOERROR 127.0.0.1"
        assert await look(world, database, None).verified(*STABLE) == "current"
        assert await look(world, database, "goproxy").verified(*STABLE) == "current"


async def test_stale_lookups_tell_how_long_they_are_kept(look: Look) -> None:
    """By the headers of a cache, or not at all."""
    database = Database()
    async with World.open(mirrors=("goproxy",), extensions=(database,)) as world:
        relay = look(world, database, "goproxy")
        world.switch("goproxy", "sumdb.lookup_stale")
        headers = (await relay.get(f"lookup/{DAILY}@v1.4.1")).headers
        assert (headers["age"], headers["cache-control"]) == ("600", "public, max-age=3600")
        world.switch("goproxy", "sumdb.lookup_stale/unmarked")
        headers = (await relay.get(f"lookup/{DAILY}@v1.4.1")).headers
        assert not {"age", "cache-control"} & set(headers)


async def test_old_heads_lack_what_came_later(look: Look) -> None:
    """A head of two days ago has no record of yesterday, one of an hour ago has."""
    database = Database()
    async with World.open(mirrors=("goproxy",), extensions=(database,)) as world:
        relay, log = look(world, database, "goproxy"), world.known.log
        sizes = {}
        for name in ("sumdb.stale", "healthy/sumdb-hour-old"):
            world.switch("goproxy", name)
            note = (await relay.get("latest")).body
            sizes[name] = int(note.split(b"\n")[1])
        old, late = (log.number(DAILY, version) for version in ("v1.1.0", "v1.2.0"))
        assert old is not None
        assert late is not None
        assert old < sizes["sumdb.stale"] <= late < sizes["healthy/sumdb-hour-old"] < log.size


async def test_full_tiles_stand_in_for_partial_ones(look: Look) -> None:
    """The partial tile that an old head needs is gone; the full one begins like it."""
    database = Database()
    async with World.open(mirrors=("goproxy",), extensions=(database,)) as world:
        relay = look(world, database, "goproxy")
        partial = (await relay.get("tile/8/0/002.p/100")).body
        world.switch("goproxy", "healthy/sumdb-full-tiles")
        assert (await relay.get("tile/8/0/002.p/100")).status == 404
        assert (await relay.get("tile/8/0/002")).body.startswith(partial)
        assert (await relay.get("tile/8/0/003.p/1")).status == 200


async def test_one_bit_is_wrong_in_the_tile_that_nobody_needs(look: Look) -> None:
    """Only who looks at other tiles than those of a proof sees it."""
    database = Database()
    async with World.open(mirrors=("goproxy",), extensions=(database,)) as world:
        relay = look(world, database, "goproxy")
        right = {number: (await relay.get(f"tile/8/0/00{number}")).body for number in (0, 1)}
        world.switch("goproxy", "sumdb.tile_mismatch/unused")
        assert (await relay.get("tile/8/0/001")).body == right[1]
        wrong = (await relay.get("tile/8/0/000")).body
        assert [a ^ b for a, b in zip(wrong, right[0], strict=True)] == [1, *[0] * 8191]
        assert await relay.verified(*UPPERCASE) == "current"
