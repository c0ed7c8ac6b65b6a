"""TLS without sockets: bytes from the peer in, plain bytes and bytes for the peer out."""

import contextlib
import ssl

_PIECE = 65536


class Tls:
    """The client's end of one TLS connection over two memory buffers."""

    __slots__ = ("_incoming", "_outgoing", "error", "finished", "sslobject")

    def __init__(self, context: ssl.SSLContext, server_name: str) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self.sslobject = context.wrap_bio(
            self._incoming, self._outgoing, server_hostname=server_name
        )
        self.finished = False
        """Whether the peer said that it sends no more (close_notify)."""
        self.error: ssl.SSLError | None = None
        """What made the connection useless after its handshake: an alert, a bad record."""

    def shake(self, data: bytes = b"") -> bool:
        """Go on with the handshake; True once it is complete. Raises ssl.SSLError."""
        if data:
            self._incoming.write(data)
        try:
            self.sslobject.do_handshake()
        except ssl.SSLWantReadError:
            return False
        return True

    def decrypt(self, data: bytes = b"") -> bytes:
        """Give what can be read now, possibly nothing; then look at `finished` and `error`."""
        if data:
            self._incoming.write(data)
        pieces: list[bytes] = []
        try:
            while self._incoming.pending or self.sslobject.pending():
                piece = self.sslobject.read(_PIECE)
                pieces.append(piece)
                if not piece:
                    self.finished = True
                    break
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.finished = True
        except ssl.SSLError as error:
            self.error = error
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def encrypt(self, data: bytes) -> bytes:
        """Give the bytes that carry `data` to the peer."""
        self.sslobject.write(data)
        return self._outgoing.read()

    def outgoing(self) -> bytes:
        """Give what waits to be sent: handshake, alerts, key updates."""
        return self._outgoing.read() if self._outgoing.pending else b""

    def farewell(self) -> bytes:
        """Say close_notify."""
        with contextlib.suppress(ssl.SSLError):  # It waits for the peer's own: nobody needs that.
            self.sslobject.unwrap()
        return self.outgoing()
