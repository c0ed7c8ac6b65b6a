"""Where a report goes, in which format: ``--output FORMAT[=PATH]``."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from goproxy_exporter.app.inspection import Inspection
from goproxy_exporter.cli.destination import check_destination, put
from goproxy_exporter.cli.formats import FORMATS
from goproxy_exporter.report.github import github_outputs
from goproxy_exporter.report.report import Report

STDOUT = "-"
STEP_OUTPUTS = "GITHUB_OUTPUT"
"""Names the file that the outputs of a step are added to."""


@dataclass(frozen=True, slots=True)
class Output:
    """One format and its destination; `path` is ``-`` for standard output."""

    format: str
    path: str = STDOUT

    @property
    def where(self) -> str:
        """Name the destination."""
        return "standard output" if self.path == STDOUT else self.path

    def write(self, inspection: Inspection) -> None:
        """Write the report; a file appears whole or not at all. Raises OSError."""
        if self.path != STDOUT:
            put(Path(self.path), self._rendered(inspection))
        elif self.format == "text" and sys.stdout.isatty():
            from goproxy_exporter.report.text import print_text  # noqa: PLC0415 - only here

            print_text(inspection.report, sys.stdout, terminal=True)
        elif self.format == "text":
            click.echo(self._rendered(inspection), nl=False)
        else:
            # For programs: UTF-8, whatever the locale says.
            click.echo(self._rendered(inspection).encode(), nl=False)

    def _rendered(self, inspection: Inspection) -> str:
        return FORMATS[self.format](inspection)


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


def check_outputs(outputs: Sequence[Output]) -> None:
    """Refuse two reports for one destination (one would be lost), and what can be no file."""
    paths = [output.path for output in outputs if output.path != STDOUT]
    places = [os.path.realpath(path) for path in paths]
    places += [STDOUT for output in outputs if output.path == STDOUT]
    twice = next((place for place in places if places.count(place) > 1), None)
    if twice is not None:
        where = Output("", twice).where
        message = f"two reports for {where}: give all but one a file of its own, FORMAT=PATH"
        raise click.UsageError(message)
    problems = [problem for path in paths if (problem := _refusal(path))]
    if problems:
        raise click.UsageError("\n".join(problems))


def write_all(outputs: Sequence[Output], inspection: Inspection) -> None:
    """Write a report to each of its destinations; one that fails costs no other.

    Raises click.ClickException for those that failed, when all others are written. A reader of
    standard output that went away had enough: that is no failure.
    """
    problems: list[str] = []
    for output in outputs:
        try:
            output.write(inspection)
        except OSError as error:
            if output.path == STDOUT:
                # Or the interpreter would try to write the rest at its end.
                sys.stdout = None
            if output.path != STDOUT or not isinstance(error, BrokenPipeError):
                problems.append(_problem(output.where, error))
    if any(output.format == "github" for output in outputs):
        problems += _step_outputs(inspection.report)
    if problems:
        raise click.ClickException("\n".join(problems))


def _step_outputs(report: Report) -> Iterator[str]:
    """Add the outputs to the file that GitHub Actions names; give what went wrong."""
    path = os.environ.get(STEP_OUTPUTS)
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(github_outputs(report))
    except OSError as error:
        yield _problem(path, error)


def _refusal(path: str) -> str | None:
    try:
        check_destination(Path(path))
    except OSError as error:
        return _problem(path, error)
    return None


def _problem(where: str, error: OSError) -> str:
    return f"cannot write {where}: {error.strerror or error}"
