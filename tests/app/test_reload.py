"""Another configuration while everything runs: taken over whole, or not at all."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import structlog
import yaml

from goproxy_exporter.app.app import App
from goproxy_exporter.app.reload import Reload
from goproxy_exporter.config.load import load
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.simulator.world import World

Start = Callable[..., Awaitable[Any]]
Until = Callable[..., Awaitable[Any]]
Configure = Callable[..., dict[str, Any]]
POLLING = ("--config.enable-auto-reload", "--config.auto-reload-interval", "200ms")
RELOADED = "goproxy_exporter_config_last_reload_successful"
WHEN = "goproxy_exporter_config_last_reload_success_timestamp_seconds"


async def _reload(daemon: Any, way: str) -> None:
    """Have the file read again in one of the three ways; polling needs no asking."""
    if way == "SIGHUP":
        daemon.process.send_signal(signal.SIGHUP)
    if way == "POST":
        assert (await daemon.reload()) == (200, "reloaded\n")


@pytest.mark.parametrize("way", ["SIGHUP", "POST", "polling"])
async def test_a_reload_is_set_arithmetic(
    start: Start, world: World, configure: Configure, way: str
) -> None:
    """What left is gone at once, what came is born, what stayed goes on; a bad file does nothing."""
    world.switch("athens", "transport.timeout/accept")
    daemon = await start(configure("goproxy", "athens"), *(POLLING if way == "polling" else ()))
    before = await daemon.until(
        lambda seen: seen.runs("goproxy") >= 2 and seen.state("goproxy") == "healthy"
    )
    good = configure("goproxy", "static")
    good["mirrors"][1]["checks"]["endpoints"]["interval"] = "1h"

    daemon.write(good)
    await _reload(daemon, way)
    await daemon.event("config.reloaded", changed=True)

    after = await daemon.metrics()
    assert after.mirrors == {"goproxy", "static"}
    assert after.state("goproxy") == "healthy"
    for series, value in before.items():
        if (
            series[0].endswith(("_total", "_bucket", "_count"))
            and ("mirror", "goproxy") in series[1]
        ):
            assert after[series] >= value, series
    assert after.runs("static") <= 1
    assert after.one("goproxy_check_failures_total", mirror="static", check="endpoints") == 0
    assert after.one(WHEN) > before.one(WHEN)

    await _refuse(daemon, way, good)
    daemon.write(good)
    await _reload(daemon, way)
    await daemon.until(lambda seen: seen.one(RELOADED) == 1)
    assert (await daemon.metrics()).runs("goproxy") >= after.runs("goproxy")


async def _refuse(daemon: Any, way: str, good: dict[str, Any]) -> None:
    """Offer a file with two mistakes: metric, log and response tell, and nothing has changed."""
    bad = good | {"unheard_of": 1, "mirrors": [*good["mirrors"], {"name": "x", "url": "ftp://x"}]}
    config = await daemon.get("/config")
    daemon.write(bad)
    if way == "POST":
        status, told = await daemon.reload()
        assert status == 400
        assert "unheard_of" in told
        assert "mirrors[2].url" in told
    else:
        await _reload(daemon, way)
    event = await daemon.event("config.reload_failed")
    assert [("unheard_of" in one, "mirrors[2].url" in one) for one in event["problems"]] in (
        [(True, False), (False, True)],
        [(False, True), (True, False)],
    )
    at_once = await daemon.metrics()
    later = await daemon.until(lambda seen: seen.runs("goproxy") >= at_once.runs("goproxy") + 3)
    assert later.one(RELOADED) == 0
    assert later.one(WHEN) == at_once.one(WHEN)
    assert later.mirrors == {"goproxy", "static"}
    assert await daemon.get("/config") == config
    assert len(daemon.events("config.reload_failed")) == 1, "the same mistake is told once"


async def test_what_stays_keeps_its_beat(start: Start, world: World, configure: Configure) -> None:
    """Reloads neither repeat nor end a run of a check that they do not touch."""
    world.switch("static", "transport.timeout")
    document = configure("goproxy", "static", "golang")
    for mirror in document["mirrors"]:
        if mirror["name"] != "golang":
            # So long that neither is due again, however slow this machine is.
            mirror["checks"]["endpoints"] = {"interval": "1h", "timeout": "1h"}
    daemon = await start(document)

    def hanging() -> int:
        return len([one for one in world.requests if one.mirror == "static"])

    await daemon.until(
        lambda seen: seen.runs("goproxy") == 1 and seen.runs("golang") >= 3 and hanging()
    )
    assert hanging() == 1

    for number in range(4):
        daemon.write(document | {"vantage": f"place {number}"})
        begun = (await daemon.metrics()).runs("golang")
        answers = await asyncio.gather(*(daemon.reload() for _ in range(3)))
        assert answers == [(200, "reloaded\n")] * 3
        await daemon.until(lambda seen, begun=begun: seen.runs("golang") > begun)

    seen = await daemon.metrics()
    assert seen.one("goproxy_exporter_info", vantage="place 3") == 1
    assert seen.runs("goproxy") == 1
    assert hanging() == 1
    assert len(daemon.events("config.reloaded", changed=True)) == 4
    assert len(daemon.events("mirror.state_changed", mirror="golang")) == 1


async def test_files_beside_the_file_count(
    start: Start, world: World, configure: Configure, tmp_path: Path
) -> None:
    """New roots under an old name, a new password, a new fragment: each is followed when it shows."""
    roots, password, fragments = tmp_path / "ca.pem", tmp_path / "password", tmp_path / "conf.d"
    fragments.mkdir()
    other = await _other_roots(tmp_path)
    shutil.copy(other, roots)
    password.write_text("yesterday's")
    drafts = tmp_path / "drafts"
    drafts.mkdir()

    def put(file: Path, text: str) -> None:
        """In one step: half a file would be a mistake of its own, and told."""
        draft = drafts / file.name
        draft.write_text(text)
        draft.replace(file)

    document = configure("goproxy", "artifactory") | {"config_dir": "conf.d"}
    document["tls"] = {"ca_file": "ca.pem"}
    for mirror in document["mirrors"]:
        if mirror["name"] == "artifactory":
            mirror["auth"]["basic"]["password"] = "file:password"
    daemon = await start(document, *POLLING)
    # Every mirror under one unknown issuer: that is held against this machine, not against them.
    await daemon.until(lambda seen: seen.problems() == {"intercepted"})

    put(roots, world.ca_file.read_text())
    await daemon.until(
        lambda seen: (
            (seen.state("goproxy"), seen.primary("artifactory"))
            == ("healthy", "http.401_credentials")
        )
    )
    put(password, "simulated-password")
    await daemon.until(lambda seen: seen.state("artifactory") == "healthy")
    (more,) = configure("golang")["mirrors"]
    put(fragments / "more.yml", yaml.safe_dump({"mirrors": [more]}))
    await daemon.until(lambda seen: "golang" in seen.mirrors)
    put(roots, "nothing that could be a certificate")
    failed = await daemon.event("config.reload_failed")
    assert "tls.ca_file" in failed["problems"][0]
    assert (await daemon.metrics()).state("goproxy") == "healthy"


async def _other_roots(tmp_path: Path) -> Path:
    """Give the authority of another world, which has gone."""
    directory = tmp_path / "other"
    directory.mkdir()
    async with World.open(mirrors=("static",), directory=directory) as other:
        return other.ca_file


@pytest.mark.parametrize("way", ["SIGHUP", "polling"])
async def test_a_bug_while_loading_ends_no_watch(until: Until, way: str) -> None:
    """What is raised instead of a ConfigError is told with its trace, and the next try counts."""
    app = App(beating=False)
    settings = load(None, env={}, implemented=frozenset())
    faults = [RuntimeError("a bug"), None]

    async def loaded() -> Settings:
        fault = faults[0] if len(faults) == 2 else None
        if fault is not None:
            raise fault
        return settings

    reload = Reload(app, loaded)
    with structlog.testing.capture_logs() as log:
        async with reload.watching(0.02 if way == "polling" else None):

            async def failed() -> bool:
                return reload.ok is False

            async def succeeded() -> bool:
                return reload.ok is True

            os.kill(os.getpid(), signal.SIGHUP) if way == "SIGHUP" else None
            await until(failed)
            assert not app.store.mirrors
            faults.pop()
            os.kill(os.getpid(), signal.SIGHUP) if way == "SIGHUP" else None
            await until(succeeded)

    assert app.settings is settings
    assert [one["event"] for one in log] == ["config.reload_broke", "config.reloaded"]
    assert log[0]["exc_info"] is True


async def test_a_signal_during_the_start_is_a_wish_for_later(
    configure: Configure, until: Until, tmp_path: Path
) -> None:
    """SIGHUP while the first configuration is being read: it is read again, and nothing ends."""
    pipe = tmp_path / "slow.yml"
    os.mkfifo(pipe)
    text = yaml.safe_dump(configure("goproxy"))
    command = (sys.executable, "-m", "goproxy_exporter", "--config.file", str(pipe))
    process = await asyncio.create_subprocess_exec(
        *command, "--web.listen-address=127.0.0.1:0", stderr=asyncio.subprocess.PIPE
    )
    # A pipe is open for writing once somebody reads it: the start is under way now.
    descriptor = await asyncio.wait_for(asyncio.to_thread(os.open, pipe, os.O_WRONLY), 40)
    process.send_signal(signal.SIGHUP)
    os.write(descriptor, text.encode())
    os.close(descriptor)
    assert process.stderr is not None
    # Only then: what is written while the first reader is there would be read by it, too.
    await _line(process.stderr, b"event=started")
    await asyncio.wait_for(asyncio.to_thread(pipe.write_text, text), 40)

    await _line(process.stderr, b"event=config.reloaded")
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 40) == 0


async def _line(log: asyncio.StreamReader, words: bytes) -> None:
    """Wait for a line of the log."""
    while words not in (line := await asyncio.wait_for(log.readline(), 40)):
        assert line, "it has ended"
