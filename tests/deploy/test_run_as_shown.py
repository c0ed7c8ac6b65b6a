"""Does every command line of ours that the documentation shows run?

Each is run once, as it stands, page by page and in order, in a folder of the page's own. Only the
world is another one: simulated mirrors in place of public ones, receivers on this machine, and a free
port.
"""

import asyncio
import json
import os
import re
import shlex
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from aiohttp import web

from goproxy_exporter.config.beats import OF_MIRRORS
from goproxy_exporter.model.names import CheckName
from goproxy_exporter.simulator.world import World

pytestmark = pytest.mark.timeout(300)

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")))
PROGRAM = "goproxy-exporter"
VERBS = ("run", "probe", "simulate")
"""Verbs of the Makefile that start the program with ARGS."""
PUBLIC = "https://goproxy.cn"
PATIENCE = 120.0
"""Seconds for what takes one."""

NOT_RUN = {
    "make test": "it would run this",
    "make container": "needs an engine; test_image.py looks at the Dockerfile",
    "make dashboards": "tests/grafana runs what it runs",
    "docker": "needs an engine; what follows the image's name is run here, the rest is looked at"
    " in test_shown_commands.py",
    "helm": "needs a cluster; test_shown_commands.py has it render",
    "kubectl": "needs a cluster; test_shown_commands.py has it build",
    "install": "needs root; test_shown_commands.py and tests/inspection look at what is installed",
    "systemctl": "needs root and systemd; test_units.py has systemd verify the units",
    "systemd-sysusers": "needs root; tests/inspection has it read its file",
    "python3": "makes a folder in /opt, which needs root",
    "/opt/goproxy_exporter/bin/pip": "installs in /opt; the image is made by the same lines",
    "export": "gives a variable to what follows; this machine's receiver is in it here",
}
"""What the documentation shows and nobody runs here, with the reason."""


def shown(page: str) -> Iterator[list[str]]:
    """Give each command line of a page as words."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for block in re.findall(r"^```sh\n(.+?)^```", text, re.DOTALL | re.MULTILINE):
        for line in block.replace("\\\n", " ").splitlines():
            for part in line.split(" && "):
                words = shlex.split(part, comments=True)
                yield words[1:] if words[0] == "sudo" else words


def ours(words: list[str]) -> list[str] | None:
    """Give the arguments that a command line hands to the program; None where it does not run."""
    match words:
        case ["goproxy-exporter", *arguments]:
            return arguments
        case ["make", verb, *variables] if verb in VERBS:
            given = [one.removeprefix("ARGS=") for one in variables if one.startswith("ARGS=")]
            return [verb, *(word for one in given for word in shlex.split(one))]
        case ["docker", "run", *_] if words[-1] != PROGRAM:
            return words[words.index(PROGRAM) + 1 :]
        case _:
            return None


def first_shown(page: str) -> list[list[str]]:
    """Give what a page has the program run, but for what an earlier page has shown already."""
    earlier = [ours(words) for one in PAGES[: PAGES.index(page)] for words in shown(one)]
    here = [arguments for words in shown(page) if (arguments := ours(words)) is not None]
    return [arguments for arguments in here if arguments not in earlier]


def test_what_is_not_run_says_why() -> None:
    """Every other command line is one of the program's, and no reason has outlived its command."""
    left = [words for page in PAGES for words in shown(page) if ours(words) is None]
    kinds = {" ".join(words[:2]) if words[0] == "make" else words[0] for words in left}
    # Without arguments an image runs the command that it was built with.
    assert kinds == set(NOT_RUN)


def test_both_readmes_show_the_same() -> None:
    """So that one of them is run."""
    assert list(shown("README.md")) == list(shown("README.zh-CN.md"))


@dataclass
class Town:
    """Where commands are run: a folder, simulated mirrors, and a receiver of messages."""

    folder: Path
    mirror: str
    robot: str
    told: list[tuple[str, Any]] = field(default_factory=list)
    """What the receiver got: path and body."""

    @property
    def environment(self) -> dict[str, str]:
        """Variables that the pages speak of."""
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            # This world has no checksum database.
            "GOSUMDB": "off",
            "GOPROXY": f"{self.mirror},direct",
            "SLACK_URL": f"{self.robot}/slack",
            "DASHBOARD_URL": f"{self.robot}/dashboard",
            "DASHBOARD_SECRET": "a secret",
            "DINGTALK_URL": f"{self.robot}/dingtalk",
            "DINGTALK_SECRET": "a secret",
            "ATHENS_PASSWORD": "a password",
        }

    def here(self, arguments: list[str]) -> list[str]:
        """Give the same command line for this world."""
        command, *rest = arguments
        rest = [word.replace(PUBLIC, self.mirror) for word in rest]
        rest = [re.sub("^/config/", f"{ROOT}/config/", word) for word in rest]
        if command in ("probe", "run") and "--config.file" not in rest:
            rest += ["--config.file", "world.yml"]
        if command in ("run", "relay"):
            rest += ["--web.listen-address", "127.0.0.1:0"]
        return [command, *rest]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    told: list[tuple[str, Any]] = []

    async def take(request: web.Request) -> web.Response:
        told.append((request.path, await request.json()))
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/{name}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    world_folder = tmp_path / "world"
    world_folder.mkdir()
    try:
        async with World.open(mirrors=("goproxy",), directory=world_folder) as world:
            document = yaml.safe_load(world.config_yaml())
            others = [one for one in OF_MIRRORS if one is not CheckName.ENDPOINTS]
            for mirror in document["mirrors"]:
                mirror["checks"] = {str(one): {"enabled": False} for one in others}
            (tmp_path / "world.yml").write_text(yaml.safe_dump(document))
            yield Town(
                folder=tmp_path,
                mirror=world.url("goproxy"),
                robot=f"http://127.0.0.1:{port}",
                told=told,
            )
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("page", [page for page in PAGES if first_shown(page)])
async def test_what_is_shown_runs(page: str, town: Town) -> None:
    """Nothing is wrong in this world, so each ends well; what serves does so until it is stopped."""
    async with AsyncExitStack() as until_the_end:
        for arguments in first_shown(page):
            told = len(town.told)
            match town.here(arguments):
                case ["simulate", *_] as command:
                    log = await until_the_end.enter_async_context(serving(command, town))
                    await until(partial(says, log, "Watch it"))
                    assert (town.folder / "simulated.yml").exists()
                case [("run" | "relay") as name, *_] as command:
                    async with serving(command, town) as log:
                        path = "/-/ready" if name == "run" else "/-/healthy"
                        await until(partial(answers, log, path))
                case command:
                    await end_well(command, town)
            assert [path for path, _ in town.told[told:]] == told_by(arguments)


def told_by(arguments: list[str]) -> list[str]:
    """Say who hears of an inspection that finds nothing wrong, and nothing new."""
    destinations = " ".join(arguments)
    always = ["/slack"] if "#on=always" in destinations else []
    return always + (["/dashboard"] if "#on=success" in destinations else [])


async def end_well(command: list[str], town: Town) -> None:
    """Run a command to its end."""
    process = await started(command, town, asyncio.subprocess.PIPE)
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0, f"{command}\n{out.decode()}{err.decode()}"
    for word in command:
        if word.startswith("json="):
            report = json.loads((town.folder / word.removeprefix("json=")).read_text())
            assert report["mirrors"][0]["state"] == "healthy"


@asynccontextmanager
async def serving(command: list[str], town: Town) -> AsyncIterator[Path]:
    """Run a command for the block, then stop it; gives the file that it logs into."""
    log = town.folder / f"{command[0]}.log"
    with log.open("wb") as out:
        process = await started(command, town, out)
    try:
        yield log
        assert process.returncode is None, await asyncio.to_thread(log.read_text)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), PATIENCE)
    assert code == 0, await asyncio.to_thread(log.read_text)


async def started(command: list[str], town: Town, out: Any) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "goproxy_exporter",
        *command,
        cwd=town.folder,
        env=town.environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=out,
        stderr=out,
    )


async def says(log: Path, words: str) -> bool:
    """Look whether it was said."""
    return words in await asyncio.to_thread(log.read_text)


async def answers(log: Path, path: str) -> bool:
    """Ask what serves whether it does: a daemon, whether it has something to say."""
    found = re.search(r"http://127\.0\.0\.1:\d+", await asyncio.to_thread(log.read_text))
    if found is None:
        return False
    async with aiohttp.ClientSession() as client, client.get(f"{found[0]}{path}") as answer:
        return answer.status == 200


async def until(look: Callable[[], bool | Awaitable[bool]]) -> None:
    """Look until it is so."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while True:
        seen = look()
        if seen if isinstance(seen, bool) else await seen:
            return
        assert loop.time() < end, f"it was not so in {PATIENCE:g} s"
        await asyncio.sleep(0.1)
