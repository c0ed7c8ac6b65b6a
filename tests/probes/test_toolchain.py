"""The toolchain probe against a scripted mirror."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from goproxy_exporter.gomod.toolchain import FIRST
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.mirror import Mirror
from goproxy_exporter.model.names import CheckName, Endpoint

RUN = CheckName.TOOLCHAIN
BASE = "/golang.org/toolchain/@v"
BEST = "v0.0.1-go1.27.3.linux-amd64"
LIST = f"{BEST}\nv0.0.1-go1.27.3.windows-amd64\nv0.0.1-go1.27rc1.linux-amd64\n{FIRST}\n"
ROUND = [f"{BASE}/list", f"{BASE}/{BEST}.info", f"{BASE}/{BEST}.mod"]
FALLBACK = [f"{BASE}/list", f"{BASE}/{FIRST}.info", f"{BASE}/{FIRST}.mod"]
FOUND = [Code.TOOLCHAIN_UNAVAILABLE]

Serve = Callable[..., Awaitable[Any]]


@pytest.fixture
def serve(start: Any, say: Any) -> Serve:
    """Start a mirror that has toolchains; keywords as for `start`, then more paths."""

    async def served(more: dict[str, Any] | None = None, **odd: Any) -> Any:
        server = await start(**odd)
        server.script[f"{BASE}/list"] = say.Reply(body=LIST.encode())
        for version in (BEST, FIRST):
            info, mod = f'{{"Version":"{version}"}}', "module golang.org/toolchain\n"
            server.script[f"{BASE}/{version}.info"] = say.Reply(body=info.encode())
            server.script[f"{BASE}/{version}.mod"] = say.Reply(body=mod.encode())
        server.script |= more or {}
        return server

    return served


def everything(reply: Any) -> dict[str, Any]:
    return dict.fromkeys([*ROUND, *FALLBACK], reply)


def codes(outcome: Any) -> list[Code]:
    return sorted({one.code for one in outcome.findings})


async def test_healthy(serve: Serve, bench: Any, mirror_of: Callable[..., Mirror]) -> None:
    """Three questions over one connection, none of them for a zip."""
    server = await serve()
    outcome = await bench.run(RUN, mirror_of(server.url))
    assert outcome.findings == ()
    assert server.requests == ROUND
    assert server.connections == 1
    assert {each.endpoint for each in outcome.exchanges} == {Endpoint.TOOLCHAIN}
    told = outcome.facts
    assert (told["toolchain_versions"], told["toolchain_newest"]) == (4, BEST)
    assert (told["toolchain_list"], told["toolchain_info"], told["toolchain_mod"]) == (200,) * 3


@pytest.mark.parametrize(
    "reply",
    [{"status": 403}, {"status": 451}, {"status": 500}, {"body": b"<html>"}, {"reset": True}],
    ids=str,
)
async def test_a_refusal_needs_no_reference(
    serve: Serve, bench: Any, mirror_of: Any, say: Any, reply: dict[str, Any]
) -> None:
    """What go stops at counts by itself; a well-known release is asked for in the end."""
    server = await serve(everything(say.Reply(**reply)))
    outcome = await bench.run(RUN, mirror_of(server.url))
    assert codes(outcome) == FOUND
    assert len(outcome.findings) == 3
    assert {one.endpoint for one in outcome.findings} == {Endpoint.TOOLCHAIN}
    asked = dict.fromkeys(path for path in server.requests if "toolchain" in path)
    assert list(asked) == FALLBACK
    assert [one.summary.partition(":")[0] for one in outcome.findings] == [
        "Go toolchains cannot be listed",
        "Go toolchains cannot be fetched",
        "Go toolchains cannot be fetched",
    ]


@pytest.mark.parametrize(
    ("has", "told"), [("toolchains", FOUND), ("nothing", []), ("trouble", []), ("off", [])]
)
async def test_absence_needs_the_reference(
    serve: Serve, start: Any, bench: Any, mirror_of: Any, say: Any, has: str, told: list[Code]
) -> None:
    """A mirror may honestly lack toolchains: only what the reference has is missed."""
    other = await (serve() if has == "toolchains" else start())
    if has == "trouble":
        other.fallback = say.Reply(status=500)
    for empty in (say.NOT_FOUND, say.Reply(status=410)):
        server = await serve(everything(empty))
        reference = bench.reference(None if has == "off" else other.url)
        outcome = await bench.run(RUN, mirror_of(server.url), reference=reference)
        assert codes(outcome) == told
        assert ("undecided" in outcome.facts) is (told == [])


async def test_an_empty_list_is_an_absence(
    serve: Serve, start: Any, bench: Any, mirror_of: Any, say: Any
) -> None:
    """go takes it for "nothing newer" and says no word."""
    empty = {f"{BASE}/list": say.Reply(body=b"")}
    lacking = everything(say.NOT_FOUND) | empty
    reference = bench.reference((await serve()).url)
    outcome = await bench.run(RUN, mirror_of((await serve(lacking)).url), reference=reference)
    assert codes(outcome) == FOUND
    outcome = await bench.run(RUN, mirror_of((await serve(lacking)).url))
    assert outcome.findings == ()


async def test_the_mirror_may_prove_it_itself(
    serve: Serve, bench: Any, mirror_of: Any, say: Any
) -> None:
    """Files that are there are to be listed, and what is listed is to be there."""
    for odd in (say.NOT_FOUND, say.Reply(body=b"")):
        server = await serve({f"{BASE}/list": odd})
        outcome = await bench.run(RUN, mirror_of(server.url))
        assert [one.code for one in outcome.findings] == FOUND
    server = await serve(dict.fromkeys(ROUND[1:], say.NOT_FOUND))
    outcome = await bench.run(RUN, mirror_of(server.url))
    assert [one.code for one in outcome.findings] == FOUND * 2


async def test_what_the_plain_canary_shares_is_not_about_toolchains(
    serve: Serve, bench: Any, mirror_of: Any, say: Any
) -> None:
    """Where everything fails another check says why."""
    bad = say.Reply(status=403)
    server = await serve(everything(bad), list=bad, info=bad, mod=bad)
    assert (await bench.run(RUN, mirror_of(server.url))).findings == ()


async def test_reference_is_not_asked_about_itself(
    serve: Serve, bench: Any, mirror_of: Any, say: Any
) -> None:
    """The reference is never judged against itself."""
    server, other = await serve(everything(say.NOT_FOUND)), await serve()
    mirror = mirror_of(server.url, is_reference=True)
    outcome = await bench.run(RUN, mirror, reference=bench.reference(other.url))
    assert outcome.findings == ()
    assert other.requests == []


async def test_what_goes_away_is_a_fact(serve: Serve, bench: Any, mirror_of: Any, say: Any) -> None:
    """A list that comes at the second look is no cause."""
    right = say.Reply(body=LIST.encode())
    for first in (say.NOT_FOUND, say.Reply(status=502), say.Reply(body=b"")):
        server = await serve({f"{BASE}/list": [first, right]})
        outcome = await bench.run(RUN, mirror_of(server.url))
        assert outcome.findings == ()
        assert "undecided" not in outcome.facts


async def test_throttled(serve: Serve, bench: Any, mirror_of: Any, say: Any) -> None:
    """A mirror that asks for fewer requests is asked no more."""
    server = await serve({f"{BASE}/list": say.Reply(status=429)})
    outcome = await bench.run(RUN, mirror_of(server.url))
    assert codes(outcome) == [Code.HTTP_429]
    assert server.requests == [f"{BASE}/list"]
