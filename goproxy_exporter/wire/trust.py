"""Did this peer prove to be whom it should be, as the go command sees it?"""

import ssl
from collections.abc import Iterable
from typing import Any

from goproxy_exporter.errors import ConfigError, Problem
from goproxy_exporter.model.exchange import Failure, FailureKind, TlsFacts
from goproxy_exporter.model.mirror import ClientCertificate
from goproxy_exporter.wire.handshake import broken
from goproxy_exporter.wire.parsed import Parsed
from goproxy_exporter.wire.pool import Pool
from goproxy_exporter.wire.redact import plain
from goproxy_exporter.wire.roots import roots_in, system_roots
from goproxy_exporter.wire.verdicts import Verdict, Verdicts

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES+SHA1:@SECLEVEL=1"
"""The TLS 1.2 ciphers of Go's default client (crypto/tls, cipher_suites.go)."""

USUAL_PROTOCOLS = ((), ("http/1.1",), ("h2", "http/1.1"))
"""What contexts are made for while loading, so that nothing is read from files later on."""

_LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL's option, which Python names from 3.12: Go does not insist on RFC 5746 either."""
_NOTHING = Verdict(
    Failure(FailureKind.TLS_HANDSHAKE, "the peer presented no certificate"), None, ()
)
_DER = 2
"""How OpenSSL's module calls that encoding."""


class Trust:
    """The roots and the client certificate of one configuration.

    OpenSSL only shakes hands; it verifies nothing, because it refuses peers that Go accepts and
    accepts peers that Go refuses. The verdict is `facts`: **nothing may be sent to a peer before
    `facts(...).verified`**, and a connection without it must be closed.
    """

    def __init__(
        self, roots: Iterable[Parsed] = (), client_cert: ClientCertificate | None = None
    ) -> None:
        self._roots = Pool(roots)
        self._verdicts = Verdicts(self._roots)
        self._client_cert = client_cert
        self._contexts: dict[tuple[str, ...], ssl.SSLContext] = {}

    def context(self, alpn: tuple[str, ...]) -> ssl.SSLContext:
        """Give the context for `SSLContext.wrap_bio`; the same one for the same protocols.

        It verifies nothing: see above. `hostname.server_name` gives what goes into SNI.
        """
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
        first: bytes = b"",
    ) -> TlsFacts:
        """Give the verdict after a handshake that ended well (`error` None) or with `error`.

        `host` is as in the URL, `now` in Unix seconds; `first`, if kept, are the first bytes that
        came from the peer. A certificate that Go refuses goes before any other failure, because
        Go looks at it as soon as it comes.
        """
        chain = presented(sslobject) if sslobject is not None else ()
        verdict = self._verdicts.of(chain, host, now) if chain else _NOTHING
        failure, until = verdict.failure, verdict.until
        if error is not None and (failure is None or not chain):
            failure, until = broken(error, presented=bool(chain), first=first), None
        cipher = sslobject.cipher() if sslobject is not None else None
        agreed = sslobject if cipher else None
        return TlsFacts(
            version=agreed.version() if agreed else None,
            cipher=cipher[0] if cipher else None,
            alpn=agreed.selected_alpn_protocol() if agreed else None,
            chain=verdict.described,
            verified=failure is None,
            verified_until=until,
            failure=failure,
        )

    def _new_context(self, alpn: tuple[str, ...]) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_RENEGOTIATION | _LEGACY_SERVER_CONNECT
        context.set_ciphers(CIPHERS)
        if self._client_cert is not None:
            _load_client_certificate(context, self._client_cert)
        if alpn:
            context.set_alpn_protocols(list(alpn))
        return context


def load_trust(ca_files: tuple[str, ...], client_cert: ClientCertificate | None) -> Trust:
    """Load the system's roots, `ca_files` besides them, and the client's certificate.

    Blocks for tens of milliseconds. Raises `ConfigError` naming the file that cannot be used.
    """
    configured = [root for file in ca_files for root in roots_in(file)]
    trust = Trust([*system_roots(), *configured], client_cert)
    for alpn in USUAL_PROTOCOLS:
        trust.context(alpn)
    return trust


def presented(sslobject: ssl.SSLObject) -> tuple[bytes, ...]:
    """Give the chain that the peer sent, leaf first, in DER; also after a failed handshake."""
    inner: Any = getattr(sslobject, "_sslobj", None)  # the public method comes with Python 3.13
    return tuple(one.public_bytes(_DER) for one in inner.get_unverified_chain() or ())


def _load_client_certificate(context: ssl.SSLContext, files: ClientCertificate) -> None:
    def no_password() -> str:
        raise ValueError("the key is encrypted")

    try:
        context.load_cert_chain(files.cert_file, files.key_file, password=no_password)
    except (OSError, ValueError) as error:
        words = f"cannot use this client certificate with the key {files.key_file}: {error}"
        raise ConfigError((Problem(files.cert_file, None, None, "", plain(words)),)) from error
