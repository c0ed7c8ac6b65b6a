"""What is asked of the wire, and what it hands back?"""

from dataclasses import dataclass
from enum import StrEnum

from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.wire.body import Body

CONNECT_LIMIT = 30.0
"""Seconds that the go command gives a TCP connection, resolving and tunnelling included."""
TLS_LIMIT = 10.0
"""Seconds that the go command gives a TLS handshake."""
STALL_AFTER = 60.0
"""Seconds without one byte after which an answer that is due counts as stalled."""


class Patience(StrEnum):
    """Whose limits end an exchange. The go command's own (30 s, 10 s, a stall) always hold."""

    OURS = "ours"
    """`Ask.timeout` runs from the first step; whatever it cuts short is Failure DEADLINE."""
    GO = "go"
    """`Ask.timeout` starts anew when the first request is written: dialling has its own limits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question: a GET, or HEAD, with everything that bounds its answer.

    `timeout` and `stall_after` are seconds; `limit` is the most bytes of body that are wanted,
    decoded. With `spool` the body goes to a file beyond the first MiB. Without `accept_gzip` no
    Accept-Encoding is sent and nothing is decoded.
    """

    endpoint: Endpoint
    url: str
    module: str
    limit: int
    timeout: float
    stall_after: float = STALL_AFTER
    patience: Patience = Patience.OURS
    spool: bool = False
    accept_gzip: bool = True
    head: bool = False
    """HEAD: no body is asked for, and so, as net/http has it, no encoding either."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The record of an exchange, and the body as far as it came. Close the body after use."""

    exchange: Exchange
    body: Body
