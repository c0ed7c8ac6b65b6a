"""Real records, tiles and heads of sum.golang.org, as the go command accepted them."""

from base64 import b64decode
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from goproxy_exporter.gomod.gosumdb import parse_gosumdb
from goproxy_exporter.gomod.lookup import parse_lookup
from goproxy_exporter.gomod.path import unescape_path
from goproxy_exporter.gomod.signed_head import open_head, open_record
from goproxy_exporter.gomod.tile import parse_tile_path
from goproxy_exporter.model.mirror import Access
from goproxy_exporter.reference.checksum_database import ChecksumDatabase
from goproxy_exporter.reference.known_tree import Held, KnownTree, Record
from goproxy_exporter.reference.persistence import Persistence
from goproxy_exporter.reference.route import DIRECT, Route
from goproxy_exporter.simulator.log import Log
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.wire import Wire

Start = Callable[..., Awaitable[Any]]


@pytest.fixture
async def real(start: Start, vectors: dict[str, Any]) -> tuple[ChecksumDatabase, Any]:
    """The public database as far as it was recorded: every record with the newest head."""
    kept = vectors["sumdb_real"]
    server = await start(Log.of(()))
    latest = kept["latest"].encode()
    server.spoilt = {"latest": latest}
    for path, body in kept["tiles_b64"].items():
        tile = parse_tile_path(path)
        # Of tiles that the recorded tree has as full ones, only those are there.
        server.spoilt[f"{path}.p/" if tile == tile.full else path] = (
            404 if tile == tile.full else b64decode(body)
        )
        if tile == tile.full:
            server.spoilt[path] = b64decode(body)
    for case in kept["lookups"]:
        number, rest = case["body"].split("\n", 1)
        text = rest.split("\n\n")[0]
        server.spoilt[case["path"].lstrip("/")] = f"{number}\n{text}\n\n".encode() + latest
    gosumdb = parse_gosumdb("sum.golang.org")
    assert gosumdb is not None
    clock = Clock()
    database = ChecksumDatabase(
        gosumdb,
        KnownTree(),
        [Route(name=DIRECT, base=server.url, access=Access(forward_proxy=""))],
        wire=Wire(clock, Resolver()),
        clock=clock,
        persistence=Persistence(attempts=1, deadline=10.0, timeout=10.0, longest_wait=0.01),
    )
    return database, server


async def test_every_real_record_is_proven(
    real: tuple[ChecksumDatabase, Any], vectors: dict[str, Any]
) -> None:
    """Number and sums are those of the record; what go fetched to prove them is enough."""
    database, server = real
    for case in vectors["sumdb_real"]["lookups"]:
        module, _, version = case["path"].removeprefix("/lookup/").partition("@")
        module = unescape_path(module)
        told = await database.record(module, version)
        lookup = parse_lookup(case["body"].encode())
        assert isinstance(told, Record)
        assert (told.number, told.sums) == (lookup.record, lookup.sums(module, version))
        assert told.sums.zip is not None
        assert told.sums.mod is not None
    assert len(server.tiles_asked()) == len(set(server.tiles_asked()))


async def test_real_heads_are_of_one_tree(
    real: tuple[ChecksumDatabase, Any], vectors: dict[str, Any]
) -> None:
    """An older head is consistent with the newest one; of others nobody can tell without tiles."""
    database, _ = real
    verifier = database.gosumdb.verifier
    largest = await database.head()
    assert largest is not None
    assert largest.size == 9_380_838
    older = open_head(vectors["sumdb_real"]["older_head"].encode(), verifier)
    assert await database.held(older) == Held()
    for case in vectors["sumdb_real"]["lookups"]:
        held = await database.held(open_record(case["body"].encode(), verifier).signed)
        assert held is None or held.fork is None
    assert database.tree.fork is None
