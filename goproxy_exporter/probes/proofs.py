"""Do the tiles that a mirror shows prove its records?"""

from collections.abc import Awaitable, Callable

from goproxy_exporter.diagnosis.contradiction import Proof, fits, mismatched, proof_of
from goproxy_exporter.diagnosis.question import Question
from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.signed_head import SignedRecord, open_record
from goproxy_exporter.gomod.tile import Tile
from goproxy_exporter.gomod.tile_proof import wanted
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.result import Finding
from goproxy_exporter.probes.heads import Again, Doubt, Said, blame_of
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.probes.kit import Kit
from goproxy_exporter.probes.relay import Relay
from goproxy_exporter.probes.sample import sample
from goproxy_exporter.probes.tiles import Tiles
from goproxy_exporter.reference.checksum_database import ChecksumDatabase

Confirm = Callable[[Again], Awaitable[Finding | None]]


class Proofs:
    """Proves records by what one mirror shows, and looks at some tiles that no proof needed."""

    def __init__(
        self, check: Check, kit: Kit, database: ChecksumDatabase, talk: Interview, relay: Relay
    ) -> None:
        self._database = database
        self._talk = talk
        self._blame = blame_of(check.mirror.kind)
        self._clock = kit.clock
        self._shown = database.tree.shown_by(check.mirror.key)
        now = kit.clock.monotonic()
        self.tiles = Tiles(talk, relay, database.tree, self._shown, now=now)
        self.doubts: list[Doubt] = []
        self.proven: dict[Question, Said] = {}
        self.needed: dict[str, list[str]] = {}
        """Lookups by the path of each tile that their proofs need."""

    async def prove(self, said: Said) -> None:
        """Ask for the tiles that prove a record, and see whether they do."""
        answer = said.answer
        if answer is None:
            return
        path = wanted(said.signed.size, records=[answer.lookup.record])
        for tile in path:
            for name in (tile.path, tile.full.path):
                self.needed.setdefault(name, []).append(str(said.question))
        tiles = await self.tiles.gather(path, trusting=said.consistent)
        if tiles is None:
            return
        proof = proof_of(answer, tiles)
        if proof.proven is None:
            self._doubt(said, answer, tiles, proof)
            return
        self.proven[said.question] = said
        if said.consistent:
            self._database.tree.learn(proof.proven.tiles)
            self._shown.right(self._asked(tiles), self._clock.monotonic())

    async def sample(self) -> None:
        """Look at some tiles that the known tree authenticates."""
        sizes = [said.signed.size for said in self.proven.values() if said.consistent]
        if not sizes:
            return
        parents = self._database.tree.parents
        chosen = sample(parents, max(sizes), first=self._shown.suspects, without=self.tiles.given)
        for child, parent in chosen.items():
            body = await self.tiles.ask(child)
            if body is None:
                continue
            if fits(parent, parents[parent], child, body):
                self._database.tree.learn({child: body})
                self._shown.right((child,), self._clock.monotonic())
            else:
                self._shown.wrong((child,))
                self.doubts.append(
                    Doubt(self.tiles.questions((child,)), self._sampled(child, parent))
                )

    def _asked(self, tiles: dict[Tile, bytes]) -> list[Tile]:
        return [tile for tile in tiles if tile in self.tiles.given]

    def _doubt(
        self, said: Said, answer: SignedRecord, tiles: dict[Tile, bytes], proof: Proof
    ) -> None:
        wrong = [tile for tile in proof.wrong if tile in self.tiles.given]
        self._shown.wrong(wrong)
        questions = self.tiles.questions(wrong) if proof.wrong else (said.question,)
        if questions:
            confirm = self._disproved(said, answer, tiles, questions)
            self.doubts.append(Doubt(tuple(dict.fromkeys(questions)), confirm))

    def _disproved(
        self,
        said: Said,
        answer: SignedRecord,
        tiles: dict[Tile, bytes],
        questions: tuple[Question, ...],
    ) -> Confirm:
        async def confirm(again: Again) -> Finding | None:
            fresh, told = self.tiles.anew(tiles, again), self._anew(said, answer, again)
            if fresh is None or told is None or any(one not in again for one in questions):
                return None
            proof = proof_of(told, fresh)
            if proof.proven is not None:
                return None
            series = self._talk.series_of(questions[0])
            return mismatched(
                series,
                proof.problem,
                series.looks,
                signed=told.signed,
                tiles={tile: fresh[tile] for tile in proof.wrong or fresh},
                blame=self._blame,
            )

        return confirm

    def _anew(self, said: Said, answer: SignedRecord, again: Again) -> SignedRecord | None:
        heard = again.get(said.question)
        if heard is None:
            return answer
        if not heard.came:
            return None
        try:
            told = open_record(heard.data, self._database.gosumdb.verifier)
        except ProtocolError:
            return None
        return told if told.signed.head == answer.signed.head else None

    def _sampled(self, child: Tile, parent: Tile) -> Confirm:
        hashes = self._database.tree.parents[parent]
        signed = self._database.tree.largest

        async def confirm(again: Again) -> Finding | None:
            (question,) = self.tiles.questions((child,))
            heard = again.get(question)
            if heard is None or not heard.came or signed is None:
                return None
            if fits(parent, hashes, child, heard.data):
                return None
            series = self._talk.series_of(question)
            problem = f"{child.path}: no part of {parent.path}"
            tiles = {child: heard.data, parent: hashes}
            return mismatched(
                series, problem, series.looks, signed=signed, tiles=tiles, blame=self._blame
            )

        return confirm
