"""Which tiles does a mirror show in one run?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from goproxy_exporter.diagnosis.failure import OK
from goproxy_exporter.diagnosis.question import Question
from goproxy_exporter.gomod.tile import Tile
from goproxy_exporter.probes.asking import Heard
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.probes.relay import Relay
from goproxy_exporter.reference.known_tree import KnownTree
from goproxy_exporter.reference.shown_tiles import ShownTiles


@dataclass(frozen=True, slots=True)
class Given:
    """A tile as it was given in this run, and in answer to which question."""

    question: Question
    body: bytes


class Tiles:
    """Asks for tiles as the go command does, each once.

    Of a partial tile that is not there the full one is taken. What a mirror showed rightly within
    the hour, go would have kept: it is not asked again. `now` is monotonic seconds.
    """

    def __init__(
        self, talk: Interview, relay: Relay, known: KnownTree, shown: ShownTiles, *, now: float
    ) -> None:
        self._talk = talk
        self._relay = relay
        self._known = known
        self._shown = shown
        self._now = now
        self.given: dict[Tile, Given] = {}
        self.excused: set[Question] = set()
        """Questions for partial tiles, where the full ones stood in."""

    async def gather(self, wanted: Iterable[Tile], *, trusting: bool) -> dict[Tile, bytes] | None:
        """Give all these tiles; None where one of them cannot be had.

        `trusting` tells that they are of the tree that is known, so that what was shown before
        counts.
        """
        told: dict[Tile, bytes] = {}
        for tile in wanted:
            body = self._at_hand(tile, trusting=trusting) or await self.ask(tile)
            if body is None:
                return None
            told[tile] = body
        return told

    async def ask(self, tile: Tile) -> bytes | None:
        """Ask for a tile now; None where it cannot be had, or was asked for in vain already."""
        question = self._relay.tile(tile)
        heard = await self._talk.ask(question)
        if heard is None or _hangs(heard):
            return None
        if heard.came:
            return self._take(tile, question, heard)
        if tile == tile.full or heard.look.exchange.status == OK:
            return None
        question = self._relay.tile(tile.full)
        heard = await self._talk.ask(question)
        if heard is None or not heard.came:
            return None
        self.excused.add(self._relay.tile(tile))
        return self._take(tile, question, heard)

    def questions(self, tiles: Iterable[Tile]) -> tuple[Question, ...]:
        """Give the questions that were asked in this run for some tiles."""
        return tuple(self.given[tile].question for tile in tiles if tile in self.given)

    def anew(
        self, tiles: Mapping[Tile, bytes], heard: Mapping[Question, Heard]
    ) -> dict[Tile, bytes] | None:
        """Give tiles with what was heard at a second look; None where that is no tile any more."""
        told = dict(tiles)
        for tile in tiles:
            given = self.given.get(tile)
            again = heard.get(given.question) if given else None
            if given is None or again is None:
                continue
            if not again.came:
                return None
            told[tile] = self._cut(tile, given.question, again)
        return told

    def _at_hand(self, tile: Tile, *, trusting: bool) -> bytes | None:
        if tile in self.given:
            return self.given[tile].body
        if trusting and self._shown.fresh(tile, self._now):
            return self._known.tiles((tile,)).get(tile)
        return None

    def _take(self, tile: Tile, question: Question, heard: Heard) -> bytes:
        body = self._cut(tile, question, heard)
        self.given[tile] = Given(question, body)
        return body

    def _cut(self, tile: Tile, question: Question, heard: Heard) -> bytes:
        """Give the tile's share of an answer, which may be that of the full one."""
        return heard.data if question == self._relay.tile(tile) else tile.cut(heard.data)


def _hangs(heard: Heard) -> bool:
    """Tell whether no answer came in time: the go command would go on waiting for it."""
    symptom = heard.look.symptom
    return symptom is not None and symptom.code is None
