"""The options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from goproxy_exporter.cli.logs import LEVELS, LogFormat

Command = Callable[..., Any]


def config_file_option(command: Command) -> Command:
    """Add ``--config.file``, as `config_file`: a path, or None."""
    return click.option(
        "--config.file",
        "config_file",
        type=click.Path(path_type=Path),
        help="Configuration; without one, the built-in mirrors are watched.",
    )(command)


def log_options(level: str) -> Callable[[Command], Command]:
    """Add ``--log.level``, by default `level`, and ``--log.format``, as `log_level`, `log_format`."""

    def add(command: Command) -> Command:
        command = click.option(
            "--log.format",
            "log_format",
            default=LogFormat.LOGFMT.value,
            show_default=True,
            type=click.Choice([*map(str, LogFormat)]),
            help="Shape of a log line.",
        )(command)
        return click.option(
            "--log.level",
            "log_level",
            default=level,
            show_default=True,
            type=click.Choice(LEVELS),
            help="Least severe events that are logged.",
        )(command)

    return add
