"""`probe --notify`: who hears of an inspection, and what the shell is told."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web

from goproxy_exporter.config.beats import OF_MIRRORS
from goproxy_exporter.simulator.world import World

Run = Callable[..., Awaitable[Any]]
TOKEN = "s3cr3t-0123456789"


@dataclass(slots=True)
class Receiver:
    """A server that takes messages, or fails with a status."""

    origin: str = ""
    status: int = 200
    heard: list[tuple[str, Any]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.heard.append((request.path, await request.json()))
        return web.json_response({"errcode": 0}, status=self.status)


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
    off = {str(name): {"enabled": False} for name in OF_MIRRORS if name != "endpoints"}
    mirrors = [{**one, "checks": off} for one in document["mirrors"] if one["name"] == "golang"]
    path = tmp_path / "quick.yml"
    path.write_text(yaml.safe_dump({**document, "mirrors": mirrors}))
    return str(path)


async def test_a_failure_goes_to_the_robot_and_success_to_the_dashboard(
    run: Run, world: World, quick: str, receiver: Receiver
) -> None:
    """Each hears of its own occasion, with secrets from the environment; commit and duration too."""
    arguments = ("probe", "--config.file", quick, "--notify", "wecom+${ROBOT}")
    arguments += ("--notify", "json+${BOARD}", "--notify", "slack+${NONE}", "--output=json")
    env = {
        "ROBOT": f"{receiver.origin}/robot?key={TOKEN}",
        "BOARD": f"{receiver.origin}/board",
        "NONE": "",
        "GOPROXY_EXPORTER_COMMIT": "0123abc",
    }

    well = await run(*arguments, env=env)
    world.switch("golang", "http.5xx")
    ill = await run(*arguments, env=env)

    assert (well.code, ill.code) == (0, 1)
    [(board, event), (robot, message)] = receiver.heard
    assert (board, robot) == ("/board", "/robot")
    assert (event["success"], event["state"], event["commit"]) == (True, "healthy", "0123abc")
    assert event["duration_seconds"] > 0
    assert "golang: unusable" in message["markdown"]["content"]
    told = json.loads(ill.out)["notifications"]
    assert [(one["to"], one["ok"]) for one in told] == [("wecom (127.0.0.1)", True)]
    assert TOKEN not in well.out + well.err + ill.out + ill.err


async def test_only_changes_are_told_and_what_was_not_delivered_is_told_again(
    run: Run, world: World, quick: str, receiver: Receiver, tmp_path: Path
) -> None:
    """The report of the last run is read before it is written anew."""
    report = tmp_path / "report.json"
    notify = f"wecom+{receiver.origin}/robot/{TOKEN}#on=change"
    arguments = ("probe", "--config.file", quick, "--notify", notify, "--fail-on", "never")
    arguments += ("--previous", str(report), f"--output=json={report}")

    async def told(status: int = 200) -> tuple[int, int, str]:
        receiver.status = status
        receiver.heard.clear()
        done = await run(*arguments)
        assert TOKEN not in done.out + done.err + report.read_text()
        return done.code, len(receiver.heard), done.err

    assert await told() == (0, 0, ""), "healthy at first sight is no news"
    world.switch("golang", "http.5xx")
    assert await told(400) == (
        4,
        1,
        "Warning: cannot notify wecom (127.0.0.1): status 400\n",
    )
    assert json.loads(report.read_text())["exit_code"] == 0, "of what was found"
    assert await told() == (0, 1, ""), "it did not get through before"
    assert await told() == (0, 0, ""), "it lasts"


async def test_a_failed_notification_does_not_hide_what_was_found(
    run: Run, world: World, quick: str, receiver: Receiver
) -> None:
    """The exit code stays the inspection's; standard error says who was not told."""
    world.switch("golang", "http.5xx")
    receiver.status = 404

    done = await run("probe", "--config.file", quick, "--notify", f"slack+{receiver.origin}/x")

    assert done.code == 1
    assert done.err == "Warning: cannot notify slack (127.0.0.1): status 404\n"


async def test_an_earlier_report_that_cannot_be_used_is_told(
    run: Run, quick: str, tmp_path: Path
) -> None:
    """It must not keep every later inspection from taking place."""
    broken = tmp_path / "report.json"
    broken.write_text('{"schema": 1')

    done = await run("probe", "--config.file", quick, "--previous", str(broken))

    assert done.code == 0
    assert done.err == (
        f"Warning: {broken} is not a JSON report of this program: everything counts as new\n"
    )


async def test_a_bad_destination_is_refused_before_anything_is_asked(
    run: Run, world: World, quick: str
) -> None:
    """Usage: exit code 2, and nothing of what was written, which may be a secret."""
    seen = len(world.journal.requests) if hasattr(world, "journal") else 0

    done = await run("probe", "--config.file", quick, "--notify", f"slack+{TOKEN}")

    assert done.code == 2
    assert "a destination needs https://HOST" in done.err
    assert TOKEN not in done.err
    assert (len(world.journal.requests) if hasattr(world, "journal") else 0) == seen
