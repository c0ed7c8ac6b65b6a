"""A server's end of one TCP connection, plain or TLS, that can also end in disorder."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_PIECE = 65536
_LINGER = 2.0
"""Seconds to wait for the peer's end, so that no unread byte turns our FIN into an RST."""


class HangupError(ConnectionError):
    """The peer is gone, or broke the handshake off."""


class Pipe:
    """Reads and writes; one reader and any number of writers at a time."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._loop = asyncio.get_running_loop()
        self._in = ssl.MemoryBIO()
        self._out = ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None
        self._writing = asyncio.Lock()

    @property
    def alpn(self) -> str | None:
        """The protocol that the handshake agreed on."""
        return self._tls.selected_alpn_protocol() if self._tls else None

    @property
    def address(self) -> str:
        """The address that was connected to."""
        host: str = self._sock.getsockname()[0]
        return host

    async def peek(self) -> bytes:
        """Wait for the peer's first bytes and leave them where they are, for TLS to read."""
        data = await self._receive()
        self._in.write(data)
        return data

    async def handshake(self, context: ssl.SSLContext) -> None:
        """Turn TLS on."""
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)
        await self._until(self._tls.do_handshake)

    async def read(self) -> bytes:
        """Give what comes next; nothing at all once the peer has ended."""
        if self._tls is None:
            return self._in.read() or await self._receive()
        tls = self._tls
        try:
            return await self._until(lambda: tls.read(_PIECE))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError, HangupError):
            return b""

    async def write(self, data: bytes) -> None:
        """Send, and wait until the kernel has taken it all. Raises HangupError."""
        if self._tls is None:
            await self._send(lambda: data)
            return
        tls, out = self._tls, self._out

        def sealed() -> bytes:
            try:
                tls.write(data)
            except ssl.SSLError as error:  # the peer went away without a close_notify
                raise HangupError(str(error)) from error
            return out.read()

        await self._send(sealed)

    async def finish(self) -> None:
        """End in order: close_notify, FIN, and the peer's end awaited."""
        if self._tls is not None:
            with contextlib.suppress(ssl.SSLError):
                self._tls.unwrap()
            await self._send(self._out.read)
        await self.drop()

    async def drop(self) -> None:
        """Send FIN without close_notify, and wait for the peer's end."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_WR)
        with contextlib.suppress(TimeoutError, HangupError):
            async with asyncio.timeout(_LINGER):
                while await self._receive():
                    pass

    async def hold(self) -> None:
        """Say nothing until the peer ends."""
        with contextlib.suppress(HangupError):
            while await self._receive():
                pass

    def reset(self) -> None:
        """Send RST."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()

    def close(self) -> None:
        """Let go of the socket."""
        self._sock.close()

    async def _until(self, step: Callable[[], T]) -> T:
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                await self._send(self._out.read)
                data = await self._receive()
                self._in.write(data) if data else self._in.write_eof()
            except ssl.SSLError:
                await self._send(self._out.read)  # the alert that says why
                raise
            else:
                await self._send(self._out.read)
                return result

    async def _receive(self) -> bytes:
        try:
            return await self._loop.sock_recv(self._sock, _PIECE)
        except OSError as error:
            raise HangupError(str(error)) from error

    async def _send(self, take: Callable[[], bytes]) -> None:
        """Send what `take` gives; taken under the lock, so that records keep their order."""
        async with self._writing:
            data = take()
            try:
                if data:
                    await self._loop.sock_sendall(self._sock, data)
            except OSError as error:
                raise HangupError(str(error)) from error
