"""What the go command on this machine is set to."""

import json
import shutil
import subprocess
from dataclasses import dataclass

import click

from goproxy_exporter.report.plain import printable

VARIABLES = ("GOPROXY", "GOSUMDB", "GONOPROXY", "GONOSUMDB", "GOPRIVATE")
PATIENCE = 30
"""Seconds; a go command answers within a few milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoEnv:
    """The settings of ``go env`` that decide which mirrors are asked for what."""

    goproxy: str
    gosumdb: str
    gonoproxy: str
    gonosumdb: str
    goprivate: str


def read_go_env() -> GoEnv:
    """Ask ``go env``. Raises click's errors: without a go command they say what to do instead."""
    go = shutil.which("go")
    if go is None:
        message = "--goproxy env needs the go command in PATH; give the list itself: --goproxy URL,URL,direct"
        raise click.UsageError(message)
    try:
        # Not text: what a broken go command says may be in any encoding.
        done = subprocess.run(  # noqa: S603 - the user's own go command, fixed arguments
            [go, "env", "-json", *VARIABLES], capture_output=True, check=False, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired as error:
        raise click.ClickException(f"{go} env says nothing for {PATIENCE} s") from error
    except OSError as error:
        raise click.ClickException(f"{go} cannot be run: {error.strerror}") from error
    if done.returncode != 0:
        said = printable(done.stderr.decode(errors="replace").strip())
        raise click.ClickException(f"{go} env failed: {said}")
    return _read(go, done.stdout)


def _read(go: str, said: bytes) -> GoEnv:
    try:
        values = {name: json.loads(said)[name] for name in VARIABLES}
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{go} env does not say what it is set to") from error
    return GoEnv(**{name.lower(): str(value) for name, value in values.items()})
