"""The report that people read: checks, the waterfall of phases, hops, certificate, causes."""

import io
from datetime import UTC, datetime
from itertools import groupby
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from goproxy_exporter.diagnosis.advice import ADVICE
from goproxy_exporter.model.exchange import Exchange, Hop, TlsFacts
from goproxy_exporter.model.names import Axis, State
from goproxy_exporter.model.result import Fact, Result
from goproxy_exporter.model.standing import Cause
from goproxy_exporter.report.overall import counts
from goproxy_exporter.report.plain import duration, printable, size
from goproxy_exporter.report.report import MirrorReport, Report
from goproxy_exporter.report.runbook import runbook_url
from goproxy_exporter.report.text_chain import told_chain
from goproxy_exporter.report.told import fact, looks, where
from goproxy_exporter.report.waterfall import CELLS, LEGEND, scale, waterfall

WIDTH = 110
"""Columns where the output is not a terminal."""
FACT_WIDTH = 40
"""Characters up to which a fact stands in the table of checks; JSON has them all."""

HOP_COLUMNS = (
    ("endpoint", 16),
    (">status", 6),
    ("protocol", 8),
    ("address", 15),
    (">bytes", 7),
    (">took", 7),
    ("phases", CELLS + 5),
)
"""Names and widths; each phase that is too short for a cell adds one to a bar."""
STATE_STYLE = {
    State.HEALTHY: "bold green",
    State.DEGRADED: "bold yellow",
    State.UNUSABLE: "bold red",
    State.DANGEROUS: "bold white on red",
    State.UNKNOWN: "bold magenta",
}
AXIS_MARK = {True: ("yes", "green"), False: ("no", "red"), None: ("-", "dim")}


def render_text(report: Report) -> str:
    """Write the report as plain text: no colour, no control sequences."""
    out = io.StringIO()
    print_text(report, out, terminal=False)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def print_text(report: Report, out: TextIO, *, terminal: bool) -> None:
    """Print the report; in colour and at the terminal's width where `terminal`."""
    console = Console(
        file=out,
        width=None if terminal else WIDTH,
        force_terminal=terminal or None,
        color_system="auto" if terminal else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    for mirror in report.watched:
        console.print(_mirror(mirror, now=report.finished))
    for chain in report.chains:
        console.print(told_chain(chain))
    for problem, detail in report.problems:
        console.print(
            Text(f"Problem of this prober: {problem}: {printable(detail)}", style="magenta")
        )
    console.print(Text(LEGEND, style="dim"))
    console.print(_closing(report))


def _mirror(report: MirrorReport, *, now: float) -> RenderableType:
    verdict = report.verdict
    title = Text.assemble(
        (printable(report.mirror.name), "bold"),
        "  ",
        (printable(report.mirror.url), "dim"),
        "  ",
        (verdict.state.upper(), STATE_STYLE[verdict.state]),
    )
    parts: list[RenderableType] = [Rule(title, align="left", style="dim"), _axes(report)]
    parts += [_checks(report.results)]
    parts += [part for part in map(_exchanges, report.results) if part is not None]
    certificate = _certificate(report.results, now=now)
    parts += [certificate] if certificate is not None else []
    parts += [_cause(cause) for cause in verdict.causes]
    parts += [
        Padding(Text(f"put aside: {code}: {printable(why)}", style="dim"), (0, 0, 0, 2))
        for code, why in verdict.suppressed
    ]
    return Group(*parts, Text(""))


def _axes(report: MirrorReport) -> RenderableType:
    line = Text("  ")
    for axis in Axis:
        mark, style = AXIS_MARK[report.verdict.axes.get(axis)]
        line.append(f"{axis} ")
        line.append(mark, style=style)
        line.append("   ")
    return line


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in columns:
        right = column.startswith(">")
        table.add_column(
            column.removeprefix(">"), justify="right" if right else "left", no_wrap=right
        )
    return table


def _indented(content: RenderableType) -> RenderableType:
    return Padding(content, (1, 0, 0, 2))


def _checks(results: tuple[Result, ...]) -> RenderableType:
    table = _table("check", "result", ">took", ">requests", ">bytes", "facts")
    for result in results:
        words, style = _outcome(result)
        hops = [hop for exchange in result.exchanges for hop in exchange.hops]
        table.add_row(
            str(result.check.name),
            Text(words, style=style),
            duration(result.duration),
            str(len(hops)),
            size(sum(hop.received for hop in hops)),
            Text(_short_facts(result.facts), style="dim"),
        )
    return (
        _indented(table) if results else Padding(Text("no result yet", style="dim"), (1, 0, 0, 2))
    )


def _outcome(result: Result) -> tuple[str, str]:
    match result.ok:
        case True:
            return "ok", "green"
        case False:
            return f"{len(result.asserted)} found", "red"
        case None if result.skipped is not None:
            return f"skipped: {result.skipped}", "magenta"
        case None:
            return f"void: {', '.join(result.problems)}", "magenta"


def _short_facts(facts: dict[str, Fact]) -> str:
    scalars = {
        name: value
        for name, value in facts.items()
        if isinstance(value, str | int | float) and len(str(value)) <= FACT_WIDTH
    }
    return printable(" ".join(f"{name}={value}" for name, value in list(scalars.items())[:4]))


def _exchanges(result: Result) -> RenderableType | None:
    if not result.exchanges:
        return None
    longest = scale(hop.phases for exchange in result.exchanges for hop in exchange.hops)
    parts: list[RenderableType] = [_hops(str(result.check.name))]
    for module, exchanges in groupby(result.exchanges, key=lambda exchange: exchange.module):
        table = _hops()
        for exchange in exchanges:
            for hop in exchange.hops:
                table.add_row(*_row(exchange, hop, longest))
        parts += [Text(printable(module), style="dim", overflow="ellipsis", no_wrap=True), table]
    return _indented(Group(*parts))


def _hops(check: str = "") -> Table:
    """Make a table of hops; its columns are as wide in every table, so that they stand in line."""
    table = Table(
        box=None,
        pad_edge=False,
        header_style="dim",
        padding=(0, 2, 0, 0),
        show_header=bool(check),
        width=sum(width + 2 for _, width in HOP_COLUMNS),
    )
    for name, width in ((check, HOP_COLUMNS[0][1]), *HOP_COLUMNS[1:]):
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


def _certificate(results: tuple[Result, ...], *, now: float) -> RenderableType | None:
    seen: dict[str, TlsFacts] = {}
    for result in results:
        for exchange in result.exchanges:
            for hop in exchange.hops:
                if hop.tls is not None and hop.tls.chain:
                    seen.setdefault(hop.host, hop.tls)
    if not seen:
        return None
    table = _table("host", "TLS", "certificate", "verified", ">ends", "issuer")
    for host, tls in seen.items():
        leaf = tls.chain[0]
        trust = Text("yes", style="green")
        if not tls.verified:
            trust = Text(printable(tls.failure.detail) if tls.failure else "no", style="red")
        table.add_row(
            Text(printable(host)),
            Text(" ".join(filter(None, (tls.version, tls.cipher, tls.alpn)))),
            Text(printable(f"{', '.join(leaf.names[:3]) or leaf.subject} ({leaf.key})")),
            trust,
            Text(_ends(tls.not_after, now=now)),
            Text(printable(leaf.issuer)),
        )
    return _indented(table)


def _ends(not_after: float | None, *, now: float) -> str:
    if not_after is None:
        return "-"
    day = datetime.fromtimestamp(not_after, UTC).strftime("%Y-%m-%d")
    days = (not_after - now) / 86400
    return f"{day} ({days:.0f} days)" if days >= 0 else f"{day} ({-days:.0f} days ago)"


def _cause(cause: Cause) -> RenderableType:
    style = STATE_STYLE[State(cause.severity)]
    head = Text.assemble((str(cause.code), style), f"  {looks(cause)}")
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column()
    grid.add_row("what", Text(printable(cause.summary)))
    grid.add_row("where", Text(where(cause)))
    for name, value in cause.evidence.items():
        grid.add_row(printable(name), Text(fact(value)))
    grid.add_row("advice", Text(ADVICE[cause.code].action))
    grid.add_row("more", Text(runbook_url(cause.code)))
    return Group(Padding(head, (1, 0, 0, 2)), Padding(grid, (0, 0, 0, 4)))


def _closing(report: Report) -> RenderableType:
    line = Text("1 mirror: " if len(report.mirrors) == 1 else f"{len(report.mirrors)} mirrors: ")
    present = [(state, number) for state, number in counts(report).items() if number]
    for index, (state, number) in enumerate(present):
        line.append(", " if index else "")
        line.append(f"{number} {state}", style=STATE_STYLE[state])
    line.append(f"; {duration(report.finished - report.started)} from {printable(report.vantage)}")
    return line
