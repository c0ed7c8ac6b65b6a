"""Following versions at a mirror that answers by a script, over sockets.

Times are those of a clock that is put forward: nothing here waits.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from clocks import Leaping
from runs import result_of

from goproxy_exporter.model.mirror import Access, Budget, Canaries, Canary, Check, Mirror
from goproxy_exporter.model.names import CheckName, Endpoint
from goproxy_exporter.model.result import Result
from goproxy_exporter.probes.kit import Kit
from goproxy_exporter.reference.canary import Reference
from goproxy_exporter.reference.originals import Originals
from goproxy_exporter.reference.persistence import Persistence
from goproxy_exporter.store import Store
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.wire import Wire

MODULE = "example.com/canary"
BASE = f"/{MODULE}/@v"
LIST, LATEST = f"{BASE}/list", f"/{MODULE}/@latest"
OLD, NEW, NEWER = "v1.2.3", "v1.3.0", "v1.4.0"
INFO, MOD, ZIP = (f"{BASE}/{NEW}.{file}" for file in ("info", "mod", "zip"))
MINUTE, HOUR = 60.0, 3600.0
PATIENT = 10.0
"""Seconds for an answer, all of which come."""
PATIENCE = Persistence(attempts=1, deadline=PATIENT, timeout=PATIENT, longest_wait=0.01)
WHILE = 20.0
"""Seconds that may pass beside those that the clock is put forward."""

Start = Callable[..., Awaitable[Any]]


@dataclass(slots=True, kw_only=True)
class Daemon:
    """Runs the check of one scripted mirror again and again, and remembers."""

    mirror: Any
    reference: Any
    check: Check
    clock: Leaping
    wire: Wire
    store: Store = field(default_factory=Store)
    evidence: Reference | None = None
    named: frozenset[str] = frozenset({MODULE})
    """What the reference is asked for as one of the mirrors."""

    async def run(self, after: float = MINUTE) -> Result:
        """Put the clock forward and run once; what was asked until then is forgotten."""
        self.clock.ahead += after
        self.mirror.requests.clear()
        if self.reference is not None:
            self.reference.requests.clear()
        if self.evidence is None:
            url = None if self.reference is None else self.reference.url
            access = Access(forward_proxy="")
            self.evidence = Reference(
                self.wire, self.clock, url, access, persistence=PATIENCE, named=self.named
            )
        kit = Kit(
            wire=self.wire,
            clock=self.clock,
            reference=self.evidence,
            originals=Originals(self.wire, self.clock, Access(forward_proxy="")),
            allowance=Allowance(Budget(), self.clock),
            look_gap=0.01,
            deadline=self.clock.monotonic() + 4 * PATIENT,
            recall=self.store.recall(self.check),
        )
        result = await result_of(self.check, kit)
        self.store.put(result)
        return result

    @property
    def asked(self) -> list[str]:
        """What the mirror was asked in the last run."""
        return list(self.mirror.requests)

    @property
    def evidence_asked(self) -> list[str]:
        """What the reference was asked."""
        return list(self.reference.requests)

    def arrived(self, endpoint: Endpoint) -> int:
        """How many versions arrived at an endpoint so far."""
        return self.store.tally("scripted").propagation[endpoint].count


def codes(result: Result) -> list[str]:
    return [str(finding.code) for finding in result.findings]


def lag_of(result: Result) -> dict[str, Any]:
    """Seconds by endpoint."""
    lags = result.facts["lag_seconds"]
    assert isinstance(lags, dict)
    return lags


@pytest.fixture
def follow(start: Start) -> Callable[..., Awaitable[Daemon]]:
    """Watch a scripted mirror that has the old version only; so has the reference, if there is one."""

    async def made(
        *versions: str,
        reference: bool = True,
        untagged: bool = False,
        **fields: object,
    ) -> Daemon:
        clock = Leaping()
        mirror = await start()
        others = await start() if reference else None
        named = tuple(
            Canary(module=MODULE, version=one, declared=True) for one in versions or (NEW,)
        )
        watched = Mirror(
            name="scripted",
            url=mirror.url,
            access=Access(forward_proxy=""),
            canaries=Canaries(
                stable=(),
                missing=Canary(module=f"{MODULE}/zz-none"),
                fresh=() if untagged else named,
                untagged=Canary(module=MODULE) if untagged else None,
            ),
        )
        watched = replace(watched, **fields)  # type: ignore[arg-type]  # a test names real fields
        check = Check(name=CheckName.FRESHNESS, mirror=watched, interval=60.0, timeout=PATIENT)
        daemon = Daemon(
            mirror=mirror,
            reference=others,
            check=check,
            clock=clock,
            wire=Wire(clock, Resolver()),
        )
        for one in (mirror, others):
            if one is not None:
                lists(one, OLD)
        daemon.store.keep([check], [watched])
        return daemon

    return made


def reply(server: Any, **fields: Any) -> Any:
    """A reply of the conftest's kind: 200 with nothing, if not said otherwise."""
    return replace(server.fallback, **{"status": 200, "body": b"", **fields})


def lists(server: Any, *versions: str) -> None:
    """Let a server's list name these versions."""
    server.script[LIST] = reply(server, body="".join(f"{one}\n" for one in versions).encode())


def has(server: Any, version: str = NEW) -> None:
    """Let a server have .info and .mod of a version."""
    info = f'{{"Version":"{version}"}}'.encode()
    server.script[f"{BASE}/{version}.info"] = reply(server, body=info)
    server.script[f"{BASE}/{version}.mod"] = reply(server, body=f"module {MODULE}\n".encode())


def absent(server: Any, **headers: str) -> None:
    """Let a server answer 404 for the new version, with these headers."""
    told = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    server.script[INFO] = replace(server.fallback, headers=told)


async def old_news(daemon: Daemon) -> None:
    """Let somebody else have known the version for two hours."""
    if daemon.reference is not None:
        lists(daemon.reference, OLD, NEW)
    lists(daemon.mirror, OLD, NEW)
    other = replace(daemon.check, mirror=replace(daemon.check.mirror, name="other"))
    daemon.store.keep([daemon.check, other], [daemon.check.mirror, other.mirror])
    mine, daemon.check = daemon.check, other
    await daemon.run()
    daemon.check = mine
    daemon.clock.ahead += 2 * HOUR


async def test_nobody_is_asked_for_a_file_before_it_exists(follow: Any) -> None:
    """Whoever is asked too early remembers that there is nothing: only lists are asked for."""
    daemon = await follow()
    for _ in range(3):
        result = await daemon.run()
        assert set(daemon.asked) == {LIST}
        assert daemon.evidence_asked == [LIST]
        assert codes(result) == []
    assert daemon.store.recall(daemon.check).own.trails == {}


async def test_a_version_on_its_way(follow: Any) -> None:
    """First at the reference, then at the mirror: file, list, and the archive once."""
    daemon = await follow()
    await daemon.run()
    lists(daemon.reference, OLD, NEW)
    first = await daemon.run(2 * MINUTE)
    assert daemon.asked == [LIST, INFO]
    assert first.facts["lag_seconds"] == {
        "list": pytest.approx(0, abs=WHILE),
        "info": pytest.approx(0, abs=WHILE),
    }
    has(daemon.mirror)
    daemon.mirror.script[ZIP] = reply(daemon.mirror, body=b"PK")
    second = await daemon.run(5 * MINUTE)
    assert daemon.asked == [LIST, INFO, ZIP]
    assert lag_of(second)["list"] == pytest.approx(300, abs=WHILE)
    assert (lag_of(second)["info"], lag_of(second)["zip"]) == (0, 0)
    assert (daemon.arrived(Endpoint.INFO), daemon.arrived(Endpoint.LIST)) == (1, 0)
    assert daemon.arrived(Endpoint.ZIP) == 0
    lists(daemon.mirror, OLD, NEW)
    third = await daemon.run()
    assert daemon.asked == [LIST]
    assert set(lag_of(third).values()) == {0}
    assert daemon.arrived(Endpoint.LIST) == 1
    assert codes(first) + codes(second) + codes(third) == []
    assert daemon.store.tally("scripted").propagation[Endpoint.LIST].total == pytest.approx(
        360, abs=WHILE
    )


async def test_when_all_is_there_one_list_is_asked_for(follow: Any) -> None:
    """Once for all versions of the module, and no evidence is needed."""
    daemon = await follow(OLD, NEW)
    lists(daemon.mirror, OLD, NEW)
    has(daemon.mirror)
    await daemon.run()
    assert sorted(set(daemon.asked)) == sorted(
        {LIST, INFO, ZIP, f"{BASE}/{OLD}.info", f"{BASE}/{OLD}.zip"}
    )
    assert daemon.evidence_asked == []
    daemon.mirror.script[ZIP] = reply(daemon.mirror, body=b"PK")
    await daemon.run()
    assert daemon.asked == [LIST, ZIP]
    for _ in range(3):
        await daemon.run()
        assert daemon.asked == [LIST]


async def test_a_private_name_is_told_nobody(follow: Any) -> None:
    """The reference hears only of modules that it is asked for as a mirror, too."""
    daemon = await follow()
    daemon.named = frozenset()
    lists(daemon.reference, OLD, NEW)
    lists(daemon.mirror, OLD, NEW)
    absent(daemon.mirror, age="600", cache_control="max-age=1800")
    for _ in range(2):
        await daemon.run(2 * HOUR)
        assert daemon.evidence_asked == []
    lists(daemon.mirror, OLD)
    assert codes(await daemon.run(2 * HOUR)) == [
        "freshness.list_shrank",
        "freshness.negative_cache",
    ]
    assert daemon.evidence_asked == []
    daemon = await follow(untagged=True)
    daemon.named = frozenset()
    daemon.check = replace(daemon.check, mirror=_named_untagged(daemon.check.mirror))
    latest(daemon.mirror, REVISIONS[0])
    await daemon.run()
    assert daemon.evidence_asked == []


def _named_untagged(mirror: Mirror) -> Mirror:
    untagged = Canary(module=MODULE, declared=True)
    return replace(mirror, canaries=replace(mirror.canaries, untagged=untagged))


async def test_a_reference_without_the_module_has_no_say(follow: Any) -> None:
    """A mirror of private modules is not held against who does not know them."""
    daemon = await follow()
    daemon.reference.script.pop(LIST)
    has(daemon.mirror)
    await old_news(daemon)
    daemon.reference.script.pop(LIST)
    lists(daemon.mirror, OLD)
    assert codes(await daemon.run()) == ["freshness.list_stale"]


async def stale(daemon: Daemon) -> Result:
    """Let the version exist for two hours, and run."""
    await daemon.run()
    return await daemon.run(2 * HOUR)


async def test_a_list_that_lags(follow: Any) -> None:
    """Held against the reference; after a second look over new connections."""
    daemon = await follow()
    lists(daemon.reference, OLD, NEW)
    has(daemon.mirror)
    result = await stale(daemon)
    assert codes(result) == ["freshness.list_stale"]
    (finding,) = result.findings
    assert (finding.matched, finding.looked) == (3, 3)
    assert finding.evidence["missing"] == [NEW]
    assert finding.evidence["lag_seconds"] == pytest.approx(2 * HOUR, abs=WHILE)
    assert daemon.asked.count(LIST) == 3


async def test_without_a_reference_its_own_info_counts(follow: Any) -> None:
    """A mirror that has a version has to list it, after a while."""
    daemon = await follow(reference=False)
    has(daemon.mirror)
    await old_news(daemon)
    lists(daemon.mirror, OLD)
    assert codes(await daemon.run()) == ["freshness.list_stale"]


async def test_without_any_evidence_nothing_is_owed(follow: Any) -> None:
    """Without a reference nobody tells of a version that no mirror shows."""
    daemon = await follow(reference=False)
    for _ in range(2):
        assert codes(await daemon.run(2 * HOUR)) == []
        assert set(daemon.asked) == {LIST}


async def test_the_reference_is_not_held_against_itself(follow: Any) -> None:
    """Nobody is asked about it but itself."""
    daemon = await follow(is_reference=True)
    lists(daemon.reference, OLD, NEW)
    assert codes(await stale(daemon)) == []
    assert daemon.evidence_asked == []


async def test_what_the_source_gave_up_is_not_missed(follow: Any) -> None:
    """A version that existed, and that the reference does not list any more."""
    daemon = await follow()
    lists(daemon.reference, OLD, NEW)
    has(daemon.mirror)
    await daemon.run()
    lists(daemon.reference, OLD)
    result = await daemon.run(2 * HOUR)
    assert codes(result) == []
    assert result.facts["lag_seconds"] == {}
    assert result.facts["versions"][0]["withdrawn"] is True
    assert daemon.asked.count(LIST) <= 3


async def test_what_retracts_itself_need_not_be_listed(follow: Any) -> None:
    """Some mirrors leave retracted versions out, and are right."""
    daemon = await follow()
    lists(daemon.reference, OLD, NEW)
    has(daemon.mirror)
    daemon.mirror.script[MOD] = reply(
        daemon.mirror, body=f"module {MODULE}\n\nretract {NEW}\n".encode()
    )
    assert codes(await stale(daemon)) == []
    assert MOD in daemon.asked


async def test_what_a_newer_list_leaves_out(follow: Any) -> None:
    """A list that gained something since was made later than the missing version."""
    daemon = await follow()
    lists(daemon.reference, OLD, NEW, NEWER)
    await daemon.run()
    lists(daemon.mirror, OLD, NEWER)
    await daemon.run(HOUR)
    assert codes(await daemon.run(2 * HOUR)) == []


async def test_a_version_that_vanished(follow: Any) -> None:
    """In the list, then not any more, though the reference has it."""
    daemon = await follow(OLD)
    lists(daemon.reference, OLD, NEW)
    lists(daemon.mirror, OLD, NEW)
    await daemon.run()
    lists(daemon.mirror, OLD)
    for _ in range(3):
        result = await daemon.run(11 * MINUTE)
        assert codes(result) == ["freshness.list_shrank"]
        assert result.findings[0].evidence["missing"] == [NEW]
    lists(daemon.reference, OLD)
    for _ in range(2):
        assert codes(await daemon.run(2 * MINUTE)) == []
    lists(daemon.reference, OLD, NEW)
    assert codes(await daemon.run(2 * MINUTE)) == []


async def test_what_a_new_version_may_have_retracted(follow: Any) -> None:
    """Something higher came as it went."""
    daemon = await follow(OLD)
    lists(daemon.reference, OLD, NEW, NEWER)
    lists(daemon.mirror, OLD, NEW)
    await daemon.run()
    lists(daemon.mirror, OLD, NEWER)
    for _ in range(3):
        assert codes(await daemon.run(11 * MINUTE)) == []


@pytest.mark.parametrize(
    ("headers", "listed", "found"),
    [
        ({"age": "600", "cache_control": "max-age=1800"}, True, True),
        ({"age": "600"}, True, True),
        ({"x_cache": "HIT"}, True, True),
        ({"cache_control": "max-age=1800"}, True, False),
        ({"age": "0", "cache_control": "max-age=1800"}, True, False),
        # Whoever has nothing of the module may not be allowed to.
        ({"age": "600", "cache_control": "max-age=1800"}, False, False),
        ({}, True, False),
    ],
)
async def test_absence_from_a_cache(
    follow: Any, headers: dict[str, str], listed: bool, found: bool
) -> None:
    """A cache says so itself, of a module that the mirror has."""
    daemon = await follow()
    lists(daemon.reference, OLD, NEW)
    has(daemon.reference)
    await daemon.run()
    absent(daemon.mirror, **headers)
    if listed:
        lists(daemon.mirror, OLD, NEW)
    else:
        daemon.mirror.script.pop(LIST)
    result = await daemon.run(6 * MINUTE)
    assert codes(result) == (["freshness.negative_cache"] if found else [])
    if found:
        assert (result.findings[0].matched, daemon.asked.count(INFO)) == (2, 2)


async def test_a_cache_does_not_hide_what_is_withdrawn(follow: Any) -> None:
    """The reference has the version no more: its absence is right."""
    daemon = await follow()
    for server in (daemon.reference, daemon.mirror):
        lists(server, OLD, NEW)
    absent(daemon.mirror, age="600", cache_control="max-age=1800")
    assert codes(await daemon.run()) == []


async def test_a_brief_absence_does_no_harm(follow: Any) -> None:
    """A cache that forgets soon hides nothing for long."""
    daemon = await follow()
    lists(daemon.reference, OLD, NEW)
    has(daemon.reference)
    lists(daemon.mirror, OLD, NEW)
    absent(daemon.mirror, age="30", cache_control="max-age=60")
    assert codes(await daemon.run()) == []
    assert codes(await daemon.run()) == []
    absent(daemon.mirror, age="30", cache_control="max-age=600")
    result = await daemon.run()
    assert codes(result) == ["freshness.negative_cache"]
    assert result.findings[0].evidence["cache_remaining_seconds"] == 570


async def test_an_absence_that_ended_meanwhile(follow: Any) -> None:
    """What a cache hid at the first look and not at the second, is a fact."""
    daemon = await follow()
    lists(daemon.reference, OLD, NEW)
    lists(daemon.mirror, OLD, NEW)
    has(daemon.mirror)
    there = daemon.mirror.script[INFO]
    absent(daemon.mirror, age="600", cache_control="max-age=1800")
    daemon.mirror.script[INFO] = [daemon.mirror.script[INFO], there]
    assert codes(await daemon.run()) == []
    assert daemon.asked.count(INFO) == 2


async def test_a_cold_miss(follow: Any) -> None:
    """404 at first and then served, of a version that is no news."""
    daemon = await follow()
    await old_news(daemon)
    has(daemon.mirror)
    absent_first = daemon.mirror.fallback
    daemon.mirror.script[INFO] = [absent_first, daemon.mirror.script[INFO]]
    result = await daemon.run()
    assert codes(result) == ["semantics.cold_miss_404"]
    assert (result.findings[0].matched, result.findings[0].looked) == (1, 2)


async def test_a_cold_miss_that_takes_longer(follow: Any) -> None:
    """Missing and cold are told apart by the next run; who never has it was not cold."""
    for late, expected in ((MINUTE, ["semantics.cold_miss_404"]), (HOUR, [])):
        daemon = await follow()
        await old_news(daemon)
        assert codes(await daemon.run()) == []
        assert daemon.asked.count(INFO) == 2
        has(daemon.mirror)
        assert codes(await daemon.run(late)) == expected
        assert codes(await daemon.run()) == []


async def test_news_is_never_a_cold_miss(follow: Any) -> None:
    """A new version that was not there at first has simply arrived."""
    daemon = await follow()
    lists(daemon.reference, OLD, NEW)
    has(daemon.mirror)
    daemon.mirror.script[INFO] = [daemon.mirror.fallback, daemon.mirror.script[INFO]]
    assert codes(await daemon.run()) == []
    assert codes(await daemon.run()) == []
    assert daemon.arrived(Endpoint.INFO) == 1


async def test_a_mirror_that_wants_fewer_requests(follow: Any) -> None:
    """Only that is said, and nothing more is asked."""
    daemon = await follow()
    lists(daemon.reference, OLD, NEW)
    wait = (("Retry-After", "120"),)
    daemon.mirror.script[LIST] = reply(daemon.mirror, status=429, headers=wait)
    result = await daemon.run()
    assert codes(result) == ["http.429"]
    assert result.retry_at is not None
    assert daemon.asked == [LIST]


@pytest.mark.parametrize("status", [500, 403, 503])
async def test_what_fails_otherwise_is_not_late(follow: Any, status: int) -> None:
    """Other causes are other checks' matter; of freshness nothing is known then."""
    daemon = await follow()
    lists(daemon.reference, OLD, NEW)
    daemon.mirror.script[LIST] = replace(daemon.mirror.fallback, status=status)
    absent(daemon.mirror)
    daemon.mirror.script[INFO] = replace(daemon.mirror.script[INFO], status=status)
    result = await stale(daemon)
    assert codes(result) == []
    assert "lag_seconds" not in result.facts


async def test_an_upstream_failure_is_no_absence(follow: Any) -> None:
    """A 404 that admits a failure further up says nothing about the version."""
    daemon = await follow()
    lists(daemon.reference, OLD, NEW)
    lists(daemon.mirror, OLD, NEW)
    absent(daemon.mirror, age="600")
    masked = replace(daemon.mirror.script[INFO], body=b"not found: fetch timed out")
    daemon.mirror.script[INFO] = masked
    result = await stale(daemon)
    assert codes(result) == []
    assert "info" not in lag_of(result)


async def test_a_list_without_end(follow: Any) -> None:
    """What no module has is not looked at, and costs no more than reading it."""
    daemon = await follow()
    lists(daemon.reference, OLD, NEW)
    lists(daemon.mirror, *(f"v1.{n}.{m}" for n in range(210) for m in range(100)))
    result = await stale(daemon)
    assert codes(result) == []
    assert "list" not in lag_of(result)


async def test_a_long_list(follow: Any) -> None:
    """What is followed is found wherever it stands."""
    daemon = await follow(OLD, NEW)
    lists(daemon.reference, OLD, NEW)
    lists(daemon.mirror, OLD, *(f"v1.9.{n}" for n in range(2000)))
    for version in (OLD, NEW):
        has(daemon.mirror, version)
    result = await stale(daemon)
    assert codes(result) == ["freshness.list_stale"]
    assert result.findings[0].evidence["missing"] == [NEW]


REVISIONS = ("v0.0.0-20200101000000-aaaaaaaaaaaa", "v0.0.0-20210101000000-bbbbbbbbbbbb")


def latest(server: Any, version: str) -> None:
    """Let a server's @latest of the untagged module be this; its list is empty."""
    lists(server)
    server.script[LATEST] = reply(server, body=f'{{"Version":"{version}"}}'.encode())


async def test_latest_that_lags(follow: Any) -> None:
    """Held against the reference, once that has been ahead for longer than the lag."""
    daemon = await follow(untagged=True)
    latest(daemon.mirror, REVISIONS[0])
    latest(daemon.reference, REVISIONS[1])
    first = await daemon.run()
    assert codes(first) == []
    assert daemon.asked[:2] == [LIST, LATEST]
    result = await daemon.run(2 * HOUR)
    assert codes(result) == ["freshness.latest_stale"]
    assert result.findings[0].endpoint is Endpoint.UNTAGGED
    assert result.facts["lag_seconds"] == {"latest": pytest.approx(2 * HOUR, abs=WHILE)}
    latest(daemon.mirror, REVISIONS[1])
    assert codes(await daemon.run()) == []
    assert daemon.arrived(Endpoint.LATEST) == 1


async def test_latest_that_is_ahead(follow: Any) -> None:
    """Nobody is held against a reference that is behind."""
    daemon = await follow(untagged=True)
    latest(daemon.mirror, REVISIONS[1])
    latest(daemon.reference, REVISIONS[0])
    assert codes(await stale(daemon)) == []


@pytest.mark.parametrize("there", [(OLD,), ()])
async def test_latest_counts_where_go_asks_for_it(follow: Any, there: tuple[str, ...]) -> None:
    """Not beside a list that names a version; and without an answer nothing is late."""
    daemon = await follow(untagged=True)
    latest(daemon.mirror, REVISIONS[0])
    latest(daemon.reference, REVISIONS[1])
    if there:
        lists(daemon.mirror, *there)
    else:
        daemon.mirror.script.pop(LATEST)
    result = await stale(daemon)
    assert codes(result) == []
    assert "lag_seconds" not in result.facts
    assert (LATEST in daemon.asked) == (not there)
