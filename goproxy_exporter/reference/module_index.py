"""Which versions were published of late, by the module index?"""

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import structlog

from goproxy_exporter.diagnosis.failure import OK
from goproxy_exporter.diagnosis.following import follow, moments
from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.module_index import IndexLine, index_url, parse_index
from goproxy_exporter.gomod.patterns import match_prefix_patterns
from goproxy_exporter.model.freshness import Followed, Name
from goproxy_exporter.model.mirror import Access
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.reference.persistence import Persistence, persistently
from goproxy_exporter.wire.ask import Ask
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.wire import Wire

EVERY = 600.0
"""Seconds after which the index is asked again."""
UNREAD_FOR = 300.0
"""Seconds after which it is asked again where it could not be read."""
LINES = 500
"""Lines that are asked for at once: the news of some minutes."""

_LIMIT = 1 << 20
"""Bytes of a page."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What was chosen, and when (monotonic seconds) the index is to be asked again."""

    url: str
    followed: tuple[Followed, ...] = ()
    due: float = float("-inf")
    readable: bool | None = None
    """Whether the index could be read the last time; None before the first."""


class ModuleIndex:
    """The few fresh versions that are watched at every mirror, drawn from the module index.

    One page tells the latest news, every ten minutes; a few more what is as old as a named slot of
    which nothing is followed. Names that match `private` (as GOPRIVATE) are never followed: mirrors
    would be asked for them.
    """

    def __init__(
        self,
        wire: Wire,
        clock: Clock,
        url: str,
        access: Access,
        *,
        private: Iterable[str] = (),
        persistence: Persistence | None = None,
    ) -> None:
        self._wire = wire
        self._clock = clock
        self._access = access
        self._private = ",".join(private)
        self._persistence = persistence or Persistence()
        self._turn = asyncio.Lock()
        self.standing = Standing(url=url)

    async def followed(self, everywhere: Collection[Name]) -> tuple[Followed, ...]:
        """Give what is followed now; `everywhere` are versions that no mirror lacks any more.

        Asks the index where that is due. Raises nothing but cancellation.
        """
        async with self._turn:
            if self._clock.monotonic() >= self.standing.due:
                await self._choose(everywhere)
        return self.standing.followed

    def go_on(self, before: Standing) -> None:
        """Go on with what was followed until now, if it was drawn from the same index."""
        if before.url == self.standing.url:
            public = tuple(one for one in before.followed if self._public(one.module))
            self.standing = replace(before, followed=public)

    async def _choose(self, everywhere: Collection[Name]) -> None:
        before, now = self.standing, self._clock.now()
        lines: list[IndexLine] = []
        readable = True
        for since in moments(before.followed, now):
            page = await self._page(since)
            if page is None:
                readable = False
                break
            lines += [line for line in page if self._public(line.module)]
        if readable is not before.readable:
            log.info("index.read" if readable else "index.unreadable", url=before.url)
        self.standing = replace(
            before,
            followed=follow(before.followed, lines, everywhere, now),
            due=self._clock.monotonic() + (EVERY if readable else UNREAD_FOR),
            readable=readable,
        )

    async def _page(self, since: float) -> tuple[IndexLine, ...] | None:
        url = index_url(self.standing.url, since=datetime.fromtimestamp(since, UTC), limit=LINES)

        return await persistently(lambda: self._once(url), self._persistence)

    async def _once(self, url: str) -> tuple[IndexLine, ...] | None:
        ask = Ask(
            endpoint=Endpoint.LIST,
            url=url,
            module="index",
            limit=_LIMIT,
            timeout=self._persistence.timeout,
        )
        async with self._wire.session(self._access) as session:
            answer = await session.get(ask)
        with answer.body as body:
            if not answer.exchange.answered or answer.exchange.status != OK:
                return None
            try:
                page = await asyncio.to_thread(parse_index, body.data)
            except ProtocolError:
                return None
        return page.lines[:LINES]

    def _public(self, module: str) -> bool:
        return not self._private or not match_prefix_patterns(self._private, module)
