"""How is TLS spoken as the settings say?"""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from goproxy_exporter.web.settings.values import TlsServer


class TlsError(Exception):
    """Certificates or a curve that cannot be used; the message has no secrets."""


def context_for(server: TlsServer) -> ssl.SSLContext:
    """Make a context. Raises TlsError. Reads nothing from disk but, at most, the system's roots."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = server.minimum
    context.maximum_version = server.maximum
    context.set_alpn_protocols(["http/1.1"])
    if server.prefer_server_ciphers:
        context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
    if server.ciphers:
        context.set_ciphers(":".join(server.ciphers))
    _keep_to_curve(context, server.curve)
    _load_identity(context, server)
    _load_clients(context, server)
    return context


def _keep_to_curve(context: ssl.SSLContext, curve: str | None) -> None:
    """Allow one curve alone. Older releases of Python 3.11 know no X25519 there."""
    if curve is None:
        return
    try:
        context.set_ecdh_curve(curve)
    except (ssl.SSLError, ValueError) as error:
        advice = "name several curves, or none"
        raise TlsError(f"this Python cannot keep to the curve {curve} alone: {advice}") from error


def _load_identity(context: ssl.SSLContext, server: TlsServer) -> None:
    with _in_memory(server.cert) as cert, _in_memory(server.key.value) as key:
        try:
            # A password is given so that an encrypted key fails instead of asking on the terminal.
            context.load_cert_chain(cert, key, password="")
        except (ssl.SSLError, ValueError, OSError) as error:
            raise TlsError(f"certificate and key cannot be used: {_reason(error)}") from error


def _load_clients(context: ssl.SSLContext, server: TlsServer) -> None:
    if server.verify is ssl.CERT_NONE:
        return
    try:
        if server.client_ca is None:
            context.load_default_certs(ssl.Purpose.CLIENT_AUTH)
        else:
            context.load_verify_locations(cadata=server.client_ca)
    except (ssl.SSLError, ValueError) as error:
        raise TlsError(f"client CA cannot be used: {_reason(error)}") from error
    context.verify_mode = server.verify


def _reason(error: Exception) -> str:
    return getattr(error, "reason", None) or "not PEM"


@contextmanager
def _in_memory(text: str) -> Iterator[str]:
    """Give the path of a file that exists in memory only: OpenSSL wants paths."""
    descriptor = os.memfd_create("pem", os.MFD_CLOEXEC)
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            file.write(text.encode("latin-1", "replace"))
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)
