"""Which connections are open, and which of them may serve again?"""

from dataclasses import dataclass

from goproxy_exporter.model.exchange import TlsFacts
from goproxy_exporter.wire.forward_proxy import ForwardProxy
from goproxy_exporter.wire.http1 import Http1
from goproxy_exporter.wire.http2 import Http2
from goproxy_exporter.wire.stream import Stream

IDLE_LIMIT = 90.0
"""Seconds after which a kept connection is not used any more (http.DefaultTransport)."""
_MOST_KEPT = 4


@dataclass(frozen=True, slots=True)
class Route:
    """Where a connection leads and what it proves: requests of one route can share it."""

    origin: tuple[str, str, int]
    proxy: ForwardProxy | None
    own: bool
    """Whether it is the mirror's own origin, which alone sees the client certificate."""


@dataclass(slots=True)
class Line:
    """An open connection, ready for a request."""

    route: Route
    stream: Stream
    engine: Http1 | Http2
    address: str
    facts: TlsFacts | None
    used_at: float


class Kept:
    """The idle connections of a session: at most one for each route, and only a few."""

    def __init__(self) -> None:
        self._lines: dict[Route, Line] = {}

    def take(self, route: Route, now: float) -> Line | None:
        """Give a connection that can serve again; forget those that cannot."""
        line = self._lines.pop(route, None)
        if line is None or (line.engine.reusable and now - line.used_at < IDLE_LIMIT):
            return line
        line.stream.close()
        return None

    def keep(self, line: Line) -> None:
        """Keep a connection for the next request, or close it where it cannot serve again."""
        if not line.engine.reusable:
            line.stream.close()
            return
        if len(self._lines) >= _MOST_KEPT:
            self._lines.pop(next(iter(self._lines))).stream.close()
        self._lines[line.route] = line

    def close(self) -> None:
        """Close them all."""
        while self._lines:
            self._lines.popitem()[1].stream.close()
