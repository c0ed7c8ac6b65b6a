"""Every fault of the simulated world gives its one cause, and every healthy make gives none.

Every check is run against one mirror, as a daemon would, and the verdict is asked for its primary
cause. Times are scaled down for the faults of time alone: what takes a minute in the field takes
seconds here. All other answers have all the time that a busy machine needs.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from runs import result_of
from worlds import FEW, Try, lighter, side_by_side

from goproxy_exporter.config.beats import OF_MIRRORS
from goproxy_exporter.config.load import load
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.mirror import Access, Budget, Check
from goproxy_exporter.model.names import CheckName
from goproxy_exporter.model.result import Result
from goproxy_exporter.model.scope import checks_for
from goproxy_exporter.model.standing import Verdict
from goproxy_exporter.probes import PROBES
from goproxy_exporter.probes.kit import Kit
from goproxy_exporter.reference.canary import Reference
from goproxy_exporter.reference.originals import Originals
from goproxy_exporter.simulator.conduct import MIRROR
from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.styles import STYLES
from goproxy_exporter.simulator.world import World
from goproxy_exporter.verdict import decide, step
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.wire import Wire

ELSEWHERE = frozenset((CheckName.FRESHNESS, CheckName.CHECKSUM, CheckName.SUMDB))
"""Checks that need more than mirrors in their world, and have tests of their own."""
CHECKS = tuple(name for name in PROBES if name in OF_MIRRORS and name not in ELSEWHERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long is waited. `at_once`: the checks run together, where all that they do is wait."""

    timeout: float = 10.0
    thresholds: Mapping[str, str] = field(default_factory=lambda: {"stall_after": "10s"})
    at_once: bool = False


CALM = Pace()
HANGING = Pace(timeout=2.0, thresholds={"stall_after": "2100ms"}, at_once=True)
"""Longer than any machine stands still: who is cut off then has shown nothing else."""
PACES = {
    "perf.slow_first_byte": Pace(thresholds={"first_byte": "400ms"}, at_once=True),
    "perf.slow_throughput": Pace(thresholds={"throughput": "1MB"}, at_once=True),
    # A nameserver's silence is told a tenth of the time before that is up.
    "dns.timeout": Pace(timeout=6.0, at_once=True),
    "transport.timeout": HANGING,
    "edge.inconsistent/silent": HANGING,
    "encoding.case/silent": HANGING,
}
"""Of faults whose names begin so."""
WAITING = Pace(timeout=2.0, thresholds={"stall_after": "1s"}, at_once=True)

PATIENT = frozenset(
    (
        "transport.timeout/connect",
        "transport.timeout/accept",
        "transport.timeout/hello",
        "edge.inconsistent/swallowed",
    )
)
"""What shows only after the go command's own 10 s for TLS, or 30 s for TCP."""
OTHERWISE: dict[str, frozenset[str]] = {
    # A mirror on the loopback is no public mirror, so http:// is nobody's fault there.
    "transport.plaintext": frozenset(),
}
OURS = {
    code
    for code in Code
    if checks_for(code) & set(CHECKS) and code is not Code.INTEGRITY_ZIP_HASH_MISMATCH
}
"""What the checks can find here: without a database no sum contradicts another."""
SCOPE = [
    name
    for name, fault in FAULTS.items()
    if name not in PATIENT
    and (fault.expects is None or fault.expects in OURS)
    and (not fault.only or MIRROR in fault.only)
    and not name.startswith(("freshness.", "healthy/freshness", "sumdb.", "healthy/sumdb"))
]
AND = " and "
TOGETHER: dict[str, frozenset[str]] = {
    "dns.nxdomain and tls.expired": frozenset({"dns.nxdomain"}),
    "transport.refused and tls.expired": frozenset({"transport.refused"}),
    "tls.expired and http.5xx": frozenset({"tls.expired"}),
    "module.missing/410 and fact/h2-goaway-once": frozenset({"module.missing"}),
    "http.5xx and fact/h2-refused-once": frozenset({"http.5xx"}),
    "semantics.cold_miss_404 and redirect.target_denied/large": frozenset(
        {"semantics.cold_miss_404", "redirect.target_denied"}
    ),
    "semantics.notfound_is_error and integrity.list_invalid": frozenset(
        {"semantics.notfound_is_error", "integrity.list_invalid"}
    ),
    "encoding.case and toolchain.unavailable": frozenset(
        {"encoding.case", "toolchain.unavailable"}
    ),
    "http2.unavailable and encoding.plus": frozenset({"http2.unavailable", "encoding.plus"}),
}
"""What is found where a mirror has two faults: the first that fails, or both where they are apart."""
GROUPS = sorted({name.partition("/")[0].partition(".")[0] for name in SCOPE})


@dataclass(frozen=True, slots=True)
class Seen:
    """What came out for one fault."""

    fault: str
    verdict: Verdict
    found: frozenset[str]

    @property
    def as_expected(self) -> bool:
        """Whether it is the one cause that the fault is named after, and no other."""
        expects = FAULTS[self.fault].expects if self.fault in FAULTS else None
        primary = str(self.verdict.primary) if self.verdict.primary else None
        if self.fault in OTHERWISE:
            return self.found <= OTHERWISE[self.fault]
        return primary == expects and self.found == ({expects} if expects else set())


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A world with one mirror of a make, and the means to watch it."""

    world: World
    make: str
    directory: Path
    wire: Wire
    clock: Clock
    pace: Pace | None = None
    """None: the fault's own."""
    deadline: float = 60.0

    async def tried(self, fault: str) -> Seen:
        """Run the checks against the mirror with this fault, or several; ``honest`` is none."""
        self.world.switch(self.make, *(() if fault == "honest" else fault.split(AND)))
        pace = self.pace or _pace(fault)
        settings = await asyncio.to_thread(self._settings, pace)
        reference = Reference(
            self.wire, self.clock, settings.reference_url, settings.reference_access
        )
        checks = [check for check in settings.checks if check.mirror.name == self.make]
        memory, found = None, set[Code]()
        for result in await self._results(checks, pace, reference):
            memory = step(memory, result, self.clock.now())
            found |= {finding.code for finding in result.findings}
        verdict = decide(checks[0].mirror, memory, checks, {}, self.clock.now())
        return Seen(fault, verdict, frozenset(map(str, found)))

    def _settings(self, pace: Pace) -> Settings:
        path = self.directory / f"{id(self)}.yaml"
        path.write_text(self.world.config_yaml(thresholds=pace.thresholds))
        return load(path, env={}, implemented=frozenset(CHECKS))

    async def _results(
        self, checks: Sequence[Check], pace: Pace, reference: Reference
    ) -> Sequence[Result]:
        """Run the checks in their order, or all at once."""
        hurried = [
            replace(check, timeout=pace.timeout)
            for check in sorted(checks, key=lambda each: CHECKS.index(each.name))
        ]
        if pace.at_once:
            return await asyncio.gather(*(self._run(check, reference) for check in hurried))
        return [await self._run(check, reference) for check in hurried]

    async def _run(self, check: Check, reference: Reference) -> Result:
        kit = Kit(
            wire=self.wire,
            clock=self.clock,
            reference=reference,
            originals=Originals(self.wire, self.clock, Access()),
            allowance=Allowance(Budget(), self.clock),
            look_gap=0.01,
            deadline=self.clock.monotonic() + self.deadline,
        )
        return await result_of(check, kit)


def _pace(fault: str) -> Pace:
    return next((pace for start, pace in PACES.items() if fault.startswith(start)), CALM)


async def all_tried(
    make: str, faults: Iterable[str], directory: Path, *, worlds: int = FEW, **terms: Any
) -> list[Seen]:
    """Try faults in several worlds at the same time, one after the other in each."""
    mirrors = tuple(dict.fromkeys((make, "golang")))

    @asynccontextmanager
    async def opened() -> AsyncIterator[Try[Seen]]:
        async with World.open(
            mirrors=mirrors, slow_seconds=0.6, slow_rate=5e5, catalogue=lighter()
        ) as world:
            clock = Clock()
            wire = Wire(clock, Resolver())
            bench = Bench(
                world=world, make=make, directory=directory, wire=wire, clock=clock, **terms
            )
            yield bench.tried

    return await side_by_side(faults, opened, worlds=worlds)


def wrong(seen: Iterable[Seen]) -> list[str]:
    return [
        f"{each.fault}: {each.verdict.primary}, found {sorted(each.found)}"
        for each in seen
        if not each.as_expected
    ]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("group", GROUPS)
async def test_every_fault_has_its_one_cause(group: str, tmp_path: Path) -> None:
    """A fault gives the cause it is named after as the primary one, and no other code at all."""
    faults = [name for name in SCOPE if name.startswith((f"{group}.", f"{group}/"))]
    assert faults
    assert wrong(await all_tried("goproxy", faults, tmp_path)) == []


@pytest.mark.timeout(180)
async def test_two_faults_are_not_taken_for_a_third(tmp_path: Path) -> None:
    """Neither hides behind what only goes with it, and together they show nothing else."""
    seen = await all_tried("goproxy", TOGETHER, tmp_path)
    assert {each.fault: each.found for each in seen} == TOGETHER


@pytest.mark.parametrize("make", STYLES)
async def test_every_make_is_healthy(make: str, tmp_path: Path) -> None:
    """An honest mirror of any make is accused of nothing."""
    assert wrong(await all_tried(make, ["honest"], tmp_path)) == []


@pytest.mark.timeout(180)
@pytest.mark.parametrize("make", ["artifactory", "static"])
async def test_what_is_special_fails_alike_at_other_makes(make: str, tmp_path: Path) -> None:
    """Below a prefix and behind credentials, and where a 404 says nothing."""
    faults = [name for name in SCOPE if name.startswith(("encoding.", "toolchain."))]
    assert wrong(await all_tried(make, faults, tmp_path)) == []


@pytest.mark.skipif(
    not os.environ.get("GOPROXY_EXPORTER_PATIENT"),
    reason="takes minutes, the go command's own patience: set GOPROXY_EXPORTER_PATIENT=1",
)
@pytest.mark.timeout(300)
async def test_the_patience_of_go(tmp_path: Path) -> None:
    """What never connects is a timeout once the go command would have given up."""
    terms = {"deadline": 75.0, "pace": WAITING}
    seen = await all_tried("goproxy", PATIENT, tmp_path, worlds=len(PATIENT), **terms)
    assert wrong(seen) == []
