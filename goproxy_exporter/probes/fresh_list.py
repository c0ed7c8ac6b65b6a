"""Does a list name what is new, and still what is old?"""

import re

from goproxy_exporter.diagnosis.copies import Copy
from goproxy_exporter.diagnosis.freshness import list_shrank, list_stale
from goproxy_exporter.diagnosis.question import Form, Question
from goproxy_exporter.diagnosis.staleness import Reading, gone, overdue, withdrawn
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.freshness import Listed
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Finding
from goproxy_exporter.probes.asking import Heard
from goproxy_exporter.probes.fresh_topic import Topic
from goproxy_exporter.probes.watch import Watch

_RETRACT = re.compile(rb"^[ \t]*retract\b", re.MULTILINE)


class ListTopic(Topic):
    """The version list of a module that is followed."""

    def __init__(self, watch: Watch, module: str) -> None:
        super().__init__(watch)
        self.subject = (Endpoint.LIST, module)
        self.question = Question(endpoint=Endpoint.LIST, form=Form.LIST, module=module)
        self._module = module
        self._copies: list[Copy] = []
        self._followed = tuple(one for one in watch.ledger.followed if one.module == module)
        self._withdrawn: frozenset[str] = frozenset()

    async def ask(self) -> None:
        """Ask for the list."""
        heard = await self._watch.talk.ask(self.question)
        if heard is not None:
            self._hear(heard)

    @property
    def copies(self) -> tuple[Copy, ...]:
        """Every answer that is a list, or says that there is none."""
        return tuple(self._copies)

    @property
    def names_any(self) -> bool:
        """Whether the mirror has the module, by this list."""
        return any(copy.shows for copy in self._copies)

    @property
    def lacking(self) -> tuple[str, ...]:
        """The versions that are overdue, else those that were there."""
        if not self._copies or not all(copy.found for copy in self._copies):
            return ()
        return overdue(self._reading, self._lag) or gone(self._reading, self._grace)

    @property
    def listed(self) -> Listed | None:
        """What is to be remembered of the list."""
        if not self._copies or not all(copy.found for copy in self._copies):
            return None
        return Listed(
            module=self._module,
            versions=self._reading.versions,
            at=self._watch.now,
            withdrawn=withdrawn(self._reading) | self._withdrawn,
        )

    async def _behind(self) -> Finding | None:
        vanished = [one for one in gone(self._reading, self._grace) if not await self._gave_up(one)]
        if vanished:
            return list_shrank(self._absence(self._by_age(vanished)))
        late = [one for one in overdue(self._reading, self._lag) if await self._is_owed(one)]
        return list_stale(self._absence(tuple(late))) if late else None

    async def _gave_up(self, version: str) -> bool:
        """Tell whether the reference does not list it either, so that nobody has to."""
        known = await self._reference()
        if known is None or version in known:
            return False
        self._withdrawn |= {version}
        return True

    async def _is_owed(self, version: str) -> bool:
        """Tell whether others list it, or the mirror itself has it and it retracts nothing."""
        known = await self._reference()
        own = self._watch.ledger.visible((self._module, version), Endpoint.INFO) is True
        if known is None:
            owed = own or (self._module, version) in self._watch.kit.recall.listed
        else:
            owed = version in known
        return owed and not (own and await self._retracts(version))

    async def _retracts(self, version: str) -> bool:
        """Tell whether a version may have retracted itself: some mirrors then do not list it."""
        heard = await self._watch.talk.ask(
            Question(endpoint=Endpoint.MOD, form=Form.MOD, module=self._module, version=version)
        )
        return heard is not None and heard.good and _RETRACT.search(heard.data) is not None

    async def _reference(self) -> frozenset[str] | None:
        if self._watch.check.mirror.is_reference:
            return None
        return await self._watch.kit.reference.versions(self._module)

    def _hear(self, heard: Heard) -> None:
        if heard.good and heard.listing is not None:
            self._copies.append(Copy(heard.look.exchange, frozenset(heard.listing.versions)))
        elif heard.look.symptom and heard.look.symptom.code is Code.MODULE_MISSING:
            self._copies.append(Copy(heard.look.exchange, frozenset()))
        for one in self._followed if self._copies else ():
            visible = all(one.version in copy.shows for copy in self._copies)
            self._watch.ledger.saw(one.name, Endpoint.LIST, self._watch.now, visible=visible)

    def _since(self, version: str) -> float | None:
        roll = self._watch.kit.recall.own.rolls.get(self._module)
        first = roll.first.get(version) if roll else None
        known = (self._watch.ledger.since((self._module, version)), first)
        return min((one for one in known if one is not None), default=None)

    @property
    def _reading(self) -> Reading:
        return Reading(
            versions=frozenset().union(*(copy.shows for copy in self._copies)),
            followed=self._followed,
            since=self._since,
            roll=self._watch.kit.recall.own.rolls.get(self._module),
            now=self._watch.now,
        )
