"""In every world that can be made up, the go command finds what this program says of it."""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml

from goproxy_exporter.app.app import App, running
from goproxy_exporter.config.load import load
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.diagnosis.blame import blamed
from goproxy_exporter.gomod.status import Class
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.chain import ChainVerdict, Passage, Resource
from goproxy_exporter.model.names import Axis, CheckName, Endpoint
from goproxy_exporter.model.standing import Verdict
from goproxy_exporter.probes import PROBES
from goproxy_exporter.runner.lag import Lag
from goproxy_exporter.runner.once import run
from goproxy_exporter.simulator.conduct import MIRROR
from goproxy_exporter.simulator.extensions import Database
from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.modules import (
    CATALOGUE,
    INCOMPATIBLE,
    LARGE,
    STABLE,
    UPPERCASE,
    Catalogue,
)
from goproxy_exporter.simulator.request import read_target
from goproxy_exporter.simulator.styles import STYLES
from goproxy_exporter.simulator.world import World
from goproxy_exporter.verdict import answers
from goproxy_exporter.verdict.heard import Heard

BATCHES = 4
AT_ONCE = 6
CHECKS = (CheckName.ENDPOINTS, CheckName.ZIP, CheckName.CHECKSUM, CheckName.SUMDB, CheckName.CHAIN)
MODULES = (STABLE, UPPERCASE, INCOMPATIBLE, LARGE, ("github.com/cespare/xxhash/v2", "v2.3.0"))
HEALTHY = ("golang", "goproxy", "athens")

BELOW = "inner"
"""A package below the root of every module: its path is no module, and go asks whether it is."""
PUBLISHED = Catalogue(tuple(replace(one, below=(BELOW,)) for one in CATALOGUE.releases))

ALONE, COMMA, BAR = "{bad}", "{bad},{good}", "{bad}|{good}"
FORMS = ("{good},{bad}", "{good}|{bad}", "{bad},off", "{bad}|off")
"""More ways to write a list, for every third world; each is judged under the three above."""

NOT_JUDGED = {
    "dns.": "the go command asks by address: it cannot be given the world's nameserver",
    "healthy/dns": "the same",
    "transport.unreachable": "the same: the fault lies in the name",
    "redirect.target_unreachable": "the same; its variants of an address are judged",
    "transport.h2_stream_error/refused_stream": "the go command tries each file for half a minute",
    "transport.h2_stream_error/goaway": "the go command connects again for ever",
    "edge.": "the go command asks one address, whichever it is",
    "transport.timeout/connect": "the go command gives up after 30 s for each file",
    "transport.timeout/accept": "as .../hello, after 10 s",
    "http.5xx_intermittent": "which of the two meets the failing request is chance",
    "semantics.cold_miss_404": "it is over when the second of the two asks",
    "freshness.replica_inconsistent": "which of the two meets which replica is chance",
    "integrity.list_invalid/endless": "the go command reads for ever, this program does not",
    "sumdb.fork": "a go command that remembers no other tree cannot know",
    "vulndb.": "no module is asked for",
}
"""Faults that go does not judge here, by the beginning of their names, and why."""
JUDGED_ALL_THE_SAME = frozenset(
    f"redirect.target_unreachable/{variant}"
    for variant in ("refused", "reset", "tls_expired", "tls_untrusted", "tls_wrong_host")
)
UNVERIFIED = {
    "fact/h2-refused-once": "which lookup or tile is refused is chance, and then nothing is said",
    "fact/h2-goaway-once": "the same",
}
"""Faults that are judged without a checksum database alone, and why."""
VERIFIED = {
    "integrity.mod_hash_mismatch/requires": "what nobody verifies may require what nobody has",
}
"""Faults that are judged with a checksum database alone, and why."""
MILDER = {
    Code.HTTP_429: "it ends by itself, and nothing else is wrong: degraded",
    Code.MODULE_MISSING: "absence may be policy: degraded",
}
"""Causes that fail a build with the mirror alone and do not make it unusable, and why."""
UNNOTICED = {
    "sumdb.tile_mismatch/unused": "no proof of these modules needs the tile",
    "sumdb.signature_invalid/latest": "the go command never asks for latest",
    "integrity.mod_hash_mismatch/one": "another module's file is another",
    "integrity.zip_hash_mismatch/one": "the same",
    "integrity.zip_hash_mismatch/large": "the same",
}
"""Faults that prove a mirror dangerous by what a build with one of the modules may not ask for."""
HANGS = ("transport.timeout", "encoding.case/silent", "sumdb.")
"""Faults under which the go command may wait for ever."""
NO_END = 4.0
"""Seconds after which a go command that is expected to wait for ever is taken to do so."""


class Command(StrEnum):
    """What is asked of the go command."""

    DOWNLOAD = "go mod download M@V"
    GET = "go get M/inner"
    GET_VERSION = "go get M/inner@V"

    def arguments(self, module: str, version: str) -> tuple[str, ...]:
        match self:
            case Command.DOWNLOAD:
                return ("mod", "download", "-json", f"{module}@{version}")
            case Command.GET:
                return ("get", f"{module}/{BELOW}")
            case Command.GET_VERSION:
                return ("get", f"{module}/{BELOW}@{version}")

    def asks(self, resource: str) -> bool:
        """Whether a passage of a list is about something that this command asks for."""
        if not resource.endswith("/@v/list"):
            return True
        search = resource.endswith(f"/{BELOW}/@v/list")
        return self is Command.GET or (search and self is Command.GET_VERSION)


@dataclass(frozen=True, slots=True)
class Trial:
    """One list, and what is done under it."""

    form: str
    command: Command


@dataclass(frozen=True, slots=True)
class Case:
    """One world: which make has which fault, what is asked of it, and under which lists."""

    number: int
    style: str
    fault: str | None
    good: str
    module: str
    version: str
    verified: bool
    trials: tuple[Trial, ...]

    def __str__(self) -> str:
        """Say what the world was like."""
        kind = "verified" if self.verified else "unverified"
        names = f"bad {self.style}[{self.fault}], good {self.good}"
        return f"#{self.number} {self.module}@{self.version}, {names}, {kind}"


def eligible() -> list[str]:
    """Give the faults of mirrors that go can judge."""
    left_out = tuple(NOT_JUDGED)
    return [
        name
        for name, fault in FAULTS.items()
        if (name in JUDGED_ALL_THE_SAME or not name.startswith(left_out))
        and (not fault.only or MIRROR in fault.only)
    ]


CASES = int(os.environ.get("GOPROXY_EXPORTER_JUDGED", len(eligible()) + 1))
"""How many worlds are made: one for every fault, and a healthy one; `make fuzz` asks for more."""


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
            module=module,
            version=version,
            verified=_verified(fault, rng.random()),
            trials=tuple(_trials(number, rng)),
        )


def seldom(first: int) -> Iterator[Case]:
    """Make the worlds that matter and that a draw hardly ever meets, numbered from `first` on."""
    trials = (
        Trial(ALONE, Command.DOWNLOAD),
        Trial(ALONE, Command.GET),
        Trial(COMMA, Command.GET),
        Trial(BAR, Command.GET),
    )
    faults = ("", "/wrong_major", "/metadata", "/short")
    for number, variant in enumerate(faults, first):
        fault = f"integrity.list_invalid{variant}"
        module, version = INCOMPATIBLE
        yield Case(number, "golang", fault, "goproxy", module, version, True, trials)


def _verified(fault: str | None, drawn: float) -> bool:
    if fault in UNVERIFIED:
        return False
    return drawn < 0.7 or fault in VERIFIED or (fault or "").startswith("sumdb.")


def _trials(number: int, rng: random.Random) -> Iterator[Trial]:
    yield Trial(ALONE, Command.DOWNLOAD)
    yield Trial(ALONE, Command.GET)
    commands = [Command.DOWNLOAD, rng.choice((Command.GET, Command.GET_VERSION))]
    rng.shuffle(commands)
    yield Trial(COMMA, commands[0])
    yield Trial(BAR, commands[1])
    other = Trial(rng.choice(FORMS), rng.choice(tuple(Command)))
    if number % 3 == 0:
        yield other


def _style(fault: str | None, rng: random.Random) -> str:
    only = FAULTS[fault].only if fault else ()
    makes = [name for name in STYLES if STYLES[name].login is None]
    known = [name for name in makes if name in only]
    return rng.choice(known or makes)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one side found: whether it works, and from whom the module's files were had."""

    ok: bool | None
    answered_by: dict[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """What this program says: of every list, of the mirror that is broken, and of its go.mod."""

    lists: dict[str, ChainVerdict]
    bad: Verdict
    go_mod: Heard | None

    @property
    def spoilt(self) -> bool:
        """Whether the mirror serves something else than the go.mod as if it were that."""
        heard = self.go_mod
        return heard is not None and heard.outcome is Class.SUCCESS and heard.code is not None


Go = Callable[..., Awaitable[Any]]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("batch", range(BATCHES))
async def test_the_go_command_agrees(batch: int, go: Go, tmp_path: Path) -> None:
    """In every world: success or failure, who answered which file, and whether it is usable."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def judged(case: Case) -> list[str]:
        async with turn:
            return [line async for line in _disagreements(case, go, tmp_path)]

    made = (*cases(CASES), *seldom(CASES))
    mine = [case for case in made if case.number % BATCHES == batch]
    # Those that wait are begun first, so that the others fill the time.
    mine.sort(key=lambda case: not (case.fault or "").startswith(HANGS))
    told = await asyncio.gather(*map(judged, mine))
    disagreements = [line for lines in told for line in lines]
    assert not disagreements, "\n".join(disagreements)


async def _disagreements(case: Case, go: Go, tmp_path: Path) -> Any:
    """Put both before the world; give a line wherever they differ."""
    database = Database(case.number)
    faults = {case.style: (case.fault,)} if case.fault else {}
    mirrors = tuple(dict.fromkeys((case.style, case.good)))
    async with World.open(
        mirrors=mirrors,
        faults=faults,
        extensions=(database,),
        catalogue=PUBLISHED,
        slow_seconds=0.05,
        slow_rate=5e6,
    ) as world:
        urls = {name: world.url(name, address="127.0.0.1") for name in mirrors}
        key = database.key("127.0.0.1") if case.verified else "off"
        told = await _told(case, world, tmp_path, urls, key)
        alone = []
        for trial in case.trials:
            verdict = told.lists[trial.form]
            ours = _predicted(case, trial, told, urls)
            patience = {"patience": NO_END} if _may_hang(case, ours) else {}
            theirs, output = await _gone(case, trial, go, world, urls, key, patience)
            compared = _compared(case, trial, told)
            if trial.form == ALONE:
                alone.append(theirs.ok)
            if ours.ok is not theirs.ok or (
                ours.ok and _only(compared, ours) != _only(compared, theirs)
            ):
                tail = " / ".join(output.strip().splitlines()[-3:])
                yield (
                    f"{case}: {trial.form} {trial.command}: we say {ours} ({verdict.summary}),"
                    f" go found {theirs}: {tail}"
                )
    for cause in told.bad.causes:
        if cause.blame not in blamed(cause.code):
            yield f"{case}: {cause.code} is laid to {cause.blame}"
    if not _usable_alike(case, told.bad, builds=all(alone)):
        yield f"{case}: {told.bad.state} by {told.bad.primary}, go alone: {alone}"


def _usable_alike(case: Case, bad: Verdict, *, builds: bool) -> bool:
    """Tell whether the mirror is called unusable, or worse, where go fails with it alone."""
    usable = bad.axes[Axis.USABLE]
    if usable is builds:
        return True
    return bad.primary in MILDER if usable else case.fault in UNNOTICED


def _never_answers(fault: str) -> bool:
    """Tell where to wait is in vain; elsewhere what takes long is this machine."""
    return fault.startswith("transport.timeout") or fault.endswith("silent")


def _may_hang(case: Case, ours: Seen) -> bool:
    return ours.ok is False and (case.fault or "").startswith(HANGS)


async def _gone(
    case: Case,
    trial: Trial,
    go: Go,
    world: World,
    urls: dict[str, str],
    key: str,
    patience: dict[str, float],
) -> tuple[Seen, str]:
    before = len(world.requests)
    ran = await go(
        *trial.command.arguments(case.module, case.version),
        ca_file=world.ca_file,
        env={"GOPROXY": _list(case, trial.form, urls), "GOSUMDB": key},
        **patience,
    )
    answered = {}
    for entry in world.requests[before:]:
        target = read_target(unquote(entry.path))
        asked = (target.module, target.version) == (case.module, case.version)
        if asked and entry.status in (200, 301, 302, 303, 307, 308):
            answered[str(target.kind)] = entry.mirror.removesuffix("-cdn")
    return Seen(ran.code == 0, answered), ran.output


def _list(case: Case, form: str, urls: dict[str, str]) -> str:
    return form.format(bad=urls[case.style], good=urls[case.good])


async def _told(case: Case, world: World, tmp_path: Path, urls: dict[str, str], key: str) -> Told:
    settings = await asyncio.to_thread(_settings, case, world, tmp_path, urls, key)
    app = App(beating=False)
    await app.adopt(settings)
    async with running(app, grace=1.0):
        assert app._means is not None
        # The load of this suite is none of the prober's: what nobody samples is never late.
        means = replace(app._means, look_gap=0.01, lag=Lag())
        for check in sorted(settings.checks, key=lambda one: one.key):
            app.store.put(await run(check, means))
        now = app.clock.now()
        lists = {one.chain.name: one for one in app.store.chains(now)}
        results = [app.store.current(case.style, name, now) for name in CHECKS]
        heard = answers(one for one in results if one is not None)
        go_mod = heard.to(Resource(Endpoint.MOD, f"{case.module}@{case.version}"))
        return Told(lists, app.store.verdict(case.style, now), go_mod)


def _settings(case: Case, world: World, tmp_path: Path, urls: dict[str, str], key: str) -> Settings:
    canary = {"module": case.module, "version": case.version}
    canaries = {"stable": [canary], "missing": {"module": f"{case.module}/{BELOW}"}}
    mirrors: list[dict[str, Any]] = [
        {
            "name": name,
            "url": url,
            "edges": False,
            "canaries": canaries,
            **(FAULTS[case.fault].settings if case.fault and name == case.style else {}),
        }
        for name, url in urls.items()
    ]
    forms = dict.fromkeys(trial.form for trial in case.trials)
    waits = ("5s", "3s") if _never_answers(case.fault or "") else ("20s", "20s")
    document = {
        "tls": {"ca_file": str(world.ca_file)},
        "canaries": canaries | {"fresh": []},
        "defaults": {"timeout": waits[0]},
        "thresholds": {"stall_after": waits[1]},
        "checksum_database": key,
        "module_index": "off",
        "reference": case.good,
        "mirrors": mirrors,
        "chains": [{"name": form, "goproxy": _list(case, form, urls)} for form in forms],
        "vulnerability_databases": [],
    }
    path = tmp_path / f"{case.number}.yml"
    path.write_text(yaml.safe_dump(document))
    return load(path, env={}, implemented=frozenset(CHECKS) & frozenset(PROBES))


def _predicted(case: Case, trial: Trial, told: Told, urls: dict[str, str]) -> Seen:
    """Leave out what the command does not ask for, or does not look at."""
    asked = [
        one
        for one in told.lists[trial.form].passages
        if trial.command.asks(one.resource)
        and not (one.resource.endswith("/@v/list") and _leaves_the_search(case, trial))
        and not (one.resource.endswith(".mod") and _is_unread(case, trial, told))
        and not _is_over(trial, one.resource)
    ]
    names = {url.rstrip("/"): name for name, url in urls.items()}
    answered = {
        one.resource.rpartition(".")[2]: names[one.answered_by.rstrip("/")]
        for one in asked
        if one.answered_by is not None and one.resource.endswith((".info", ".mod", ".zip"))
    }
    return Seen(False if _stumbles(trial, told) else _all(asked), answered)


def _is_over(trial: Trial, resource: str) -> bool:
    """Tell whether a search that failed is done once more, from the module cache, and works.

    That is so where `off` stands behind a bar: with it every prefix is absent, but for the module
    whose version the entry before it has filled the cache with.
    """
    searches = resource.endswith(f"/{BELOW}/@v/list")
    return searches and trial == Trial("{bad}|off", Command.GET_VERSION)


def _leaves_the_search(case: Case, trial: Trial) -> bool:
    """Tell whether only lists are spoilt where go asks for none.

    The list of M/inner stands for every question about a path that is no module. With a version
    the question is for its .info. Lists are then read for retractions alone: go does not mind that
    they fail, but it waits for them.
    """
    fault = case.fault or ""
    with_version = trial.command is Command.GET_VERSION
    return with_version and fault.endswith("/list") and not fault.startswith(HANGS)


def _is_unread(case: Case, trial: Trial, told: Told) -> bool:
    """Tell whether go takes whatever is served as go.mod: a mere download does not read it."""
    return trial.command is Command.DOWNLOAD and not case.verified and told.spoilt


def _stumbles(trial: Trial, told: Told) -> bool:
    """Tell whether go get is said to fail over a go.mod that it refused before it went on."""
    return trial.command is not Command.DOWNLOAD and bool(told.lists[trial.form].refused)


def _compared(case: Case, trial: Trial, told: Told) -> frozenset[str]:
    """Give the files of which it matters who served them.

    That of .info does not in a search, which puts the question for every prefix to one entry.
    """
    files = {"mod", "zip"} if not _is_unread(case, trial, told) else {"zip"}
    return frozenset(files | {"info"} if trial.command is Command.DOWNLOAD else files)


def _only(files: frozenset[str], seen: Seen) -> dict[str, str]:
    return {kind: who for kind, who in seen.answered_by.items() if kind in files}


def _all(passages: Sequence[Passage]) -> bool | None:
    told = [passage.ok for passage in passages]
    if False in told:
        return False
    return None if None in told else True


def test_every_fault_of_a_mirror_is_judged_or_has_a_reason() -> None:
    """Nothing is left out in silence, and no reason is given for what is not there."""
    drawn = {case.fault for case in cases(len(eligible()) + 1)}
    assert drawn == {None, *eligible()}
    for start in (*NOT_JUDGED, *HANGS):
        assert any(name.startswith(start) for name in FAULTS), start
    assert {*JUDGED_ALL_THE_SAME, *UNNOTICED, *UNVERIFIED, *VERIFIED} <= set(FAULTS)
    assert len(eligible()) > 300


def test_every_fault_is_judged_alone_and_before_a_healthy_mirror() -> None:
    """By both commands alone, and by one of each kind after a comma and after a bar."""
    for case in cases(len(eligible()) + 1):
        commands = {
            form: [trial.command for trial in case.trials if trial.form == form]
            for form in (ALONE, COMMA, BAR)
        }
        assert commands[ALONE] == [Command.DOWNLOAD, Command.GET]
        assert sum(one is Command.DOWNLOAD for one in commands[COMMA] + commands[BAR]) == 1
