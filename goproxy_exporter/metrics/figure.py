"""Is this fact a number that can be exported?"""

from goproxy_exporter.model.result import Fact


def figure(fact: Fact) -> float | None:
    """Give a number; None for everything else, truth values among it."""
    return float(fact) if isinstance(fact, int | float) and not isinstance(fact, bool) else None
