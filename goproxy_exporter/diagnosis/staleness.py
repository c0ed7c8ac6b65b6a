"""Which versions of a module should a list name that it does not?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from goproxy_exporter.gomod.version import compare, sort_key
from goproxy_exporter.model.freshness import Followed, Roll


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A list as it was just read, and what is known of the module. Times are Unix seconds."""

    versions: frozenset[str]
    followed: tuple[Followed, ...]
    """Versions of the module."""
    since: Callable[[str], float | None]
    """From when on a version is known to exist."""
    roll: Roll | None
    """What earlier runs read."""
    now: float

    def settled(self, grace: float) -> Callable[[str], bool]:
        """Make a test whether a version has existed for longer than `grace` seconds."""

        def test(version: str) -> bool:
            since = self.since(version)
            return since is not None and self.now - since > grace

        return test


def overdue(reading: Reading, lag: float) -> tuple[str, ...]:
    """Give the versions that are missing from a list after `lag` seconds, the oldest first.

    A list that names something newer was made later than the version: what it leaves out then, it
    leaves out on purpose. What was in the list before is another matter.
    """
    test = reading.settled(lag)
    late = [
        one.version
        for one in reading.followed
        if one.version not in reading.versions and not _was_there(reading, one.version)
    ]
    late = [version for version in late if test(version) and not _overtaken(reading, version)]
    return tuple(sorted(late, key=lambda version: reading.since(version) or 0.0))


def gone(reading: Reading, grace: float) -> tuple[str, ...]:
    """Give the versions that were in the list, as early as `grace` seconds ago, and are not now.

    Those that have a reason to be `withdrawn` are not among them.
    """
    if reading.roll is None:
        return ()
    left = reading.roll.first.keys() - reading.versions - withdrawn(reading)
    return tuple(sorted(filter(reading.settled(grace), left)))


def withdrawn(reading: Reading) -> frozenset[str]:
    """Give the versions that went when a higher one came: it may have retracted them.

    goproxy/goproxy leaves retracted versions out of its lists.
    """
    if reading.roll is None:
        return frozenset()
    known = reading.roll.first.keys()
    highest = max(reading.versions - known, key=sort_key, default=None)
    left = known - reading.versions
    return frozenset(old for old in left if highest is not None and compare(highest, old) > 0)


def _was_there(reading: Reading, version: str) -> bool:
    return reading.roll is not None and version in reading.roll.first


def _overtaken(reading: Reading, version: str) -> bool:
    """Tell whether the list names something that is known to have come after this version."""
    since = reading.since(version)
    assert since is not None, "only versions that exist are overdue"
    return any(came > since for came in _arrivals(reading))


def _arrivals(reading: Reading) -> Iterable[float]:
    """Give when versions that the list names came: were published, or joined the list."""
    for one in reading.followed:
        if one.published is not None and one.version in reading.versions:
            yield one.published
    roll = reading.roll
    if roll is not None:
        joined = (roll.first[one] for one in reading.versions if one in roll.first)
        yield from (came for came in joined if came > roll.began)
