"""Where the time of one hop went, as a bar."""

from collections.abc import Iterable

from rich.text import Text

from goproxy_exporter.model.exchange import Phases

CELLS = 32
PHASES = (
    ("resolve", "r", "magenta"),
    ("connect", "c", "yellow"),
    ("tls", "t", "blue"),
    ("processing", "p", "cyan"),
    ("transfer", "x", "green"),
)
LEGEND = "Phases: r resolve, c connect, t TLS, p processing, x transfer"
"""What the letters of a bar mean."""


def scale(phases: Iterable[Phases]) -> float:
    """Give the time that a full bar stands for: the longest hop's."""
    return max((each.total for each in phases), default=0.0)


def waterfall(phases: Phases, longest: float) -> Text:
    """Draw each phase that happened with its letter, its share of `longest` in cells.

    A phase too short for a cell still gets one, so that what happened can be seen.
    """
    bar = Text()
    if longest <= 0:
        return bar
    for name, letter, style in PHASES:
        seconds: float | None = getattr(phases, name)
        if seconds is not None:
            bar.append(letter * max(1, round(CELLS * seconds / longest)), style=style)
    return bar
