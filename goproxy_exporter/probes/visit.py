"""What does a relay, or a checksum database, say in one run, and does it fit together?"""

from collections.abc import Iterable
from dataclasses import replace

from goproxy_exporter.diagnosis.looks import Series
from goproxy_exporter.model.facts import NEEDED_FOR
from goproxy_exporter.model.mirror import Canary, Check, Mirror
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Finding
from goproxy_exporter.probes.heads import Heads
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.probes.kit import Kit
from goproxy_exporter.probes.proofs import Proofs
from goproxy_exporter.probes.relay import ENDPOINTS, Relay
from goproxy_exporter.reference.checksum_database import ChecksumDatabase


class Visit:
    """Asks what go asks, holds every head against those of others, and proves every record."""

    def __init__(
        self, check: Check, kit: Kit, database: ChecksumDatabase, relay: Relay, talk: Interview
    ) -> None:
        self.relay = relay
        self.talk = talk
        self.heads = Heads(check, database, talk)
        self.proofs = Proofs(check, kit, database, talk, relay)

    @property
    def run(self) -> list[Series]:
        """Give what was asked of the database, without partial tiles that full ones stood in for."""
        excused = self.proofs.tiles.excused
        asked = (one for one in self.talk.series if one.question.endpoint in ENDPOINTS)
        return [one for one in asked if one.question not in excused]

    async def is_offered(self) -> bool:
        """Ask a mirror whether it relays the database."""
        heard = await self.talk.ask(self.relay.supported)
        return heard is not None and heard.came

    async def look_up(self, canaries: Iterable[Canary]) -> None:
        """Ask for the records of versions."""
        for canary in canaries:
            question = self.relay.lookup(canary)
            await self.heads.hear(question, await self.talk.ask(question))

    async def ask_latest(self) -> None:
        """Ask for the present head, which the go command never does."""
        question = self.relay.latest
        await self.heads.hear(question, await self.talk.ask(question))

    async def prove(self) -> None:
        """Ask for the tiles that prove the records; a tree that is another one needs no more."""
        for said in tuple(self.heads.said.values()):
            if not said.forked:
                await self.proofs.prove(said)

    async def ask_again(self) -> tuple[Finding, ...]:
        """Look again at what would accuse; give what heads, records and tiles assert together."""
        doubts = (*self.heads.doubts(), *self.proofs.doubts)
        suspects = dict.fromkeys(one for doubt in doubts for one in doubt.questions)
        again = await self.talk.look_again(tuple(suspects))
        told = [await doubt.confirm(again) for doubt in doubts]
        return tuple(finding for finding in told if finding is not None)

    def with_need(self, finding: Finding) -> Finding:
        """Say of a tile which lookups need it for their proofs."""
        needed = self.proofs.needed.get(finding.module)
        if finding.endpoint is not Endpoint.SUMDB_TILE or not needed:
            return finding
        return replace(finding, evidence={**finding.evidence, NEEDED_FOR: [*needed]})


def may_be_looked_up(mirror: Mirror, canaries: Iterable[Canary]) -> tuple[Canary, ...]:
    """Give those that the mirror's checksum database may be asked about."""
    return tuple(one for one in canaries if one.version and mirror.may_look_up(one.module))
