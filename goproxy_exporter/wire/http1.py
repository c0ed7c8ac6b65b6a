"""HTTP/1.1 over a stream: h11, fed and emptied from the stream's callbacks."""

import asyncio

import h11

from goproxy_exporter.model.exchange import Failure, FailureKind
from goproxy_exporter.wire.broken import ending, is_bug
from goproxy_exporter.wire.redact import plain
from goproxy_exporter.wire.reply import Reply, Request
from goproxy_exporter.wire.stream import Stream

HEADER_LIMIT = 262144
"""Bytes of one header, or of one chunk's header, that are read."""
MOST_INFORMATIONAL = 100
"""Responses of status 1xx before the answer."""
_BATCH = 128
"""Events between two turns of the loop: a body in tiny chunks must not hold up anybody else."""
_MOST_UNASKED = 8
"""Pieces of data before any question, after which the peer is not listened to any more."""
_HOLD = "http1"
_END = h11.EndOfMessage()
_OPENING = b"HTTP/"


class Http1:
    """One connection for any number of requests, one after the other."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEADER_LIMIT)
        self._reply: Reply | None = None
        self._informational = 0
        self._opening = b""
        self._unasked: list[tuple[bytes, float]] = []
        self._end: tuple[Exception | None, float] | None = None
        self._said: tuple[str, tuple[tuple[str, str], ...]] | None = None
        self._last: h11.Request | None = None

    @property
    def reusable(self) -> bool:
        """Whether another request can be sent on this connection."""
        done = self._h11.our_state is h11.DONE and self._h11.their_state is h11.DONE
        clean = not self._unasked and not self._h11.trailing_data[0]
        return done and clean and self._stream.alive

    def ask(self, request: Request, reply: Reply, at: float) -> None:
        """Send a request; everything that comes of it is told to `reply`."""
        try:
            if self._h11.our_state is h11.DONE:
                self._h11.start_next_cycle()
            sent = self._stream.write(self._encoded(request))
        except h11.LocalProtocolError:
            reply.failed(Failure(FailureKind.PROTOCOL, "the request cannot be written"), at)
            return
        self._reply, self._informational, self._opening = reply, 0, b""
        reply.sent(sent)
        unasked, self._unasked = self._unasked, []
        for data, moment in unasked:
            self.received(data, moment)
        if self._end is not None:
            self._pump(self._end[1])

    def received(self, data: bytes, at: float) -> None:
        """Take bytes from the stream."""
        if self._reply is None:
            self._unasked.append((data, at))
            if len(self._unasked) > _MOST_UNASKED:
                self._stream.drop()
            return
        self._reply.heard(at)
        if len(self._opening) < len(_OPENING):
            self._opening += data[: len(_OPENING)]
            if not self._opening.startswith(_OPENING[: len(self._opening)]):
                # h11 would wait for an empty line; net/http looks at the first one alone.
                self._reply.failed(Failure(FailureKind.PROTOCOL, "the answer is not HTTP"), at)
        self._h11.receive_data(data)
        self._pump(at)

    def ended(self, error: Exception | None, at: float) -> None:
        """Take note of the stream's end, once everything before it was looked at."""
        self._end = (error, at)
        if self._reply is not None:
            if is_bug(error):
                self._reply.broke(error)
            self._pump(at)

    def _encoded(self, request: Request) -> bytes:
        said, last = (request.authority, request.headers), self._last
        method = request.method
        if last is None or said != self._said:
            headers = [("Host", request.authority), *request.headers]
            message = h11.Request(method=method, target=request.path, headers=headers)
        else:
            # The same headers need not be checked again.
            message = h11.Request(method=method, target=request.path, headers=last.headers)
        self._said, self._last = said, message
        head = self._h11.send(message)
        self._h11.send(_END)
        return head

    def _pump(self, at: float) -> None:
        """Report events, a batch at a time, until more bytes are needed or wanted."""
        for _ in range(_BATCH):
            reply = self._reply
            if reply is None or reply.over:
                self._reply = None
                break
            if not self._step(reply, at):
                break
        else:
            self._stream.hold(_HOLD)
            asyncio.get_running_loop().call_soon(self._pump, at)
            return
        self._stream.release(_HOLD)

    def _step(self, reply: Reply, at: float) -> bool:
        """Report one event; False once more bytes are needed."""
        try:
            event = self._h11.next_event()
        except h11.RemoteProtocolError as error:
            reply.failed(self._failure(reply, error), at)
            return True
        if event is not h11.NEED_DATA:
            self._report(event, reply, at)
            return True
        if self._end is None:
            return False
        reason, _ = self._end
        if reason is None:
            self._h11.receive_data(b"")
        else:
            reply.failed(ending(reason, in_body=reply.status is not None), at)
        return True

    def _report(self, event: object, reply: Reply, at: float) -> None:
        match event:
            case h11.Data(data=data):
                reply.body(data, at)
            case h11.EndOfMessage():
                reply.ended(at)
            case h11.Response(status_code=status, http_version=version):
                spelt = f"HTTP/{version.decode('ascii')}"
                reply.head(status, list(event.headers), version=spelt, at=at)
            case h11.InformationalResponse():
                self._informational += 1
                if self._informational > MOST_INFORMATIONAL:
                    detail = "no end of informational responses"
                    reply.failed(Failure(FailureKind.PROTOCOL, detail), at)
            case _:
                reply.failed(ending(None, in_body=reply.status is not None), at)

    def _failure(self, reply: Reply, error: h11.RemoteProtocolError) -> Failure:
        """Name what h11 objects to, by how far the answer had come and how the stream ended."""
        if reply.status is None:
            if self._end is not None:
                return ending(None, in_body=False)
            return Failure(FailureKind.PROTOCOL, plain(str(error)))
        if self._end is not None and reply.header(b"transfer-encoding") is None:
            return Failure(FailureKind.BODY_TRUNCATED, plain(str(error)))
        return Failure(FailureKind.BODY_RESET, plain(str(error)))
