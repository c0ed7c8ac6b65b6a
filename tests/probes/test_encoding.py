"""The encoding probe against a scripted mirror."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.mirror import Canary, Mirror, Thresholds
from goproxy_exporter.model.names import CheckName, Endpoint

RUN = CheckName.ENCODING
UPPER = Canary(module="example.com/Upper", version="v1.0.0")
PUBLIC = Canary(module="example.com/public", version="v1.0.0")
PLUS = Canary(module="example.com/plus", version="v2.0.0+incompatible")
CAPITAL, BANG = "/example.com/%21upper", "/example.com/!upper"
OLD, OLD_ENCODED = "/example.com/plus", "/example.com/plus/@v/v2.0.0%2Bincompatible"
UPPER_ROUND = [
    f"{CAPITAL}/@v/{name}" for name in ("list", "v1.0.0.info", "v1.0.0.mod", "v1.0.0.zip")
]
PLUS_ROUND = [
    f"{OLD}/@v/{name}" for name in ("list", "v2.0.0+incompatible.info", "v2.0.0+incompatible.mod")
]
PAUSE = 2.0
"""Seconds for what never comes, and for what has to come beside it."""
HONEST = b"not found: module example.com/Upper: no such repository"

Serve = Callable[..., Awaitable[Any]]
Watch = Callable[..., Mirror]


def files(say: Any, canary: Canary, at: str, *, listed: bool = False) -> dict[str, Any]:
    """Right answers for a canary; `at` is where its files are, without the suffix."""
    version = canary.version or ""
    return {
        f"{at.partition('/@v/')[0]}/@v/list": say.Reply(
            body=f"{version}\n".encode() if listed else b""
        ),
        f"{at}.info": say.Reply(body=f'{{"Version":"{version}"}}'.encode()),
        f"{at}.mod": say.Reply(body=f"module {canary.module}\n".encode()),
        f"{at}.zip": say.Reply(body=say.archive(f"{canary}/", module=canary.module)),
    }


@pytest.fixture
def serve(start: Any, say: Any) -> Serve:
    """Start a mirror that has all three canaries; keywords as for `start`, then more paths."""

    async def served(
        more: dict[str, Any] | None = None, *, listed: bool = False, **odd: Any
    ) -> Any:
        server = await start(**odd)
        server.script |= files(say, UPPER, f"{CAPITAL}/@v/v1.0.0", listed=listed)
        server.script |= files(say, PLUS, f"{OLD}/@v/v2.0.0+incompatible", listed=listed)
        server.script |= more or {}
        return server

    return served


@pytest.fixture
def watch(mirror_of: Callable[..., Mirror]) -> Watch:
    """A mirror with all three canaries, `declared` or by default."""

    def watched(server: Any, *, plain: bool = True, special: bool = True, **more: Any) -> Mirror:
        mirror = mirror_of(server.url, declared=plain, **more)
        canaries = replace(
            mirror.canaries,
            uppercase=replace(UPPER, declared=special),
            incompatible=replace(PLUS, declared=special),
        )
        return replace(mirror, canaries=canaries)

    return watched


def odd(paths: list[str], reply: Any) -> dict[str, Any]:
    return dict.fromkeys(paths, reply)


def codes(outcome: Any) -> dict[Endpoint, set[Code]]:
    found: dict[Endpoint, set[Code]] = {}
    for one in outcome.findings:
        found.setdefault(one.endpoint, set()).add(one.code)
    return found


CASE = {Endpoint.UPPERCASE: {Code.ENCODING_CASE}}
PLUSSED = {Endpoint.INCOMPATIBLE: {Code.ENCODING_PLUS}}


async def test_healthy(serve: Serve, bench: Any, watch: Watch) -> None:
    """Seven questions as go spells them, over one connection, and nothing about what is plain."""
    server = await serve()
    outcome = await bench.run(RUN, watch(server))
    assert outcome.findings == ()
    assert server.requests == [*UPPER_ROUND, *PLUS_ROUND]
    assert server.connections == 1
    told = outcome.facts
    assert (told["uppercase_info"], told["incompatible_mod"]) == (200, 200)
    assert "unsteady" not in told
    assert "undecided" not in told


@pytest.mark.parametrize(
    "reply",
    [
        {"status": 404},
        {"status": 410},
        {"status": 403},
        {"status": 400},
        {"status": 500},
        {"status": 401},
        {"body": b"<html>blocked</html>"},
        {"reset": True},
        {"hang": True},
    ],
    ids=lambda reply: "-".join(map(str, (*reply, *reply.values())))[:16],
)
async def test_whatever_the_failure(
    serve: Serve, bench: Any, watch: Watch, say: Any, reply: dict[str, Any]
) -> None:
    """What fails with capital letters or a plus sign, and not without, is that."""
    hasty = {"thresholds": Thresholds(stall_after=PAUSE)} if "hang" in reply else {}
    limit = {"timeout": 0.9 * PAUSE} if "hang" in reply else {}

    async def found(bad: list[str]) -> dict[Endpoint, set[Code]]:
        server = await serve(odd(bad, say.Reply(**reply)))
        return codes(await bench.run(RUN, watch(server, **hasty), **limit))

    seen = await asyncio.gather(found(UPPER_ROUND), found(PLUS_ROUND[1:]))
    assert [*seen] == [CASE, PLUSSED]


async def test_the_other_spelling_is_tried_once(
    serve: Serve, bench: Any, watch: Watch, say: Any
) -> None:
    """Which spelling works is evidence; every exchange is recorded."""
    literal = {f"{BANG}/@v/list": say.Reply(body=b"v1.0.0\n")}
    server = await serve(odd(UPPER_ROUND, say.NOT_FOUND) | literal)
    outcome = await bench.run(RUN, watch(server))
    assert codes(outcome) == CASE
    for one in outcome.findings:
        assert one.evidence["spellings"] == {"%21": 404, "!": 200}
        assert one.evidence["works_as"] == "!"
        assert one.evidence["shows_as"] == Code.MODULE_MISSING
        assert (one.matched, one.looked) == (2, 2)
    assert [path for path in server.requests if "!" in path] == [f"{BANG}/@v/list"]
    assert len(outcome.exchanges) == len(server.requests)


async def test_no_spelling_works(serve: Serve, bench: Any, watch: Watch, say: Any) -> None:
    """That is told too."""
    server = await serve(odd(PLUS_ROUND[1:], say.Reply(status=403)))
    outcome = await bench.run(RUN, watch(server))
    assert outcome.findings[0].evidence["spellings"] == {"+": 403, "%2B": 404}
    assert outcome.findings[0].evidence["works_as"] is None


async def test_the_plain_twin_is_looked_at_as_often(
    serve: Serve, bench: Any, watch: Watch, say: Any
) -> None:
    """Only for the form that fails, and as many times."""
    server = await serve({UPPER_ROUND[1]: say.Reply(status=500)})
    outcome = await bench.run(RUN, watch(server))
    assert codes(outcome) == CASE
    plain = [path for path in server.requests if "canary" in path]
    assert plain == ["/example.com/canary/@v/v1.2.3.info"] * 3


@pytest.mark.parametrize("status", [404, 403, 500])
async def test_what_fails_alike_is_no_matter_of_spelling(
    serve: Serve, bench: Any, watch: Watch, say: Any, status: int
) -> None:
    """Where the plain canary fails too, another check says why."""
    bad = say.Reply(status=status)
    server = await serve(
        odd([*UPPER_ROUND, *PLUS_ROUND], bad), list=bad, info=bad, mod=bad, zip=bad
    )
    assert (await bench.run(RUN, watch(server))).findings == ()


async def test_a_plain_canary_that_fails_now_and_then_proves_nothing(
    serve: Serve, bench: Any, watch: Watch, say: Any
) -> None:
    """Three bad answers in a row are bad luck where others are mixed."""
    right = say.Reply(body=b'{"Version":"v1.2.3"}')
    bad = say.Reply(status=502)
    server = await serve({UPPER_ROUND[1]: bad}, info=[right, bad, right])
    assert (await bench.run(RUN, watch(server))).findings == ()
    info = say.Reply(body=b'{"Version":"v2.0.0+incompatible"}')
    server = await serve({UPPER_ROUND[1]: bad, PLUS_ROUND[1]: [bad, info]})
    assert (await bench.run(RUN, watch(server))).findings == ()


async def test_what_goes_away_is_a_fact(serve: Serve, bench: Any, watch: Watch, say: Any) -> None:
    """A cold miss or a single reset accuses nobody here."""
    info = say.Reply(body=b'{"Version":"v1.0.0"}')
    for first in (say.NOT_FOUND, say.Reply(reset=True)):
        server = await serve({UPPER_ROUND[1]: [first, info]})
        assert (await bench.run(RUN, watch(server))).findings == ()


async def test_throttled(serve: Serve, bench: Any, watch: Watch, say: Any) -> None:
    """A mirror that asks for fewer requests is asked no more, and accused of nothing else."""
    limit = say.Reply(status=429, headers=(("Retry-After", "60"),))
    server = await serve({UPPER_ROUND[0]: say.Reply(status=403), UPPER_ROUND[1]: limit})
    outcome = await bench.run(RUN, watch(server))
    assert codes(outcome) == {Endpoint.UPPERCASE: {Code.HTTP_429}}
    assert outcome.retry_at is not None
    assert server.requests[-1] == UPPER_ROUND[1]


async def test_without_a_plain_canary_nothing_can_be_compared(
    serve: Serve, bench: Any, watch: Watch, say: Any
) -> None:
    """The answers are facts."""
    server = await serve(odd(UPPER_ROUND, say.Reply(status=403)))
    mirror = watch(server)
    canaries = replace(mirror.canaries, stable=(UPPER,), large=None)
    outcome = await bench.run(RUN, replace(mirror, canaries=canaries))
    assert outcome.findings == ()
    assert outcome.facts["uppercase_list"] == 403


async def test_an_honest_absence_has_its_own_name(
    serve: Serve, bench: Any, watch: Watch, say: Any
) -> None:
    """A 404 that calls the module by its name has read the path as it was meant."""
    server = await serve(odd(UPPER_ROUND, say.Reply(status=404, body=HONEST)))
    outcome = await bench.run(RUN, watch(server))
    assert codes(outcome) == {Endpoint.UPPERCASE: {Code.MODULE_MISSING}}
    assert not [path for path in server.requests if path.startswith(BANG)]
    words = b'invalid escaped module path "example.com/Upper"'
    server = await serve(odd(UPPER_ROUND, say.Reply(status=404, body=words)))
    assert codes(await bench.run(RUN, watch(server))) == CASE


async def test_a_module_without_a_list_is_missing_not_misread(
    serve: Serve, bench: Any, watch: Watch, say: Any
) -> None:
    """The path of its list has no plus sign; if that fails too, it is not the plus sign."""
    server = await serve(odd(PLUS_ROUND, say.NOT_FOUND))
    outcome = await bench.run(RUN, watch(server))
    assert codes(outcome) == {Endpoint.INCOMPATIBLE: {Code.MODULE_MISSING}}
    server = await serve(odd(PLUS_ROUND, say.Reply(status=403)))
    outcome = await bench.run(RUN, watch(server))
    assert outcome.findings == ()
    assert {one["endpoint"] for one in outcome.facts["undecided"]} == {"incompatible"}


async def test_masked_failure(serve: Serve, bench: Any, watch: Watch, say: Any) -> None:
    """A 404 that admits a failure further up is that."""
    server = await serve(odd(UPPER_ROUND, say.Reply(status=404, body=b"not found: bad upstream")))
    outcome = await bench.run(RUN, watch(server))
    assert codes(outcome) == {Endpoint.UPPERCASE: {Code.SEMANTICS_MASKED_UPSTREAM_FAILURE}}


@pytest.mark.parametrize(
    ("plain", "has", "told"),
    [
        ("default", True, {404, 403}),
        ("default", False, set()),
        ("default", None, {403}),
        ("declared", True, set()),
        ("beside", True, {404, 403}),
        ("beside", None, {403}),
    ],
)
async def test_default_canaries_are_compared_with_public_modules(
    serve: Serve, bench: Any, watch: Watch, say: Any, plain: str, has: bool | None, told: set[int]
) -> None:
    """Nobody promised them, so absence needs the reference (`has`), and all a public twin.

    That a mirror has a module of the operator's does not mean that it has everybody's. The
    reference never hears the name of such a module.
    """
    other = await serve({} if has else odd(UPPER_ROUND, say.NOT_FOUND))
    for status in (404, 403):
        server = await serve(odd(UPPER_ROUND, say.Reply(status=status)))
        server.script |= files(say, PUBLIC, "/example.com/public/@v/v1.0.0")
        mirror = watch(server, plain=plain != "default", special=False)
        if plain == "beside":
            mirror = replace(mirror, canaries=replace(mirror.canaries, large=PUBLIC))
        reference = bench.reference(None if has is None else other.url)
        outcome = await bench.run(RUN, mirror, reference=reference)
        assert codes(outcome) == (CASE if status in told else {})
        assert ("undecided" in outcome.facts) is (status not in told)
    assert set(other.requests) <= {UPPER_ROUND[1]}


async def test_the_mirror_may_prove_it_itself(
    serve: Serve, bench: Any, watch: Watch, say: Any
) -> None:
    """Another spelling that works, or a list that names the version, needs no reference."""
    literal = {f"{BANG}/@v/list": say.Reply(body=b"")}
    server = await serve(odd(UPPER_ROUND, say.NOT_FOUND) | literal)
    assert codes(await bench.run(RUN, watch(server, special=False))) == CASE
    server = await serve(odd(PLUS_ROUND[1:], say.NOT_FOUND), listed=True)
    assert codes(await bench.run(RUN, watch(server, special=False))) == PLUSSED


async def test_reference_is_not_asked_about_itself(
    serve: Serve, bench: Any, watch: Watch, say: Any
) -> None:
    """A refusal tells of itself, an absence nothing."""
    other = await serve()
    for status, told in ((404, {}), (403, CASE)):
        server = await serve(odd(UPPER_ROUND, say.Reply(status=status)))
        mirror = watch(server, plain=False, special=False, is_reference=True)
        outcome = await bench.run(RUN, mirror, reference=bench.reference(other.url))
        assert codes(outcome) == told
    assert other.requests == []


async def test_unreachable(bench: Any, watch: Watch) -> None:
    """A mirror that cannot be reached is for others to judge."""

    class Nowhere:
        url = "http://127.0.0.1:1"

    outcome = await bench.run(RUN, watch(Nowhere()))
    assert outcome.findings == ()
    assert {each.endpoint for each in outcome.exchanges} == {Endpoint.UPPERCASE}
