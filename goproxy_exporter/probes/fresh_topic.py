"""How is something that changes with time asked for, once or several times, and judged?"""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from goproxy_exporter.diagnosis.copies import MOST_SETTLING, Copy, differing, flickering
from goproxy_exporter.diagnosis.freshness import Absence, replica_inconsistent
from goproxy_exporter.diagnosis.question import Question
from goproxy_exporter.model.freshness import Compared, Subject
from goproxy_exporter.model.result import Fact, Finding
from goproxy_exporter.probes.asking import Heard
from goproxy_exporter.probes.fresh_copies import copies
from goproxy_exporter.probes.watch import Watch


class Topic(ABC):
    """One subject in one run: its answers so far, and what they come to."""

    subject: Subject
    question: Question

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self.finding: Finding | None = None

    @abstractmethod
    async def ask(self) -> None:
        """Ask for the first time."""

    @property
    @abstractmethod
    def copies(self) -> tuple[Copy, ...]:
        """Every answer that can be judged, in order."""

    @abstractmethod
    async def weigh(self) -> None:
        """Find out what the first answer owes, if it lacks anything: evidence may be asked for."""

    @property
    @abstractmethod
    def owed(self) -> tuple[str, ...]:
        """The versions that no answer shows, out of those that are owed; the oldest first."""

    @property
    def at_odds(self) -> bool:
        """Whether answers differ about versions that are no news any more."""
        return bool(differing(self.copies, self._settled))

    @property
    def told(self) -> dict[str, Fact]:
        """The facts that are its own."""
        return {}

    @property
    def compared(self) -> Compared | None:
        """Whether answers agreed, where there were several."""
        if len(self.copies) < 2:  # noqa: PLR2004 - nothing to compare
            return None
        agreed = not flickering(self.copies, self._settled)
        return Compared(subject=self.subject, agreed=agreed, at=self._watch.now)

    async def look_again(self) -> None:
        """Ask every address again, over new connections."""
        for heard in await copies(self._watch, self.question):
            self._hear(heard)

    def conclude(self) -> None:
        """Assert what several answers show, if they do."""
        if self.compared is None:
            return
        unsteady = flickering(self.copies, self._settled)
        if unsteady:
            self.finding = replica_inconsistent(self._absence(self._by_age(unsteady)))
        elif self.owed and all(copy.found for copy in self.copies):
            self.finding = self._behind()

    @abstractmethod
    def _behind(self) -> Finding:
        """Say what it means that every answer lacks what is owed."""

    @abstractmethod
    def _hear(self, heard: Heard) -> None:
        """Take an answer in."""

    @abstractmethod
    def _since(self, version: str) -> float | None:
        """Tell from when on a version is known to exist."""

    def _settled(self, version: str) -> bool:
        """Tell whether caches have had the time to agree about a version."""
        return self._older(version, self._grace)

    def _older(self, version: str, seconds: float) -> bool:
        since = self._since(version)
        return since is not None and self._watch.now - since > seconds

    def _absence(self, versions: tuple[str, ...]) -> Absence:
        now = self._watch.now
        return Absence(
            subject=self.subject,
            versions=versions,
            copies=self.copies,
            since=self._since(versions[0]) or now,
            now=now,
        )

    def _by_age(self, versions: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(versions, key=lambda one: (self._since(one) or 0.0, one)))

    @property
    def _grace(self) -> float:
        return min(MOST_SETTLING, self._lag)

    @property
    def _lag(self) -> float:
        return self._watch.check.mirror.thresholds.list_lag
