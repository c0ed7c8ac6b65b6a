"""Can go.sum be completed through this mirror, or by this checksum database itself?"""

from collections.abc import Iterable
from dataclasses import replace

from goproxy_exporter.diagnosis.answer import usable
from goproxy_exporter.diagnosis.failure import unconnected
from goproxy_exporter.diagnosis.looks import Look, Series
from goproxy_exporter.diagnosis.relay import Background, of_database, of_relay
from goproxy_exporter.diagnosis.traits import traits
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.facts import (
    DATABASE_WORKS,
    NEEDED_FOR,
    REFERENCE_TREE_SIZE,
    TREE_SIZE,
)
from goproxy_exporter.model.mirror import Canary, Check, Mirror
from goproxy_exporter.model.names import Endpoint, Kind
from goproxy_exporter.model.result import Fact, Finding
from goproxy_exporter.probes import facts
from goproxy_exporter.probes.heads import Heads
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.probes.kit import Kit, Outcome
from goproxy_exporter.probes.plain import Plain
from goproxy_exporter.probes.proofs import Proofs
from goproxy_exporter.probes.relay import ENDPOINTS, Relay
from goproxy_exporter.reference.checksum_database import ChecksumDatabase
from goproxy_exporter.reference.known_tree import Record

_MOST_FRESH = 2


async def sumdb(check: Check, kit: Kit) -> Outcome:
    """Ask what go asks to verify a module, and verify the answers as it does.

    A mirror is asked as a relay, and for something plain where that fails; a database directly.
    """
    database = kit.database
    if database is None:
        return Outcome()
    await database.head()
    async with kit.wire.session(check.mirror.access, allowance=kit.allowance) as session:
        relay = Relay(database.gosumdb)
        talk = Interview(check, kit, session, put=relay.put)
        visit = _Visit(check, kit, database, relay, talk)
        await visit.ask()
        findings = await visit.ask_again()
    works = await visit.tried_directly()
    findings += await visit.conclude(works=works)
    return Outcome(
        exchanges=tuple(talk.exchanges),
        findings=tuple(map(visit.with_need, findings)),
        facts=visit.facts(works=works) | facts.of_connection(talk.exchanges),
        retry_at=talk.retry_at,
    )


def may_be_looked_up(mirror: Mirror, canaries: Iterable[Canary]) -> tuple[Canary, ...]:
    """Give those that the mirror's checksum database may be asked about."""
    return tuple(one for one in canaries if one.version and mirror.may_look_up(one.module))


class _Visit:
    """One run: what is asked, what is asked again, and what all of it says."""

    def __init__(
        self, check: Check, kit: Kit, database: ChecksumDatabase, relay: Relay, talk: Interview
    ) -> None:
        canaries = check.mirror.canaries
        self._mirror = check.mirror
        self._old = may_be_looked_up(check.mirror, canaries.stable)
        self._fresh = may_be_looked_up(check.mirror, canaries.fresh)[:_MOST_FRESH]
        self._is_relay = check.mirror.kind is not Kind.CHECKSUMS
        self._database = database
        self._relay = relay
        self._talk = talk
        self._heads = Heads(check, database, talk)
        self._proofs = Proofs(check, kit, database, talk, relay)
        self._plain = Plain(talk, check.mirror)

    async def ask(self) -> None:
        """Put every question once, and one about something plain where any of them fails."""
        if not self._is_relay or await self._is_offered():
            await self._listen()
            for said in tuple(self._heads.said.values()):
                if not said.forked:
                    await self._proofs.prove(said)
            await self._proofs.sample()
        if self._is_relay and any(map(self._is_doubtful, self._run)):
            await self._plain.ask()

    async def ask_again(self) -> tuple[Finding, ...]:
        """Look again at what would accuse; give what heads, records and tiles assert together."""
        doubts = (*self._heads.doubts(), *self._proofs.doubts)
        suspects = dict.fromkeys(one for doubt in doubts for one in doubt.questions)
        again = await self._talk.look_again(tuple(suspects))
        await self._plain.keep_up_with(self._run)
        told = [await doubt.confirm(again) for doubt in doubts]
        return tuple(finding for finding in told if finding is not None)

    async def tried_directly(self) -> bool | None:
        """Tell whether the database works by itself; it is asked where the mirror is no relay."""
        offers = [one.looks[-1] for one in self._run if one.question == self._relay.supported]
        if self._old and any(not usable(look.symptom) for look in offers):
            canary = self._old[0]
            return await self._database.works(canary.module, canary.version or "")
        return True if self._database.worked_of_late else None

    async def conclude(self, *, works: bool | None) -> tuple[Finding, ...]:
        """Give what the single answers assert."""
        run, fresh = self._run, frozenset(map(str, self._fresh))
        if not self._is_relay:
            return (*of_database(run, fresh), *traits(run, self._mirror))
        background = Background(
            works=works,
            plain=self._plain.looks,
            fresh=fresh,
            had=frozenset([str(one) for one in self._fresh if await self._had(one)]),
            verified=bool(self._proofs.proven),
        )
        return of_relay(run, background)

    def with_need(self, finding: Finding) -> Finding:
        """Say of a tile which lookups need it for their proofs."""
        needed = self._proofs.needed.get(finding.module)
        if finding.endpoint is not Endpoint.SUMDB_TILE or not needed:
            return finding
        return replace(finding, evidence={**finding.evidence, NEEDED_FOR: [*needed]})

    def facts(self, *, works: bool | None) -> dict[str, Fact]:
        """Tell what was found besides causes."""
        largest, size = self._database.tree.largest, self._heads.size
        proven = self._proofs.proven.values()
        told: dict[str, Fact] = {
            TREE_SIZE: size,
            REFERENCE_TREE_SIZE: largest.size if largest else None,
            DATABASE_WORKS: works,
            "head_age_seconds": None if size is None else round(self._database.age(size) or 0.0),
            "records": {str(one.question): one.answer.lookup.record for one in proven if one.answer}
            or None,
            "tiles_asked": len(self._proofs.tiles.given) or None,
            "unsteady": facts.unsteady(self._run) or None,
        }
        for series in self._run:
            if series.question.endpoint in (Endpoint.SUMDB_SUPPORTED, Endpoint.SUMDB_LATEST):
                status = facts.status_of(series.looks[-1].exchange)
                told[f"{series.question.endpoint}_status"] = status
        return {name: fact for name, fact in told.items() if fact is not None}

    @property
    def _run(self) -> list[Series]:
        """Give what was asked of the database, without partial tiles that full ones stood in for."""
        excused = self._proofs.tiles.excused
        asked = (one for one in self._talk.series if one.question.endpoint in ENDPOINTS)
        return [one for one in asked if one.question not in excused]

    async def _is_offered(self) -> bool:
        heard = await self._talk.ask(self._relay.supported)
        return heard is not None and heard.came

    async def _listen(self) -> None:
        """Ask for records and for the present head."""
        old, fresh = map(self._relay.lookup, self._old), map(self._relay.lookup, self._fresh)
        for question in dict.fromkeys((*old, self._relay.latest, *fresh)):
            await self._heads.hear(question, await self._talk.ask(question))

    def _is_doubtful(self, series: Series) -> bool:
        """Tell whether an answer may be a fault of the relay, or of all of the mirror."""
        return any(_may_be_either(look) for look in series.looks)

    async def _had(self, canary: Canary) -> bool:
        """Tell whether a fresh version is missing here, and the database has it."""
        question = self._relay.lookup(canary)
        looks = [look for one in self._run if one.question == question for look in one.looks]
        if not any(look.symptom is not None and look.symptom.absent for look in looks):
            return False
        record = await self._database.record(canary.module, canary.version or "")
        return isinstance(record, Record)


def _may_be_either(look: Look) -> bool:
    symptom = look.symptom
    if symptom is None or usable(symptom) or unconnected(look.exchange):
        return False
    return symptom.code not in (Code.SUMDB_NOT_PROXIED, Code.HTTP_429)
