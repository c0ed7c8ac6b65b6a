"""Whom does the go command trust, and did this peer prove who it is?"""

import ssl
from pathlib import Path
from typing import Any

from goproxy_exporter.errors import ConfigError, Problem
from goproxy_exporter.model.exchange import Failure, FailureKind, TlsFacts
from goproxy_exporter.model.mirror import ClientCertificate
from goproxy_exporter.wire.certificate import described
from goproxy_exporter.wire.redact import plain

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES+SHA1:ECDHE+AES+SHA256:@SECLEVEL=1"


class Trust:
    """The roots and the client certificate of one configuration.

    The verdict on a peer is `facts`, never the mere end of the handshake: OpenSSL accepts some
    peers that Go refuses. Nothing may be sent before `facts(...).verified`.
    """

    def __init__(self, ca_files: tuple[str, ...], client_cert: ClientCertificate | None) -> None:
        self._ca_files = ca_files
        self._client_cert = client_cert
        self._contexts: dict[tuple[str, ...], ssl.SSLContext] = {}

    def context(self, alpn: tuple[str, ...]) -> ssl.SSLContext:
        """Give the context for `SSLContext.wrap_bio`; the same one for the same protocols."""
        if alpn not in self._contexts:
            self._contexts[alpn] = self._new_context(alpn)
        return self._contexts[alpn]

    def facts(
        self,
        sslobject: ssl.SSLObject | None,
        *,
        host: str,
        error: BaseException | None,
        now: float,
    ) -> TlsFacts:
        """Give the verdict after a handshake that ended well (`error` None) or with `error`."""
        del host, now
        if sslobject is None:
            return TlsFacts(failure=Failure(FailureKind.TLS_HANDSHAKE, plain(str(error))))
        chain = tuple(found for der in presented(sslobject) if (found := described(der)))
        failure = None
        if isinstance(error, ssl.SSLCertVerificationError):
            failure = Failure(FailureKind.TLS_UNTRUSTED, plain(error.verify_message))
        elif error is not None:
            failure = Failure(FailureKind.TLS_HANDSHAKE, plain(str(error)))
        cipher = sslobject.cipher()
        return TlsFacts(
            version=sslobject.version(),
            cipher=cipher[0] if cipher else None,
            alpn=sslobject.selected_alpn_protocol(),
            chain=chain,
            verified=failure is None,
            verified_until=min((one.not_after for one in chain), default=None)
            if failure is None
            else None,
            failure=failure,
        )

    def _new_context(self, alpn: tuple[str, ...]) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(CIPHERS)
        for file in self._ca_files:
            context.load_verify_locations(file)
        if self._client_cert:
            context.load_cert_chain(self._client_cert.cert_file, self._client_cert.key_file)
        if alpn:
            context.set_alpn_protocols(list(alpn))
        return context


def load_trust(ca_files: tuple[str, ...], client_cert: ClientCertificate | None) -> Trust:
    """Load the system's roots and `ca_files`; blocks for tens of milliseconds.

    Raises `ConfigError` naming the file that cannot be used.
    """
    for file in ca_files:
        if not Path(file).is_file():
            raise ConfigError((Problem(file, None, None, "ca_file", "no such file"),))
    return Trust(ca_files, client_cert)


def presented(sslobject: ssl.SSLObject) -> tuple[bytes, ...]:
    """Give the chain that the peer sent, leaf first, in DER; also after a failed handshake."""
    inner: Any = sslobject._sslobj  # type: ignore[attr-defined] # noqa: SLF001 - public from 3.13 only
    chain = inner.get_unverified_chain()
    return tuple(one.public_bytes(ssl._ssl.ENCODING_DER) for one in chain or ())  # type: ignore[attr-defined] # noqa: SLF001 - the same
