"""What the go command on this machine is set to."""

import json
import shutil
import subprocess
from dataclasses import dataclass

import click

VARIABLES = ("GOPROXY", "GOSUMDB", "GONOPROXY", "GONOSUMDB", "GOPRIVATE")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoEnv:
    """The settings of ``go env`` that decide which mirrors are asked for what."""

    goproxy: str
    gosumdb: str
    gonoproxy: str
    gonosumdb: str
    goprivate: str


def read_go_env() -> GoEnv:
    """Ask ``go env``; where there is no go command, say what to do instead."""
    go = shutil.which("go")
    if go is None:
        message = "--goproxy env needs the go command in PATH; give the list itself: --goproxy URL,URL,direct"
        raise click.UsageError(message)
    done = subprocess.run(  # noqa: S603 - the user's own go command, fixed arguments
        [go, "env", "-json", *VARIABLES], capture_output=True, text=True, check=False, timeout=30
    )
    if done.returncode != 0:
        message = f"go env failed: {done.stderr.strip()}"
        raise click.ClickException(message)
    values: dict[str, str] = json.loads(done.stdout)
    return GoEnv(**{name.lower(): values.get(name, "") for name in VARIABLES})
