"""What a person sees while an inspection works: on standard error, on terminals only."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from goproxy_exporter.model.result import Result

Tell = Callable[[Result], None]


def _silent(result: Result) -> None:
    """Say nothing: nobody is watching."""


@contextmanager
def progress(total: int) -> Generator[Tell]:
    """Give a function that is told of each finished check; it draws a bar where one can be seen."""
    if not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console  # noqa: PLC0415 - only terminals need rich
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("asking", total=total)

        def tell(result: Result) -> None:
            done = f"{result.check.mirror.key}: {result.check.name}"
            bar.update(task, advance=1, description=done)

        yield tell
