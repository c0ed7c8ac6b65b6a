"""Which versions were published of late, by the index of a simulated world?"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager

import pytest
from clocks import Leaping

from goproxy_exporter.model.mirror import Access
from goproxy_exporter.reference.module_index import EVERY, UNREAD_FOR, ModuleIndex
from goproxy_exporter.reference.persistence import Persistence
from goproxy_exporter.simulator.beginning import DAILY
from goproxy_exporter.simulator.extensions.index import Index
from goproxy_exporter.simulator.faults.index import INDEX
from goproxy_exporter.simulator.modules import Release
from goproxy_exporter.simulator.world import World
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.wire import Wire

HOUR = 3600.0
PATIENCE = Persistence(attempts=2, deadline=40.0, timeout=10.0, longest_wait=0.01)
Followed = Callable[..., Awaitable[list[str]]]


def release(module: str, version: str = "v1.0.0") -> Release:
    return Release(module=module, version=version, time="2026-01-01T00:00:00Z")


@pytest.fixture
def clock() -> Leaping:
    return Leaping()


@pytest.fixture
def make(clock: Leaping) -> Callable[..., ModuleIndex]:
    """An index at a URL, all of whose answers come."""

    def made(url: str, *, private: Collection[str] = (), ca: str = "") -> ModuleIndex:
        access = Access(forward_proxy="", ca_files=(ca,) if ca else ())
        wire = Wire(clock, Resolver())
        return ModuleIndex(wire, clock, url, access, private=private, persistence=PATIENCE)

    return made


@asynccontextmanager
async def indexed() -> AsyncIterator[tuple[World, str]]:
    async with World.open(mirrors=("golang",), extensions=(Index(),)) as world:
        yield world, f"{world.url('index', address='127.0.0.1')}/index"


def pages(world: World) -> list[str]:
    """What the index was asked for; values are hidden."""
    return [one.path for one in world.requests if one.mirror == "index"]


async def test_one_version_of_each_age(make: Callable[..., ModuleIndex]) -> None:
    """At first a bounded page for each age, then nothing until the index is due again."""
    async with indexed() as (world, url):
        index = make(url, ca=str(world.ca_file))
        chosen = await index.followed(())
        assert [str(one) for one in chosen] == [
            f"{DAILY}@{version}" for version in ("v1.2.0", "v1.3.0", "v1.4.0", "v1.4.1")
        ]
        assert all(one.published for one in chosen)
        assert index.standing.readable is True
        assert pages(world) == ["/index?since=*&limit=*"] * 6
        assert await index.followed(()) == chosen
        assert len(pages(world)) == 6


async def test_news_is_followed(make: Callable[..., ModuleIndex], clock: Leaping) -> None:
    """Every ten minutes; what is visible everywhere gives way to what is newer."""
    async with indexed() as (world, url):
        index = make(url, ca=str(world.ca_file))
        await index.followed(())
        world.publish(release("github.com/a/b"), at=clock.now() + EVERY)
        assert "github.com/a/b@v1.0.0" not in map(str, await index.followed(()))
        clock.ahead += EVERY + 1
        chosen = await index.followed(())
        assert str(chosen[-1]) == "github.com/a/b@v1.0.0"
        world.publish(release("github.com/a/c"), at=clock.now() + EVERY)
        clock.ahead += EVERY + 1
        chosen = await index.followed({("github.com/a/b", "v1.0.0")})
        assert "github.com/a/c@v1.0.0" in map(str, chosen)


async def test_private_names_are_not_followed(make: Callable[..., ModuleIndex]) -> None:
    """Nobody is asked for what matches a private pattern, whichever index names it."""
    async with indexed() as (world, url):
        index = make(url, ca=str(world.ca_file), private=("example.com/d*", "*.corp"))
        assert await index.followed(()) == ()


async def test_another_configuration_goes_on(make: Callable[..., ModuleIndex]) -> None:
    """Who asks the same index follows the same versions, without asking it again at once."""
    async with indexed() as (world, url):
        ca = str(world.ca_file)
        before = make(url, ca=ca)
        chosen = await before.followed(())
        asked = len(pages(world))
        after = make(url, ca=ca)
        after.go_on(before.standing)
        assert await after.followed(()) == chosen
        assert len(pages(world)) == asked
        secret = make(url, ca=ca, private=("example.com",))
        secret.go_on(before.standing)
        assert await secret.followed(()) == ()
        other = make(f"{url}?x", ca=ca)
        other.go_on(before.standing)
        assert other.standing.followed == ()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
        b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 2_000_000,
    ],
)
async def test_an_index_that_cannot_be_read(
    make: Callable[..., ModuleIndex], clock: Leaping, answer: bytes
) -> None:
    """It is asked a few times, then left alone for five minutes; nothing is followed."""
    asked = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        index = make(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/index")
        assert await index.followed(()) == ()
        assert index.standing.readable is False
        assert asked == PATIENCE.attempts
        await index.followed(())
        assert asked == PATIENCE.attempts
        clock.ahead += UNREAD_FOR + 1
        await index.followed(())
        assert asked == 2 * PATIENCE.attempts


READABLE = {"fact/index-empty", "fact/index-odd-versions", "fact/index-late"}
"""Faults that leave the index what it is: it only knows nothing that could be followed."""


@pytest.mark.parametrize("fault", [one.name for one in INDEX])
async def test_what_is_followed_outlives_every_fault_of_the_index(
    make: Callable[..., ModuleIndex], clock: Leaping, fault: str
) -> None:
    """Nothing new is followed, nothing is lost, and whether it could be read is known."""
    async with indexed() as (world, url):
        index = make(url, ca=str(world.ca_file))
        chosen = await index.followed(())
        assert chosen
        world.publish(release("github.com/a/new"), at=clock.now())
        world.switch("index", fault)
        clock.ahead += EVERY + 1
        assert await index.followed(()) == chosen
        assert index.standing.readable is (fault in READABLE)
        world.switch("index")
        clock.ahead += EVERY + 1
        assert "github.com/a/new@v1.0.0" in map(str, await index.followed(()))


async def test_questions_at_the_same_time_share_an_answer(
    make: Callable[..., ModuleIndex],
) -> None:
    """However many mirrors are watched, the index is asked once."""
    async with indexed() as (world, url):
        index = make(url, ca=str(world.ca_file))
        chosen = await asyncio.gather(*(index.followed(()) for _ in range(5)))
        assert len(set(chosen)) == 1
        assert len(pages(world)) == 6


async def test_what_is_a_week_old_is_left(make: Callable[..., ModuleIndex], clock: Leaping) -> None:
    """Nothing is followed for longer, be it visible or not."""
    async with indexed() as (world, url):
        index = make(url, ca=str(world.ca_file))
        assert await index.followed(())
        clock.ahead += 8 * 24 * HOUR
        assert await index.followed(()) == ()
