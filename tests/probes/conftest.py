"""A scripted mirror on loopback, or a world where everything is verified; probes aimed at them."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from clocks import Leaping
from runs import result_of
from worlds import Try, lighter, side_by_side

from goproxy_exporter.app.trees import Trees
from goproxy_exporter.config.load import load
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.model.cause import LAWS, Code
from goproxy_exporter.model.mirror import (
    Access,
    Budget,
    Canaries,
    Canary,
    Check,
    Mirror,
    Thresholds,
)
from goproxy_exporter.model.names import CheckName, Kind, Severity
from goproxy_exporter.model.result import Finding, Result
from goproxy_exporter.model.standing import Verdict
from goproxy_exporter.probes import PROBES
from goproxy_exporter.probes.kit import Kit, Outcome
from goproxy_exporter.probes.locker import Locker
from goproxy_exporter.reference.canary import Reference
from goproxy_exporter.reference.checksum_database import ChecksumDatabase
from goproxy_exporter.reference.module_index import ModuleIndex
from goproxy_exporter.reference.originals import Originals
from goproxy_exporter.reference.persistence import Persistence
from goproxy_exporter.runner.allowances import Allowances
from goproxy_exporter.simulator.beginning import DAILY
from goproxy_exporter.simulator.configuration import CANARIES
from goproxy_exporter.simulator.extensions import Database
from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.faults.sumdb import DATABASE
from goproxy_exporter.simulator.modules import STABLE, UPPERCASE
from goproxy_exporter.simulator.world import World
from goproxy_exporter.verdict import decide, step
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.wire import Wire

MODULE, VERSION = "example.com/canary", "v1.2.3"
PATIENT = 10.0
"""Seconds for what comes, however busy this machine is."""
PAUSE = 2.0
"""Seconds for what comes beside something that never does: no machine stands still for longer."""
_REASON = {200: "OK", 404: "Not Found"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One scripted answer. `cut` bytes of the body are held back; with `hang` nothing is sent."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    cut: int = 0
    hang: bool = False
    reset: bool = False

    def wire(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} {_REASON.get(self.status, 'Odd')}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines.append(f"Content-Length: {len(self.body)}")
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        return head + self.body[: len(self.body) - self.cut]


NOT_FOUND = Reply(status=404, body=b"not found: no such thing")


def archive(
    prefix: str = f"{MODULE}@{VERSION}/", *, padding: int = 0, module: str = MODULE
) -> bytes:
    """A module zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(f"{prefix}go.mod", f"module {module}\n")
        file.writestr(f"{prefix}padding.txt", "x" * padding)
    return buffer.getvalue()


def healthy() -> dict[str, Reply]:
    """Right answers for the canary; everything else is 404."""
    info = Reply(body=b'{"Version":"v1.2.3","Time":"2020-01-02T03:04:05Z"}')
    base = f"/{MODULE}"
    return {
        f"{base}/@v/list": Reply(body=b"v1.0.0\nv1.2.3\n"),
        f"{base}/@latest": info,
        f"{base}/@v/{VERSION}.info": info,
        f"{base}/@v/{VERSION}.mod": Reply(body=f"module {MODULE}\n".encode()),
        f"{base}/@v/{VERSION}.zip": Reply(body=archive()),
    }


@dataclass(slots=True)
class Scripted:
    """A mirror that answers by its script; a list is answered from one by one, the last for ever."""

    script: dict[str, Reply | list[Reply]]
    port: int = 0
    requests: list[str] = field(default_factory=list)
    connections: int = 0
    fallback: Reply = NOT_FOUND

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def reply(self, path: str) -> Reply:
        self.requests.append(path)
        entry = self.script.get(path, self.fallback)
        if not isinstance(entry, list):
            return entry
        return entry.pop(0) if len(entry) > 1 else entry[0]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        reply = self.reply(head.split(b" ", 2)[1].decode())
        if reply.hang:
            await asyncio.Event().wait()
        if reply.reset:
            writer.transport.abort()
            return False
        writer.write(reply.wire())
        await writer.drain()
        return not reply.cut


Start = Callable[..., Awaitable[Scripted]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Start scripted mirrors; all end with the test."""
    servers: list[asyncio.Server] = []
    hosted: list[asyncio.Task[None]] = []

    async def started(
        host: str = "127.0.0.1", port: int = 0, **odd: Reply | list[Reply]
    ) -> Scripted:
        mirror = Scripted({**healthy(), **{_path(name): reply for name, reply in odd.items()}})

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            hosted.append(asyncio.create_task(mirror.serve(reader, writer)))

        server = await asyncio.start_server(accept, host, port)
        mirror.port = server.sockets[0].getsockname()[1]
        servers.append(server)
        return mirror

    yield started
    for task in hosted:
        task.cancel()
    await asyncio.gather(*hosted, return_exceptions=True)
    for server in servers:
        server.close()


def _path(name: str) -> str:
    """Where an endpoint of the canary is."""
    base = f"/{MODULE}"
    return {
        "list": f"{base}/@v/list",
        "latest": f"{base}/@latest",
        "info": f"{base}/@v/{VERSION}.info",
        "mod": f"{base}/@v/{VERSION}.mod",
        "zip": f"{base}/@v/{VERSION}.zip",
        "missing": f"{base}/zz-none/@v/list",
        "prefix": "/example.com/@v/list",
        "bogus": f"{base}/@v/v1.9.9.info",
    }[name]


def mirror_at(url: str, *, declared: bool = True, **fields: object) -> Mirror:
    canary = Canary(module=MODULE, version=VERSION, declared=declared)
    missing = Canary(module=f"{MODULE}/zz-none")
    made = Mirror(
        name="scripted",
        url=url,
        access=Access(forward_proxy=""),
        canaries=Canaries(stable=(canary,), missing=missing, large=canary),
        thresholds=Thresholds(stall_after=PATIENT),
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # a test names real fields


@dataclass(slots=True)
class Bench:
    """Runs one probe against one mirror."""

    wire: Wire
    clock: Clock

    async def run(
        self,
        name: CheckName,
        mirror: Mirror,
        *,
        reference: Reference | None = None,
        timeout: float = PATIENT,
        deadline: float = 4 * PATIENT,
        allowance: Allowance | None = None,
    ) -> Outcome:
        check = Check(name=name, mirror=mirror, interval=60.0, timeout=timeout)
        kit = Kit(
            wire=self.wire,
            clock=self.clock,
            reference=reference or self.reference(None),
            originals=Originals(self.wire, self.clock, Access()),
            allowance=allowance or Allowance(Budget(), self.clock),
            look_gap=0.01,
            deadline=self.clock.monotonic() + deadline,
        )
        return await PROBES[name](check, kit)

    def reference(self, url: str | None) -> Reference:
        patience = Persistence(attempts=2, deadline=4 * PATIENT, timeout=PATIENT, longest_wait=0.01)
        access = Access(forward_proxy="")
        return Reference(self.wire, self.clock, url, access, persistence=patience)


@pytest.fixture
def bench() -> Bench:
    """The means of a run on this machine."""
    clock = Clock()
    return Bench(Wire(clock, Resolver()), clock)


_WORST = [Severity.DANGEROUS, Severity.UNUSABLE, Severity.DEGRADED]
_ORDER = list(Code)


def primary(findings: tuple[Finding, ...]) -> Code | None:
    """The cause that a mirror's page would name first: severity, stage, then table order."""
    ranked = sorted(findings, key=_rank)
    return ranked[0].code if ranked else None


def _rank(finding: Finding) -> tuple[int, int, int]:
    law = LAWS[finding.code]
    severity = finding.severity or law.severity
    return _WORST.index(severity), law.stage, _ORDER.index(finding.code)


@pytest.fixture
def mirror_of() -> Callable[..., Mirror]:
    return mirror_at


@pytest.fixture
def say() -> type:
    """The words of a script."""

    class Words:
        Reply = Reply
        archive = staticmethod(archive)
        primary = staticmethod(primary)
        NOT_FOUND = NOT_FOUND
        wrong = staticmethod(wrong)

    return Words


_STALLS_AFTER = {True: PAUSE + 0.1, False: PATIENT}
_TIMEOUT = {True: PAUSE, False: PATIENT}
_PERSISTENCE = {
    True: Persistence(attempts=3, deadline=6.0, timeout=0.7, longest_wait=0.01),
    False: Persistence(attempts=3, deadline=4 * PATIENT, timeout=PATIENT, longest_wait=0.01),
}
"""How long is waited, by whether there is something that never answers."""
_CANARIES = {
    **CANARIES,
    "stable": [{"module": name, "version": version} for name, version in (STABLE, UPPERCASE)],
    "fresh": [{"module": DAILY, "version": "v1.4.1"}],
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What checks of one subject made of a fault."""

    fault: str
    verdict: Verdict
    results: tuple[Result, ...]

    @property
    def result(self) -> Result:
        return self.results[0]

    def of(self, name: CheckName) -> Result:
        return next(result for result in self.results if result.check.name is name)

    @property
    def findings(self) -> list[Finding]:
        return [finding for result in self.results for finding in result.findings]

    @property
    def found(self) -> set[str]:
        return {str(finding.code) for finding in self.findings}

    @property
    def as_expected(self) -> bool:
        """Whether just the code that the fault is named after was found, and is the primary one."""
        expects = FAULTS[self.fault].expects
        return self.found == {expects} - {None} and self.verdict.primary == expects

    def told(self) -> str:
        return f"{self.fault}: {self.verdict.primary}, found {sorted(self.found)}"


@dataclass(slots=True)
class Watch:
    """A world with a checksum database, and the means to watch mirrors and the database itself."""

    world: World
    directory: Path
    more: Mapping[str, object] = field(default_factory=dict)
    clock: Leaping = field(default_factory=Leaping)
    wire: Wire = field(init=False)
    settings: Settings = field(init=False)
    databases: Mapping[str, ChecksumDatabase] = field(init=False)
    locker: Locker | None = None
    index: ModuleIndex | None = None
    hangs: bool = False
    """Whether there is something that never answers, which is not waited for for long."""

    def __post_init__(self) -> None:
        self.wire = Wire(self.clock, Resolver())
        path = self.directory / f"{id(self)}.yaml"
        keys = {"thresholds": {}, "canaries": _CANARIES, **self.more}
        path.write_text(self.world.config_yaml(**keys))
        self.settings = load(path, env={}, implemented=frozenset(PROBES))
        self.begin_anew()

    def begin_anew(self, fault: str | None = None) -> None:
        """Know nothing of the database; `fault` is what will be switched on."""
        self.hangs = _hangs(fault)
        trees = Trees(self.clock, persistence=_PERSISTENCE[self.hangs])
        self.databases = trees.databases(self.settings, self.wire, Allowances(self.clock))

    async def tried(
        self, host: str, fault: str | None, *names: CheckName, first: str | None = None
    ) -> Seen:
        """Run checks with a fault on; `first` is a subject that is looked at before that."""
        self.world.switch(host)
        if first is not None:
            await self.run(first)
        self.world.switch(host, *((fault,) if fault else ()))
        self.hangs = _hangs(fault)
        return await self.run(host, *names, fault=fault or "honest")

    async def run(self, host: str, *names: CheckName, fault: str = "honest") -> Seen:
        """Run checks of a mirror, or of the database itself; by default the sumdb check."""
        checks = [
            check
            for check in sorted(
                self.settings.checks, key=lambda one: list(CheckName).index(one.name)
            )
            if _is_of(check, host) and check.name in (names or (CheckName.SUMDB,))
        ]
        memory, results = None, []
        for check in checks:
            result = await self.result(check)
            memory = step(memory, result, self.clock.now())
            results.append(result)
        verdict = decide(checks[0].mirror, memory, checks, {}, self.clock.now())
        return Seen(fault, verdict, tuple(results))

    async def result(self, check: Check) -> Result:
        """Run one check."""
        limits = replace(check.mirror.thresholds, stall_after=_STALLS_AFTER[self.hangs])
        mirror = replace(check.mirror, thresholds=limits)
        check = replace(check, mirror=mirror, timeout=_TIMEOUT[self.hangs])
        kit = Kit(
            wire=self.wire,
            clock=self.clock,
            reference=Reference(self.wire, self.clock, None, Access()),
            originals=Originals(self.wire, self.clock, Access()),
            allowance=Allowance(Budget(), self.clock),
            database=self.databases.get(check.mirror.checksum_database or ""),
            locker=self.locker,
            index=self.index,
            look_gap=0.01,
            deadline=self.clock.monotonic() + 4 * PATIENT,
        )
        return await result_of(check, kit)


def _hangs(fault: str | None) -> bool:
    return fault is not None and (fault == "transport.timeout" or fault.endswith("silent"))


def _is_of(check: Check, host: str) -> bool:
    if host == DATABASE:
        return check.mirror.kind is Kind.CHECKSUMS
    return check.mirror.kind is Kind.MODULES and check.mirror.name == host


AllTried = Callable[..., Awaitable[list[Seen]]]


@pytest.fixture
def watch(tmp_path: Path) -> Callable[..., Watch]:
    """Watch an open world; keys of its configuration may be set otherwise."""
    return lambda world, **more: Watch(world, tmp_path, more)


@pytest.fixture
def all_tried(tmp_path: Path) -> AllTried:
    """Try faults of a host in several worlds, one after the other in each, knowing nothing."""

    async def tried(
        host: str, faults: Iterable[str], *names: CheckName, first: str | None = None
    ) -> list[Seen]:
        @asynccontextmanager
        async def opened() -> AsyncIterator[Try[Seen]]:
            async with World.open(
                mirrors=("goproxy",),
                extensions=(Database(),),
                catalogue=lighter(),
            ) as world:
                watching = Watch(world, tmp_path)

                async def one(fault: str) -> Seen:
                    watching.begin_anew(fault)
                    return await watching.tried(host, fault, *names, first=first)

                yield one

        return await side_by_side(faults, opened)

    return tried


def wrong(seen: Iterable[Seen]) -> list[str]:
    """Tell of what is not as its fault expects."""
    return [each.told() for each in seen if not each.as_expected]
