"""The endpoints probe against a scripted mirror."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.mirror import Budget, Mirror, Thresholds
from goproxy_exporter.model.names import Blame, CheckName, Endpoint, Severity
from goproxy_exporter.wire.allowance import Allowance

RUN = CheckName.ENDPOINTS
HASTY = Thresholds(stall_after=0.5)
"""For what hangs; another answer that comes too late for it is looked at once more."""
PREFIX, BASE = "/example.com/@v/list", "/example.com/canary"
ROUND = [
    f"{BASE}/@v/list",
    f"{BASE}/@latest",
    f"{BASE}/@v/v1.2.3.info",
    f"{BASE}/@v/v1.2.3.mod",
    f"{BASE}/zz-none/@v/list",
    f"{BASE}/@v/v0.0.0-zz.none.info",
    PREFIX,
]


async def test_healthy(start: Any, bench: Any, mirror_of: Callable[..., Mirror]) -> None:
    """A healthy mirror is asked each question once, over one connection, and accused of nothing."""
    server = await start()
    outcome = await bench.run(RUN, mirror_of(server.url))
    assert outcome.findings == ()
    assert server.requests == ROUND
    assert server.connections == 1
    told = outcome.facts
    assert (told["list_versions"], told["list_highest"]) == (2, "v1.2.3")
    assert told["latest_version"] == told["info_version"] == "v1.2.3"
    assert (told["missing_status"], told["missing_version_status"]) == (404, 404)
    assert told["prefix_status"] == {"example.com": 404}
    assert "unsteady" not in told


async def test_a_version_without_end_is_neither_asked_for_nor_kept(
    start: Any, bench: Any, mirror_of: Callable[..., Mirror], say: Any
) -> None:
    """Results are remembered and shown: megabytes that a mirror puts into a list stay outside."""
    server = await start(list=say.Reply(body=b"v1.0." + b"9" * 4_000_000 + b"\n"))
    outcome = await bench.run(RUN, mirror_of(server.url))
    assert {finding.code for finding in outcome.findings} == {Code.INTEGRITY_LIST_INVALID}
    assert set(server.requests) == set(ROUND)
    assert len(repr(outcome)) < 100_000


@pytest.mark.parametrize(
    ("latest", "severity"),
    [({"status": 404}, Severity.DEGRADED), ({"body": b"<html>"}, None)],
)
async def test_a_page_for_what_is_no_module(
    start: Any, bench: Any, mirror_of: Any, say: Any, latest: dict[str, Any], severity: Any
) -> None:
    """Where its list is a page, @latest is asked, as go does: that decides whether it harms."""
    server = await start()
    path = f"{BASE}/zz-none"
    server.script[f"{path}/@v/list"] = say.Reply(body=b"<html>")
    server.script[f"{path}/@latest"] = say.Reply(**latest)
    outcome = await bench.run(RUN, mirror_of(server.url))
    assert f"{path}/@latest" in server.requests
    assert {each.code for each in outcome.findings} == {Code.SEMANTICS_SOFT200}
    assert {each.severity for each in outcome.findings} == {severity}


async def test_the_go_mod_that_decides_about_incompatible_versions(
    start: Any, bench: Any, mirror_of: Any, say: Any
) -> None:
    """It is that of the last version below the first +incompatible one, release or not."""
    listed = say.Reply(body=b"v1.2.3\nv1.9.9-pre\nv2.0.0+incompatible\n")
    server = await start(list=listed)
    info = say.Reply(body=b'{"Version":"v2.0.0+incompatible"}')
    server.script[f"{BASE}/@v/v2.0.0+incompatible.info"] = info
    outcome = await bench.run(RUN, mirror_of(server.url))
    assert {each.code for each in outcome.findings} == {Code.INTEGRITY_LIST_INVALID}
    server.script[f"{BASE}/@v/v1.9.9-pre.mod"] = say.Reply(body=b"module example.com/canary\n")
    assert (await bench.run(RUN, mirror_of(server.url))).findings == ()


def one(code: Code, *endpoints: Endpoint) -> dict[Endpoint, Code]:
    return dict.fromkeys(endpoints, code)


@pytest.mark.parametrize(
    ("name", "reply", "found"),
    [
        ("list", {"status": 500}, one(Code.HTTP_5XX, Endpoint.LIST)),
        ("list", {"body": b"<html>"}, one(Code.SEMANTICS_SOFT200, Endpoint.LIST)),
        ("list", {"body": b"v1.0.0\nv9.0.0"}, one(Code.INTEGRITY_LIST_INVALID, Endpoint.LIST)),
        ("list", {"body": b"v1.2.3\nv1.9.9"}, one(Code.INTEGRITY_LIST_INVALID, Endpoint.LIST)),
        ("list", {"body": b""}, {}),
        ("list", {"cut": 1, "body": b"v1.2.3\n"}, one(Code.TRANSPORT_RESET, Endpoint.LIST)),
        ("list", {"reset": True}, one(Code.TRANSPORT_RESET, Endpoint.LIST)),
        ("list", {"hang": True}, one(Code.TRANSPORT_TIMEOUT, Endpoint.LIST)),
        ("latest", {"status": 404}, {}),
        ("latest", {"status": 410}, {}),
        ("latest", {"status": 500}, one(Code.HTTP_5XX, Endpoint.LATEST)),
        ("latest", {"body": b""}, one(Code.SEMANTICS_SOFT200, Endpoint.LATEST)),
        ("info", {"status": 404}, one(Code.MODULE_MISSING, Endpoint.INFO)),
        ("info", {"status": 403}, one(Code.HTTP_UNEXPECTED_STATUS, Endpoint.INFO)),
        ("info", {"status": 401}, one(Code.HTTP_401_CREDENTIALS, Endpoint.INFO)),
        ("info", {"status": 204}, one(Code.HTTP_UNEXPECTED_STATUS, Endpoint.INFO)),
        (
            "info",
            {"body": b'{"Version":"v1.0.0"}'},
            one(Code.INTEGRITY_INFO_MISMATCH, Endpoint.INFO),
        ),
        ("mod", {"body": b"<html>"}, one(Code.SEMANTICS_SOFT200, Endpoint.MOD)),
        ("missing", {"status": 500}, one(Code.SEMANTICS_NOTFOUND_IS_ERROR, Endpoint.MISSING)),
        ("missing", {"status": 403}, one(Code.SEMANTICS_NOTFOUND_IS_ERROR, Endpoint.MISSING)),
        ("missing", {"body": b"<html>"}, one(Code.SEMANTICS_SOFT200, Endpoint.MISSING)),
        ("missing", {"hang": True}, one(Code.TRANSPORT_TIMEOUT, Endpoint.MISSING)),
        ("missing", {"status": 410}, {}),
        ("prefix", {"status": 500}, {}),
        ("prefix", {"reset": True}, {}),
        ("prefix", {"hang": True}, one(Code.TRANSPORT_TIMEOUT, Endpoint.PREFIX)),
    ],
)
async def test_one_odd_answer(
    start: Any, bench: Any, mirror_of: Any, say: Any, name: str, reply: Any, found: Any
) -> None:
    """One answer that is steadily wrong gives its one cause, on its endpoint, and no other."""
    server = await start(**{name: say.Reply(**reply)})
    hasty = {"thresholds": HASTY} if "hang" in reply else {}
    outcome = await bench.run(RUN, mirror_of(server.url, **hasty))
    assert {each.endpoint: each.code for each in outcome.findings} == found
    assert all(each.steady for each in outcome.findings)


async def test_masked_failure(start: Any, bench: Any, mirror_of: Any, say: Any) -> None:
    """A 404 that admits an upstream failure blames the upstream."""
    odd = say.Reply(status=404, body=b"not found: fetch timed out")
    server = await start(info=odd, mod=odd)
    outcome = await bench.run(RUN, mirror_of(server.url))
    assert {each.code for each in outcome.findings} == {Code.SEMANTICS_MASKED_UPSTREAM_FAILURE}
    assert {each.blame for each in outcome.findings} == {Blame.UPSTREAM}


async def test_cold_miss(start: Any, bench: Any, mirror_of: Any, say: Any) -> None:
    """404 first and 200 at the second look is a cold miss."""
    right = say.Reply(body=b'{"Version":"v1.2.3"}')
    server = await start(info=[say.NOT_FOUND, right])
    outcome = await bench.run(RUN, mirror_of(server.url, declared=False))
    assert [(each.code, each.matched, each.looked) for each in outcome.findings] == [
        (Code.SEMANTICS_COLD_MISS_404, 1, 2)
    ]


async def test_intermittent(start: Any, bench: Any, mirror_of: Any, say: Any) -> None:
    """5xx and then 200 is intermittent, after three looks in all."""
    right = say.Reply(body=b"v1.2.3")
    server = await start(list=[say.Reply(status=502), right])
    outcome = await bench.run(RUN, mirror_of(server.url))
    assert [(each.code, each.matched, each.looked) for each in outcome.findings] == [
        (Code.HTTP_5XX_INTERMITTENT, 1, 3)
    ]
    assert len(outcome.exchanges) == len(ROUND) + 2


async def test_accident(start: Any, bench: Any, mirror_of: Any, say: Any) -> None:
    """What went wrong once and not again is a fact."""
    server = await start(list=[say.Reply(reset=True), say.Reply(body=b"v1.2.3")])
    outcome = await bench.run(RUN, mirror_of(server.url))
    assert outcome.findings == ()
    assert [each["endpoint"] for each in outcome.facts["unsteady"]] == ["list"]


@pytest.mark.parametrize(("has", "told"), [(True, True), (False, False), (None, False)])
async def test_absence_needs_the_reference(
    start: Any, bench: Any, mirror_of: Any, say: Any, has: bool | None, told: bool
) -> None:
    """An undeclared canary that is missing counts only if the reference has it."""
    server = await start(info=say.NOT_FOUND)
    odd = {True: {}, False: {"info": say.NOT_FOUND}, None: {"info": say.Reply(status=500)}}[has]
    reference = bench.reference((await start(**odd)).url)
    outcome = await bench.run(RUN, mirror_of(server.url, declared=False), reference=reference)
    assert [each.code for each in outcome.findings] == ([Code.MODULE_MISSING] if told else [])


async def test_reference_is_not_asked_about_itself(
    start: Any, bench: Any, mirror_of: Any, say: Any
) -> None:
    """The reference is never judged against itself."""
    server, other = await start(info=say.NOT_FOUND), await start()
    mirror = mirror_of(server.url, declared=False, is_reference=True)
    outcome = await bench.run(RUN, mirror, reference=bench.reference(other.url))
    assert outcome.findings == ()
    assert other.requests == []


async def test_throttled(start: Any, bench: Any, mirror_of: Any, say: Any) -> None:
    """Once a mirror asks for fewer requests, not one more is sent in that run."""
    odd = say.Reply(status=429, headers=(("Retry-After", "120"),))
    server = await start(list=say.Reply(status=500), latest=odd)
    outcome = await bench.run(RUN, mirror_of(server.url))
    assert [each.code for each in outcome.findings] == [Code.HTTP_429]
    assert server.requests == ROUND[:2]
    assert outcome.retry_at == pytest.approx(time.time() + 120, abs=5)


async def test_unreachable(bench: Any, mirror_of: Any) -> None:
    """A mirror that cannot be reached is asked one question, twice."""
    outcome = await bench.run(RUN, mirror_of("http://127.0.0.1:1"))
    assert [each.code for each in outcome.findings] == [Code.TRANSPORT_REFUSED]
    assert [each.endpoint for each in outcome.exchanges] == [Endpoint.LIST] * 2


async def test_total_silence(start: Any, bench: Any, mirror_of: Any, say: Any) -> None:
    """A mirror that hangs on everything is one timeout, within the deadline."""
    server = await start()
    server.script, server.fallback = {}, say.Reply(hang=True)
    mirror = mirror_of(server.url, thresholds=Thresholds(stall_after=2.0))
    outcome = await bench.run(RUN, mirror, timeout=0.3, deadline=8.0)
    assert [each.code for each in outcome.findings] == [Code.TRANSPORT_TIMEOUT]
    assert len(outcome.exchanges) <= 3
    assert sum(each.duration for each in outcome.exchanges) < 8.0


async def test_our_deadline_accuses_nobody(
    start: Any, bench: Any, mirror_of: Any, say: Any
) -> None:
    """A run that is out of time before its second look asserts nothing."""
    server = await start(mod=say.Reply(hang=True))
    outcome = await bench.run(RUN, mirror_of(server.url), deadline=2.5)
    assert outcome.findings == ()
    assert outcome.undecided == {Endpoint.MOD}


async def test_second_looks_respect_the_budget(
    start: Any, bench: Any, mirror_of: Any, say: Any
) -> None:
    """A mirror whose share is used up is not looked at again."""
    server = await start(info=say.Reply(status=500))
    allowance = Allowance(Budget(requests_per_hour=len(ROUND)), bench.clock)
    outcome = await bench.run(RUN, mirror_of(server.url), allowance=allowance)
    assert server.requests == ROUND
    assert outcome.findings == ()
    assert outcome.undecided == {Endpoint.INFO}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, Code.HTTP_401_CREDENTIALS),
        (403, Code.HTTP_403_POLICY),
        (418, Code.HTTP_UNEXPECTED_STATUS),
        (503, Code.HTTP_5XX),
    ],
)
async def test_everything_alike(
    start: Any, bench: Any, mirror_of: Any, say: Any, status: int, code: Code
) -> None:
    """A mirror that answers everything alike has one cause, with every endpoint showing it."""
    server = await start()
    server.script, server.fallback = {}, say.Reply(status=status)
    outcome = await bench.run(RUN, mirror_of(server.url))
    assert {each.code for each in outcome.findings} == {code}
    assert Endpoint.MISSING in {each.endpoint for each in outcome.findings}
