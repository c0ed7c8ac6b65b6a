"""How long may a client dawdle, and how many may there be?"""

import asyncio
from typing import Any

import structlog
from aiohttp import web

from goproxy_exporter.web.guard import ALWAYS

UNTAKEN = 30.0
"""Seconds a client may leave an answer in the buffers before it is dropped."""
IDLE = 75.0
"""Seconds for a request's header to arrive, and for a connection to stay without a request."""
LINGERING = 1.0
"""Seconds in which a body that nobody reads is thrown away before the connection is closed."""
MOST = 256
"""Connections at once; Prometheus needs one or two."""

log = structlog.get_logger(__name__)


class Crowd:
    """The connections that are open."""

    def __init__(self, *, most: int = MOST, untaken: float = UNTAKEN, idle: float = IDLE) -> None:
        self.most = most
        self.untaken = untaken
        self.idle = idle
        self.members: set[asyncio.Protocol] = set()
        self._empty = asyncio.Event()
        self._empty.set()

    def protocol(self, server: web.Server) -> asyncio.Protocol:
        """Make the protocol of a new connection: one that serves, or one that hangs up."""
        if len(self.members) >= self.most:
            return Refusal()
        return Connection(server, self)

    def add(self, member: asyncio.Protocol) -> None:
        """Count a connection in."""
        self.members.add(member)
        self._empty.clear()

    def discard(self, member: asyncio.Protocol) -> None:
        """Count a connection out."""
        self.members.discard(member)
        if not self.members:
            self._empty.set()

    async def gone(self) -> None:
        """Wait until the last byte of the last connection has left."""
        await self._empty.wait()


class Refusal(asyncio.Protocol):
    """Hangs up at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Close without a word."""
        log.warning("web.too_many_connections")
        transport.close()


class Connection(web.RequestHandler):
    """A connection of aiohttp that does not wait for ever for a client to read."""

    __slots__ = ("_crowd", "_stuck", "_wire")

    def __init__(self, server: web.Server, crowd: Crowd) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=crowd.idle,
            lingering_time=LINGERING,
            access_log=None,  # type: ignore[arg-type] # documented: None means no access log
        )
        self._crowd = crowd
        self._stuck: asyncio.TimerHandle | None = None
        self._wire: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the connection."""
        self._wire = transport
        self._crowd.add(self)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget the connection."""
        self._unstick()
        self._crowd.discard(self)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Start to lose patience: the buffers are full."""
        super().pause_writing()
        self._stuck = asyncio.get_running_loop().call_later(self._crowd.untaken, self._give_up)

    def resume_writing(self) -> None:
        """Be patient again: the client reads."""
        self._unstick()
        super().resume_writing()

    def handle_error(self, *args: Any, **kw: Any) -> web.StreamResponse:
        """Answer what is no request, which no guard gets to see, with the headers of all answers."""
        response = super().handle_error(*args, **kw)
        response.headers.update(ALWAYS)
        return response

    def log_exception(self, *args: Any, **_kw: Any) -> None:
        """Note what is wrong with a request without quoting it: it may hold a password."""
        log.debug("web.bad_request", detail=str(args[0]) if args else "")

    def _unstick(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None

    def _give_up(self) -> None:
        log.info("web.client_dropped", why="it does not read its answer")
        if isinstance(self._wire, asyncio.WriteTransport):
            self._wire.abort()
