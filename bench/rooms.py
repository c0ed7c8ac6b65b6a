"""Which room spends the CPU of a run: a profile, summed over files and libraries.

A profiler slows small functions more than large ones, so shares are what counts, not seconds.
"""

import pstats
import re
from collections import Counter
from collections.abc import Iterator

OURS = re.compile(r"goproxy_exporter/([a-z_0-9]+)")
LIBRARY = re.compile(r"site-packages/([A-Za-z0-9_]+)")
TLS = re.compile(r"(^|/)ssl\.py$")


def shares(stats: pstats.Stats, *, limit: int = 12) -> Iterator[tuple[str, float]]:
    """Give the rooms that spend most, with their share of all time; what is in C counts as its caller's."""
    spent: Counter[str] = Counter()
    for (file, _, _), (_, _, own, _, callers) in stats.stats.items():  # type: ignore[attr-defined] # its stubs omit it
        if file.startswith(("~", "<")):
            for (caller, _, _), (_, _, share, _) in callers.items():
                spent[_room(caller)] += share
        else:
            spent[_room(file)] += own
    total = sum(spent.values())
    return ((room, each / total) for room, each in spent.most_common(limit))


def _room(file: str) -> str:
    if ours := OURS.search(file):
        return ours[1]
    if library := LIBRARY.search(file):
        return library[1]
    return "OpenSSL" if TLS.search(file) else "Python's library"
