"""The files of deploy/ci, and the programs that judge them."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

Judge = Callable[..., str]


@pytest.fixture(scope="session")
def folder() -> Path:
    """Give the folder of everything that is shipped for scheduled inspection."""
    return ROOT / "deploy" / "ci"


@pytest.fixture(scope="session")
def judge() -> Judge:
    """Give a function that runs a program on files and gives all that it says; it must end well."""
    beside = str(Path(sys.executable).parent)

    def run(name: str, *arguments: str | Path, package: str = "") -> str:
        program = shutil.which(name, path=beside) or shutil.which(name)
        if program is None and package:
            pytest.skip(f"{name} is not here: apt-get install {package}")
        assert program is not None, f"{name} is not here: make test installs it"
        done = subprocess.run(
            [program, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            timeout=150,
        )
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        return said

    return run
