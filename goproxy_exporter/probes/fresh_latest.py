"""Is ``@latest`` of a module without tags behind?

`go` asks for it only where the list names no version.
"""

from goproxy_exporter.diagnosis.copies import Copy, upto
from goproxy_exporter.diagnosis.freshness import latest_stale
from goproxy_exporter.diagnosis.question import Expect, Form, Question
from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.info import parse_info
from goproxy_exporter.gomod.version import compare
from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Fact, Finding
from goproxy_exporter.probes.asking import Heard
from goproxy_exporter.probes.fresh_topic import Topic
from goproxy_exporter.probes.watch import Watch


class LatestTopic(Topic):
    """The ``@latest`` of the untagged canary; `news` is the reference's, None where unknown."""

    def __init__(self, watch: Watch, module: str, news: str | None) -> None:
        super().__init__(watch)
        self.subject = (Endpoint.LATEST, module)
        self.question = Question(
            endpoint=Endpoint.UNTAGGED, form=Form.INFO, module=module, expect=Expect.OPTIONAL
        )
        self._module = module
        self._news = news
        self._answers: list[tuple[Exchange, str]] = []
        self._tagged: bool | None = None

    async def ask(self) -> None:
        """Ask for the list, and where that is empty for ``@latest``."""
        listed = await self._watch.talk.ask(
            Question(endpoint=Endpoint.UNTAGGED, form=Form.LIST, module=self._module)
        )
        if listed is None or listed.listing is None:
            return
        self._tagged = bool(listed.listing.versions)
        heard = None if self._tagged else await self._watch.talk.ask(self.question)
        if heard is not None:
            self._hear(heard)

    @property
    def copies(self) -> tuple[Copy, ...]:
        """Every answer that names a version; it shows all that are not newer."""
        known = {one.version for one in self._watch.ledger.followed if one.module == self._module}
        known |= {latest for _, latest in self._answers}
        return tuple(Copy(exchange, upto(known, latest)) for exchange, latest in self._answers)

    async def weigh(self) -> None:
        """Nothing has to be asked: what the reference has is known."""

    @property
    def owed(self) -> tuple[str, ...]:
        """The revisions that the reference has had for long."""
        news = self._news
        if news is None or not self._answers:
            return ()
        shown = frozenset().union(*(copy.shows for copy in self.copies))
        mine = [one for one in self._watch.ledger.followed if one.module == self._module]
        late = [one.version for one in mine if one.version not in shown]
        owed = [one for one in late if compare(one, news) <= 0 and self._older(one, self._lag)]
        return self._by_age(owed)

    @property
    def told(self) -> dict[str, Fact]:
        """The facts: what the mirror and the reference call the latest."""
        facts: dict[str, Fact] = {
            "untagged_latest": self._answers[-1][1] if self._answers else None,
            "reference_latest": self._news,
            "untagged_has_tags": self._tagged or None,
        }
        return {name: fact for name, fact in facts.items() if fact is not None}

    def _behind(self) -> Finding:
        return latest_stale(self._absence(self.owed), self._answers[-1][1])

    def _hear(self, heard: Heard) -> None:
        if not heard.good:
            return
        try:
            latest = parse_info(heard.data, None).version
        except ProtocolError:
            # What is no answer to `go` has a cause of its own.
            return
        self._answers.append((heard.look.exchange, latest))
        known = {one.version for one in self._watch.ledger.followed if one.module == self._module}
        for version in known | {latest}:
            visible = all(compare(version, one) <= 0 for _, one in self._answers)
            name = (self._module, version)
            self._watch.ledger.saw(name, Endpoint.LATEST, self._watch.now, visible=visible)

    def _since(self, version: str) -> float | None:
        return self._watch.ledger.since((self._module, version))
