"""How can a listening socket change from one certificate to the next without a gap?"""

import asyncio
import socket
import ssl
from collections.abc import Callable

HANDSHAKE = 10.0
"""Seconds for a client to complete a TLS handshake."""
GOODBYE = 2.0
"""Seconds for a client to answer the end of TLS."""


class Door:
    """A listening socket that is served in one of many ways, one after the other.

    Each way is an asyncio server on a duplicate of the socket: connections that wait belong to
    the socket, and are served by whichever server is there.
    """

    def __init__(self, sock: socket.socket, protocol: Callable[[], asyncio.Protocol]) -> None:
        self.socket = sock
        self._protocol = protocol
        self._server: asyncio.Server | None = None
        self._closed = False

    async def open(self, context: ssl.SSLContext | None) -> None:
        """Serve from now on with this TLS context, or without TLS; a closed door stays closed."""
        if self._closed:
            return
        before = self._server
        self._server = await asyncio.get_running_loop().create_server(
            self._protocol,
            sock=self.socket.dup(),
            ssl=context,
            ssl_handshake_timeout=None if context is None else HANDSHAKE,
            ssl_shutdown_timeout=None if context is None else GOODBYE,
        )
        if before is not None:
            before.close()

    def close(self) -> None:
        """Accept nobody any more."""
        self._closed = True
        if self._server is not None:
            self._server.close()
        self.socket.close()
