"""``simulate``: a local world of mirrors, healthy or faulty."""

import asyncio
from pathlib import Path

import click

from goproxy_exporter.cli.interrupt import cancelled_by_signals
from goproxy_exporter.report.report import EXIT_OK


@click.command()
@click.option(
    "--port", default=0, type=click.IntRange(0, 65535), help="First port; 0 picks free ones."
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="[HOST=]NAME",
    help="A fault to switch on, at the mirror goproxy or another host; repeatable.",
)
@click.option(
    "--write",
    "target",
    default="simulated.yml",
    show_default=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the ready configuration is written.",
)
@click.option("--list", "listing", is_flag=True, help="List the faults and end.")
def simulate(port: int, faults: tuple[str, ...], target: Path, *, listing: bool) -> int:
    """Serve a local world of module mirrors until interrupted.

    Prints its addresses and writes a configuration that watches it.
    """
    # The simulated world is large and nobody else needs it.
    from goproxy_exporter.simulator.faults import (  # noqa: PLC0415
        FAULTS,
        MisplacedFaultError,
        UnknownNameError,
    )
    from goproxy_exporter.simulator.serve import serve  # noqa: PLC0415

    if listing:
        for fault in FAULTS.values():
            click.echo(f"{fault.name:44} {fault.meaning}")
        return EXIT_OK

    async def main() -> None:
        async with cancelled_by_signals():
            await serve(port, faults, target)

    try:
        asyncio.run(main())
    except asyncio.CancelledError:
        return EXIT_OK
    except (UnknownNameError, MisplacedFaultError) as error:
        raise click.UsageError(str(error)) from error
    return EXIT_OK
