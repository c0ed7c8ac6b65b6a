"""How does an inspection read on a terminal, or as plain text?"""

import io
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from goproxy_exporter.diagnosis.advice import ADVICE
from goproxy_exporter.model.names import Axis, State
from goproxy_exporter.model.result import Fact, Result
from goproxy_exporter.model.standing import Cause
from goproxy_exporter.report.overall import counts
from goproxy_exporter.report.plain import duration, printable, size
from goproxy_exporter.report.report import MirrorReport, Report
from goproxy_exporter.report.runbook import runbook_url
from goproxy_exporter.report.text_certificates import told_certificates
from goproxy_exporter.report.text_chain import told_chain
from goproxy_exporter.report.text_hops import told_hops
from goproxy_exporter.report.text_table import indented, table
from goproxy_exporter.report.told import fact, looks, where
from goproxy_exporter.report.waterfall import LEGEND

WIDTH = 110
"""Columns where the output is not a terminal."""
FACT_WIDTH = 40
"""Characters up to which a fact stands in the table of checks; JSON has them all."""

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
    parts += [told_hops(result) for result in report.results if result.exchanges]
    parts += told_certificates(report.results, now=now)
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


def _checks(results: tuple[Result, ...]) -> RenderableType:
    rows = table("check", "result", ">took", ">requests", ">bytes", "facts")
    for result in results:
        words, style = _outcome(result)
        hops = [hop for exchange in result.exchanges for hop in exchange.hops]
        rows.add_row(
            str(result.check.name),
            Text(words, style=style),
            duration(result.duration),
            str(len(hops)),
            size(sum(hop.received for hop in hops)),
            Text(_short_facts(result.facts), style="dim"),
        )
    return indented(rows if results else Text("no result yet", style="dim"))


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
