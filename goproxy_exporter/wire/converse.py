"""One request over one connection, until its answer is there or nothing comes any more."""

import asyncio

from goproxy_exporter.model.exchange import Failure, FailureKind
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.ask import Ask
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.lines import Line
from goproxy_exporter.wire.record import Record
from goproxy_exporter.wire.reply import Reply, Request
from goproxy_exporter.wire.store import Spool, Store
from goproxy_exporter.wire.stream import Stream


def open_reply(ask: Ask, record: Record, stream: Stream) -> Reply:
    """Make room for an answer, and note in the hop's record where it is going to be."""
    sink = record.sink = Spool() if ask.spool else Store()
    gzip = ask.accept_gzip and not ask.head
    reply = record.reply = Reply(sink, limit=ask.limit, gzip=gzip, bodiless=ask.head)
    if isinstance(sink, Spool):
        sink.gate, sink.on_error = stream, reply.broke
    return reply


async def converse(
    line: Line,
    request: Request,
    record: Record,
    *,
    stall_after: float,
    clock: Clock,
    allowance: Allowance | None,
) -> None:
    """Send, and wait until `record.reply` is over; it is charged to the allowance, cut or not.

    Raises nothing but cancellation, and OSError where this machine cannot keep the body.
    """
    reply = record.reply
    assert reply is not None
    if allowance is not None:
        allowance.spend(1, 0)
    watch = Watch(reply, line.stream, seconds=stall_after, clock=clock)
    try:
        line.engine.ask(request, reply, clock.monotonic())
        await reply.done
    finally:
        watch.cancel()
        record.tcp = line.stream.tcp
        if allowance is not None:
            allowance.spend(0, reply.received)


class Watch:
    """Fails an answer once its connection has been silent for too long. Only looks when due."""

    __slots__ = ("_clock", "_reply", "_seconds", "_since", "_stream", "_timer")

    def __init__(self, reply: Reply, stream: Stream, *, seconds: float, clock: Clock) -> None:
        self._reply = reply
        self._stream = stream
        self._seconds = seconds
        self._clock = clock
        self._since = clock.monotonic()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._look)

    def cancel(self) -> None:
        """Look no more."""
        self._timer.cancel()

    def _look(self) -> None:
        now = self._clock.monotonic()
        if self._stream.held:
            self._since = now
        quiet = now - max(self._since, self._stream.heard_at or 0.0)
        if quiet >= self._seconds:
            detail = f"not one byte for {quiet:.3g} s"
            self._reply.failed(Failure(FailureKind.STALL, detail), now)
        else:
            due = self._seconds - quiet
            self._timer = asyncio.get_running_loop().call_later(due, self._look)
