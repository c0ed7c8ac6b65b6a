"""What one request brings back, as its engine reports it, and when enough of it is here."""

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

from goproxy_exporter.model.exchange import Failure, FailureKind
from goproxy_exporter.wire.redirect import STATUSES

REDIRECT_BODY = 2048
"""Bytes of a redirect's body that are read to keep the connection (net/http/client.go)."""
ERROR_BODY = 65536
"""Bytes of the body of any status but 200 that are read: `go` shows 648 of them at most."""
WIRE_SLACK = 65536
"""Encoded bytes beyond the limit for decoded ones: what gzip may add to what it cannot shrink."""
_OK = 200
_MOST_DIGITS = 18
_BROKEN_BODIES = frozenset(
    {FailureKind.BODY_TRUNCATED, FailureKind.BODY_RESET, FailureKind.H2_STREAM_ERROR}
)

RawHeaders = list[tuple[bytes, bytes]]


class Sink(Protocol):
    """Where the bytes of a body go."""

    def write(self, data: bytes | bytearray) -> None:
        """Keep these bytes."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as both versions of HTTP need it. Header names as HTTP/1.1 spells them."""

    scheme: str
    authority: str
    path: str
    """What follows the method: path and query, or the whole URL for a forward proxy."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    method: str = "GET"


class Reply:
    """One answer in the making. `done` is the only thing that anybody waits for.

    Times are readings of the monotonic clock, taken when bytes arrived. The body of a 200 is
    wanted whole: over `limit`, or broken, it is a failure. Of any other status the beginning is
    wanted, and what breaks behind it changes nothing (checkResponse in cmd/go/internal/web).
    """

    def __init__(
        self, sink: Sink, *, limit: int, gzip: bool = False, bodiless: bool = False
    ) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.sent_at: float | None = None
        self.first_at: float | None = None
        self.end_at: float | None = None
        self.status: int | None = None
        self.version: str | None = None
        """The protocol of the status line, ``HTTP/1.1`` or ``HTTP/2``."""
        self.headers: RawHeaders = []
        self.location: str | None = None
        """Where a redirect that is to be followed leads; bytes beyond ASCII as surrogates."""
        self.is_gzip = False
        """Whether the body is to be decoded: gzip was asked for, and is all that is declared."""
        self.length: int | None = None
        """Bytes of body that are declared."""
        self.received = 0
        """Bytes of body, as they came over the wire."""
        self.failure: Failure | None = None
        self.whole = False
        """Whether the answer came to its own end, so that the connection may serve again."""
        self._sink = sink
        self._gzip = gzip
        self._bodiless = bodiless
        self._limit = limit
        self._cap = limit + WIRE_SLACK

    @property
    def over(self) -> bool:
        """Whether nothing more is wanted."""
        return self.done.done()

    @property
    def ok(self) -> bool:
        """Whether the status is the one that `go` takes for a success."""
        return self.status == _OK

    def header(self, name: bytes) -> bytes | None:
        """Give the first value of a header, by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)

    # What engines report.

    def sent(self, at: float) -> None:
        """Note that the request is written."""
        self.sent_at = at

    def heard(self, at: float) -> None:
        """Note that a byte of the answer came, perhaps the first one."""
        if self.first_at is None:
            self.first_at = self._after(at)

    def head(self, status: int, headers: RawHeaders, *, version: str, at: float) -> None:
        """Take the final status and its headers; decide how much of the body is wanted."""
        self.status, self.headers, self.version = status, headers, version
        self.location = self._location()
        self.is_gzip = self._gzip and (self.header(b"content-encoding") or b"").lower() == b"gzip"
        self.length = None if self._bodiless else self._declared_length()
        if self.location is not None:
            self._cap = REDIRECT_BODY
            if self.length is not None and self.length > REDIRECT_BODY:
                self._close(at)
        elif not self.ok:
            self._cap = min(self._limit, ERROR_BODY)
        elif self.length is not None and self.length > self._longest():
            self._too_large(at)

    def body(self, data: bytes | bytearray, at: float) -> None:
        """Take bytes of the body."""
        room = (self._longest() if self.ok else self._cap) - self.received
        self.received += len(data)
        if self.location is None:
            self._sink.write(data if len(data) <= room else data[:room])
        if len(data) > room:
            self._too_large(at) if self.ok else self._close(at)

    def ended(self, at: float) -> None:
        """Note that the answer is complete."""
        self.whole = True
        self._close(at)

    def failed(self, failure: Failure, at: float) -> None:
        """Note that the answer broke off, or is none."""
        if self.over:
            return
        tolerated = self.status is not None and not self.ok and failure.kind in _BROKEN_BODIES
        if not tolerated:
            self.failure = failure
        self._close(at)

    def broke(self, error: Exception) -> None:
        """Note that it is this machine's fault (a full disk, a bug), so that it is raised."""
        if not self.over:
            self.done.set_exception(error)

    # How it ends.

    def _longest(self) -> int:
        return self._cap if self.is_gzip else self._limit

    def _location(self) -> str | None:
        value = self.header(b"location") if self.status in STATUSES else None
        return value.decode("utf-8", "surrogateescape") if value else None

    def _declared_length(self) -> int | None:
        value = self.header(b"content-length")
        if value is None or self.header(b"transfer-encoding") is not None:
            return None
        return int(value) if value.isdigit() and len(value) <= _MOST_DIGITS else None

    def _after(self, at: float) -> float:
        """Put off to the question what came unasked: no answer takes less than no time."""
        return at if self.sent_at is None else max(at, self.sent_at)

    def _too_large(self, at: float) -> None:
        detail = f"more than {self._limit} bytes"
        self.failed(Failure(FailureKind.BODY_TOO_LARGE, detail), at)

    def _close(self, at: float) -> None:
        self.end_at = self._after(at)
        if not self.done.done():
            self.done.set_result(None)
