"""Where is served?"""

import socket
from contextlib import suppress

from goproxy_exporter.errors import GoproxyError

BACKLOG = 128
_LAST_PORT = 65535
_UNTAKEN = 30_000
"""Milliseconds after which a client that takes nothing of an answer is dropped by the kernel."""


class ListenError(GoproxyError):
    """An address that cannot be listened on; the message says which and why."""


def parse_address(text: str) -> tuple[str, int]:
    """Split ``:port``, ``host:port`` or ``[address]:port``. Raises ListenError."""
    host, colon, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    if not colon or (":" in host and not bracketed) or "/" in text:
        raise ListenError(
            f"listen address {text!r}: write it as :port, host:port or [IPv6 address]:port"
        )
    if not (port.isascii() and port.isdigit() and int(port) <= _LAST_PORT):
        raise ListenError(f"listen address {text!r}: the port must be a number up to {_LAST_PORT}")
    return host[1:-1] if bracketed else host, int(port)


def bind(text: str) -> socket.socket:
    """Give a socket that listens on an address. Raises ListenError.

    Without a host it serves IPv6 and IPv4 alike. A name that has several addresses is served on
    the first, IPv4 before IPv6, as Go does.
    """
    host, port = parse_address(text)
    try:
        return _bind_all(port) if not host else _bind_first(host, port)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ListenError(f"cannot listen on {text}: {reason}") from error


def url_of(sock: socket.socket, *, tls: bool) -> str:
    """Give the real address of a socket as a URL."""
    scheme, name = "https" if tls else "http", sock.getsockname()
    if not isinstance(name, tuple):
        return f"{scheme}+unix:{name}"
    host, port = name[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _bind_all(port: int) -> socket.socket:
    if socket.has_dualstack_ipv6():
        return _listening(socket.AF_INET6, ("::", port), dualstack=True)
    return _listening(socket.AF_INET, ("0.0.0.0", port))  # noqa: S104 - no host means every address


def _bind_first(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    return _listening(family, address)


def _listening(
    family: int, address: tuple[object, ...], *, dualstack: bool = False
) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if dualstack else 1)
        sock.bind(address)
        ready(sock)
    except OSError:
        sock.close()
        raise
    return sock


def ready(sock: socket.socket) -> None:
    """Make a bound socket listen, and let what it accepts inherit a limit for stuck clients."""
    sock.setblocking(False)  # noqa: FBT003 - the call has no keywords
    sock.listen(BACKLOG)
    with suppress(OSError, AttributeError):  # not TCP, or not Linux: the limit is a second belt
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNTAKEN)
