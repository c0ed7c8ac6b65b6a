"""``probe``: run every check once and explain what was seen."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import click

from goproxy_exporter.app.inspection import Inspection, inspect
from goproxy_exporter.cli.duration import DurationType
from goproxy_exporter.cli.formats import FORMATS
from goproxy_exporter.cli.interrupt import cancelled_by_signals
from goproxy_exporter.cli.logs import LogFormat, configure
from goproxy_exporter.cli.notifying import DestinationType, earlier_report, tell
from goproxy_exporter.cli.options import config_file_option, log_options
from goproxy_exporter.cli.output import Output, OutputType, check_outputs, write_all
from goproxy_exporter.cli.progress import progress
from goproxy_exporter.cli.selection import IMPLEMENTED, select
from goproxy_exporter.config.load import load
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.model.names import Severity
from goproxy_exporter.notify.destination import Destination, Kind
from goproxy_exporter.report.report import EXIT_INTERRUPTED, EXIT_OK, EXIT_UNTOLD, exit_code

NEVER = "never"


@click.command()
@click.argument("targets", nargs=-1, metavar="[MIRROR-NAME | URL]…")
@click.option(
    "--goproxy",
    metavar="VALUE|env",
    help="Judge the entries of this GOPROXY list; env asks `go env`.",
)
@config_file_option
@click.option(
    "--output",
    "outputs",
    multiple=True,
    type=OutputType(),
    metavar="FORMAT[=PATH]",
    help=f"{', '.join(FORMATS)}: to standard output or a file; repeatable.",
)
@click.option(
    "--rounds",
    default=1,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="How often every check is run.",
)
@click.option(
    "--deadline",
    type=DurationType(),
    help="Time for everything, such as 30s or 5m; what did not end is reported as unknown.",
)
@click.option(
    "--fail-on",
    default=Severity.UNUSABLE.value,
    show_default=True,
    type=click.Choice([*map(str, Severity), NEVER]),
    help="The state from which on the exit code is 1.",
)
@click.option(
    "--allow-unknown", is_flag=True, help="Exit with 0, not 3, when a mirror could not be judged."
)
@click.option(
    "--notify",
    "destinations",
    multiple=True,
    type=DestinationType(),
    metavar="KIND+URL",
    help=f"Tell a receiver: {', '.join(Kind)}, as in slack+${{SLACK_URL}}#on=failure; repeatable.",
)
@click.option(
    "--previous",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="JSON report of the last inspection, for on=change; may be written anew by --output.",
)
@log_options("warn")
def probe(  # noqa: PLR0913 - one parameter for each option
    targets: tuple[str, ...],
    *,
    goproxy: str | None,
    config_file: Path | None,
    outputs: tuple[Output, ...],
    rounds: int,
    deadline: float | None,
    fail_on: str,
    allow_unknown: bool,
    destinations: tuple[Destination | None, ...],
    previous: Path | None,
    log_level: str,
    log_format: str,
) -> int:
    """Run every check once: state, causes with evidence and advice, phases, hops, certificate.

    Without arguments: the configured mirrors. A target with :// is a URL of any mirror.
    Exit code: 0, or 1 when --fail-on is reached, 3 when a mirror is unknown, 2 for usage or
    configuration errors, 4 when only a notification failed, 130 on Ctrl-C with the partial report
    written.
    """
    configure(log_level, LogFormat(log_format))
    outputs = outputs or (Output("text"),)
    check_outputs(outputs)
    earlier = earlier_report(previous)
    settings = select(load(config_file, env=os.environ, implemented=IMPLEMENTED), targets, goproxy)
    inspection = _inspect(settings, rounds=rounds, deadline=deadline)
    threshold = None if fail_on == NEVER else Severity(fail_on)
    code = _exit_code(inspection, fail_on=threshold, allow_unknown=allow_unknown)
    report = replace(inspection.report, exit_code=code)
    if not inspection.interrupted:
        told = tell(report, earlier, [each for each in destinations if each], settings)
        report = replace(report, notifications=told)
    write_all(outputs, replace(inspection, report=report))
    untold = any(not one.ok for one in report.notifications)
    return EXIT_UNTOLD if untold and code == EXIT_OK else code


def _exit_code(inspection: Inspection, *, fail_on: Severity | None, allow_unknown: bool) -> int:
    if inspection.interrupted:
        return EXIT_INTERRUPTED
    return exit_code(inspection.report, fail_on=fail_on, allow_unknown=allow_unknown)


def _inspect(settings: Settings, *, rounds: int, deadline: float | None) -> Inspection:
    async def main() -> Inspection:
        async with cancelled_by_signals():
            with progress(rounds * len(settings.checks)) as tell:
                return await inspect(settings, rounds=rounds, deadline=deadline, tell=tell)

    try:
        return asyncio.run(main())
    except asyncio.CancelledError as error:
        # Before anything was asked: there is nothing to report.
        raise click.Abort from error
