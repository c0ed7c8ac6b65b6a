"""A vulnerability database in the simulated world, whole and spoilt in every way."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from goproxy_exporter.config.load import load
from goproxy_exporter.model.mirror import Budget, Check
from goproxy_exporter.model.names import CheckName, Kind
from goproxy_exporter.probes.kit import Kit, Outcome
from goproxy_exporter.probes.vulndb import LAG, vulndb
from goproxy_exporter.reference.canary import Reference
from goproxy_exporter.reference.originals import Originals
from goproxy_exporter.simulator.extensions import Vulnerabilities
from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.world import World
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.wire import Wire

PATIENT = 10.0
"""Seconds for an answer, all of which come."""
MINE = sorted(name for name, fault in FAULTS.items() if "vuln-mirror" in fault.only)
OF_A_FILE = ("http.5xx/503", "transport.reset/request", "tls.expired", "tls.expiring")


@dataclass(frozen=True, slots=True)
class Bench:
    """A world with an original and a mirror of it, and the means to ask them."""

    world: World
    directory: Path
    clock: Clock
    wire: Wire

    async def ask(self, name: str = "vuln-mirror") -> Outcome:
        """Run the check of one database once."""
        check = (await asyncio.to_thread(self._checks))[name]
        kit = Kit(
            wire=self.wire,
            clock=self.clock,
            reference=Reference(self.wire, self.clock, None, check.mirror.access),
            originals=Originals(self.wire, self.clock, check.mirror.access),
            allowance=Allowance(Budget(), self.clock),
            look_gap=0.01,
            deadline=self.clock.monotonic() + 4 * PATIENT,
        )
        return await vulndb(check, kit)

    def _checks(self) -> dict[str, Check]:
        path = self.directory / "config.yml"
        path.write_text(self.world.config_yaml())
        settings = load(path, env={}, implemented=frozenset({CheckName.VULNDB}))
        return {
            check.mirror.name: replace(check, timeout=PATIENT)
            for check in settings.checks
            if check.mirror.kind is Kind.VULNERABILITIES
        }


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with World.open(mirrors=("static",), extensions=(Vulnerabilities(),)) as world:
        clock = Clock()
        yield Bench(world, tmp_path, clock, Wire(clock, Resolver()))


def found(outcome: Outcome) -> list[str]:
    return sorted({finding.code.value for finding in outcome.findings})


async def test_a_whole_copy_is_accused_of_nothing(bench: Bench) -> None:
    """It is read as govulncheck reads it: HEAD first, then compressed files alone."""
    outcome = await bench.ask()
    assert found(outcome) == []
    assert outcome.facts[LAG] == 0.0
    asked = [(one.method, one.path) for one in bench.world.requests if one.mirror == "vuln-mirror"]
    assert asked[0] == ("HEAD", "/index/modules.json.gz")
    assert {method for method, _ in asked[1:]} == {"GET"}
    assert all(path.endswith(".json.gz") for _, path in asked)
    assert len(asked) == 4


async def test_the_original_is_held_against_nobody(bench: Bench) -> None:
    """It has no lag, and asks no other host."""
    outcome = await bench.ask("vuln")
    assert found(outcome) == []
    assert LAG not in outcome.facts
    assert {one.mirror for one in bench.world.requests} == {"vuln"}


@pytest.mark.parametrize("fault", MINE)
async def test_every_fault_has_its_one_code(bench: Bench, fault: str) -> None:
    """What is spoilt is named, and nothing else is."""
    bench.world.switch("vuln-mirror", fault)
    expects = FAULTS[fault].expects
    outcome = await bench.ask()
    assert found(outcome) == ([expects] if expects else [])
    for finding in outcome.findings:
        assert finding.steady
        assert finding.evidence


async def test_a_stale_copy_tells_how_late_it_is(bench: Bench) -> None:
    """The lag is known above all where it is too large."""
    bench.world.switch("vuln-mirror", "vulndb.stale")
    outcome = await bench.ask()
    assert found(outcome) == ["vulndb.stale"]
    lag = outcome.facts[LAG]
    assert isinstance(lag, float)
    assert lag > 5 * 86400
    assert "modified" in outcome.facts


@pytest.mark.parametrize("fault", OF_A_FILE)
async def test_what_ends_every_exchange_is_named_as_everywhere(bench: Bench, fault: str) -> None:
    """A database that cannot be reached is neither stale nor unreadable."""
    bench.world.switch("vuln-mirror", fault)
    assert found(await bench.ask()) == [FAULTS[fault].expects]


async def test_without_an_original_at_hand_nothing_is_compared(bench: Bench) -> None:
    """Nobody can tell, so nobody is accused."""
    bench.world.switch("vuln-mirror", "vulndb.stale")
    bench.world.switch("vuln", "http.5xx/503")
    outcome = await bench.ask()
    assert found(outcome) == []
    assert LAG not in outcome.facts
    assert urlsplit(bench.world.url("vuln")).hostname == "vuln.sim.test"
    assert isinstance(outcome.facts["modified"], str)
