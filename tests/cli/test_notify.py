"""`probe --notify`: who hears of an inspection, and what the shell is told."""

import json
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from aiohttp import web

from goproxy_exporter.cli import main
from goproxy_exporter.cli.notifying import earlier_report, tell
from goproxy_exporter.cli.selection import IMPLEMENTED
from goproxy_exporter.config.beats import OF_MIRRORS
from goproxy_exporter.config.load import load
from goproxy_exporter.model.names import CheckName
from goproxy_exporter.notify.destination import Destination
from goproxy_exporter.report.report import Report
from goproxy_exporter.simulator.world import World

Run = Callable[..., Awaitable[Any]]
TOKEN = "s3cr3t-0123456789"


@dataclass(slots=True)
class Receiver:
    """A server that takes messages, or refuses them on some paths."""

    origin: str = ""
    refused: frozenset[str] = frozenset()
    heard: list[tuple[str, Any]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.heard.append((request.path, await request.json()))
        status = 404 if request.path in self.refused else 200
        return web.json_response({"errcode": 0}, status=status)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/{path:.*}", receiver.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield receiver
    await runner.cleanup()


@pytest.fixture
def quick(world: World, tmp_path: Path) -> str:
    """Give a configuration of one mirror and one check."""
    document = yaml.safe_load(world.config_yaml())
    off = {str(name): {"enabled": False} for name in OF_MIRRORS if name is not CheckName.ENDPOINTS}
    mirrors = [{**one, "checks": off} for one in document["mirrors"] if one["name"] == "golang"]
    path = tmp_path / "quick.yml"
    path.write_text(yaml.safe_dump({**document, "mirrors": mirrors}))
    return str(path)


@pytest.mark.timeout(180)  # Four inspections, one after the other.
async def test_who_hears_of_what(
    run: Run, world: World, quick: str, receiver: Receiver, tmp_path: Path
) -> None:
    """Success, failure, a change that is not delivered at first, and one that lasts.

    The report of the last inspection is read before it is written anew, and no secret shows.
    """
    report = tmp_path / "report.json"
    notify = ("wecom+${ROBOT}", "json+${BOARD}", "feishu+${NONE}", "slack+${ROBOT}/new#on=change")
    arguments = ["probe", "--config.file", quick, "--previous", str(report)]
    arguments += [f"--notify={one}" for one in notify] + [f"--output=json={report}"]
    env = {
        "ROBOT": f"{receiver.origin}/robot/{TOKEN}",
        "BOARD": f"{receiver.origin}/board",
        "NONE": "",
        "GOPROXY_EXPORTER_COMMIT": "0123abc",
    }

    async def inspected(*refused: str) -> tuple[int, list[str], str]:
        receiver.refused = frozenset(refused)
        receiver.heard.clear()
        done = await run(*arguments, env=env)
        assert TOKEN not in done.out + done.err + report.read_text()
        return done.code, sorted(path for path, _ in receiver.heard), done.err

    robot, change = f"/robot/{TOKEN}", f"/robot/{TOKEN}/new"
    warning = "Warning: cannot notify {} (127.0.0.1): status 404\n"

    assert await inspected() == (0, ["/board"], "")
    [(_, event)] = receiver.heard
    assert (event["success"], event["state"], event["commit"]) == (True, "healthy", "0123abc")
    assert event["duration_seconds"] > 0

    assert await inspected("/board") == (4, ["/board"], warning.format("json"))
    assert json.loads(report.read_text())["exit_code"] == 0, "it is of what was found"

    world.switch("golang", "tls.expired")
    assert await inspected(change) == (1, [robot, change], warning.format("slack"))
    assert "golang: unusable" in dict(receiver.heard)[robot]["markdown"]["content"]
    told = json.loads(report.read_text())["notifications"]
    assert [(one["to"], one["ok"]) for one in told] == [
        ("wecom (127.0.0.1)", True),
        ("slack (127.0.0.1)", False),
    ]

    assert await inspected() == (1, [robot, change], ""), "it did not get through before"


def test_an_earlier_report_that_cannot_be_used_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It must not keep every later inspection from taking place; that there is none is usual."""
    broken = tmp_path / "report.json"

    assert earlier_report(broken) is None
    assert capsys.readouterr().err == ""
    for text in ('{"schema": 1', "[]", '{"schema": 2}', "[" * 100_000, "\xff"):
        broken.write_text(text, encoding="latin-1")
        assert earlier_report(broken) is None
        assert capsys.readouterr().err == (
            f"Warning: {broken} is not a JSON report of this program: everything counts as new\n"
        )


def test_whoever_does_not_want_to_wait_gets_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C while a receiver is silent: it counts as not told, and nothing else is lost."""
    with socket.create_server(("127.0.0.1", 0)) as silent:

        def impatient() -> None:
            connection, _ = silent.accept()
            with connection:
                connection.recv(1)
                os.kill(os.getpid(), signal.SIGINT)
                while connection.recv(65536):
                    pass

        waiting = Thread(target=impatient)
        waiting.start()
        destination = Destination.parse(
            f"json+http://127.0.0.1:{silent.getsockname()[1]}/#on=always", str
        )
        assert destination is not None
        report = Report(vantage="lab", started=0.0, finished=1.0, mirrors=())
        settings = load(None, env={}, implemented=IMPLEMENTED)

        [told] = tell(report, None, [destination], settings)
        waiting.join()

    assert (told.ok, told.detail) == (False, "broken off")
    assert capsys.readouterr().err == "Warning: cannot notify json (127.0.0.1): broken off\n"


def test_a_bad_destination_is_refused_before_anything_is_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Usage: exit code 2, and nothing of what was written, which may be a secret."""
    assert main(["probe", "--notify", f"slack+{TOKEN}"]) == 2

    said = capsys.readouterr().err
    assert "a destination needs https://HOST" in said
    assert TOKEN not in said
