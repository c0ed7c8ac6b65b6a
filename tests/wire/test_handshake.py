"""What an error of a handshake means."""

import ssl

import pytest

from goproxy_exporter.model.exchange import FailureKind as K
from goproxy_exporter.wire.handshake import broken


def of_openssl(reason: str, text: str = "[SSL: X] some words (_ssl.c:1006)") -> ssl.SSLError:
    error = ssl.SSLError(1, text)
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "presented", "first", "kind", "fact"),
    [
        (TimeoutError(), False, b"", K.TLS_TIMEOUT, None),
        (ConnectionResetError(104, "Connection reset by peer"), False, b"", K.TLS_RESET, None),
        (BrokenPipeError(32, "Broken pipe"), True, b"", K.TLS_RESET, None),
        (ssl.SSLEOFError(8, "EOF occurred"), False, b"", K.TLS_RESET, None),
        (ssl.SSLZeroReturnError(6, "closed"), False, b"", K.TLS_RESET, None),
        (EOFError(), False, b"", K.TLS_RESET, None),
        (of_openssl("WRONG_VERSION_NUMBER"), False, b"", K.TLS_HANDSHAKE, "plain_http"),
        (of_openssl("WRONG_VERSION_NUMBER"), False, b"HTTP/1.1 400", K.TLS_HANDSHAKE, "plain_http"),
        (of_openssl("WRONG_VERSION_NUMBER"), False, b"SSH-2.0-x", K.TLS_HANDSHAKE, None),
        (of_openssl("UNSUPPORTED_PROTOCOL"), False, b"\x15", K.TLS_HANDSHAKE, "protocol_too_old"),
        (
            of_openssl("SSLV3_ALERT_HANDSHAKE_FAILURE"),
            False,
            b"",
            K.TLS_HANDSHAKE,
            "no_common_cipher",
        ),
        (of_openssl("SSLV3_ALERT_HANDSHAKE_FAILURE"), True, b"", K.TLS_HANDSHAKE, None),
        (of_openssl("DH_KEY_TOO_SMALL"), True, b"", K.TLS_HANDSHAKE, "weak_key"),
        (of_openssl("TLSV13_ALERT_CERTIFICATE_REQUIRED"), True, b"", K.TLS_HANDSHAKE, None),
        (of_openssl(""), False, b"", K.TLS_HANDSHAKE, None),
        (ValueError("odd"), False, b"", K.TLS_HANDSHAKE, None),
    ],
)
def test_the_table(
    error: Exception, presented: bool, first: bytes, kind: K, fact: str | None
) -> None:
    """Every way to fail has its kind, and its finer fact where there is one."""
    failure = broken(error, presented=presented, first=first)
    assert (failure.kind, failure.fact) == (kind, fact)
    assert failure.detail


def test_words_are_openssls_without_its_source_lines() -> None:
    """What is not known by name is shown as OpenSSL says it, in one printable line."""
    text = "[SSL: BAD_ECC_CERT] bad ecc cert\x1b (_ssl.c:1006)"
    failure = broken(of_openssl("BAD_ECC_CERT", text), presented=True)
    assert failure.detail == "bad ecc cert\ufffd"
