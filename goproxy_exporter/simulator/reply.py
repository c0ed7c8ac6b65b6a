"""What a simulated host answers, and how it puts the answer on the wire."""

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import Self

PLAIN_TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"


class Framing(StrEnum):
    """How the end of a body is told over HTTP/1.1. HTTP/2 frames anyway."""

    LENGTH = "length"
    CHUNKED = "chunked"
    CLOSE = "close"
    """By closing the connection; no Content-Length, in HTTP/2 neither."""


class Ending(StrEnum):
    """How an answer breaks off."""

    CLOSE = "close"
    """An orderly end: close_notify and FIN; in HTTP/2 inside a body END_STREAM."""
    DROP = "drop"
    """FIN without close_notify, in both protocols."""
    RESET = "reset"
    """RST of the TCP connection, in both protocols."""
    SILENCE = "silence"
    """Nothing more, on an open connection."""
    STREAM = "stream"
    """RST_STREAM with a code; in HTTP/1.1, which has none, RST."""
    GOAWAY = "goaway"
    """GOAWAY with a code, then an orderly end; in HTTP/1.1 the orderly end alone.

    Before the head it says that the request was not processed, after it that it was.
    """


class Endless(StrEnum):
    """What never ends."""

    HEAD = "head"
    BODY = "body"


class H2Code(IntEnum):
    """Error codes of HTTP/2 (RFC 9113, section 7)."""

    NO_ERROR = 0x0
    PROTOCOL_ERROR = 0x1
    INTERNAL_ERROR = 0x2
    REFUSED_STREAM = 0x7
    CANCEL = 0x8
    ENHANCE_YOUR_CALM = 0xB
    HTTP_1_1_REQUIRED = 0xD


NOTHING = -2
"""A break before the first byte of the answer."""
HALF_HEAD = -1
"""A break in the middle of the head."""


@dataclass(frozen=True, slots=True)
class Break:
    """Where an answer breaks off, and how. `after` counts body bytes, or is a constant above."""

    ending: Ending
    after: int = NOTHING
    code: H2Code = H2Code.NO_ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer and its delivery.

    Header names are in lower case; Content-Length and what frames the body are not among them.
    `wait` is seconds before the first byte, `rate` bytes per second of the body, `step` bytes
    per write. `length` is a Content-Length to claim instead of the true one.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    framing: Framing = Framing.LENGTH
    length: int | None = None
    wait: float = 0.0
    rate: float | None = None
    step: int = 65536
    interim: tuple[int, ...] = ()
    """1xx statuses that go ahead."""
    broken: Break | None = None
    close: bool = False
    """Whether the connection ends in order after this answer, as a header or GOAWAY announces."""
    raw: bytes | None = None
    """Bytes to send in the place of any HTTP; then the connection ends."""
    endless: Endless | None = None

    def header(self, name: str) -> str | None:
        """Give the first value of a header by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)

    def having(self, **headers: str) -> Self:
        """Set headers; underscores in names stand for hyphens."""
        new = {name.replace("_", "-"): value for name, value in headers.items()}
        kept = tuple(pair for pair in self.headers if pair[0] not in new)
        return replace(self, headers=(*kept, *new.items()))


def text(status: int, body: str, /, **headers: str) -> Reply:
    """Answer with a line of plain text."""
    return Reply(status=status, body=body.encode()).having(content_type=PLAIN_TEXT, **headers)


def page(status: int, title: str, /, **headers: str) -> Reply:
    """Answer with a small page of HTML."""
    body = (
        f"<!DOCTYPE html>\n<html>\n<head><title>{title}</title></head>\n"
        f"<body>\n<h1>{title}</h1>\n</body>\n</html>\n"
    )
    return Reply(status=status, body=body.encode()).having(content_type=HTML, **headers)


def redirect(status: int, location: str, /, **headers: str) -> Reply:
    """Send the client elsewhere."""
    return Reply(status=status).having(location=location, **headers)
