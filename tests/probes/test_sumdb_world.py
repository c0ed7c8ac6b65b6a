"""Every fault of a checksum database, or of a relay of one, gives its one cause and no other.

Relays are the mirrors', the database is a host of the world, and everything is verified. Times are
scaled down: what takes seconds in the field takes fractions here.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from goproxy_exporter.app.trees import Trees
from goproxy_exporter.config.load import load
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.model.mirror import Access, Budget, Check
from goproxy_exporter.model.names import CheckName, Kind
from goproxy_exporter.model.result import Result
from goproxy_exporter.model.scope import codes_of
from goproxy_exporter.model.standing import Verdict
from goproxy_exporter.probes import PROBES
from goproxy_exporter.probes.kit import Kit
from goproxy_exporter.reference.canary import Reference
from goproxy_exporter.reference.checksum_database import ChecksumDatabase
from goproxy_exporter.reference.originals import Originals
from goproxy_exporter.reference.persistence import Persistence
from goproxy_exporter.runner.allowances import Allowances
from goproxy_exporter.simulator.beginning import DAILY
from goproxy_exporter.simulator.configuration import CANARIES
from goproxy_exporter.simulator.extensions import Database
from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.faults.log import LOG
from goproxy_exporter.simulator.faults.sumdb import DATABASE, PROXYING
from goproxy_exporter.simulator.styles import STYLES
from goproxy_exporter.simulator.world import World
from goproxy_exporter.verdict import decide, step
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.wire import Wire

WORLDS = 3
"""Faults that are tried at the same time, each in a world of its own."""
THRESHOLDS = {"stall_after": "1500ms", "first_byte": "1s", "throughput": "1MB"}
PATIENCE = Persistence(attempts=3, deadline=3.0, timeout=0.7, longest_wait=0.01)
FRESH = {**CANARIES, "fresh": [{"module": DAILY, "version": "v1.4.1"}]}
RELAYED = [fault.name for fault in (*PROXYING, *LOG) if fault.name != "sumdb.stale"]
OWN = [name for name in RELAYED if DATABASE in FAULTS[name].only]
OF_ANY_HOST = (
    "dns.nxdomain",
    "transport.refused",
    "transport.reset",
    "transport.timeout",
    "tls.expired",
    "http.5xx",
    "http.429",
    "http.403_policy",
    "semantics.soft200",
    "integrity.content_encoding",
)
"""Faults that a mirror has as a whole, or a database: no fault of a relay."""


class Skewed(Clock):
    """A clock that can be put forward."""

    __slots__ = ("ahead",)

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        """Give the real time, put forward."""
        return super().now() + self.ahead

    def monotonic(self) -> float:
        """Give the real time, put forward."""
        return super().monotonic() + self.ahead


@dataclass(frozen=True, slots=True)
class Seen:
    """What the sumdb check of one subject made of a fault."""

    fault: str
    verdict: Verdict
    result: Result

    @property
    def found(self) -> set[str]:
        return {str(finding.code) for finding in self.result.findings}

    def told(self) -> str:
        primary = str(self.verdict.primary) if self.verdict.primary else None
        return f"{self.fault}: {primary}, found {sorted(self.found)}"


@dataclass(slots=True)
class Bench:
    """A world with a checksum database, and the means to watch one subject."""

    world: World
    directory: Path
    clock: Skewed = field(default_factory=Skewed)

    def __post_init__(self) -> None:
        self.wire = Wire(self.clock, Resolver())
        self.settings = self._settings()
        self.begin_anew()

    wire: Wire = field(init=False)
    settings: Settings = field(init=False)
    databases: Mapping[str, ChecksumDatabase] = field(init=False)

    def begin_anew(self) -> None:
        """Know nothing of the database."""
        trees = Trees(self.clock, persistence=PATIENCE)
        self.databases = trees.databases(self.settings, self.wire, Allowances(self.clock))

    async def tried(self, host: str, fault: str | None) -> Seen:
        """Run the check of a mirror, or of the database itself, with a fault on."""
        await asyncio.to_thread(lambda: None)
        self.world.switch(host, *((fault,) if fault else ()))
        return await self.run(host, fault or "honest")

    async def run(self, host: str, fault: str = "honest") -> Seen:
        (check,) = (check for check in self.settings.checks if _is_of(check, host))
        check = replace(check, timeout=1.0)
        kit = Kit(
            wire=self.wire,
            clock=self.clock,
            reference=Reference(self.wire, self.clock, None, Access()),
            originals=Originals(self.wire, self.clock, Access()),
            allowance=Allowance(Budget(), self.clock),
            database=self.databases[check.mirror.checksum_database or ""],
            look_gap=0.01,
            deadline=self.clock.monotonic() + 15.0,
        )
        started = self.clock.now()
        outcome = await PROBES[check.name](check, kit)
        result = Result(
            check=check,
            started=started,
            duration=self.clock.now() - started,
            exchanges=outcome.exchanges,
            findings=outcome.findings,
            facts=outcome.facts,
            retry_at=outcome.retry_at,
        )
        memory = step(None, result, self.clock.now())
        verdict = decide(check.mirror, memory, [check], {}, self.clock.now())
        return Seen(fault, verdict, result)

    def _settings(self) -> Settings:
        path = self.directory / f"{id(self)}.yaml"
        path.write_text(self.world.config_yaml(thresholds=THRESHOLDS, canaries=FRESH))
        return load(path, env={}, implemented=frozenset(PROBES))


def _is_of(check: Check, host: str) -> bool:
    if check.name is not CheckName.SUMDB:
        return False
    own = check.mirror.kind is Kind.CHECKSUMS
    return own if host == DATABASE else check.mirror.name == host


async def all_tried(
    host: str, faults: Iterable[str], directory: Path, *, first: str | None = None
) -> list[Seen]:
    """Try faults in several worlds; `first` is a subject that is honest before each of them."""
    left, seen = list(faults), list[Seen]()

    async def worker() -> None:
        mirrors = ("goproxy",) if host == DATABASE else (host,)
        async with World.open(
            mirrors=mirrors, extensions=(Database(),), slow_seconds=0.4, slow_rate=5e5
        ) as world:
            bench = Bench(world, directory)
            while left:
                bench.begin_anew()
                fault = left.pop()
                world.switch(host)
                if first is not None:
                    await bench.run(first)
                seen.append(await bench.tried(host, fault))

    await asyncio.gather(*(worker() for _ in range(min(WORLDS, len(left)))))
    return seen


def wrong(seen: Iterable[Seen]) -> list[str]:
    """Tell of what is not as the fault expects: its code alone, or none."""
    return [
        each.told()
        for each in seen
        if each.found != ({FAULTS[each.fault].expects} - {None})
        or (each.verdict.primary or None) != FAULTS[each.fault].expects
    ]


@pytest.mark.timeout(120)
async def test_every_fault_of_a_relay_has_its_one_cause(tmp_path: Path) -> None:
    """A fault gives the cause it is named after, and no other code at all."""
    seen = await all_tried("goproxy", RELAYED, tmp_path)
    assert wrong(seen) == []
    for each in seen:
        assert {finding.code for finding in each.result.findings} <= codes_of(each.result.check)


@pytest.mark.timeout(120)
async def test_every_fault_of_the_database_has_its_one_cause(tmp_path: Path) -> None:
    """The same at the database's own host, once an honest head was seen through a relay."""
    assert wrong(await all_tried(DATABASE, OWN, tmp_path, first="goproxy")) == []


@pytest.mark.timeout(120)
async def test_a_database_fails_like_any_host(tmp_path: Path) -> None:
    """A subject of its own has causes of its own, not those of a relay."""
    assert wrong(await all_tried(DATABASE, OF_ANY_HOST, tmp_path)) == []


@pytest.mark.timeout(120)
async def test_what_ails_all_of_a_mirror_is_not_laid_to_its_relay(tmp_path: Path) -> None:
    """Other checks tell of that; a rate limit is told by whoever meets it."""
    for each in await all_tried("goproxy", (*OF_ANY_HOST, "redirect.loop"), tmp_path):
        assert each.found == ({"http.429"} if each.fault == "http.429" else set()), each.told()


@pytest.mark.parametrize("make", STYLES)
async def test_every_make_is_healthy(make: str, tmp_path: Path) -> None:
    """Honest relays are accused of nothing; of what relays nothing, just that is told."""
    async with World.open(mirrors=(make,), extensions=(Database(),)) as world:
        seen = await Bench(world, tmp_path).tried(make, None)
    relays = STYLES[make].relay is not None
    assert seen.found == (set() if relays else {"sumdb.not_proxied"}), seen.told()
    assert seen.result.facts["database_works"] is True
    assert ("tree_size" in seen.result.facts) is relays


@pytest.mark.parametrize("host", ["goproxy", DATABASE])
async def test_a_head_is_stale_once_it_was_overtaken_long_ago(host: str, tmp_path: Path) -> None:
    """How old a head is shows by what was seen before: without that, nothing is asserted."""
    async with World.open(mirrors=("goproxy",), extensions=(Database(),)) as world:
        bench = Bench(world, tmp_path)
        await bench.run("goproxy")
        seen = await bench.tried(host, "sumdb.stale")
        assert seen.found == set(), seen.told()
        bench.clock.ahead = 6 * 3600.0 + 60
        seen = await bench.run(host, "sumdb.stale")
        assert wrong([seen]) == []
        (finding,) = seen.result.findings
        assert finding.evidence["head_age_seconds"] >= 6 * 3600
        assert (finding.matched, finding.looked) == (2, 2)
        bench.clock.ahead += 600
        assert (await bench.tried(host, None)).found == set()


async def test_a_quiet_round_costs_little(tmp_path: Path) -> None:
    """What was shown rightly within the hour is not asked for again, a sample is."""
    async with World.open(mirrors=("goproxy",), extensions=(Database(),)) as world:
        bench = Bench(world, tmp_path)
        first, own = await bench.run("goproxy"), await bench.run(DATABASE)
        before = len(world.requests)
        second = await bench.run("goproxy")
        asked = [one for one in world.requests[before:] if one.mirror == "goproxy"]
        assert len(asked) == len(second.result.exchanges)
        kinds = [exchange.endpoint.value for exchange in second.result.exchanges]
        assert kinds == [
            "sumdb_supported",
            "sumdb_lookup",
            "sumdb_latest",
            "sumdb_lookup",
            "sumdb_tile",
            "sumdb_tile",
        ]
        assert not [one for one in world.requests[before:] if one.mirror == DATABASE]
        assert len(first.result.exchanges) == 9
        assert len(own.result.exchanges) == 8
        bench.clock.ahead = 3700.0
        assert len((await bench.run("goproxy")).result.exchanges) == 9


async def test_a_bad_tile_is_asked_for_until_it_is_right(tmp_path: Path) -> None:
    """What a sample found stays found: it does not depend on what the next sample draws."""
    async with World.open(mirrors=("goproxy",), extensions=(Database(),)) as world:
        bench = Bench(world, tmp_path)
        for _ in range(3):
            seen = await bench.tried("goproxy", "sumdb.tile_mismatch/unused")
            assert wrong([seen]) == []
        (finding,) = seen.result.findings
        assert finding.module == "tile/8/0/000"
        assert (await bench.tried("goproxy", None)).found == set()


async def test_the_names_of_private_modules_are_told_to_nobody(tmp_path: Path) -> None:
    """What GONOSUMDB or private_patterns match is never looked up."""
    async with World.open(mirrors=("goproxy",), extensions=(Database(),)) as world:
        bench = Bench(world, tmp_path)
        mirrors = {
            mirror: replace(mirror, private_patterns=("github.com/josharian",), gonosumdb=DAILY)
            for mirror in bench.settings.mirrors
        }
        checks = (
            replace(check, mirror=mirrors.get(check.mirror, check.mirror))
            for check in bench.settings.checks
            if check.mirror.kind is Kind.MODULES
        )
        bench.settings = replace(bench.settings, checks=frozenset(checks))
        seen = await bench.run("goproxy")
        assert seen.found == set()
        assert "sumdb_lookup" not in {one.endpoint.value for one in seen.result.exchanges}
        assert not [one for one in world.requests if "lookup" in one.path]


async def test_an_explicit_url_leaves_mirrors_out_of_it(tmp_path: Path) -> None:
    """go asks no mirror then, and neither does this program: the check is not there."""
    database = Database()
    async with World.open(mirrors=("goproxy",), extensions=(database,)) as world:
        path = tmp_path / "config.yaml"
        value = f"{database.key()} {world.url(DATABASE)}"
        path.write_text(world.config_yaml(checksum_database=value))
        settings = load(path, env={}, implemented=frozenset(PROBES))
        asked = [check.mirror.kind for check in settings.checks if check.name is CheckName.SUMDB]
        assert asked == [Kind.CHECKSUMS]
