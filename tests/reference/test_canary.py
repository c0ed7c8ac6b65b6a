"""Asking the reference, over sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import unquote

import pytest
from clocks import Leaping

from goproxy_exporter.model.mirror import Access, Budget, Canary
from goproxy_exporter.reference.canary import LATEST_FOR, LIST_FOR, Reference
from goproxy_exporter.reference.persistence import KNOWN_FOR, UNKNOWN_FOR, Persistence
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.wire import Wire

CANARY = Canary(module="example.com/Canary", version="v1.2.3")
RIGHT = (200, b'{"Version":"v1.2.3"}')
Answer = tuple[int, bytes]
Start = Callable[..., Awaitable[tuple[str, list[str]]]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Serve these answers one by one, the last one for ever; tell the URL and what was asked."""
    servers: list[asyncio.Server] = []

    async def started(*answers: Answer) -> tuple[str, list[str]]:
        asked: list[str] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            status, body = answers[min(len(asked), len(answers) - 1)]
            asked.append(unquote(head.split(b" ", 2)[1].decode()))
            writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: {len(body)}\r\n".encode())
            writer.write(b"Connection: close\r\n\r\n" + body)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked

    yield started
    for server in servers:
        server.close()


@pytest.fixture
def clock() -> Leaping:
    return Leaping()


@pytest.fixture
def make(clock: Leaping) -> Callable[..., Reference]:
    """A reference at a URL, all of whose answers come."""

    def made(url: str | None, allowance: Allowance | None = None) -> Reference:
        return Reference(
            Wire(clock, Resolver()),
            clock,
            url,
            Access(forward_proxy=""),
            allowance=allowance,
            persistence=Persistence(attempts=3, deadline=40.0, timeout=10.0, longest_wait=0.01),
        )

    return made


@pytest.mark.parametrize(
    ("answers", "told", "requests"),
    [
        ([RIGHT], True, 1),
        ([(404, b"not found: unknown revision")], False, 1),
        ([(410, b"")], False, 1),
        ([(404, b"not found: fetch timed out")], None, 3),
        ([(500, b""), RIGHT], True, 2),
        ([(500, b""), (503, b""), (404, b"")], False, 3),
        ([(500, b"")], None, 3),
        ([(403, b"")], None, 3),
        ([(200, b"<html>")], None, 3),
        ([(200, b'{"Version":"v1.0.0"}')], None, 3),
    ],
)
async def test_what_is_told(
    start: Start,
    make: Callable[..., Reference],
    answers: list[Answer],
    told: bool | None,
    requests: int,
) -> None:
    """A right 200 is yes, an honest 404 is no; all else is asked again, and may stay open."""
    url, asked = await start(*answers)
    assert await make(url).has(CANARY) is told
    assert asked == ["/example.com/!canary/@v/v1.2.3.info"] * requests


async def test_without_a_reference(make: Callable[..., Reference]) -> None:
    """Without a reference nobody can tell."""
    assert await make(None).has(CANARY) is None


async def test_unreachable(make: Callable[..., Reference]) -> None:
    """A reference that cannot be reached cannot tell."""
    assert await make("http://127.0.0.1:1").has(CANARY) is None


@pytest.mark.parametrize(
    ("status", "lasts"), [(200, KNOWN_FOR), (404, KNOWN_FOR), (500, UNKNOWN_FOR)]
)
async def test_remembers(
    start: Start,
    make: Callable[..., Reference],
    clock: Leaping,
    status: int,
    lasts: float,
) -> None:
    """An answer is believed for ten minutes, the lack of one for one."""
    url, asked = await start((status, RIGHT[1]))
    reference = make(url)
    await reference.has(CANARY)
    before = len(asked)
    clock.ahead = lasts - 10.0
    await reference.has(CANARY)
    assert len(asked) == before
    clock.ahead = lasts + 10.0
    await reference.has(CANARY)
    assert len(asked) == 2 * before


NEWS = b'{"Version":"v0.0.0-20240103183307-be819d1f06fc"}'


@pytest.mark.parametrize(
    ("answers", "told", "requests"),
    [
        ([(200, b"v1.0.0\nv1.1.0\nv0.0.0-20191109021931-daa7c04131f5\n")], "v1.0.0 v1.1.0", 1),
        ([(200, b"")], "", 1),
        ([(404, b"not found")], "", 1),
        ([(404, b"not found: fetch timed out"), (200, b"v1.0.0\n")], "v1.0.0", 2),
        ([(200, b"<html>")], None, 3),
        ([(500, b"")], None, 3),
    ],
)
async def test_versions(
    start: Start,
    make: Callable[..., Reference],
    answers: list[Answer],
    told: str | None,
    requests: int,
) -> None:
    """What its list names; nothing of a module that it does not know."""
    url, asked = await start(*answers)
    expected = None if told is None else frozenset(told.split())
    assert await make(url).versions("example.com/X") == expected
    assert asked == ["/example.com/!x/@v/list"] * requests
    assert await make(None).versions("example.com/X") is None


@pytest.mark.parametrize(
    ("answers", "told", "requests"),
    [
        ([(200, NEWS)], "v0.0.0-20240103183307-be819d1f06fc", 1),
        ([(404, b"not found")], None, 1),
        ([(500, b""), (200, NEWS)], "v0.0.0-20240103183307-be819d1f06fc", 2),
        ([(200, b"{}")], None, 3),
    ],
)
async def test_latest(
    start: Start,
    make: Callable[..., Reference],
    answers: list[Answer],
    told: str | None,
    requests: int,
) -> None:
    """The version that it names; an honest 404 is an answer, and not asked again."""
    url, asked = await start(*answers)
    assert await make(url).latest("example.com/x") == told
    assert asked == ["/example.com/x/@latest"] * requests
    assert await make(None).latest("example.com/x") is None


@pytest.mark.parametrize(("lasts", "latest"), [(LIST_FOR, False), (LATEST_FOR, True)])
async def test_what_changes_is_believed_for_less_long(
    start: Start, make: Callable[..., Reference], clock: Leaping, lasts: float, latest: bool
) -> None:
    """A list for a minute, @latest for five."""
    url, asked = await start((200, NEWS if latest else b"v1.0.0\n"))
    reference = make(url)
    ask = reference.latest if latest else reference.versions
    for ahead, times in ((0.0, 1), (lasts - 10.0, 1), (lasts + 10.0, 2)):
        clock.ahead = ahead
        await ask("example.com/x")
        assert len(asked) == times


def test_who_may_be_told(clock: Leaping) -> None:
    """Of what the operator named, only what the reference is asked for as a mirror."""
    wire, access = Wire(clock, Resolver()), Access(forward_proxy="")
    reference = Reference(wire, clock, "http://127.0.0.1:1", access, named={"a.b/shared"})
    assert reference.may_hear("a.b/anything", declared=False)
    assert reference.may_hear("a.b/shared", declared=True)
    assert not reference.may_hear("corp.example/secret", declared=True)


async def test_shares_answers(start: Start, make: Callable[..., Reference]) -> None:
    """Questions at the same time share one request; other canaries do not."""
    url, asked = await start(RIGHT)
    reference = make(url)
    other = Canary(module="example.com/other", version="v1.2.3")
    await asyncio.gather(*(reference.has(each) for each in (CANARY, CANARY, other, CANARY)))
    assert len(asked) == 2


async def test_by_list(start: Start, make: Callable[..., Reference]) -> None:
    """A canary without a version exists if it can be listed."""
    url, asked = await start((200, b""))
    assert await make(url).has(Canary(module="example.com/x")) is True
    assert asked == ["/example.com/x/@v/list"]


async def test_allowance(start: Start, make: Callable[..., Reference], clock: Leaping) -> None:
    """A reference whose share is used up is not asked."""
    url, asked = await start(RIGHT)
    allowance = Allowance(Budget(requests_per_hour=1), clock)
    allowance.spend(1, 0)
    assert await make(url, allowance).has(CANARY) is None
    assert asked == []
