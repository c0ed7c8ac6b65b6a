"""Which tests does one worker run, one after another?"""

from typing import Final

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # has no types

TOGETHER: Final = {
    "tests/real/": "real programs",
    "tests/grafana/test_live.py": "real programs",
    "tests/path/": "the whole path",
    "tests/alerts/": "alerts",
}
"""What shares programs that take long to start, and a load that one machine bears once."""


class Sharing(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out test by test, to whoever is free, but what is `TOGETHER` to one worker.

    pytest-xdist's own groups are marks that it adds to the names of tests, which the pytest
    of our lock does not look at.
    """

    def _split_scope(self, nodeid: str) -> str:
        starts = (scope for start, scope in TOGETHER.items() if nodeid.startswith(start))
        return next(starts, nodeid)
