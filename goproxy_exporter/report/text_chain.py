"""How does a GOPROXY list read on a terminal?"""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from goproxy_exporter.model.chain import ChainVerdict, Passage
from goproxy_exporter.report.plain import printable
from goproxy_exporter.report.text_table import table

_MARKS = {True: ("ok", "green"), False: ("fails", "red"), None: ("unknown", "magenta")}
_STATES = {
    True: ("BUILDS WORK", "bold green"),
    False: ("BUILDS FAIL", "bold red"),
    None: ("UNKNOWN", "bold magenta"),
}


def told_chain(verdict: ChainVerdict) -> RenderableType:
    """Show a list: the verdict in a sentence, who answers what, and what may turn bad."""
    title = Text.assemble(
        ("chain ", "dim"),
        (printable(verdict.chain.name), "bold"),
        "  ",
        (printable(verdict.chain.goproxy), "dim"),
        "  ",
        _STATES[verdict.ok],
    )
    lines = [Text(printable(line)) for line in _lines(verdict)]
    return Group(
        Rule(title, align="left", style="dim"),
        *(Padding(line, (0, 0, 0, 2)) for line in lines),
        Padding(_passages(verdict.passages), (1, 0, 1, 2)),
    )


def _lines(verdict: ChainVerdict) -> Iterator[str]:
    yield verdict.summary
    if verdict.build_success is not None:
        success, bound = verdict.build_success
        yield f"a build of 100 requests survives with a chance of {success:.0%}, at least {bound:.0%}"
    for entry, code in verdict.hidden:
        yield f"{entry} shows {code}, and the | behind it hides that from builds"
    for fate in verdict.fates:
        yield f"{' and '.join(fate.entries)} fail together: both are {fate.common}"
    for leak in verdict.leaks:
        yield f"private names like {leak.pattern} reach {leak.to}: it {leak.why}"


def _passages(passages: tuple[Passage, ...]) -> Table:
    rows = table("resource", "result", "answered by", "stopped by")
    for passage in passages:
        words, style = _MARKS[passage.ok]
        rows.add_row(
            Text(printable(passage.resource)),
            Text(words, style=style),
            Text(printable(_answerer(passage))),
            Text(printable(_stopper(passage)), style="red"),
        )
    return rows


def _answerer(passage: Passage) -> str:
    if passage.answered_by is None:
        return "-"
    notes = [
        note
        for note, holds in (("assumed", passage.assumed), ("fallback", passage.fallback))
        if holds
    ]
    return f"{passage.answered_by} ({', '.join(notes)})" if notes else passage.answered_by


def _stopper(passage: Passage) -> str:
    if passage.stopped_by is None:
        return ""
    return f"{passage.stopped_by} {passage.why}" if passage.why else passage.stopped_by
