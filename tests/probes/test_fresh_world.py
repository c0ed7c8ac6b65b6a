"""Every fault of time is found in the simulated world, and no other fault is taken for one.

The check is run several times against one mirror, as a daemon would, by a clock that can be put
forward: what takes hours in the field takes none here.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from clocks import Leaping
from runs import result_of

from goproxy_exporter.config.load import load
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.model.mirror import Budget, Check
from goproxy_exporter.model.names import CheckName, Endpoint, State
from goproxy_exporter.model.result import Result
from goproxy_exporter.model.standing import Verdict
from goproxy_exporter.probes.kit import Kit
from goproxy_exporter.reference.canary import Reference
from goproxy_exporter.reference.module_index import EVERY, ModuleIndex
from goproxy_exporter.reference.originals import Originals
from goproxy_exporter.reference.persistence import Persistence
from goproxy_exporter.simulator.extensions.database import Database
from goproxy_exporter.simulator.extensions.index import Index
from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.modules import UNTAGGED, Release
from goproxy_exporter.simulator.styles import STYLES
from goproxy_exporter.simulator.world import World
from goproxy_exporter.store import Store
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.wire import Wire

MINUTE, HOUR = 60.0, 3600.0
LONG = 10.0
"""Seconds for what comes, however busy this machine is."""
PATIENCE = Persistence(attempts=2, deadline=2 * LONG, timeout=LONG, longest_wait=0.01)
HASTY = {"stall_after": "700ms", "first_byte": "250ms", "throughput": "1MB"}
"""For faults of speed, and for what never comes."""
OF_TIME = [name for name in FAULTS if name.startswith("freshness.")]
LATER = {
    "freshness.latest_stale": 2 * HOUR,
    "freshness.replica_inconsistent/latest": 11 * MINUTE,
}
"""What shows only once a revision has been known for so long."""
BEFORE = ("freshness.list_shrank", "freshness.list_shrank/at_once")
"""What shows only to who read the whole list before."""
PATIENT = frozenset(
    name
    for name in FAULTS
    if name.startswith(("transport.timeout/", "edge.inconsistent/swallowed"))
)


@dataclass(slots=True, kw_only=True)
class Watching:
    """A world, and what a daemon knows that runs one check of every mirror."""

    world: World
    settings: Settings
    clock: Leaping
    wire: Wire
    reference: Reference
    index: ModuleIndex | None
    store: Store = field(default_factory=Store)
    timeout: float = LONG

    async def run(self, mirror: str) -> Result:
        """Run the check of a mirror once."""
        check = self.check(mirror)
        kit = Kit(
            wire=self.wire,
            clock=self.clock,
            reference=self.reference,
            originals=Originals(self.wire, self.clock, self.settings.terms.access),
            allowance=Allowance(Budget(), self.clock),
            look_gap=0.01,
            deadline=self.clock.monotonic() + 4 * LONG,
            index=self.index,
            recall=self.store.recall(check),
        )
        hurried = replace(check, timeout=self.timeout)
        result = replace(await result_of(hurried, kit), check=check)
        self.store.put(result)
        return result

    def check(self, mirror: str) -> Check:
        return next(one for one in self.settings.checks if one.mirror.name == mirror)

    def verdict(self, mirror: str) -> Verdict:
        return self.store.verdict(mirror, self.clock.now())

    async def after(self, seconds: float, mirror: str) -> Result:
        """Put the clock forward, and run."""
        self.clock.ahead += seconds
        return await self.run(mirror)


@asynccontextmanager
async def watching(
    directory: Path, *, mirrors: Iterable[str] = ("goproxy", "golang"), **more: object
) -> AsyncIterator[Watching]:
    """Open a world with an index and a checksum database, and watch its mirrors."""
    extensions = (Index(), Database())
    async with World.open(
        mirrors=tuple(mirrors), extensions=extensions, slow_seconds=0.4, slow_rate=5e5
    ) as world:
        path = directory / "watching.yaml"
        path.write_text(world.config_yaml(**{"thresholds": {}, **more}))
        settings = await asyncio.to_thread(
            load, path, env={}, implemented=frozenset({CheckName.FRESHNESS})
        )
        clock = Leaping()
        wire = Wire(clock, Resolver(), nameservers=settings.nameservers)
        access = settings.reference_access
        found = Watching(
            world=world,
            settings=settings,
            clock=clock,
            wire=wire,
            reference=Reference(
                wire,
                clock,
                settings.reference_url,
                access,
                persistence=PATIENCE,
                named={UNTAGGED[0]},
            ),
            index=ModuleIndex(
                wire, clock, settings.module_index, settings.terms.access, persistence=PATIENCE
            )
            if settings.module_index
            else None,
        )
        found.store.keep(settings.checks, settings.mirrors)
        yield found


def codes(result: Result) -> set[str]:
    return {str(finding.code) for finding in result.findings}


@pytest.mark.parametrize("fault", OF_TIME)
async def test_every_fault_of_time_has_its_one_cause(fault: str, tmp_path: Path) -> None:
    """It is the primary cause, no other is asserted, and it goes with the fault."""
    expects = FAULTS[fault].expects
    async with watching(tmp_path) as watch:
        if fault in BEFORE:
            assert codes(await watch.run("goproxy")) == set()
            watch.clock.ahead += 20 * MINUTE
        watch.world.switch("goproxy", fault)
        if fault in LATER:
            assert codes(await watch.run("goproxy")) == set()
            watch.clock.ahead += LATER[fault]
        if fault == "freshness.list_shrank":
            # It shrinks while it is asked for: what changes once is no disagreement.
            assert codes(await watch.run("goproxy")) == set()
        for _ in range(3):
            result = await watch.after(MINUTE, "goproxy")
            assert codes(result) == {expects}
            assert watch.verdict("goproxy").primary == expects
        watch.world.switch("goproxy")
        for _ in range(4):
            assert codes(await watch.after(MINUTE, "goproxy")) == set()
        assert watch.verdict("goproxy").state is State.HEALTHY


@pytest.mark.parametrize("make", STYLES)
async def test_every_make_is_healthy(make: str, tmp_path: Path) -> None:
    """An honest mirror of any make is accused of nothing, and shows everything at once."""
    async with watching(tmp_path, mirrors=dict.fromkeys((make, "golang"))) as watch:
        for _ in range(4):
            result = await watch.after(MINUTE, make)
            assert codes(result) == set()
            lags = result.facts["lag_seconds"]
            assert isinstance(lags, dict)
            assert set(lags.values()) == {0.0}
            assert {"list", "info"} <= lags.keys()
        assert watch.verdict(make).state is State.HEALTHY


async def test_news_is_counted_once(tmp_path: Path) -> None:
    """What is published meanwhile is followed from the next look at the index on, at every mirror."""
    news = Release(
        module="github.com/simulated/news", version="v1.0.0", time="2026-01-01T00:00:00Z"
    )
    async with watching(tmp_path) as watch:
        for mirror in ("goproxy", "golang"):
            await watch.run(mirror)
        watch.clock.ahead += EVERY
        watch.world.publish(news, at=watch.clock.now() - 20)
        results = [await watch.after(1, mirror) for mirror in ("goproxy", "golang")]
        assert [codes(each) for each in results] == [set(), set()]
        for mirror, endpoints in (
            ("goproxy", {Endpoint.LIST, Endpoint.INFO, Endpoint.SUMDB_LOOKUP}),
            ("golang", {Endpoint.LIST, Endpoint.INFO}),
        ):
            for _ in range(2):
                await watch.after(MINUTE, mirror)
            counts = watch.store.tally(mirror).propagation
            assert {each for each, one in counts.items() if one.count} == endpoints
            assert all(counts[each].count == 1 for each in endpoints)
            assert all(20 <= counts[each].total < 40 for each in endpoints)
        assert ("github.com/simulated/news", "v1.0.0") in watch.store.recall(
            watch.check("golang")
        ).everywhere


async def test_a_healthy_mirror_is_asked_little(tmp_path: Path) -> None:
    """After the first runs: about one request a minute, a few more every ten minutes."""
    async with watching(tmp_path) as watch:
        first = await watch.run("goproxy")
        assert len(first.exchanges) <= 20
        hour = [await watch.after(MINUTE, "goproxy") for _ in range(60)]
        assert sum(len(each.exchanges) for each in hour) <= 150
        assert all(codes(each) == set() for each in hour)


OTHERS = [name for name in FAULTS if name not in PATIENT and name not in OF_TIME]
GROUPS = sorted({name.partition("/")[0].partition(".")[0] for name in OTHERS})


@pytest.mark.timeout(180)
@pytest.mark.parametrize("group", GROUPS)
async def test_no_other_fault_is_taken_for_one_of_time(group: str, tmp_path: Path) -> None:
    """Symptoms of other faults, and what looks odd and is healthy, are not accused of lateness."""
    faults = [name for name in OTHERS if name.partition("/")[0].partition(".")[0] == group]
    async with watching(tmp_path, thresholds=HASTY) as watch:
        watch.timeout = 0.5  # Who is cut short accuses less.
        for fault in faults:
            only = FAULTS[fault].only
            if only and "mirror" not in only:
                continue
            watch.world.switch("goproxy", fault)
            watch.store.keep((), ())
            watch.store.keep(watch.settings.checks, watch.settings.mirrors)
            expected = {FAULTS[fault].expects} & {"http.429", "semantics.cold_miss_404"}
            for _ in range(2):
                found = codes(await watch.after(MINUTE, "goproxy"))
                assert found <= expected, fault
