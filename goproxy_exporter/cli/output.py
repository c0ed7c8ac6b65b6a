"""Where a report goes, in which format: ``--output FORMAT[=PATH]``."""

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from goproxy_exporter.report.document import render_json
from goproxy_exporter.report.report import Report

STDOUT = "-"


def _text(report: Report) -> str:
    # Imported when asked for: the daemon never draws tables, and rich is not small.
    from goproxy_exporter.report.text import render_text  # noqa: PLC0415

    return render_text(report)


FORMATS: dict[str, Callable[[Report], str]] = {"text": _text, "json": render_json}


@dataclass(frozen=True, slots=True)
class Output:
    """One format and its destination; `path` is ``-`` for standard output."""

    format: str
    path: str = STDOUT

    def write(self, report: Report) -> None:
        """Write the report; a file appears whole or not at all."""
        if self.path != STDOUT:
            _replace(Path(self.path), FORMATS[self.format](report))
        elif self.format == "text" and sys.stdout.isatty():
            from goproxy_exporter.report.text import print_text  # noqa: PLC0415 - as above

            print_text(report, sys.stdout, terminal=True)
        else:
            click.echo(FORMATS[self.format](report), nl=False)


class OutputType(click.ParamType[Output]):
    """Parses ``FORMAT[=PATH]``."""

    name = "FORMAT[=PATH]"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Output:
        """Refuse unknown formats and empty paths, naming what there is."""
        if isinstance(value, Output):
            return value
        name, equals, path = str(value).partition("=")
        if name not in FORMATS:
            self.fail(f"unknown format {name!r}; there is: {', '.join(FORMATS)}", param, ctx)
        if equals and not path:
            self.fail(f"{value!r} names no file after the =", param, ctx)
        return Output(name, path or STDOUT)


def check_outputs(outputs: tuple[Output, ...]) -> None:
    """Refuse two reports for one destination: one would be lost."""
    paths = [output.path for output in outputs]
    twice = next((path for path in paths if paths.count(path) > 1), None)
    if twice is not None:
        where = "standard output" if twice == STDOUT else twice
        message = f"two reports for {where}: give all but one a file of its own, FORMAT=PATH"
        raise click.UsageError(message)


def _replace(path: Path, text: str) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, 0o644)  # noqa: PTH101 - a report is for others to read; mkstemp hides it
        Path(name).replace(path)
    except OSError as error:
        message = f"cannot write {path}: {error.strerror}"
        raise click.ClickException(message) from error
