"""What do the mirrors together say about the prober?"""

from goproxy_exporter.model.names import ProberProblem
from goproxy_exporter.model.result import Result
from goproxy_exporter.verdict.memory import lifetime
from goproxy_exporter.verdict.problems import (
    Landing,
    clock_offsets,
    clock_skew,
    intercepted,
    landing,
)

WITNESSES = 64
"""Hosts whose clocks are remembered at most."""
FRESH = 900.0
"""Seconds for which a host's clock counts as a witness."""


class Crowd:
    """The last word of every host about the time, and where every mirror led to."""

    def __init__(self) -> None:
        self._offsets: dict[str, tuple[float, float]] = {}
        self._landings: dict[str, tuple[Landing, float]] = {}

    def keep(self, mirrors: frozenset[str]) -> None:
        """Forget mirrors that vanished."""
        self._landings = {name: one for name, one in self._landings.items() if name in mirrors}

    def add(self, result: Result, now: float) -> None:
        """Hear what one run says."""
        for host, offset in clock_offsets(result).items():
            self._offsets.pop(host, None)
            self._offsets[host] = (offset, now)
        while len(self._offsets) > WITNESSES:
            del self._offsets[next(iter(self._offsets))]
        place = landing(result)
        if place is not None:
            until = now + lifetime(result.check, result.duration)
            self._landings[result.check.mirror.key] = (place, until)

    def problems(self, now: float) -> dict[ProberProblem, str]:
        """Give the problems that stand at `now`, each with one line of text."""
        offsets = {host: one for host, (one, at) in self._offsets.items() if now - at <= FRESH}
        places = [place for place, until in self._landings.values() if now <= until]
        found = {
            ProberProblem.CLOCK_SKEW: clock_skew(offsets),
            ProberProblem.INTERCEPTED: intercepted(places),
        }
        return {problem: text for problem, text in found.items() if text is not None}
