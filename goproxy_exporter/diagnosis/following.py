"""Which fresh versions are followed, out of those that the module index tells of?"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from goproxy_exporter.diagnosis.slots import SLOTS
from goproxy_exporter.gomod.module_index import IndexLine
from goproxy_exporter.gomod.version import build, is_pseudo, prerelease
from goproxy_exporter.model.freshness import Followed, Name

MOST = len(SLOTS) - 1
"""Versions that are followed at the same time."""
MOST_OF_ONE = 2
"""Versions of one module, where others are to be had."""
CROWD = 8
"""Lines about one repository from which on it is one that publishes in masses."""

_AHEAD = 60.0
"""Seconds that the index's clock may be ahead of ours."""
_YOUNGEST = SLOTS[1][1]
_EDGES = (-_AHEAD, _YOUNGEST, *(end for _, end in SLOTS[2:]))
_REPOSITORY = 3
_TOOLCHAIN = "golang.org/toolchain"


@dataclass(frozen=True, slots=True)
class Span:
    """Ages of which one version is followed, in seconds: above `low`, at most `high`."""

    low: float
    high: float

    def has(self, one: Followed, now: float) -> bool:
        """Tell whether a version is of this age at `now`."""
        return one.published is not None and self.low < now - one.published <= self.high


SPANS = tuple(Span(low, high) for low, high in pairwise(_EDGES))
"""One for each named slot; the first two are joined, the index is asked too rarely for both."""


def moments(known: Iterable[Followed], now: float) -> tuple[float, ...]:
    """Give from when on (Unix seconds) pages of the index are wanted, the newest first.

    That is what was published last, and the ages of which no version is followed.
    """
    followed = tuple(known)
    young, *others = SPANS
    gaps = (span for span in others if not any(span.has(one, now) for one in followed))
    # From late in a span on: what is as old as it may be would soon be too old.
    ages = (span.low + 0.75 * (span.high - span.low) for span in gaps)
    return (now - young.high, *(now - age for age in ages))


def follow(
    known: Iterable[Followed],
    lines: Iterable[IndexLine],
    everywhere: Collection[Name],
    now: float,
) -> tuple[Followed, ...]:
    """Choose again: at most one version of each age, the oldest first.

    What is followed already is followed further while some mirror does not show it, until it is
    seven days old; where two grow into one age the older stays. What is `everywhere` gives way to
    the latest news. Only tagged releases are chosen, whose path and version have no characters
    that gateways misread, and rather such that mirrors may have been asked about before.
    """
    followed = tuple(known)
    choice = _Choice(followed, tuple(lines))
    for span in reversed(SPANS):
        mine = sorted((one for one in followed if span.has(one, now)), key=_age)
        waiting = [one for one in mine if one.name not in everywhere]
        kept = waiting or ([] if span is SPANS[0] else mine)
        choice.take(next(iter(kept), None) or choice.best(span, now) or next(iter(mine), None))
    return tuple(choice.taken)


def _age(one: Followed) -> tuple[float, Name]:
    return (one.published or 0.0, one.name)


def _fit(line: IndexLine) -> bool:
    """Tell whether a version is a plain release of a plainly spelled module."""
    version, module = line.version, line.module
    odd = is_pseudo(version) or prerelease(version) or build(version)
    return not odd and module == module.lower() and module != _TOOLCHAIN


def _repository(module: str) -> tuple[str, ...]:
    return tuple(module.split("/")[:_REPOSITORY])


class _Choice:
    """What has been taken so far, and what is left to choose from."""

    def __init__(self, followed: Sequence[Followed], lines: Sequence[IndexLine]) -> None:
        self._crowds = Counter(_repository(line.module) for line in lines)
        self._modules = {one.module for one in followed}
        known = {one.name for one in followed}
        fit = [line for line in lines if _fit(line) and (line.module, line.version) not in known]
        self._candidates = [
            Followed(module=line.module, version=line.version, published=line.time.timestamp())
            for line in fit
        ]
        self.taken: list[Followed] = []

    def take(self, one: Followed | None) -> None:
        """Follow a version, if there is one."""
        if one is not None:
            self.taken.append(one)

    def best(self, span: Span, now: float) -> Followed | None:
        """Give the best candidate of an age, if there is one."""
        taken = {one.name for one in self.taken}
        left = (one for one in self._candidates if one.name not in taken)
        fit = [one for one in left if span.has(one, now)]
        return min(fit, key=self._rank, default=None)

    def _rank(self, one: Followed) -> tuple[object, ...]:
        siblings = sum(each.module == one.module for each in self.taken)
        return (
            siblings >= MOST_OF_ONE,
            self._crowds[_repository(one.module)] > CROWD,
            one.module not in self._modules,
            not one.module.startswith("github.com/"),
            -(one.published or 0.0),
            one.name,
        )
