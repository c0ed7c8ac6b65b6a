"""Builds under GOPROXY lists: what this program says of a world, the go command finds there."""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from goproxy_exporter.app.app import App, running
from goproxy_exporter.config.load import load
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.model.chain import ChainVerdict, Passage
from goproxy_exporter.model.names import CheckName
from goproxy_exporter.probes import PROBES
from goproxy_exporter.runner.once import run
from goproxy_exporter.simulator.conduct import MIRROR
from goproxy_exporter.simulator.extensions import Database
from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.modules import INCOMPATIBLE, LARGE, STABLE, UPPERCASE
from goproxy_exporter.simulator.styles import STYLES
from goproxy_exporter.simulator.world import World

CASES = int(os.environ.get("GOPROXY_EXPORTER_JUDGED", "240"))
"""How many worlds are generated; `make fuzz` asks for two thousand."""
BATCHES = 8
AT_ONCE = 3
CHECKS = (CheckName.ENDPOINTS, CheckName.ZIP, CheckName.CHECKSUM, CheckName.SUMDB, CheckName.CHAIN)

MODULES = (STABLE, UPPERCASE, INCOMPATIBLE, LARGE, ("github.com/cespare/xxhash/v2", "v2.3.0"))
FORMS = ("{bad}", "{bad},{good}", "{bad}|{good}", "{good},{bad}", "{bad},off", "{bad}|off")
HEALTHY = ("golang", "goproxy", "athens")

OUT_OF_SIGHT = {
    "dns.": "both ask by address",
    "healthy/dns": "both ask by address",
    "edge.": "go asks one address, whichever it is",
    "redirect.target_unreachable": "some lie in the name of the target",
    "transport.unreachable": "it lies in the name",
    "perf.": "slow is no failure",
    "transport.timeout": "go waits for ever",
    "freshness.": "old versions are asked for",
    "vulndb.": "no module is asked for",
}
BY_CHANCE = {
    "http.5xx_intermittent": "which request fails is chance",
    "http.429/once": "it is over when the second of the two asks",
    "semantics.cold_miss_404": "it is over when the second of the two asks",
    "freshness.replica_inconsistent": "which replica answers is chance",
    "fact/": "it comes and goes by the count of requests",
}
EXCEPTIONS = {
    "integrity.list_invalid/endless": "go would read for ever, this program does not",
    "sumdb.fork": "a go command that remembers no other tree cannot know",
}
"""Where the two need not agree, and why."""


@dataclass(frozen=True, slots=True)
class Case:
    """One world and one list: which make has which fault, and what is asked of it."""

    number: int
    style: str
    fault: str | None
    good: str
    form: str
    module: str
    version: str
    verified: bool

    def __str__(self) -> str:
        """Say what the world was like."""
        names = self.form.format(bad=f"{self.style}[{self.fault}]", good=self.good)
        kind = "verified" if self.verified else "unverified"
        return f"#{self.number} {self.module}@{self.version} with {names}, {kind}"


def eligible() -> list[str]:
    """Give the faults of mirrors that show in one exchange and show again in the next."""
    left_out = (*OUT_OF_SIGHT, *BY_CHANCE, *EXCEPTIONS)
    return [
        name
        for name, fault in FAULTS.items()
        if not name.startswith(left_out)
        and (not fault.only or MIRROR in fault.only)
        and not name.endswith("silent")
    ]


def cases(count: int, seed: int = 20240611) -> Iterator[Case]:
    """Make worlds: every fault comes up once before any comes up twice."""
    rng = random.Random(seed)
    faults: list[str | None] = []
    for number in range(count):
        if not faults:
            faults = [None, *eligible()]
            rng.shuffle(faults)
        fault = faults.pop()
        style = _style(fault, rng)
        module, version = rng.choice(MODULES)
        yield Case(
            number=number,
            style=style,
            fault=fault,
            good=rng.choice([one for one in HEALTHY if one != style]),
            form=rng.choice(FORMS),
            module=module,
            version=version,
            verified=rng.random() < 0.7 or (fault or "").startswith("sumdb."),
        )


def _style(fault: str | None, rng: random.Random) -> str:
    only = FAULTS[fault].only if fault else ()
    makes = [name for name in STYLES if STYLES[name].login is None]
    known = [name for name in makes if name in only]
    return rng.choice(known or makes)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one side found: whether files could be had, and from whom."""

    ok: bool | None
    answered_by: dict[str, str]


Go = Callable[..., Awaitable[Any]]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("batch", range(BATCHES))
async def test_the_go_command_agrees(batch: int, go: Go, tmp_path: Path) -> None:
    """In every generated world: success or failure, and who answered which file."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def judged(case: Case) -> str | None:
        async with turn:
            return await _disagreement(case, go, tmp_path)

    mine = [case for case in cases(CASES) if case.number % BATCHES == batch]
    told = await asyncio.gather(*map(judged, mine))
    disagreements = [line for line in told if line is not None]
    assert not disagreements, "\n".join(disagreements)


async def _disagreement(case: Case, go: Go, tmp_path: Path) -> str | None:
    """Put both before the world; give a line where they differ."""
    database = Database(case.number)
    faults = {case.style: (case.fault,)} if case.fault else {}
    mirrors = tuple(dict.fromkeys((case.style, case.good)))
    async with World.open(
        mirrors=mirrors, faults=faults, extensions=(database,), slow_seconds=0.05
    ) as world:
        urls = {name: world.url(name, address="127.0.0.1") for name in mirrors}
        value = case.form.format(bad=urls[case.style], good=urls[case.good])
        key = database.key("127.0.0.1") if case.verified else "off"
        theirs, output = await _gone(case, go, world, value, key)
        verdict = await _told(case, world, tmp_path, value, key)
    ours = _predicted(verdict, urls)
    if ours.ok is theirs.ok and (not ours.ok or ours.answered_by == theirs.answered_by):
        return None
    tail = " / ".join(output.strip().splitlines()[-3:])
    return f"{case}: we say {ours} ({verdict.summary}), go found {theirs}: {tail}"


async def _gone(case: Case, go: Go, world: World, value: str, key: str) -> tuple[Seen, str]:
    before = len(world.requests)
    ran = await go(
        "mod",
        "download",
        "-json",
        f"{case.module}@{case.version}",
        ca_file=world.ca_file,
        env={"GOPROXY": value, "GOSUMDB": key},
    )
    answered = {
        entry.path.rpartition(".")[2]: entry.mirror.removesuffix("-cdn")
        for entry in world.requests[before:]
        if entry.status in (200, 301, 302, 303, 307, 308)
        and entry.path.endswith((".info", ".mod", ".zip"))
    }
    return Seen(ran.code == 0, answered), ran.output


async def _told(case: Case, world: World, tmp_path: Path, value: str, key: str) -> ChainVerdict:
    settings = await asyncio.to_thread(_settings, case, world, tmp_path, value, key)
    app = App(beating=False)
    await app.adopt(settings)
    async with running(app, grace=1.0):
        assert app._means is not None
        means = replace(app._means, look_gap=0.01)
        for check in sorted(settings.checks, key=lambda one: one.key):
            app.store.put(await run(check, means))
        (verdict,) = app.store.chains(app.clock.now())
    return verdict


def _settings(case: Case, world: World, tmp_path: Path, value: str, key: str) -> Settings:
    canary = {"module": case.module, "version": case.version}
    mirrors: list[dict[str, Any]] = [
        {
            "name": name,
            "url": world.url(name, address="127.0.0.1"),
            "edges": False,
            "canaries": {"stable": [canary]},
            **(FAULTS[case.fault].settings if case.fault and name == case.style else {}),
        }
        for name in world.mirrors
    ]
    document = {
        "tls": {"ca_file": str(world.ca_file)},
        "canaries": {"stable": [canary], "fresh": []},
        "defaults": {"timeout": "5s"},
        "thresholds": {"stall_after": "2s"},
        "checksum_database": key,
        "module_index": "off",
        "reference": case.good,
        "mirrors": mirrors,
        "chains": [{"name": "judged", "goproxy": value}],
        "vulnerability_databases": [],
    }
    path = tmp_path / f"{case.number}.yml"
    path.write_text(yaml.safe_dump(document))
    return load(path, env={}, implemented=frozenset(CHECKS) & frozenset(PROBES))


def _predicted(verdict: ChainVerdict, urls: dict[str, str]) -> Seen:
    """Leave out what a download of one version does not ask for."""
    asked = [one for one in verdict.passages if not one.resource.endswith("/@v/list")]
    names = {url.rstrip("/"): name for name, url in urls.items()}
    return Seen(
        _all(asked),
        {
            one.resource.rpartition(".")[2]: names[one.answered_by.rstrip("/")]
            for one in asked
            if one.answered_by is not None and one.resource.endswith((".info", ".mod", ".zip"))
        },
    )


def _all(passages: Sequence[Passage]) -> bool | None:
    told = [passage.ok for passage in passages]
    if False in told:
        return False
    return None if None in told else True


def test_every_fault_of_a_mirror_is_judged_or_has_a_reason() -> None:
    """Nothing is left out in silence."""
    drawn = {case.fault for case in cases(len(eligible()) + 1)}
    assert drawn == {None, *eligible()}
    assert len(eligible()) > 100
