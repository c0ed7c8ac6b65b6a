"""What kind of failure does an error of the operating system stand for?"""

import errno
import os
import ssl
from typing import TypeGuard

from goproxy_exporter.errors import GoproxyError
from goproxy_exporter.model.exchange import Failure, FailureKind
from goproxy_exporter.wire.redact import plain

_CONNECT = {
    errno.ECONNREFUSED: FailureKind.CONNECT_REFUSED,
    errno.ECONNRESET: FailureKind.CONNECT_RESET,
    errno.EPIPE: FailureKind.CONNECT_RESET,
    errno.ETIMEDOUT: FailureKind.CONNECT_TIMEOUT,
}
_TELLING = (
    FailureKind.CONNECT_REFUSED,
    FailureKind.CONNECT_RESET,
    FailureKind.CONNECT_TIMEOUT,
    FailureKind.CONNECT_UNREACHABLE,
)
"""A refusal proves that somebody is there; what never left this host proves least."""


class BrokenError(GoproxyError):
    """Ends a hop inside the wire; never leaves it."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.detail)


def connect_failure(error: OSError) -> Failure:
    """Say why one address could not be connected to."""
    if isinstance(error, TimeoutError) and error.errno is None:
        return Failure(FailureKind.CONNECT_TIMEOUT, "no connection in time")
    kind = _CONNECT.get(error.errno or 0, FailureKind.CONNECT_UNREACHABLE)
    return Failure(kind, words(error))


def most_telling(failures: list[tuple[str, Failure]]) -> Failure:
    """Say why no address of a host could be connected to: one kind, every reason."""
    kind = min((failure.kind for _, failure in failures), key=_TELLING.index)
    reasons = (f"{address}: {failure.detail}" for address, failure in failures)
    return Failure(kind, plain("; ".join(reasons)))


def is_bug(error: Exception | None) -> TypeGuard[Exception]:
    """Tell our own mistakes, which the loop hands back as a lost connection, from a peer's end."""
    return error is not None and not isinstance(error, OSError)


def ending(error: Exception | None, *, in_body: bool) -> Failure:
    """Say what the end of a connection means while an answer is due; `error` None is a FIN."""
    if in_body:
        return Failure(FailureKind.BODY_RESET, words(error))
    if isinstance(error, ssl.SSLError) and "ALERT" in (error.reason or ""):
        # TLS 1.3 tells only after the handshake that it wants another client certificate.
        return Failure(FailureKind.TLS_HANDSHAKE, plain(str(error)))
    if error is None:
        return Failure(FailureKind.RESET, "closed before a complete header")
    return Failure(FailureKind.RESET, words(error))


def words(error: BaseException | None) -> str:
    """Give the system's words for an error, without what Python adds."""
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno).lower()
    return type(error).__name__ if error is not None else "closed by the peer"
