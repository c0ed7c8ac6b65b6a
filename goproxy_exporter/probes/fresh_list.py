"""Does a list name what is new, and still what is old?"""

import re

from goproxy_exporter.diagnosis.copies import LONGEST, Copy, shown
from goproxy_exporter.diagnosis.freshness import list_shrank, list_stale
from goproxy_exporter.diagnosis.question import Form, Question
from goproxy_exporter.diagnosis.staleness import Reading, gone, overdue, withdrawn
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.freshness import Listed
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Finding
from goproxy_exporter.probes.asking import Heard
from goproxy_exporter.probes.fresh_evidence import listed_by_reference
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
        self._owed: frozenset[str] = frozenset()
        self._roll = watch.kit.recall.own.rolls.get(module)
        self._known = self._roll.first if self._roll else {}

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

    async def weigh(self) -> None:
        """Find out which of the versions that are gone or overdue somebody has to list."""
        if not self._is_list:
            return
        for version in gone(self._reading, self._grace):
            if await self._gave_up(version):
                self._withdrawn |= {version}
            else:
                self._owed |= {version}
        for version in overdue(self._reading, self._lag):
            if await self._is_due(version):
                self._owed |= {version}
            else:
                self._watch.ledger.dismissed.add((self._module, version))

    @property
    def owed(self) -> tuple[str, ...]:
        """The versions that are owed and that no answer names; those that were there before first."""
        if not self._owed:
            return ()
        vanished = self._by_age(self._owed.intersection(gone(self._reading, self._grace)))
        late = self._owed.intersection(overdue(self._reading, self._lag))
        return vanished or self._by_age(late)

    @property
    def listed(self) -> Listed | None:
        """What is to be remembered of the list."""
        if not self._is_list:
            return None
        return Listed(
            module=self._module,
            versions=self._reading.versions,
            at=self._watch.now,
            withdrawn=withdrawn(self._reading) | self._withdrawn,
        )

    @property
    def _is_list(self) -> bool:
        """Whether every answer was a list."""
        return bool(self._copies) and all(copy.found for copy in self._copies)

    def _behind(self) -> Finding:
        absence = self._absence(self.owed)
        was_there = self.owed[0] in gone(self._reading, self._grace)
        return list_shrank(absence) if was_there else list_stale(absence)

    async def _gave_up(self, version: str) -> bool:
        """Tell whether the reference does not list it either, so that nobody has to."""
        known = await self._reference()
        return known is not None and version not in known

    async def _is_due(self, version: str) -> bool:
        """Tell whether others list it, or the mirror itself has it and it retracts nothing."""
        known = await self._reference()
        own = self._watch.ledger.visible((self._module, version), Endpoint.INFO) is True
        if known is None:
            due = own or (self._module, version) in self._watch.kit.recall.listed
        else:
            due = version in known
        return due and not (own and await self._retracts(version))

    async def _retracts(self, version: str) -> bool:
        """Tell whether a version may have retracted itself: some mirrors then do not list it."""
        heard = await self._watch.talk.ask(
            Question(endpoint=Endpoint.MOD, form=Form.MOD, module=self._module, version=version)
        )
        return heard is not None and heard.good and _RETRACT.search(heard.data) is not None

    async def _reference(self) -> frozenset[str] | None:
        declared = any(one.declared for one in self._followed)
        watch = self._watch
        return await listed_by_reference(watch.check, watch.kit, self._module, declared=declared)

    def _hear(self, heard: Heard) -> None:
        if heard.good and heard.listing is not None:
            versions = heard.listing.versions
            if len(versions) > LONGEST:
                return
            known = {one.version for one in self._followed} | self._known.keys()
            self._copies.append(Copy(heard.look.exchange, shown(versions, known)))
        elif heard.look.symptom and heard.look.symptom.code is Code.MODULE_MISSING:
            self._copies.append(Copy(heard.look.exchange, frozenset()))
        for one in self._followed if self._copies else ():
            visible = all(one.version in copy.shows for copy in self._copies)
            self._watch.ledger.saw(one.name, Endpoint.LIST, self._watch.now, visible=visible)

    def _since(self, version: str) -> float | None:
        first = self._known.get(version)
        known = (self._watch.ledger.since((self._module, version)), first)
        return min((one for one in known if one is not None), default=None)

    @property
    def _reading(self) -> Reading:
        return Reading(
            versions=frozenset().union(*(copy.shows for copy in self._copies)),
            followed=self._followed,
            since=self._since,
            roll=self._roll,
            now=self._watch.now,
        )
