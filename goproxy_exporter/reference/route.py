"""By which way is a checksum database asked, and what does it give?"""

from collections.abc import Iterable
from dataclasses import dataclass

from goproxy_exporter.gomod.endpoint import database_url, relay_url
from goproxy_exporter.gomod.status import Class, classify
from goproxy_exporter.gomod.tile import Tile
from goproxy_exporter.model.mirror import Access
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.ask import Ask
from goproxy_exporter.wire.session import Session

DIRECT = "direct"
"""What the way past all mirrors is called."""
_LIMIT = 1 << 18
"""Bytes of an answer: tiles have 8192 at most, records some hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The database itself, or a mirror that relays it. Signatures make it all one who answers.

    `modules` are those that a mirror may be asked about, since it is asked for them anyhow: no
    name is told to anybody who would not hear it otherwise. None: any.
    """

    name: str
    base: str
    relays: str | None = None
    """The name of the database that a mirror is asked for; None: this is the database."""
    access: Access
    allowance: Allowance | None = None
    modules: frozenset[str] | None = None

    def url(self, path: str) -> str:
        """Give the URL of something that the database has. Raises ProtocolError."""
        if self.relays is None:
            return database_url(self.base, path)
        return relay_url(self.base, self.relays, path)

    def may_hear(self, module: str | None) -> bool:
        """Tell whether this way may be asked about a module; None: the question names none."""
        return module is None or self.modules is None or module in self.modules


class Talk:
    """Questions to one route over one session, none of them measured.

    `reached` is false once a question had no answer at all.
    """

    def __init__(self, route: Route, session: Session, *, timeout: float) -> None:
        self.route = route
        self.reached = True
        self._session = session
        self._timeout = timeout

    async def get(self, path: str, endpoint: Endpoint) -> bytes | None:
        """Give the body of a 200, None for anything else."""
        answer = await self._session.get(
            Ask(
                endpoint=endpoint,
                url=self.route.url(path),
                module=path,
                limit=_LIMIT,
                timeout=self._timeout,
            )
        )
        with answer.body as body:
            status = answer.exchange.status
            self.reached = self.reached and status is not None
            if not answer.exchange.answered or status is None:
                return None
            return body.data if classify(status) is Class.SUCCESS else None

    async def tiles(self, wanted: Iterable[Tile]) -> dict[Tile, bytes] | None:
        """Give tiles, of a partial one that is not there what the full one has; None: not all."""
        told: dict[Tile, bytes] = {}
        for tile in wanted:
            body = await self._tile(tile)
            if body is None:
                return None
            told[tile] = body
        return told

    async def _tile(self, tile: Tile) -> bytes | None:
        body = await self.get(tile.path, Endpoint.SUMDB_TILE)
        if body is None and self.reached and tile != tile.full:
            full = await self.get(tile.full.path, Endpoint.SUMDB_TILE)
            body = None if full is None else tile.cut(full)
        return body
