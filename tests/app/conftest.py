"""The daemon as an operator has it: a process of its own, before a simulated world."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from ports import free_port
from prometheus_client.parser import text_string_to_metric_families

from goproxy_exporter.config.beats import OF_MIRRORS
from goproxy_exporter.simulator.world import World

PATIENCE = 60.0
"""Seconds that anything may take on a busy machine; what is waited for takes far less."""
STEP = 0.1
"""Seconds between two looks at what is waited for."""
TURN = 0.0005
"""Seconds for which a thread that reads may hold up the loop that plays the world."""
TIMEOUT = "10s"
"""What an answer may take; a check whose interval is shorter allows its interval."""
LATE = frozenset({"overloaded"})
"""What an exporter says of itself where much else runs beside it; that accuses nobody."""
RICH = {"requests_per_hour": 10_000_000, "bytes_per_hour": "100GB"}
_HANDED_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execvp(sys.argv[2], sys.argv[2:])
"""
AS_SYSTEMD = (sys.executable, "-c", _HANDED_OVER)
"""Runs a command with the descriptor that is the first argument as systemd passes sockets."""
LEADING = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
SYSTEMD = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")

Configure = Callable[..., dict[str, Any]]


def document_of(
    world: World, *names: str, checks: Mapping[str, str | None] | None = None, **more: object
) -> dict[str, Any]:
    """Write a configuration for some mirrors of a world (all without names), as a document.

    `checks` gives intervals by check; what is not named is off. Default: endpoints every second.
    """
    document: dict[str, Any] = yaml.safe_load(world.config_yaml())
    wanted = {"endpoints": "1s"} if checks is None else dict(checks)
    beats = {
        name: {"enabled": False} if wanted.get(name) is None else {"interval": wanted[name]}
        for name in map(str, OF_MIRRORS)
    }
    document["mirrors"] = [
        {**mirror, "checks": deepcopy(beats), "budget": dict(RICH)}
        for mirror in document["mirrors"]
        if not names or mirror["name"] in names
    ]
    if names and document.get("reference") not in names:
        document["reference"] = "off"
    return document | {"defaults": {"timeout": TIMEOUT}, "chains": []} | more


class Metrics(dict[tuple[str, frozenset[tuple[str, str]]], float]):
    """Samples by name and labels, from an exposition that must parse."""

    @classmethod
    def parse(cls, text: str) -> "Metrics":
        found = cls()
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                key = (sample.name, frozenset(sample.labels.items()))
                assert key not in found, f"{key} is there twice"
                found[key] = sample.value
        return found

    def one(self, name: str, **labels: str) -> float | None:
        """Give the value of one series; None where it is absent."""
        return self.get((name, frozenset(labels.items())))

    def like(self, name: str, **labels: str) -> dict[frozenset[tuple[str, str]], float]:
        """Give the series of a name that have these labels, and maybe others."""
        wanted = frozenset(labels.items())
        return {own: value for (one, own), value in self.items() if one == name and wanted <= own}

    def state(self, mirror: str) -> str:
        """Give the one state that a mirror is in."""
        series = self.like("goproxy_mirror_state", mirror=mirror)
        (state,) = (dict(own)["state"] for own, value in series.items() if value == 1)
        return state

    def causes(self, mirror: str) -> set[str]:
        """Give the causes that are 1."""
        series = self.like("goproxy_mirror_cause", mirror=mirror)
        return {dict(own)["cause"] for own, value in series.items() if value == 1}

    def primary(self, mirror: str) -> str | None:
        """Give the primary cause, of which there may be one at most."""
        series = self.like("goproxy_mirror_primary_cause_info", mirror=mirror)
        assert len(series) <= 1
        return next((dict(own)["cause"] for own in series), None)

    def problems(self, *, but: frozenset[str] = LATE) -> set[str]:
        """Give the problems of the prober that are 1, but for those that any machine may give it."""
        series = self.like("goproxy_exporter_problem")
        return {dict(own)["problem"] for own, value in series.items() if value == 1} - but

    def runs(self, mirror: str, check: str = "endpoints") -> float:
        """Give how often a check ran; 0 where the series is absent."""
        return self.one("goproxy_check_runs_total", mirror=mirror, check=check) or 0.0

    def failures(self, mirror: str, check: str = "endpoints") -> float:
        """Give how many of these runs asserted a cause; 0 where the series is absent."""
        return self.one("goproxy_check_failures_total", mirror=mirror, check=check) or 0.0

    @property
    def mirrors(self) -> set[str]:
        """Give every value of the label `mirror`."""
        return {dict(own)["mirror"] for _, own in self if "mirror" in dict(own)}


async def until(
    look: Callable[[], Awaitable[Any]], *, seconds: float = PATIENCE, why: str = ""
) -> Any:
    """Look again and again until there is something to be seen; gives that."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        seen = await look()
        if seen:
            return seen
        assert loop.time() < end, f"in {seconds:g} s there was no {why or look}"
        await asyncio.sleep(STEP)


@dataclass
class Daemon:
    """A running exporter and a client of it. `lines` are what it wrote to standard error."""

    process: asyncio.subprocess.Process
    client: aiohttp.ClientSession
    config: Path
    fixed_url: str | None = None
    lines: list[str] = field(default_factory=list)
    _reader: asyncio.Task[None] | None = None

    def read(self) -> None:
        """Begin to collect the log."""
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        if self.process.stderr is None:
            return
        async for line in self.process.stderr:
            self.lines.append(line.decode().rstrip("\n"))

    @property
    def log(self) -> str:
        return "\n".join(self.lines)

    def events(self, name: str, **fields: object) -> list[dict[str, Any]]:
        """Give the log's events of a name with these fields; every line must be JSON."""
        every = [json.loads(line) for line in self.lines]
        return [
            one
            for one in every
            if one["event"] == name and all(one.get(key) == fields[key] for key in fields)
        ]

    async def event(self, name: str, *, times: int = 1, **fields: object) -> dict[str, Any]:
        """Wait until an event was logged so many times; gives the last of them."""

        async def look() -> list[dict[str, Any]]:
            found = self.events(name, **fields)
            if len(found) < times:
                assert self.process.returncode is None, self.log
            return found[times - 1 :]

        found: list[dict[str, Any]] = await until(look, why=f"{name} {fields} in\n{self.log}")
        return found[-1]

    async def said(self, words: str) -> None:
        """Wait until a line has these words."""

        async def look() -> bool:
            return words in self.log

        await until(look, why=words)

    @property
    def url(self) -> str:
        if self.fixed_url is not None:
            return self.fixed_url
        (listening,) = self.events("web.listening")
        return str(listening["addresses"][0])

    async def get(
        self, path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """Ask for a path; gives status and text."""
        async with self.client.request(method, self.url + path, headers=headers) as answer:
            return answer.status, await answer.text()

    async def answers(self) -> bool:
        """Tell whether anything can be asked yet."""
        try:
            return (await self.get("/-/healthy"))[0] == 200
        except aiohttp.ClientConnectionError:
            assert self.process.returncode is None, "it has ended"
            return False

    async def reload(self) -> tuple[int, str]:
        return await self.get("/-/reload", method="POST")

    async def metrics(self, path: str = "/metrics") -> Metrics:
        status, text = await self.get(path)
        assert status == 200, text
        # The world lives in this process: it goes on answering while an exposition is parsed.
        return await asyncio.to_thread(Metrics.parse, text)

    async def until(self, holds: Callable[[Metrics], Any], *, why: str = "") -> Metrics:
        """Scrape until something holds; gives that scrape."""
        seen: list[Metrics] = []

        async def look() -> bool:
            seen[:] = [await self.metrics()]
            return bool(holds(seen[0]))

        try:
            await until(look, why=why or "scrape like that")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{_summary(seen)}\n{self.log}") from None
        return seen[0]

    def write(self, document: Mapping[str, Any] | str) -> None:
        """Replace the configuration file in one step."""
        text = document if isinstance(document, str) else yaml.safe_dump(dict(document))
        fresh = self.config.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self.config)

    async def ended(self) -> int:
        """Wait until it has ended by itself; gives the exit code."""
        code = await asyncio.wait_for(self.process.wait(), PATIENCE)
        assert self._reader is not None
        await self._reader
        return code

    async def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Ask it to end; gives the exit code and how many seconds that took."""
        loop = asyncio.get_running_loop()
        begin = loop.time()
        self.process.send_signal(number)
        code = await self.ended()
        return code, loop.time() - begin


def _summary(seen: list[Metrics]) -> str:
    if not seen:
        return "nothing was scraped"
    lines = [
        f"{name}: {seen[0].state(name)} {seen[0].causes(name)} {seen[0].runs(name):g} runs"
        for name in sorted(seen[0].mirrors)
    ]
    return "\n".join([f"problems: {seen[0].problems(but=frozenset())}", *lines])


Start = Callable[..., Awaitable[Daemon]]


def surroundings(env: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give this process's environment without what would lead the exporter elsewhere."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper() not in (*LEADING, *SYSTEMD) and not name.startswith("COV")
    }
    return kept | {"PYTHONWARNINGS": "default"} | dict(env or {})


@pytest.fixture
def full() -> Iterator[int]:
    """A disk without room."""
    descriptor = os.open("/dev/full", os.O_WRONLY)
    yield descriptor
    os.close(descriptor)


@pytest.fixture
async def start(tmp_path: Path, full: int) -> AsyncIterator[Start]:
    """Start daemons on a document; all end with the test."""
    sys.setswitchinterval(TURN)
    daemons: list[Daemon] = []
    client = aiohttp.ClientSession()

    async def started(
        document: Mapping[str, Any] | None,
        *flags: str,
        env: Mapping[str, str] | None = None,
        listening: bool = True,
        log: str = "json",
        mute: bool = False,
        door: socket.socket | None = None,
        prefix: tuple[str, ...] = (),
    ) -> Daemon:
        """Start one: `prefix` is what the command is run by.

        With `mute` nothing can be written to standard error; without `listening` it may end;
        a `door` is passed on as systemd would.
        """
        config = tmp_path / f"exporter{len(daemons)}.yml"
        if document is not None:
            config.write_text(yaml.safe_dump(dict(document)))
        address = f"127.0.0.1:{free_port() if mute else 0}"
        command = [*prefix, sys.executable, "-m", "goproxy_exporter", "run"]
        command += ["--config.file", str(config), "--log.format", log]
        command += ["--web.listen-address", address] if door is None else ["--web.systemd-socket"]
        command += flags
        process = await asyncio.create_subprocess_exec(
            *(command if door is None else [*AS_SYSTEMD, str(door.fileno()), *command]),
            stderr=full if mute else asyncio.subprocess.PIPE,
            env=surroundings(env),
            pass_fds=() if door is None else [door.fileno()],
        )
        daemon = Daemon(process, client, config, f"http://{address}" if mute else None)
        daemons.append(daemon)
        daemon.read()
        if mute:
            await until(daemon.answers, why="answer")
        elif listening:
            await daemon.event("started")
        return daemon

    yield started
    await client.close()
    for daemon in daemons:
        if daemon.process.returncode is None:
            with suppress(ProcessLookupError):
                daemon.process.kill()
            await daemon.ended()
        assert "Warning" not in daemon.log, daemon.log


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Every make of mirror, honest."""
    directory = tmp_path / "world"
    directory.mkdir()
    async with World.open(directory=directory) as world:
        yield world


@pytest.fixture
def configure(world: World) -> Configure:
    """Write a configuration for mirrors of the world: `document_of` with the world given."""

    def configured(*names: str, **more: Any) -> dict[str, Any]:
        return document_of(world, *names, **more)

    return configured


@pytest.fixture(name="document_of")
def _document_of() -> Configure:
    """Write a configuration for mirrors of any world: `document_of`."""
    return document_of


@pytest.fixture(name="until")
def _until() -> Callable[..., Awaitable[Any]]:
    """Wait for something: `until`."""
    return until
