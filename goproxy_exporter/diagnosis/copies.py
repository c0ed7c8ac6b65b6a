"""Do several answers to one question agree?"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from goproxy_exporter.gomod.version import compare
from goproxy_exporter.model.exchange import Exchange

MOST_SETTLING = 600.0
"""Seconds for which caches that were filled one after the other may differ about a new version."""
MOST_SHOWN = 1000
"""Versions of one answer that are held against others, the highest."""
LONGEST = 20_000
"""Versions of a list that is looked at: no module has so many."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One of several answers, and the versions that it shows; none where it is an honest 404."""

    exchange: Exchange
    shows: frozenset[str]

    @property
    def found(self) -> bool:
        """Whether it is an answer, rather than the word that there is none."""
        return self.exchange.status == 200  # noqa: PLR2004 - the only success `go` knows


def shown(ordered: Sequence[str], asked_about: Iterable[str]) -> frozenset[str]:
    """Give what counts of a list in ascending order: the highest, and what is asked about."""
    if len(ordered) <= MOST_SHOWN:
        return frozenset(ordered)
    return frozenset(ordered[-MOST_SHOWN:]) | frozenset(ordered).intersection(asked_about)


def upto(versions: Iterable[str], latest: str) -> frozenset[str]:
    """Give those versions that who answers with `latest` may be taken to know."""
    return frozenset(one for one in versions if compare(one, latest) <= 0)


def differing(copies: Iterable[Copy], settled: Callable[[str], bool]) -> frozenset[str]:
    """Give the versions that some answers show and others do not, out of the settled ones."""
    shown = [copy.shows for copy in copies if copy.found]
    if not shown:
        return frozenset()
    return frozenset(filter(settled, frozenset.union(*shown) - frozenset.intersection(*shown)))


def flickering(copies: Iterable[Copy], settled: Callable[[str], bool]) -> frozenset[str]:
    """Give the settled versions that come and go again, or go and come, from answer to answer.

    One that changes once may just have arrived, or have gone for good: that is no disagreement.
    An honest 404 says nothing of versions.
    """
    changes: Counter[str] = Counter()
    for before, after in pairwise(copy.shows for copy in copies if copy.found):
        changes.update(before ^ after)
    return frozenset(one for one, times in changes.items() if times > 1 and settled(one))
