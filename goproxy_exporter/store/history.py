"""Which results are remembered, and how much of each?"""

from collections import deque
from dataclasses import replace

from goproxy_exporter.model.exchange import Exchange, Hop
from goproxy_exporter.model.result import Result


class History:
    """The last results of one check, and apart from them the last bad ones; both bounded.

    A long healthy time pushes out good results only. The last result is whole; older good ones
    are kept without headers and certificates, bad ones as they came.
    """

    def __init__(self, *, recent: int, failures: int) -> None:
        self._recent: deque[Result] = deque(maxlen=recent)
        self._failures: deque[Result] = deque(maxlen=failures)
        self.last: Result | None = None
        """The last result of any kind, a skipped one too."""
        self.judged: Result | None = None
        """The last result that says something about the mirror: neither skipped nor void."""

    def add(self, result: Result) -> None:
        """Remember one result."""
        self.last = result
        if result.skipped is not None:
            return
        if result.ok is not None:
            self.judged = result
        self._recent.append(thin(result))
        if not result.ok:
            self._failures.append(result)

    @property
    def recent(self) -> tuple[Result, ...]:
        """The last runs that took place, newest first, thinned."""
        return tuple(reversed(self._recent))

    @property
    def failures(self) -> tuple[Result, ...]:
        """The last runs that asserted a cause or were void, newest first, whole."""
        return tuple(reversed(self._failures))


def thin(result: Result) -> Result:
    """Leave out headers, TLS facts and lists: most of the bytes, least of the news."""
    return replace(result, exchanges=tuple(map(_thin, result.exchanges)), seen=None)


def _thin(exchange: Exchange) -> Exchange:
    """Spelled out field by field: `replace` takes five times as long, and this runs all day."""
    return Exchange(
        endpoint=exchange.endpoint,
        url=exchange.url,
        module=exchange.module,
        started=exchange.started,
        duration=exchange.duration,
        hops=tuple(map(_thin_hop, exchange.hops)),
        size=exchange.size,
        sha256=exchange.sha256,
        excerpt=exchange.excerpt,
        waited=exchange.waited,
        failure=exchange.failure,
    )


def _thin_hop(hop: Hop) -> Hop:
    return Hop(
        url=hop.url,
        host=hop.host,
        status=hop.status,
        protocol=hop.protocol,
        address=hop.address,
        attempts=hop.attempts,
        reused=hop.reused,
        phases=hop.phases,
        received=hop.received,
        rtt=hop.rtt,
        retransmits=hop.retransmits,
        failure=hop.failure,
    )
