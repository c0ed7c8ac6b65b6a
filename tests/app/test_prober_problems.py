"""Troubles of this machine, tried for real: none of them is blamed on a mirror."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog
import yaml
from ports import free_port

from goproxy_exporter.app.app import App, running
from goproxy_exporter.config.load import load
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import CheckName, ProberProblem, State
from goproxy_exporter.model.standing import Verdict
from goproxy_exporter.probes import PROBES
from goproxy_exporter.probes.kit import Kit, Outcome
from goproxy_exporter.simulator.world import World

Start = Callable[..., Awaitable[Any]]
Until = Callable[..., Awaitable[Any]]
Configure = Callable[..., dict[str, Any]]
RunApp = Callable[..., AbstractAsyncContextManager[App]]

TIMED = {Code.PERF_SLOW_FIRST_BYTE, Code.TRANSPORT_TIMEOUT}
NAMES = ("artifactory", "athens", "golang", "goproxy", "static")


def calm(seen: Any, *names: str) -> bool:
    """Tell whether mirrors are healthy and this prober has no problem."""
    return not seen.problems() and all(seen.state(name) == "healthy" for name in names)


def innocent(seen: Any, problem: str, *names: str) -> bool:
    """Tell whether the problem stands, and mirrors are unknown and accused of nothing."""
    return seen.problems() == {problem} and all(
        (seen.state(name), seen.causes(name), seen.primary(name)) == ("unknown", set(), None)
        for name in names
    )


# A silent nameserver.


async def test_a_silent_nameserver_is_not_a_missing_network(
    start: Start, world: World, configure: Configure
) -> None:
    """Names stay without an answer while an address answers: dns.timeout, and nothing of ours."""
    for name in NAMES:
        world.switch(name, "dns.timeout")

    daemon = await start(configure("goproxy", "athens"))

    # Should the address be late for once, too, that passes.
    seen = await daemon.until(
        lambda now: not now.problems() and now.primary("goproxy") and now.primary("athens")
    )
    for name in ("goproxy", "athens"):
        assert seen.causes(name) == {"dns.timeout"}
        assert seen.state(name) == "unusable"
        assert seen.one("goproxy_mirror_axis_success", mirror=name, axis="right") is None


# A clock that is off.


async def test_a_wrong_clock_withdraws_dates(
    start: Start, world: World, configure: Configure
) -> None:
    """All hosts agree that it is another time: certificates are not called expired or expiring."""
    world.switch("goproxy", "tls.expired")
    world.switch("athens", "tls.expiring", "fact/clock-ahead")
    for name in ("artifactory", "golang", "static"):
        world.switch(name, "fact/clock-ahead")
    daemon = await start(configure())

    seen = await daemon.until(
        lambda now: (
            all(now.runs(name) >= 2 for name in NAMES)
            and innocent(now, "clock_skew", "goproxy")
            and all(now.state(name) == "healthy" for name in NAMES if name != "goproxy")
        )
    )
    assert not any(seen.causes(name) for name in NAMES)
    told = await daemon.event("prober.problem", problem="clock_skew")
    # Date tells whole seconds, and an answer takes its time.
    assert re.search(r"this clock is (59[5-9]|600) s behind", told["detail"])

    # One host alone whose clock is off says nothing about ours.
    for name in ("artifactory", "golang", "static"):
        world.switch(name)
    seen = await daemon.until(
        lambda now: not now.problems() and now.primary("goproxy") and now.primary("athens")
    )
    assert (seen.primary("goproxy"), seen.primary("athens")) == ("tls.expired", "tls.expiring")
    await daemon.event("prober.problem_over", problem="clock_skew")


# Somebody in between.


async def test_who_stands_before_every_mirror_is_none_of_them(
    start: Start, world: World, configure: Configure
) -> None:
    """All lead to one login page, or show one unknown issuer: unknown; one alone is to blame."""
    three = ("goproxy", "athens", "static")
    daemon = await start(configure(*three))
    await daemon.until(lambda now: calm(now, *three))

    for fault in ("semantics.soft200/login_redirect", "tls.untrusted"):
        for name in three:
            world.switch(name, fault)
        await daemon.until(lambda now: innocent(now, "intercepted", *three))
        world.switch("athens")
        world.switch("static")
        seen = await daemon.until(lambda now: calm(now, "athens", "static"))
        assert seen.causes("goproxy") == {fault.partition("/")[0]}
        assert seen.state("goproxy") == "unusable"


# A forward proxy.


@dataclass
class Proxy:
    """A forward proxy that refuses, demands a password, works, or is not there.

    While it is not there, nobody else is given its port.
    """

    world: World
    mode: str = "works"
    port: int = field(default_factory=free_port)
    _server: asyncio.Server | None = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._welcome, "127.0.0.1", self.port)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.append(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            port = int(head.split(b" ")[1].rpartition(b":")[2])
            await getattr(self, f"_{self.mode}")(reader, writer, port)
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _refuses(self, _: Any, writer: asyncio.StreamWriter, __: int) -> None:
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    async def _demands(self, _: Any, writer: asyncio.StreamWriter, __: int) -> None:
        writer.write(
            b"HTTP/1.1 407 Proxy Authentication Required\r\n"
            b'Proxy-Authenticate: Basic realm="corp"\r\nContent-Length: 0\r\n\r\n'
        )

    async def _fails(self, _: Any, writer: asyncio.StreamWriter, __: int) -> None:
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")

    async def _works(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int
    ) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pump(reader, back), _pump(there, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


@pytest.fixture
async def proxy(world: World) -> AsyncIterator[Proxy]:
    proxy = Proxy(world)
    await proxy.open()
    yield proxy
    await proxy.close()


async def test_a_forward_proxy_is_not_a_mirror(
    start: Start, configure: Configure, proxy: Proxy
) -> None:
    """It refuses, wants a password, is down: ours to mend; while it works mirrors are judged."""
    two = ("goproxy", "static")
    daemon = await start(
        configure(
            *two,
            forward_proxy=f"http://127.0.0.1:{proxy.port}",
            checks={"endpoints": "1s", "zip": "1s"},
        )
    )
    await daemon.until(lambda now: calm(now, *two))

    for mode in ("refuses", "demands", "fails"):
        proxy.mode = mode
        await daemon.until(lambda now: innocent(now, "forward_proxy", *two))
        proxy.mode = "works"
        await daemon.until(lambda now: calm(now, *two))
    await proxy.close()
    seen = await daemon.until(lambda now: innocent(now, "forward_proxy", *two))
    failures = seen.like("goproxy_check_failures_total")
    assert set(failures.values()) == {0}
    await proxy.open()
    await daemon.until(lambda now: calm(now, *two))
    told = {one["state"] for one in daemon.events("mirror.state_changed")}
    assert told == {"healthy", "unknown"}


# A bug, and a process that is too slow.


@pytest.fixture
def run_app(tmp_path: Path) -> RunApp:
    """Run an App on a document, in this very loop."""

    @asynccontextmanager
    async def run(document: dict[str, Any], **more: Any) -> AsyncIterator[App]:
        config = tmp_path / "app.yml"
        await asyncio.to_thread(config.write_text, yaml.safe_dump(document))
        app = App(beating=True, **more)
        await app.adopt(load(config, env={}, implemented=frozenset(PROBES)))
        async with running(app, grace=0.0):
            yield app

    return run


def _least(app: App, mirror: str) -> int:
    """Count how often the rarer of the two checks of a mirror ran."""
    runs = app.store.tally(mirror).runs
    return min(runs.get(CheckName.ENDPOINTS, 0), runs.get(CheckName.ZIP, 0))


async def test_a_bug_is_ours(run_app: RunApp, configure: Configure, until: Until) -> None:
    """A probe that raises: problem internal with its trace in the log; other checks go on."""

    async def broken(check: Check, kit: Kit) -> Outcome:
        raise ZeroDivisionError("of all things")

    probes = {**PROBES, CheckName.ZIP: broken}
    document = configure("goproxy", checks={"endpoints": "1s", "zip": "1s"})
    with structlog.testing.capture_logs() as log:
        async with run_app(document, probes=probes) as app:

            async def both_ran() -> bool:
                verdict = app.store.verdict("goproxy", app.clock.now())
                return _least(app, "goproxy") >= 2 and verdict.state is State.HEALTHY

            await until(both_ran)
            now = app.clock.now()
            assert "ZeroDivisionError" in app.store.problems(now)[ProberProblem.INTERNAL]
            assert app.store.tally("goproxy").failures[CheckName.ZIP] == 0

    broke = [one for one in log if one["event"] == "check.broke"]
    assert broke
    assert all(one["exc_info"] and one["log_level"] == "error" for one in broke)


async def test_a_late_loop_withdraws_what_is_about_time(
    run_app: RunApp, until: Until, document_of: Configure
) -> None:
    """This process hangs again and again: nobody is called slow; a wrong zip stays a wrong zip."""

    async def block() -> None:
        while True:
            time.sleep(0.25)  # noqa: ASYNC251 - blocking the loop is the point
            await asyncio.sleep(0.01)

    verdicts: list[Verdict] = []
    faults = {"static": ("integrity.zip_invalid",)}
    async with World.open(mirrors=("goproxy", "static"), faults=faults) as world:
        document = document_of(world, checks={"endpoints": "1s", "zip": "1s"})
        document["thresholds"] = {"first_byte": "100ms"}
        async with run_app(document) as app:
            blocking = asyncio.create_task(block())

            async def judged() -> bool:
                now = app.clock.now()
                verdicts[:] = [app.store.verdict(name, now) for name in ("goproxy", "static")]
                assert not any(cause.code in TIMED for one in verdicts for cause in one.causes)
                withdrawn = {code for one in verdicts for code, _ in one.suppressed}
                return bool(TIMED & withdrawn) and _least(app, "static") >= 1

            await until(judged)
            blocking.cancel()
            problems = app.store.problems(app.clock.now())

    slow, wrong = verdicts
    assert ProberProblem.OVERLOADED in problems
    assert slow.causes == ()
    assert [cause.code for cause in wrong.causes] == [Code.INTEGRITY_ZIP_INVALID]
    assert wrong.state is State.UNUSABLE
