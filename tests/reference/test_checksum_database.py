"""What the checksum database says, over sockets: by any way, proven, and once."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from goproxy_exporter.gomod.lookup import Sums
from goproxy_exporter.gomod.note_key import new_signer
from goproxy_exporter.gomod.signed_head import Fork
from goproxy_exporter.reference.checksum_database import HEAD_FOR, ChecksumDatabase
from goproxy_exporter.reference.head_file import CORRUPT, FOLDER
from goproxy_exporter.reference.known_tree import Held, Record
from goproxy_exporter.reference.persistence import KNOWN_FOR, UNKNOWN_FOR

NOWHERE = "http://127.0.0.1:1"
SUMS = Sums(zip="h1:Azip7=", mod="h1:Amod7=")
SEVENTH = ("example.com/m7", "v1.0.0")
Start = Callable[..., Awaitable[Any]]
Make = Callable[..., ChecksumDatabase]


async def test_a_record_is_proven(start: Start, make: Make, say: Any) -> None:
    """The lookup and every tile on the way are asked once; what was proven is not asked again."""
    server = await start(say.log_of(700))
    database = make(server.url)
    record = await database.record(*SEVENTH)
    assert record == Record(
        module=SEVENTH[0],
        version=SEVENTH[1],
        number=7,
        sums=SUMS,
        tree_size=700,
        via="direct",
    )
    assert server.asked == [
        "lookup/example.com/m7@v1.0.0",
        "tile/8/1/000.p/2",
        "tile/8/0/002.p/188",
        "tile/8/0/000",
    ]
    assert await database.record(*SEVENTH) == record
    assert await database.record("example.com/m8", "v1.0.0") is not None
    assert server.asked[4:] == ["lookup/example.com/m8@v1.0.0"]


async def test_questions_at_the_same_time_share_one_answer(
    start: Start, make: Make, say: Any
) -> None:
    """However many ask, the database hears one question."""
    server = await start(say.log_of(20))
    database = make(server.url)
    told = await asyncio.gather(*(database.record(*SEVENTH) for _ in range(5)))
    assert len(set(map(id, told))) == 1
    heads = await asyncio.gather(*(database.head() for _ in range(5)))
    assert {head and head.size for head in heads} == {20}
    assert server.asked.count("latest") == 1
    assert len(server.asked) == 3


async def test_a_relay_stands_in(start: Start, make: Make, say: Any) -> None:
    """Where the database itself cannot be reached, whoever relays it is as good."""
    relay = await start(say.log_of(20))
    database = make(NOWHERE, relay.url)
    record = await database.record(*SEVENTH)
    assert isinstance(record, Record)
    assert (record.sums, record.via) == (SUMS, "relay0")
    assert await database.works(*SEVENTH) is False
    assert not database.worked_of_late


async def test_one_that_was_silent_comes_last(start: Start, make: Make, say: Any) -> None:
    """A way that gave no answer is not tried first for a minute."""
    silent, relay = await start(say.log_of(20)), await start(say.log_of(20))
    silent.hangs = True
    database = make(silent.url, relay.url, timeout=2.0)
    assert await database.record(*SEVENTH) is not None
    assert await database.record("example.com/m8", "v1.0.0") is not None
    assert len(silent.asked) == 1


async def test_nobody_is_told_a_name_that_is_none_of_his_business(
    start: Start, make: Make, say: Any
) -> None:
    """A relay is asked about the modules that it is asked for anyhow, and no others."""
    relay = await start(say.log_of(20))
    database = make(NOWHERE, relay.url)
    database._routes = tuple(
        replace(route, modules=frozenset({"example.com/m8"})) if route.relays else route
        for route in database._routes
    )
    assert await database.record(*SEVENTH) is None
    assert relay.asked == []
    assert await database.record("example.com/m8", "v1.0.0") is not None


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("lookup/", 404),
        ("lookup/", 500),
        ("lookup/", b"<html>"),
        ("lookup/", b""),
        ("tile/8/0/", b"x" * 32 * 256),
        ("tile/8/1/", b"short"),
        ("tile/", 404),
    ],
)
async def test_what_proves_nothing_tells_nothing(
    start: Start, make: Make, say: Any, path: str, answer: int | bytes
) -> None:
    """A wrong answer is passed over: another way tells, or nobody does."""
    bad, good = await start(say.log_of(700)), await start(say.log_of(700))
    bad.spoilt[path] = answer
    assert await make(bad.url).record(*SEVENTH) is None
    record = await make(bad.url, good.url).record(*SEVENTH)
    assert isinstance(record, Record)
    assert (record.sums, record.via) == (SUMS, "relay0")


async def test_a_record_that_is_another_one_is_none(start: Start, make: Make, say: Any) -> None:
    """The head is signed and the tiles are right, but the text is not the record's."""
    server = await start(say.log_of(700))
    right = server._right("lookup/example.com/m7@v1.0.0")
    server.spoilt["lookup/"] = right.replace(b"h1:Azip7=", b"h1:Bzip7=")
    assert await make(server.url).record(*SEVENTH) is None


async def test_a_key_of_others_proves_nothing(start: Start, make: Make, say: Any) -> None:
    """What another key has signed is no answer, also under the same name."""
    stranger = new_signer(say.name, sha256(b"another key").digest())
    server = await start(say.log_of(20), stranger)
    database = make(server.url)
    assert await database.record(*SEVENTH) is None
    assert await database.head() is None
    assert await database.works(*SEVENTH) is False


async def test_full_tiles_stand_in_for_partial_ones(start: Start, make: Make, say: Any) -> None:
    """As for go: of a tile that became full, the partial form may be gone."""
    server = await start(say.log_of(700))
    old = server.signed(300)
    server.spoilt["tile/8/0/001.p/"] = 404
    database = make(server.url)
    await database.head()
    assert await database.held(old) == Held()


async def test_lack_of_an_answer_is_asked_anew(
    start: Start, make: Make, say: Any, clock: Any
) -> None:
    """For a minute nobody asks again; then somebody may."""
    server = await start(say.log_of(20))
    server.spoilt["lookup/"] = 500
    database = make(server.url)
    assert await database.record(*SEVENTH) is None
    asked = len(server.asked)
    server.spoilt.clear()
    assert await database.record(*SEVENTH) is None
    assert len(server.asked) == asked
    clock.ahead = UNKNOWN_FOR + 1
    assert await database.record(*SEVENTH) is not None


async def test_the_head_moves_on(start: Start, make: Make, say: Any, clock: Any) -> None:
    """It is asked for again when it is old, and only what is new of the tree is fetched."""
    server = await start(say.log_of(700))
    database = make(server.url)
    first = await database.head()
    server.log = say.log_of(800)
    assert await database.head() is first
    clock.ahead = HEAD_FOR + 1
    second = await database.head()
    assert second is not None
    assert second.size == 800
    assert server.tiles_asked() == ["tile/8/1/000.p/3", "tile/8/0/003.p/32", "tile/8/0/002"]
    assert database.age(800) is None
    assert database.age(700) == pytest.approx(0.0, abs=20.0)
    clock.ahead += 3600
    assert database.age(700) == pytest.approx(3600, abs=20.0)


async def test_works_directly(start: Start, make: Make, say: Any, clock: Any) -> None:
    """A verified answer of the database itself is enough for ten minutes."""
    server, relay = await start(say.log_of(20)), await start(say.log_of(20))
    database = make(server.url, relay.url)
    assert await database.works(*SEVENTH) is True
    server.spoilt[""] = 500
    assert await database.works(*SEVENTH) is True
    clock.ahead = KNOWN_FOR + 10
    assert await database.works(*SEVENTH) is False
    assert relay.asked == []


@pytest.mark.parametrize("size", [700, 600, 800])
async def test_forks(start: Start, make: Make, say: Any, size: int) -> None:
    """Two signed trees that differ in one record are told apart, whichever is larger."""
    honest, forked = await start(say.log_of(700)), await start(say.log_of(size, odd=3))
    database = make(honest.url, forked.url)
    true = await database.head()
    assert true is not None
    held = await database.held(forked.signed(), source=forked.url)
    assert held is not None
    assert held.fork is not None
    assert {held.fork.older.head, held.fork.newer.head} == {true.head, forked.signed().head}
    assert held.fork.root != held.fork.older.head.root
    assert database.tree.fork == held.fork
    assert database.tree.largest is true
    assert await database.held(honest.signed(600)) == Held()


async def test_a_fork_that_nobody_else_shows_is_not_proven(
    start: Start, make: Make, say: Any
) -> None:
    """A larger head whose tiles nobody has may be true or not: nobody can tell."""
    honest, forked = await start(say.log_of(700)), await start(say.log_of(800, odd=3))
    database = make(honest.url)
    await database.head()
    assert await database.held(forked.signed()) is None
    assert database.tree.fork is None


async def test_a_database_that_forked_tells_no_records(
    start: Start, make: Make, say: Any, clock: Any
) -> None:
    """Its records are not believed; the contradiction is the answer."""
    server = await start(say.log_of(700))
    database = make(server.url)
    await database.head()
    server.log = say.log_of(700, odd=7)
    told = await database.record(*SEVENTH)
    assert isinstance(told, Fork)
    clock.ahead = HEAD_FOR + 1
    head = await database.head()
    assert head is not None
    assert head.head == told.older.head


async def test_the_head_survives_a_restart(
    start: Start, make: Make, say: Any, tmp_path: Path, clock: Any
) -> None:
    """A tree that is another one after the restart contradicts what was verified before it."""
    server = await start(say.log_of(700))
    before = make(server.url, state_dir=tmp_path)
    await before.head()
    server.log = say.log_of(800)
    clock.ahead = HEAD_FOR + 1
    await before.head()
    (file,) = (tmp_path / FOLDER).iterdir()
    assert json.loads(file.read_text())["seen"][-1]["size"] == 800

    clock.ahead += 7200
    server.log = say.log_of(800, odd=3)
    after = make(server.url, state_dir=tmp_path)
    head = await after.head()
    assert head is not None
    assert head.size == 800
    held = await after.held(server.signed())
    assert held is not None
    assert held.fork is not None
    assert after.age(700) == pytest.approx(7200, abs=20)


async def test_a_tree_outlives_its_routes(start: Start, make: Make, say: Any) -> None:
    """Another configuration knows what the one before it verified."""
    server = await start(say.log_of(700))
    before = make(server.url)
    await before.record(*SEVENTH)
    after = make(NOWHERE, tree=before.tree)
    assert await after.record(*SEVENTH) is not None
    forked = await start(say.log_of(600, odd=3))
    held = await make(server.url, tree=before.tree).held(forked.signed())
    assert held is not None
    assert held.fork is not None


async def test_a_corrupt_file_is_set_aside(
    start: Start, make: Make, say: Any, tmp_path: Path
) -> None:
    """It can be looked at, the probe goes on, and a good file takes its place."""
    server = await start(say.log_of(700))
    await make(server.url, state_dir=tmp_path).head()
    (file,) = (tmp_path / FOLDER).iterdir()
    spoilt = file.read_bytes().replace(b"700", b"701")
    file.write_bytes(spoilt)
    after = make(server.url, state_dir=tmp_path)
    head = await after.head()
    assert head is not None
    assert head.size == 700
    assert file.with_name(file.name + CORRUPT).read_bytes() == spoilt
    assert json.loads(file.read_text())["seen"][0]["size"] == 700


async def test_a_state_directory_that_cannot_be_written_stops_nothing(
    start: Start, make: Make, say: Any, tmp_path: Path
) -> None:
    """The head is known all the same."""
    place = tmp_path / "a file"
    place.write_text("")
    server = await start(say.log_of(20))
    head = await make(server.url, state_dir=place).head()
    assert head is not None


async def test_slow_answers_end_in_time(start: Start, make: Make, say: Any) -> None:
    """However slow every single answer is, the whole has its deadline."""
    server = await start(say.log_of(20))
    server.hangs = True
    async with asyncio.timeout(15.0):
        assert await make(server.url, timeout=0.5).record(*SEVENTH) is None
    assert len(server.asked) <= 3
