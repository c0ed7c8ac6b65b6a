"""What systemd hears, what it hands over, and what it does not hear any more."""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import structlog
import yaml

from goproxy_exporter.app.app import App, running
from goproxy_exporter.app.daemon import checks_are_run
from goproxy_exporter.app.watchdog import feeding_watchdog, period
from goproxy_exporter.config.load import load
from goproxy_exporter.probes import PROBES

Start = Callable[..., Awaitable[Any]]
Configure = Callable[..., dict[str, Any]]

PATIENCE = 30.0
"""Seconds that a word may take on a busy machine."""
READY, STOPPING, ALIVE = b"READY=1", b"STOPPING=1", b"WATCHDOG=1"


class Systemd:
    """The other end of NOTIFY_SOCKET."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.address)
        self._socket.setblocking(False)

    async def hears(self) -> bytes:
        """Wait for the next word."""
        loop = asyncio.get_running_loop()
        return await asyncio.wait_for(loop.sock_recv(self._socket, 200), PATIENCE)

    async def hears_but(self, one: bytes) -> bytes:
        """Wait for the next word that is another."""
        while (word := await self.hears()) == one:
            pass
        return word

    def heard(self) -> list[bytes]:
        """Give the words that wait to be heard, which may be none."""
        words = []
        with suppress(BlockingIOError):
            while True:
                words.append(self._socket.recv(200))
        return words

    def deaf(self) -> None:
        """Listen no more."""
        self._socket.close()


@pytest.fixture
async def systemd(tmp_path: Path) -> AsyncIterator[Systemd]:
    systemd = Systemd(tmp_path)
    yield systemd
    systemd.deaf()


async def test_it_hears_of_start_and_end(
    start: Start, configure: Configure, systemd: Systemd
) -> None:
    """READY when it serves, STOPPING when it is asked to end."""
    daemon = await start(configure("goproxy"), env={"NOTIFY_SOCKET": systemd.address})

    assert await systemd.hears() == READY
    assert (await daemon.stop())[0] == 0
    assert await systemd.hears() == STOPPING


async def test_a_deaf_systemd_stops_nothing(
    start: Start, configure: Configure, systemd: Systemd
) -> None:
    """It is told to the log, and mirrors are watched."""
    systemd.deaf()
    daemon = await start(configure("goproxy"), env={"NOTIFY_SOCKET": systemd.address})

    await daemon.until(lambda seen: seen.state("goproxy") == "healthy")

    assert (await daemon.stop())[0] == 0
    assert len(daemon.events("systemd.not_told")) == 2


async def test_it_hears_when_a_reload_begins_and_that_it_is_over(
    start: Start, configure: Configure, systemd: Systemd
) -> None:
    """Whether the file was good or not: what is followed is ready. The clock is the kernel's."""
    daemon = await start(configure("goproxy"), env={"NOTIFY_SOCKET": systemd.address})
    assert await systemd.hears() == READY

    for document, status in ((configure("static"), 200), ("mirrors: 1", 400)):
        daemon.write(document)
        before = _microseconds()
        assert (await daemon.reload())[0] == status
        reloading, clock = (await systemd.hears()).split(b"\n")
        assert reloading == b"RELOADING=1"
        assert clock.startswith(b"MONOTONIC_USEC=")
        assert before <= int(clock.partition(b"=")[2]) <= _microseconds()
        assert await systemd.hears() == READY


def _microseconds() -> int:
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000


async def test_the_watchdog_is_fed_while_checks_are_run(
    start: Start, configure: Configure, systemd: Systemd
) -> None:
    """Twice in the time that the unit allows, and no more once it is asked to end."""
    env = {"NOTIFY_SOCKET": systemd.address, "WATCHDOG_USEC": "200000"}
    daemon = await start(configure("goproxy"), env=env)

    assert await systemd.hears() == READY
    begin = time.monotonic()
    # What was said before does not count: so there are four pauses at least, and a late machine
    # only makes them longer.
    systemd.heard()
    assert [await systemd.hears() for _ in range(5)] == [ALIVE] * 5
    assert time.monotonic() - begin > 0.2
    assert (await daemon.stop())[0] == 0
    assert await systemd.hears_but(ALIVE) == STOPPING


async def test_the_watchdog_is_not_fed_while_checks_are_not_run(
    systemd: Systemd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signs of life stop, the log says so once, and they come back with the checks."""
    monkeypatch.setenv("NOTIFY_SOCKET", systemd.address)
    monkeypatch.setenv("WATCHDOG_USEC", "2000")
    alive, asked = True, asyncio.Event()

    def look() -> bool:
        asked.set()
        return alive

    with structlog.testing.capture_logs() as logs:
        async with feeding_watchdog(look):
            assert await systemd.hears() == ALIVE
            alive = False
            systemd.heard()
            for _ in range(3):
                asked.clear()
                await asyncio.wait_for(asked.wait(), PATIENCE)
            assert systemd.heard() == []
            alive = True
            assert await systemd.hears() == ALIVE

    assert [line["event"] for line in logs] == ["watchdog.not_fed"]


async def test_a_loop_that_died_is_no_life(configure: Configure, tmp_path: Path) -> None:
    """The watchdog goes by what /-/healthy goes by: whether every check keeps its beat."""
    config = tmp_path / "exporter.yml"
    config.write_text(yaml.safe_dump(configure("goproxy")))
    app = App(beating=True)
    await app.adopt(load(config, env={}, implemented=frozenset(PROBES)))

    async with running(app, grace=0.0):
        assert checks_are_run(app)
        ((_, beat),) = app.schedule._beats.values()
        beat.cancel()
        await asyncio.wait([beat])
        assert not checks_are_run(app)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"WATCHDOG_USEC": "60000000"}, 30.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"}, 30.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": ""}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_a_watchdog_is_fed_where_one_waits_for_this_process(
    environment: dict[str, str], expected: float | None
) -> None:
    """sd_watchdog_enabled(3): by the number in the environment, unless it is meant for another."""
    assert period(environment, pid=7) == expected


@pytest.mark.timeout(180)
async def test_the_door_of_a_socket_unit_is_open_before_the_daemon_and_after_it(
    start: Start, configure: Configure
) -> None:
    """Who knocks while it starts, or while it is restarted, waits and is answered."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        for _ in range(2):
            reader, writer = await asyncio.open_connection(*door.getsockname())
            writer.write(b"GET /-/healthy HTTP/1.0\r\n\r\n")
            daemon = await start(configure("goproxy"), door=door)
            await asyncio.wait_for(reader.readuntil(b"\r\n\r\nhealthy\n"), PATIENCE)
            writer.close()
            await writer.wait_closed()
            assert (await daemon.stop())[0] == 0


DENIED = """
import ctypes, os, sys
PR_SET_MDWE, REFUSE_EXEC_GAIN = 65, 1
if ctypes.CDLL(None).prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0):
    sys.exit("this kernel knows no PR_SET_MDWE")
os.execvp(sys.argv[1], sys.argv[1:])
"""


async def test_it_runs_where_memory_is_writable_or_executable_but_not_both(
    start: Start, configure: Configure
) -> None:
    """As the unit's MemoryDenyWriteExecute has it; TLS, DNS and the event loop are native code."""
    refusing = (sys.executable, "-c", DENIED)
    tried = await asyncio.create_subprocess_exec(*refusing, "true")
    if await tried.wait():
        pytest.skip("this kernel is older than 6.3: it cannot refuse such memory by prctl")

    daemon = await start(configure("goproxy"), prefix=refusing)

    await daemon.until(lambda seen: seen.state("goproxy") == "healthy")
