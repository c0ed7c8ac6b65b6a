"""What is known about a hop while it is under way?"""

from collections.abc import Callable
from dataclasses import dataclass, field

from goproxy_exporter.model.exchange import Failure, Hop, Phases, TlsFacts
from goproxy_exporter.wire.dial import Attempts
from goproxy_exporter.wire.headers import kept
from goproxy_exporter.wire.lines import Line
from goproxy_exporter.wire.redact import redact
from goproxy_exporter.wire.reply import Reply
from goproxy_exporter.wire.store import Spool, Store
from goproxy_exporter.wire.stream import Stream
from goproxy_exporter.wire.target import Target
from goproxy_exporter.wire.tcp_info import TcpFacts


@dataclass(slots=True)
class Span:
    """A phase on the monotonic clock; None for what did not happen, or not yet."""

    start: float | None = None
    end: float | None = None

    def length(self, cut: float) -> float | None:
        """Give the seconds it took, or took until it was cut."""
        if self.start is None:
            return None
        return (cut if self.end is None else self.end) - self.start


@dataclass(slots=True)
class Record:
    """One hop in the making, complete enough at any moment to be written down."""

    target: Target
    begun: float
    resolve: Span = field(default_factory=Span)
    connect: Span = field(default_factory=Span)
    tls: Span = field(default_factory=Span)
    attempts: Attempts = field(default_factory=Attempts)
    stale: str | None = None
    """The address of a kept connection that turned out dead."""
    address: str | None = None
    reused: bool = False
    facts: TlsFacts | None = None
    reply: Reply | None = None
    sink: Store | Spool | None = None
    """Where the body went; whoever ends the hop closes it."""
    stream: Stream | None = None
    """The connection, as soon as there is one."""
    tcp: TcpFacts | None = None
    retransmits_before: int = 0
    failure: Failure | None = None

    @property
    def stage(self) -> str:
        """What is being waited for, in words."""
        if self.reply is not None and self.reply.sent_at is not None:
            return "the body" if self.reply.first_at is not None else "the first byte"
        if self.tls.start is not None:
            return "the TLS handshake"
        return "a connection" if self.connect.start is not None else "an address"

    def quiet(self, at: float) -> float:
        """Give the seconds since anything moved."""
        sent = self.reply.sent_at if self.reply is not None else None
        marks = (
            self.begun,
            self.resolve.end,
            self.connect.start,
            self.connect.end,
            self.tls.start,
            self.stream.heard_at if self.stream is not None else None,
            sent,
        )
        return max(0.0, at - max(mark for mark in marks if mark is not None))

    def reuse(self, line: Line) -> None:
        """Note that a kept connection is used."""
        self.reused = True
        self.stream, self.address, self.facts = line.stream, line.address, line.facts
        known = line.stream.tcp
        self.retransmits_before = known.retransmits if known else 0

    def start_anew(self, line: Line) -> None:
        """Note that the kept connection was dead, and forget all else about it."""
        self.reused, self.stale, self.retransmits_before = False, line.address, 0
        self.stream, self.address, self.facts = None, None, None
        self.close()
        self.reply, self.sink, self.tcp = None, None, None

    def close(self) -> None:
        """Let go of the body, unless it was handed over."""
        if self.sink is not None:
            self.sink.close()

    def hop(self, at: float, veil: Callable[[str], str]) -> Hop:
        """Write it down; phases that are still open end at the moment `at`."""
        reply = self.reply
        headers = kept(reply.headers) if reply is not None else ()
        return Hop(
            url=redact(self.target.url),
            host=self.target.label,
            status=reply.status if reply is not None else None,
            protocol=reply.version if reply is not None else None,
            address=self.address or self.attempts.trying,
            attempts=self._attempts(),
            reused=self.reused,
            phases=self._phases(at),
            tls=self.facts,
            headers=tuple((name, veil(value)) for name, value in headers),
            received=reply.received if reply is not None else 0,
            rtt=self.tcp.rtt if self.tcp else None,
            retransmits=self.tcp.retransmits - self.retransmits_before if self.tcp else None,
            failure=self.failure,
        )

    def _attempts(self) -> tuple[tuple[str, str], ...]:
        """Give every address that failed before the one that is named."""
        failed = [(address, failure.detail) for address, failure in self.attempts.failed]
        if self.address is None and failed and failed[-1][0] == self.attempts.trying:
            failed.pop()
        dead = [(self.stale, "the kept connection was closed")] if self.stale else []
        return tuple(dead + failed)

    def _phases(self, at: float) -> Phases:
        reply = self.reply
        processing, transfer = Span(), Span()
        if reply is not None:
            processing = Span(reply.sent_at, reply.first_at or reply.end_at)
            transfer = Span(reply.first_at, reply.end_at)
        return Phases(
            resolve=self.resolve.length(at),
            connect=self.connect.length(at),
            tls=self.tls.length(at),
            processing=processing.length(at),
            transfer=transfer.length(at),
        )
