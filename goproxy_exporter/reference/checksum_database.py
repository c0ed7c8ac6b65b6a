"""What does the checksum database say, by whatever way it is heard?"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import cycle
from typing import TypeVar

from goproxy_exporter.gomod.gosumdb import Gosumdb
from goproxy_exporter.gomod.signed_head import Fork, SignedHead
from goproxy_exporter.gomod.tree_head import TreeHead
from goproxy_exporter.reference.head_file import HeadFile, Kept
from goproxy_exporter.reference.known_tree import Held, KnownTree, Record
from goproxy_exporter.reference.persistence import (
    KNOWN_FOR,
    UNKNOWN_FOR,
    Believed,
    Persistence,
    persistently,
)
from goproxy_exporter.reference.proving import Prover
from goproxy_exporter.reference.route import DIRECT, Route, Talk
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.wire import Wire

HEAD_FOR = 150.0
"""Seconds for which the database's head counts as its present one."""

V = TypeVar("V")
Ask = Callable[[Talk], Awaitable[V | None]]


class ChecksumDatabase:
    """The database of one GOSUMDB value: asked directly, else through mirrors that relay it.

    `tree` is what has been proven of it, shared by all values with the same key. Methods give None
    where nobody can tell, and a contradiction as a value; they raise nothing but cancellation.
    """

    def __init__(
        self,
        gosumdb: Gosumdb,
        tree: KnownTree,
        routes: Sequence[Route],
        *,
        wire: Wire,
        clock: Clock,
        file: HeadFile | None = None,
        persistence: Persistence | None = None,
    ) -> None:
        self.gosumdb = gosumdb
        self.tree = tree
        self._routes = tuple(routes)
        self._wire = wire
        self._clock = clock
        self._file = file
        self._persistence = persistence or Persistence()
        self._prover = Prover(tree, gosumdb.verifier, clock)
        self._kept: SignedHead | None = None
        self._silent_until: dict[str, float] = {}
        self._direct_at: float | None = None
        self._latest: Believed[None, bool] = Believed(clock, known_for=HEAD_FOR)
        self._works: Believed[None, bool] = Believed(clock)
        self._held: Believed[TreeHead, Held] = Believed(clock)
        self._records: Believed[tuple[str, str], Record | Fork] = Believed(clock)

    async def head(self) -> SignedHead | None:
        """Give the largest head that anybody showed; the database is asked now and then."""
        await self._restored()

        async def ask(talk: Talk) -> bool | None:
            signed = await self._prover.head(talk)
            if signed is None:
                return None
            self._note(talk)
            return True if await self._prover.compare(talk, signed) else None

        await self._latest.get(None, lambda: self._by_any(ask, self._ways()))
        return self.tree.largest

    async def held(self, signed: SignedHead, *, source: str | None = None) -> Held | None:
        """Hold a head against the largest one. `source` is the URL of who showed it."""
        if self.tree.largest is None:
            await self.head()

        async def ask(talk: Talk) -> Held | None:
            return await self._prover.compare(talk, signed)

        known = self._prover.known(signed)
        if known is None:
            ways = self._ways(source=source)
            known = await self._held.get(signed.head, lambda: self._by_any(ask, ways))
        await self._keep()
        return known

    async def record(
        self, module: str, version: str, *, source: str | None = None
    ) -> Record | Fork | None:
        """Give what the database has of a version, proven by its tree."""
        known = self.tree.record(module, version)
        if known is not None:
            return known
        await self._restored()

        async def ask(talk: Talk) -> Record | Fork | None:
            answer = await self._prover.look_up(talk, module, version)
            if answer is None:
                return None
            self._note(talk)
            return await self._prover.record(talk, module, version, answer)

        ways = self._ways(source=source, module=module)
        return await self._records.get((module, version), lambda: self._by_any(ask, ways))

    async def works(self, module: str, version: str) -> bool:
        """Tell whether the database itself answers, with a signature that holds.

        It is asked for this version, unless it answered well within ten minutes.
        """
        if self.worked_of_late:
            return True

        async def ask(talk: Talk) -> bool | None:
            if await self._prover.look_up(talk, module, version) is None:
                return None
            self._note(talk)
            return True

        direct = [route for route in self._routes if route.name == DIRECT]
        return await self._works.get(None, lambda: self._by_any(ask, direct)) is True

    @property
    def worked_of_late(self) -> bool:
        """Whether the database itself answered with a signature that holds within ten minutes."""
        at = self._direct_at
        return at is not None and self._clock.monotonic() <= at + KNOWN_FOR

    def age(self, size: int) -> float | None:
        """Give the seconds, at least, since when a tree of this size is not the present one.

        None where nothing larger is known.
        """
        since = self.tree.growth.passed(size)
        return None if since is None else max(0.0, self._clock.now() - since)

    def _note(self, talk: Talk) -> None:
        if talk.route.name == DIRECT:
            self._direct_at = self._clock.monotonic()

    def _ways(self, *, source: str | None = None, module: str | None = None) -> list[Route]:
        """Give the routes in their order: directly, by the source, by the others.

        Those that were silent within the last minute come last.
        """
        now = self._clock.monotonic()
        ways = [route for route in self._routes if route.may_hear(module)]
        ways.sort(key=lambda route: (route.name != DIRECT, route.base != source))
        return sorted(ways, key=lambda route: self._silent_until.get(route.name, 0.0) > now)

    async def _by_any(self, ask: Ask[V], ways: Sequence[Route]) -> V | None:
        """Try one way after the other, and again from the first, within the limits."""
        if not ways:
            return None
        turns = cycle(ways)
        try:
            async with asyncio.timeout(self._persistence.deadline):
                told = await persistently(lambda: self._once(ask, next(turns)), self._persistence)
        except TimeoutError:
            told = None
        await self._keep()
        return told

    async def _once(self, ask: Ask[V], route: Route) -> V | None:
        allowance = route.allowance
        if allowance is not None and allowance.refusal(self._clock.now()) is not None:
            return None
        async with self._wire.session(route.access, allowance=allowance) as session:
            talk = Talk(route, session, timeout=self._persistence.timeout)
            told = await ask(talk)
        if not talk.reached:
            self._silent_until[route.name] = self._clock.monotonic() + UNKNOWN_FOR
        return told

    async def _restored(self) -> None:
        """Begin with what was kept before the program started, once for a tree."""
        async with self.tree.restoring:
            if self.tree.restored or self._file is None:
                return
            kept = await self._file.load()
            self.tree.restored = True
            if kept is not None and self.tree.largest is None:
                self.tree.restore(kept.signed, kept.points, self._clock.now())
                self._kept = kept.signed

    async def _keep(self) -> None:
        """Write the largest head down where it is another one than was written last."""
        largest = self.tree.largest
        if self._file is None or largest is None or largest is self._kept:
            return
        self._kept = largest
        await self._file.save(Kept(signed=largest, points=self.tree.growth.points))
