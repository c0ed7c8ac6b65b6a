"""The command line as a user has it: a process of its own, against a simulated world."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from goproxy_exporter.simulator.world import World

MIRRORS = ("goproxy", "golang")


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Awaitable[Done]]


@pytest.fixture
def run() -> Run:
    """Run ``goproxy-exporter`` with these arguments to its end."""

    async def run(
        *arguments: str,
        env: dict[str, str] | None = None,
        stdout: int = asyncio.subprocess.PIPE,
        encoding: str = "utf-8",
    ) -> Done:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "goproxy_exporter",
            *arguments,
            stdout=stdout,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, **(env or {})},
        )
        out, err = await process.communicate()
        assert process.returncode is not None
        return Done(process.returncode, (out or b"").decode(encoding), err.decode())

    return run


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World.open(mirrors=MIRRORS, directory=tmp_path) as world:
        yield world


@pytest.fixture
def config(world: World, tmp_path: Path) -> str:
    path = tmp_path / "exporter.yml"
    path.write_text(world.config_yaml())
    return str(path)
