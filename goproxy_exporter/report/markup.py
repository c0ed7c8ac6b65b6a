"""How does any text stay text in GitHub-flavoured Markdown?

Source: GitHub Flavored Markdown Spec, sections 2.4 (escapes), 4.10 (tables), 6.3 (code spans).
"""

import re
from collections.abc import Iterable

from goproxy_exporter.report.plain import printable

_MARKUP = re.compile(
    r"[\\`*_{}\[\]<>()#+=!|&~$@^-]"
    r"|:(?=//)|(?<=[wW])[.]"  # https://… and www.… become links by themselves
    r"|(?<=[0-9])[.](?=\s|$)"  # 1. begins a list
)
_BAR = re.compile(r"(\\*)\|")
_TICKS = re.compile(r"`+")


def words(text: str) -> str:
    """Escape a sentence, so that nothing in it is markup, a link or HTML."""
    return _MARKUP.sub(r"\\\g<0>", printable(text))


def code(text: str) -> str:
    """Put text into a code span with more backticks than it has in a row."""
    shown = printable(text)
    longest = max((len(run) for run in _TICKS.findall(shown)), default=0)
    fence = "`" * (longest + 1)
    space = " " if longest or shown[:1] in ("", " ") or shown[-1:] == " " else ""
    return f"{fence}{space}{shown}{space}{fence}"


def row(cells: Iterable[str]) -> str:
    """Write one row of a table. A bar within a cell is escaped, in code spans too (4.10)."""
    return f"| {' | '.join(_BAR.sub(_escaped, cell) for cell in cells)} |"


def _escaped(bar: re.Match[str]) -> str:
    """Put a backslash before a bar, unless the last of those before it is already its own."""
    return bar[0] if len(bar[1]) % 2 else rf"{bar[1]}\|"
