"""What do the tables on a terminal have in common?"""

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table


def table(*columns: str) -> Table:
    """Begin a table without lines; a column whose name begins with > holds figures."""
    begun = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in columns:
        right = column.startswith(">")
        begun.add_column(
            column.removeprefix(">"), justify="right" if right else "left", no_wrap=right
        )
    return begun


def indented(content: RenderableType) -> RenderableType:
    """Set what belongs to a mirror below it, after an empty line."""
    return Padding(content, (1, 0, 0, 2))
