"""HTTP/2 over a stream: h2, fed frame by frame from the stream's callbacks."""

import asyncio

import h2.config
import h2.connection
import h2.events
import h2.exceptions
from h2.errors import ErrorCodes
from h2.settings import SettingCodes, Settings

from goproxy_exporter.model.exchange import Failure, FailureKind
from goproxy_exporter.wire.broken import ending, is_bug
from goproxy_exporter.wire.frames import Frame, FrameTooLongError, Splitter
from goproxy_exporter.wire.http1 import HEADER_LIMIT, MOST_INFORMATIONAL
from goproxy_exporter.wire.redact import plain
from goproxy_exporter.wire.reply import RawHeaders, Reply, Request
from goproxy_exporter.wire.stream import Stream

_STREAM_WINDOW = 4 << 20
_CONNECTION_WINDOW = 1 << 30
"""The windows of net/http (transportDefaultStreamFlow and …ConnFlow)."""
_DEFAULT_WINDOW = 65535
_MOST_IDLE = 1000
"""Frames without data for one answer: PING, SETTINGS, empty DATA and the like."""
_BATCH = 32
"""Frames between two turns of the loop."""
_HOLD = "http2"
_STATUS_DIGITS = 3
_SETTINGS = {
    SettingCodes.ENABLE_PUSH: 0,
    SettingCodes.INITIAL_WINDOW_SIZE: _STREAM_WINDOW,
    SettingCodes.MAX_HEADER_LIST_SIZE: HEADER_LIMIT,
}


class Http2:
    """One connection for any number of requests, one after the other."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._h2 = _connection()
        self._splitter = Splitter()
        self._reply: Reply | None = None
        self._stream_id = 0
        self._informational = 0
        self._idle = 0
        self._going: tuple[int, int] | None = None
        self._end: tuple[Exception | None, float] | None = None
        self._dead = False
        self._failure: Failure | None = None
        """What made the connection useless while nothing was asked."""

    @property
    def reusable(self) -> bool:
        """Whether another request can be sent on this connection."""
        return not self._dead and self._going is None and self._stream.alive

    def ask(self, request: Request, reply: Reply, at: float) -> None:
        """Send a request; everything that comes of it is told to `reply`."""
        try:
            self._stream_id = self._h2.get_next_available_stream_id()
            self._h2.send_headers(self._stream_id, _headers(request), end_stream=True)
        except h2.exceptions.H2Error as error:
            self._give_up(reply, plain(str(error)), at)
            return
        self._reply, self._informational, self._idle = reply, 0, 0
        reply.sent(self._flush())
        if self._going is not None:
            self._go_away(*self._going, reply, at)
        if self._failure is not None:
            self._fail(self._failure, at)
        self._stop(at)

    def received(self, data: bytes, at: float) -> None:
        """Take bytes from the stream."""
        if not self._dead:
            self._splitter.add(data)
            self._pump(at)

    def ended(self, error: Exception | None, at: float) -> None:
        """Take note of the stream's end, once everything before it was looked at."""
        self._end = (error, at)
        if self._reply is not None and is_bug(error):
            self._reply.broke(error)
        self._pump(at)

    def _pump(self, at: float) -> None:
        """Go through the frames that are here, a batch at a time."""
        for _ in range(_BATCH):
            if self._dead or not self._step(at):
                break
        else:
            self._stream.hold(_HOLD)
            asyncio.get_running_loop().call_soon(self._pump, at)
            return
        self._stream.release(_HOLD)

    def _step(self, at: float) -> bool:
        """Go through one frame; False once more bytes are needed."""
        try:
            frame = self._splitter.next()
            if frame is None:
                self._stop(at)
                return False
            self._take(frame, at)
        except FrameTooLongError as error:
            self._fail(Failure(FailureKind.H2_STREAM_ERROR, str(error)), at)
        except h2.exceptions.DenialOfServiceError:
            self._fail(Failure(FailureKind.PROTOCOL, "headers over the limit"), at)
        except h2.exceptions.InvalidBodyLengthError as error:
            self._fail(_wrong_length(error), at)
        except h2.exceptions.ProtocolError as error:
            detail = plain(str(error)) or type(error).__name__
            self._fail(Failure(FailureKind.H2_STREAM_ERROR, detail), at)
        return True

    def _take(self, frame: Frame, at: float) -> None:
        self._idle += frame.is_idle
        if self._idle > _MOST_IDLE:
            detail = f"more than {_MOST_IDLE} frames without data"
            self._fail(Failure(FailureKind.H2_STREAM_ERROR, detail), at)
            return
        if frame.going is not None:
            # h2 would take it for the end of every stream, though the peer may finish this one.
            self._going = frame.going
            if self._reply is not None:
                self._go_away(*frame.going, self._reply, at)
            return
        for event in self._h2.receive_data(frame.raw):
            self._report(event, at)
        self._flush()

    def _report(self, event: h2.events.Event, at: float) -> None:
        reply = self._reply
        if reply is None or reply.over:
            return
        match event:
            case h2.events.DataReceived(data=data, flow_controlled_length=length):
                reply.body(data, at)
                self._h2.acknowledge_received_data(length, self._stream_id)
            case h2.events.StreamEnded():
                self._complete(reply, at)
            case h2.events.ResponseReceived(headers=headers):
                reply.heard(at)
                self._head(reply, headers, at)
            case h2.events.InformationalResponseReceived():
                reply.heard(at)
                self._informational += 1
                if self._informational > MOST_INFORMATIONAL:
                    self._give_up(reply, "no end of informational responses", at)
            case h2.events.StreamReset(error_code=code):
                self._fail(_reset(code, in_body=reply.status is not None), at, dead=False)
            case _:
                pass  # Settings, pings, windows: h2 has answered them already.

    def _head(self, reply: Reply, headers: list[tuple[bytes, bytes]], at: float) -> None:
        fields: RawHeaders = [(name, value) for name, value in headers if name[:1] != b":"]
        status = next((value for name, value in headers if name == b":status"), b"")
        valid = status.isdigit() and len(status) == _STATUS_DIGITS
        if not valid or any(name != name.lower() for name, _ in fields):
            self._give_up(reply, "malformed header", at)
            return
        reply.head(int(status), fields, version="HTTP/2", at=at)

    def _complete(self, reply: Reply, at: float) -> None:
        if reply.length is not None and reply.received < reply.length:
            detail = f"ended after {reply.received} of {reply.length} bytes"
            reply.failed(Failure(FailureKind.BODY_TRUNCATED, detail), at)
        else:
            reply.ended(at)
        self._reply = None

    def _go_away(self, last_stream: int, code: int, reply: Reply, at: float) -> None:
        """Fail a request that is not processed, as setGoAway does (net/http/internal/http2)."""
        if last_stream >= self._stream_id:
            return
        final = reply.status is not None or (code != ErrorCodes.NO_ERROR and self._stream_id == 1)
        kind = FailureKind.H2_STREAM_ERROR if final else FailureKind.H2_RETRYABLE
        detail = f"GOAWAY {_name(code)}, last stream {last_stream}"
        reply.failed(_unless_calm(kind, code, detail), at)
        self._reply = None

    def _stop(self, at: float) -> None:
        """End what is still under way once the stream has ended."""
        if self._end is None:
            return
        self._dead = True
        reply, self._reply = self._reply, None
        if reply is None:
            return
        if self._going is not None:
            _, code = self._going
            detail = f"GOAWAY {_name(code)}, then the connection ended"
            reply.failed(_unless_calm(FailureKind.H2_STREAM_ERROR, code, detail), at)
        else:
            reply.failed(ending(self._end[0], in_body=reply.status is not None), at)

    def _give_up(self, reply: Reply, detail: str, at: float) -> None:
        self._dead = True
        self._reply = None
        reply.failed(Failure(FailureKind.H2_STREAM_ERROR, detail), at)

    def _fail(self, failure: Failure, at: float, *, dead: bool = True) -> None:
        self._dead = self._dead or dead
        self._flush()
        reply, self._reply = self._reply, None
        if reply is not None:
            reply.failed(failure, at)
        elif self._dead:
            self._failure = failure
            self._stream.drop()

    def _flush(self) -> float:
        """Send what waits to be sent; gives the moment when it set out."""
        return self._stream.write(self._h2.data_to_send())


def _connection() -> h2.connection.H2Connection:
    """Make an engine whose preface and windows are those of net/http."""
    config = h2.config.H2Configuration(
        client_side=True,
        header_encoding=None,
        validate_outbound_headers=False,
        normalize_outbound_headers=False,
        # net/http drops what h2 would refuse here (Connection and its like).
        validate_inbound_headers=False,
        normalize_inbound_headers=False,
    )
    connection = h2.connection.H2Connection(config=config)
    connection.local_settings = Settings(client=True, initial_values=_SETTINGS)
    connection.decoder.max_header_list_size = HEADER_LIMIT
    connection.initiate_connection()
    connection.increment_flow_control_window(_CONNECTION_WINDOW - _DEFAULT_WINDOW)
    return connection


def _headers(request: Request) -> list[tuple[str, str]]:
    return [
        (":method", request.method),
        (":authority", request.authority),
        (":scheme", request.scheme),
        (":path", request.path),
        *((name.lower(), value) for name, value in request.headers),
    ]


def _reset(code: int, *, in_body: bool) -> Failure:
    """Name a RST_STREAM; inside a body there is nothing that could be asked again."""
    detail = f"RST_STREAM {_name(code)}" + (" inside the body" if in_body else "")
    again = code == ErrorCodes.REFUSED_STREAM and not in_body
    kind = FailureKind.H2_RETRYABLE if again else FailureKind.H2_STREAM_ERROR
    return _unless_calm(kind, code, detail)


def _unless_calm(kind: FailureKind, code: int, detail: str) -> Failure:
    """Tell throttling from every other reason."""
    if code == ErrorCodes.ENHANCE_YOUR_CALM:
        return Failure(FailureKind.H2_ENHANCE_YOUR_CALM, detail)
    return Failure(kind, detail)


def _wrong_length(error: h2.exceptions.InvalidBodyLengthError) -> Failure:
    """Tell a body that ended early from one that is longer than it said."""
    if error.actual_length < error.expected_length:
        detail = f"ended after {error.actual_length} of {error.expected_length} bytes"
        return Failure(FailureKind.BODY_TRUNCATED, detail)
    detail = f"more than the {error.expected_length} bytes that it declared"
    return Failure(FailureKind.H2_STREAM_ERROR, detail)


def _name(code: int) -> str:
    try:
        return ErrorCodes(code).name
    except ValueError:
        return f"0x{code:x}"
