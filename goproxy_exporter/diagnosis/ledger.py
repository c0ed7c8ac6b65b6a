"""What is known of the followed versions, by this run and by earlier ones?"""

from collections.abc import Iterable, Iterator

from goproxy_exporter.model.freshness import Followed, Name, Recall, Sight, Trace
from goproxy_exporter.model.names import Endpoint


class Ledger:
    """Notes of one run, on top of what is remembered. Times are Unix seconds.

    A version is known to exist since it was published, or since the first sight of it anywhere.
    """

    def __init__(self, followed: Iterable[Followed], recall: Recall) -> None:
        self.followed = tuple(followed)
        self._recall = recall
        self._published = {
            one.name: one.published for one in self.followed if one.published is not None
        }
        self._since: dict[Name, float] = {}
        self._seen: dict[tuple[Name, Endpoint], tuple[bool, float, bool]] = {}
        self.dismissed: set[Name] = set()
        """Versions that nobody has to show any more: withdrawn, or never meant to be listed."""

    def exists(self, name: Name, at: float) -> None:
        """Note that a version was there at some moment, wherever that was."""
        self._since[name] = min(at, self._since.get(name, at))

    def saw(
        self, name: Name, endpoint: Endpoint, at: float, *, visible: bool, cold: bool = False
    ) -> None:
        """Note what an answer shows of a version; the last answer counts."""
        if visible:
            self.exists(name, at)
        self._seen[name, endpoint] = (visible, at, cold)

    def since(self, name: Name) -> float | None:
        """Tell from when on a version is known to exist; None where it is not known to."""
        sources = (self._published, self._recall.since, self._since)
        known = (source[name] for source in sources if name in source)
        return min(known, default=None)

    def visible(self, name: Name, endpoint: Endpoint) -> bool | None:
        """Tell whether a version can be seen, by the last look of any run; None: nobody looked."""
        seen = self._seen.get((name, endpoint))
        if seen is not None:
            return seen[0]
        trace = self.trace(name, endpoint)
        return None if trace is None else trace.visible

    @property
    def heard(self) -> bool:
        """Whether any answer of this run showed a version or its absence."""
        return bool(self._seen)

    def trace(self, name: Name, endpoint: Endpoint) -> Trace | None:
        """Give what earlier runs left."""
        return self._recall.own.trace(name, endpoint)

    def sights(self) -> Iterator[Sight]:
        """Give what this run saw of versions that exist."""
        for (name, endpoint), (visible, at, cold) in self._seen.items():
            since = self.since(name)
            if since is not None:
                yield Sight(
                    name=name,
                    endpoint=endpoint,
                    visible=visible,
                    at=at,
                    since=since,
                    published=name in self._published,
                    cold=cold,
                )

    def lag(self, endpoint: Endpoint, now: float) -> float | None:
        """Give the age of the oldest version that cannot be seen; 0 where all can.

        None where nothing is known of any version there.
        """
        ages = list(self._ages(self.followed, endpoint, now))
        if not ages:
            return None
        return max((age for age, visible in ages if not visible), default=0.0)

    def ages(self, endpoint: Endpoint, now: float) -> tuple[tuple[float, bool], ...]:
        """Give (seconds since its publication, whether it can be seen) for every version.

        Those are left out of which neither is known.
        """
        published = (one for one in self.followed if one.published is not None)
        return tuple(self._ages(published, endpoint, now))

    def _ages(
        self, versions: Iterable[Followed], endpoint: Endpoint, now: float
    ) -> Iterator[tuple[float, bool]]:
        for one in versions:
            if one.name in self.dismissed:
                continue
            since, visible = self.since(one.name), self.visible(one.name, endpoint)
            if since is not None and visible is not None:
                yield max(0.0, now - since), visible
