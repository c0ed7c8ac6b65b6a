"""What broke a TLS handshake for which no certificate is to blame?"""

import re
import ssl

from goproxy_exporter.model.exchange import Failure, FailureKind
from goproxy_exporter.wire.redact import plain

_TOO_OLD = frozenset(
    {
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "UNSUPPORTED_PROTOCOL",
        "WRONG_SSL_VERSION",
        "VERSION_TOO_LOW",
        "NO_PROTOCOLS_AVAILABLE",
        "INAPPROPRIATE_FALLBACK",
    }
)
_NO_CIPHER = frozenset(
    {
        "SSLV3_ALERT_HANDSHAKE_FAILURE",
        "TLSV1_ALERT_INSUFFICIENT_SECURITY",
        "NO_SHARED_CIPHER",
        "WRONG_CIPHER_RETURNED",
        "UNKNOWN_CIPHER_RETURNED",
    }
)
_NOT_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "RECORD_LAYER_FAILURE"}
)
_WEAK = frozenset({"EE_KEY_TOO_SMALL", "CA_KEY_TOO_SMALL", "DH_KEY_TOO_SMALL", "CA_MD_TOO_WEAK"})
_PREFIX = re.compile(r"\[[^]]*\]\s*")
_PLACE = re.compile(r"\s*\(_?ssl\.c:\d+\)")


def broken(error: BaseException, *, presented: bool, first: bytes = b"") -> Failure:
    """Name what ended a handshake.

    `presented`: whether the peer had shown a certificate by then, so that version and cipher were
    agreed on. `first`: the peer's first bytes, where the caller kept them.
    """
    match error:
        case TimeoutError():
            return Failure(FailureKind.TLS_TIMEOUT, "the handshake took too long")
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError() | EOFError():
            return Failure(FailureKind.TLS_RESET, "the peer closed the connection in the handshake")
        case ssl.SSLError():
            return _of_openssl(error, presented=presented, first=first)
        case OSError():
            words = f"the connection broke in the handshake: {error.strerror or error}"
            return Failure(FailureKind.TLS_RESET, plain(words))
        case _:
            return Failure(FailureKind.TLS_HANDSHAKE, plain(str(error)))


def _of_openssl(error: ssl.SSLError, *, presented: bool, first: bytes) -> Failure:
    reason = error.reason or ""
    fact = _fact(reason, presented=presented, first=first)
    words = _WORDS.get(fact) or plain(_PLACE.sub("", _PREFIX.sub("", str(error.args[-1]))))
    return Failure(FailureKind.TLS_HANDSHAKE, words, fact)


def _fact(reason: str, *, presented: bool, first: bytes) -> str | None:
    if first.startswith(b"HTTP/") or (reason in _NOT_TLS and not first):
        return "plain_http"
    if reason in _TOO_OLD:
        return "protocol_too_old"
    if reason in _NO_CIPHER and not presented:
        return "no_common_cipher"
    return "weak_key" if reason in _WEAK else None


_WORDS: dict[str | None, str] = {
    "plain_http": "the peer answers in plain HTTP, not TLS",
    "protocol_too_old": "the peer speaks no TLS 1.2 or later",
    "no_common_cipher": "no cipher or signature algorithm in common (handshake_failure)",
    "weak_key": "the peer's key is too weak",
}
