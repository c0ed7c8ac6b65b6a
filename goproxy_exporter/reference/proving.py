"""Is what one route tells part of the tree that is known?

Source: golang.org/x/mod/sumdb (Client.mergeLatest, checkTrees, checkRecord) of go 1.27.3.
"""

from collections.abc import Iterable

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.lookup import lookup_path
from goproxy_exporter.gomod.note_key import Verifier
from goproxy_exporter.gomod.signed_head import (
    Fork,
    SignedHead,
    SignedRecord,
    open_head,
    open_record,
)
from goproxy_exporter.gomod.tile import Tile
from goproxy_exporter.gomod.tile_proof import (
    ForkError,
    Proven,
    check_older,
    check_record,
    prove,
    wanted,
)
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.reference.known_tree import Held, KnownTree, Record
from goproxy_exporter.reference.route import Talk
from goproxy_exporter.wire.clock import Clock

LATEST = "latest"
_MOST_TURNS = 3
"""How often a head is compared anew because the largest one moved on meanwhile."""


class Prover:
    """Asks routes for what proves heads and records, and takes in what is proven.

    Methods give None where this route cannot tell: what it serves is no answer, or proves nothing.
    """

    def __init__(self, tree: KnownTree, verifier: Verifier, clock: Clock) -> None:
        self._tree = tree
        self._verifier = verifier
        self._clock = clock

    async def head(self, talk: Talk) -> SignedHead | None:
        """Ask for the present head, and read it. Nothing is compared yet."""
        body = await talk.get(LATEST, Endpoint.SUMDB_LATEST)
        try:
            return None if body is None else open_head(body, self._verifier)
        except ProtocolError:
            return None

    async def look_up(self, talk: Talk, module: str, version: str) -> SignedRecord | None:
        """Look a version up, and read the answer. Only its head is verified yet."""
        try:
            body = await talk.get(lookup_path(module, version), Endpoint.SUMDB_LOOKUP)
            return None if body is None else open_record(body, self._verifier)
        except ProtocolError:
            return None

    def known(self, signed: SignedHead) -> Held | None:
        """Hold a head against the largest one as far as that takes no tile."""
        held = self._tree.held(signed)
        if held is not None:
            self._take(signed, held)
        return held

    async def compare(self, talk: Talk, signed: SignedHead) -> Held | None:
        """Hold a head against the largest one, by tiles of the newer of the two."""
        for _ in range(_MOST_TURNS):
            held, largest = self.known(signed), self._tree.largest
            if held is not None or largest is None:
                return held
            held = await self._continued(talk, *sorted((signed, largest), key=_size))
            if held is None:
                return None
            if held.fork is not None or self._tree.largest is largest:
                self._take(signed, held)
                return held
        return None

    async def record(
        self, talk: Talk, module: str, version: str, answer: SignedRecord
    ) -> Record | Fork | None:
        """Prove an answer to a lookup; a Fork where its tree is another one."""
        lookup, signed = answer.lookup, answer.signed
        held = await self.compare(talk, signed)
        if held is None or held.fork is not None:
            return held.fork if held else None
        proven = await self._proven(talk, signed, wanted(signed.size, records=[lookup.record]))
        try:
            if proven is None:
                return None
            check_record(proven, lookup.record, lookup.text)
        except ProtocolError:
            return None
        self._tree.learn(proven.tiles)
        record = Record(
            module=module,
            version=version,
            number=lookup.record,
            sums=lookup.sums(module, version),
            tree_size=signed.size,
            via=talk.route.name,
        )
        self._tree.keep(record)
        return record

    async def _continued(self, talk: Talk, older: SignedHead, newer: SignedHead) -> Held | None:
        """Tell whether the newer tree continues the older one."""
        proven = await self._proven(talk, newer, wanted(newer.size, older=[older.size]))
        if proven is None:
            return None
        try:
            check_older(proven, older.head)
        except ForkError as error:
            return Held(Fork(older=older, newer=newer, root=error.root))
        except ProtocolError:
            return None
        self._tree.learn(proven.tiles)
        return Held()

    async def _proven(
        self, talk: Talk, signed: SignedHead, needed: Iterable[Tile]
    ) -> Proven | None:
        """Prove tiles of a head: with what is known already, else with this route's alone.

        What is known does not fit a tree that is another one, which is to be found out.
        """
        needed = tuple(needed)
        for known in (self._tree.tiles(needed), {}):
            fetched = await talk.tiles(tile for tile in needed if tile not in known)
            if fetched is None:
                return None
            try:
                return prove(signed.head, {**known, **fetched})
            except ProtocolError:
                if not known:
                    return None
        return None

    def _take(self, signed: SignedHead, held: Held) -> None:
        if held.fork is None:
            self._tree.admit(signed, self._clock.now())
        else:
            self._tree.fork = held.fork


def _size(signed: SignedHead) -> int:
    return signed.size
