"""``relay``: robots that Alertmanager does not know, behind what looks like Slack to it."""

import asyncio
import os

import click

from goproxy_exporter.cli.interrupt import cancelled_by_signals
from goproxy_exporter.cli.logs import LogFormat, configure
from goproxy_exporter.cli.notifying import DestinationType
from goproxy_exporter.cli.options import log_options
from goproxy_exporter.notify.destination import Destination
from goproxy_exporter.notify.relayed import ROBOTS
from goproxy_exporter.notify.way import Way
from goproxy_exporter.report.report import EXIT_OK
from goproxy_exporter.web.listen import ListenError

DEFAULT_ADDRESS = "127.0.0.1:8060"
CANNOT_LISTEN = 1
"""Exit code, as that of `run`."""


@click.command()
@click.option(
    "--to",
    "destinations",
    multiple=True,
    required=True,
    type=DestinationType(),
    metavar="KIND+URL",
    help=f"A robot: {', '.join(ROBOTS)}, as in dingtalk+${{DINGTALK_URL}}; one of a kind.",
)
@click.option(
    "--web.listen-address",
    "listen",
    default=DEFAULT_ADDRESS,
    show_default=True,
    metavar="ADDR",
    help="Address to serve on, host:port. Whoever reaches it can write to the robots.",
)
@log_options("info")
def relay(
    *, destinations: tuple[Destination | None, ...], listen: str, log_level: str, log_format: str
) -> int:
    """Hand over to robots what Alertmanager sends to Slack at http://ADDR/KIND.

    Exit code: 0 after SIGTERM or Ctrl-C, 2 for bad usage, 1 when it cannot listen.
    """
    configure(log_level, LogFormat(log_format))
    robots = _by_name(destinations)
    # Imported when it is served: aiohttp is not small.
    from goproxy_exporter.app.relay import relaying  # noqa: PLC0415

    async def main() -> None:
        async with cancelled_by_signals(), relaying(listen, robots, Way(environment=os.environ)):
            await asyncio.Event().wait()

    try:
        asyncio.run(main())
    except ListenError as error:
        click.echo(str(error), err=True)
        return CANNOT_LISTEN
    except asyncio.CancelledError:
        return EXIT_OK
    return EXIT_OK


def _by_name(destinations: tuple[Destination | None, ...]) -> dict[str, Destination]:
    robots: dict[str, Destination] = {}
    for each in filter(None, destinations):
        if each.kind not in ROBOTS:
            raise click.UsageError(f"Alertmanager can tell {each.kind} by itself")
        if each.kind in robots:
            raise click.UsageError(f"{each.kind} is there twice; start another relay for it")
        robots[str(each.kind)] = each
    return robots
