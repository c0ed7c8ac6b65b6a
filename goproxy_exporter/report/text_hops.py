"""How do the exchanges of a check read on a terminal?"""

from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from goproxy_exporter.model.exchange import Exchange, Hop
from goproxy_exporter.model.result import Result
from goproxy_exporter.report.plain import duration, printable, size
from goproxy_exporter.report.text_table import indented
from goproxy_exporter.report.waterfall import CELLS, scale, waterfall

_COLUMNS = (
    ("endpoint", 16),
    (">status", 6),
    ("protocol", 8),
    ("address", 15),
    (">bytes", 7),
    (">took", 7),
    ("phases", CELLS + 5),
)
"""Names and widths; each phase that is too short for a cell adds one to a bar."""


def told_hops(result: Result) -> RenderableType:
    """Show each exchange of a run below its module, hop by hop, with a bar of its phases."""
    longest = scale(hop.phases for exchange in result.exchanges for hop in exchange.hops)
    parts: list[RenderableType] = [_hops(str(result.check.name))]
    for module, exchanges in groupby(result.exchanges, key=lambda exchange: exchange.module):
        table = _hops()
        for exchange in exchanges:
            for hop in exchange.hops:
                table.add_row(*_row(exchange, hop, longest))
        parts += [Text(printable(module), style="dim", overflow="ellipsis", no_wrap=True), table]
    return indented(Group(*parts))


def _hops(check: str = "") -> Table:
    """Make a table of hops; its columns are as wide in every table, so that they stand in line."""
    table = Table(
        box=None,
        pad_edge=False,
        header_style="dim",
        padding=(0, 2, 0, 0),
        show_header=bool(check),
        width=sum(width + 2 for _, width in _COLUMNS),
    )
    for name, width in ((check, _COLUMNS[0][1]), *_COLUMNS[1:]):
        right = name.startswith(">")
        heading = name.removeprefix(">")
        table.add_column(heading, width=width, justify="right" if right else "left")
    return table


def _row(exchange: Exchange, hop: Hop, longest: float) -> tuple[RenderableType, ...]:
    first, last = hop is exchange.hops[0], hop is exchange.last
    name = str(exchange.endpoint) if first else f"  -> {printable(hop.host)}"
    failure = hop.failure or (exchange.failure if last else None)
    status = Text("-" if hop.status is None else str(hop.status), style=_status_style(hop.status))
    bar: RenderableType = waterfall(hop.phases, longest)
    if failure is not None:
        bar = Group(bar, Text(printable(failure.detail), style="red"))
    return (
        Text(name),
        status,
        Text(hop.protocol or "-"),
        Text(hop.address or "-"),
        Text(size(exchange.size if last else hop.received)),
        Text(duration(hop.phases.total)),
        bar,
    )


def _status_style(status: int | None) -> str:
    if status is None or status >= 500:  # noqa: PLR2004 - the class of server errors
        return "red"
    return "green" if status == 200 else "yellow"  # noqa: PLR2004 - the only success `go` knows
