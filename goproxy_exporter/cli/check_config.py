"""``check-config``: is this configuration usable?"""

import os
from pathlib import Path

import click

from goproxy_exporter.config.load import load
from goproxy_exporter.errors import ConfigError
from goproxy_exporter.probes import PROBES
from goproxy_exporter.report.report import EXIT_OK, EXIT_USAGE


@click.command("check-config")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check_config(files: tuple[Path, ...]) -> int:
    """Check configuration files and the fragments they name; say every problem at once."""
    good = [_check(file) for file in files]
    return EXIT_OK if all(good) else EXIT_USAGE


def _check(file: Path) -> bool:
    try:
        settings = load(file, env=os.environ, implemented=frozenset(PROBES))
    except ConfigError as error:
        click.echo(str(error), err=True)
        click.echo(f"{file}: {_counted(len(error.problems), 'problem')}", err=True)
        return False
    mirrors = _counted(len(settings.mirrors), "mirror")
    click.echo(f"{file}: good: {mirrors}, {_counted(len(settings.checks), 'check')}")
    return True


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
