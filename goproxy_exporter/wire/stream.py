"""One TCP connection, plain or with TLS on top, whose every byte is stamped as it arrives."""

import asyncio
import contextlib
import socket
import ssl
from typing import Protocol, cast

from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.tcp_info import TcpFacts, tcp_facts
from goproxy_exporter.wire.tls import Tls

PORTION = 64 << 10
"""Bytes that are read at once."""
IN_A_TURN = 4 * PORTION
"""Bytes that are read in one turn of the loop: enough for a fast peer, little for who waits."""
_TURN = "turn"


def forget(future: "asyncio.Future[float]") -> None:
    """Look at a future that nobody may have awaited, so that asyncio does not complain of it."""
    if future.done() and not future.cancelled():
        future.exception()


class Receiver(Protocol):
    """Whoever is told what a stream hears; called from the loop's callbacks."""

    def received(self, data: bytes, at: float) -> None:
        """Take plain bytes that arrived at a moment of the monotonic clock."""

    def ended(self, error: Exception | None, at: float) -> None:
        """Take note that nothing more will come: None after a normal end. Told once."""


class Stream(asyncio.BufferedProtocol):
    """The asyncio protocol of everything that is measured.

    The time is read once for each call that the loop makes, before anything else is done. Bytes
    that arrive while nobody receives are kept until somebody does.
    """

    def __init__(self, clock: Clock, sock: socket.socket) -> None:
        self._now = clock.monotonic
        self._sock = sock
        self._room = bytearray(PORTION)
        self._in_a_row = 0
        self._transport: asyncio.Transport | None = None
        self._tls: Tls | None = None
        self._shaking: asyncio.Future[float] | None = None
        self._receiver: Receiver | None = None
        self._early: list[tuple[bytes, float]] = []
        self._end: tuple[Exception | None, float] | None = None
        self._holds: set[str] = set()
        self._tcp: TcpFacts | None = None
        self.heard_at: float | None = None
        """When the last byte came, of whatever layer."""

    # What the loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is not one by name.

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002 - asyncio's word
        """Give room for what one turn may bring."""
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        """Stamp, decrypt, and hand on."""
        at = self.heard_at = self._now()
        data = bytes(memoryview(self._room)[:nbytes])
        self._in_a_row = self._in_a_row + nbytes if nbytes == PORTION else 0
        if self._in_a_row == IN_A_TURN:
            self._yield_turn()
        if self._tls is None:
            self._deliver(data, at)
        elif self._shaking is not None and not self._shaking.done():
            self._shake(data, at)
        else:
            self._open(data, at)
            self._send_pending()

    def eof_received(self) -> None:
        """Take a normal end for what it is; the transport closes itself."""
        self._finish(None, self._now())

    def connection_lost(self, exc: Exception | None) -> None:
        """Take note of a reset, or of the end of a transport that was closed here."""
        at = self._now()
        if exc is not None or self._end is not None or self._receiver is not None:
            # Else it was closed here, and nobody asks any more.
            self._tcp = tcp_facts(self._sock) or self._tcp
        self._finish(exc, at)

    # What the engines call.

    def attach(self, receiver: Receiver) -> None:
        """Hand everything to this receiver from now on, what came early first."""
        self._receiver = receiver
        early, self._early = self._early, []
        for data, at in early:
            receiver.received(data, at)
        if self._end is not None:
            receiver.ended(*self._end)

    def detach(self) -> None:
        """Keep what comes until somebody receives again."""
        self._receiver = None

    def write(self, data: bytes) -> float:
        """Send, unless the connection is gone; gives the moment when the bytes set out."""
        if not data or not self.alive:
            return self._now()
        sealed = data if self._tls is None else self._tls.encrypt(data)
        at = self._now()
        self._send(sealed)
        return at

    def hold(self, reason: str) -> None:
        """Read nothing more for now; the peer is held back by TCP's window."""
        if not self._holds and self.alive:
            assert self._transport is not None
            self._transport.pause_reading()
        self._holds.add(reason)

    def release(self, reason: str) -> None:
        """Read again, once nobody holds the stream."""
        if reason not in self._holds:
            return
        self._holds.discard(reason)
        if not self._holds and self.alive:
            assert self._transport is not None
            self._transport.resume_reading()

    def drop(self) -> None:
        """Hang up on a peer that misbehaves; the receiver is told of the end as of any other."""
        if self._transport is not None:
            self._transport.abort()

    # What the connection's owner calls.

    async def secure(self, context: ssl.SSLContext, server_name: str, *, limit: float) -> float:
        """Shake hands; give the moment of completion.

        Raises ssl.SSLError, ConnectionError where the peer hangs up, TimeoutError after `limit`
        seconds. `sslobject` answers in each case.
        """
        loop = asyncio.get_running_loop()
        self._tls = Tls(context, server_name)
        self._shaking = loop.create_future()
        timer = loop.call_later(limit, self._give_up)
        try:
            early, self._early = self._early, []
            self._shake(b"".join(data for data, _ in early), self._now())
            if self._end is not None:
                self._hang_up(self._end[0])
            return await self._shaking
        finally:
            timer.cancel()
            forget(self._shaking)
            self._shaking = None

    @property
    def sslobject(self) -> ssl.SSLObject | None:
        """The TLS connection, None where there is none."""
        return self._tls.sslobject if self._tls else None

    @property
    def held(self) -> bool:
        """Whether it is for us that nothing comes."""
        return bool(self._holds)

    @property
    def alive(self) -> bool:
        """Whether the peer has not ended it, nor we."""
        transport = self._transport
        return self._end is None and transport is not None and not transport.is_closing()

    @property
    def tcp(self) -> TcpFacts | None:
        """What the kernel knows now, or knew last."""
        self._tcp = tcp_facts(self._sock) or self._tcp
        return self._tcp

    def close(self) -> None:
        """End politely where the peer still listens; the receiver is told nothing any more."""
        self._receiver = None
        if self._transport is None:
            return
        if self.alive and self._tls is not None and self._shaking is None:
            self._transport.write(self._tls.farewell())
        if self._transport.get_write_buffer_size():
            self._transport.abort()
        else:
            self._transport.close()

    def abort(self) -> None:
        """End at once."""
        self._receiver = None
        self.drop()

    # Between the layers.

    def _shake(self, data: bytes, at: float) -> None:
        assert self._tls is not None
        assert self._shaking is not None
        try:
            complete = self._tls.shake(data)
        except ssl.SSLError as error:
            self._send_pending()
            if not self._shaking.done():
                self._shaking.set_exception(error)
            return
        if not complete:
            self._send_pending()
            return
        # What TLS 1.3 has to say last goes out together with the first request: so the request
        # is never written to a peer that has refused us meanwhile, whose alert would be lost.
        if not self._shaking.done():
            self._shaking.set_result(at)
        self._open(b"", at)

    def _open(self, data: bytes, at: float) -> None:
        """Decrypt and hand on."""
        assert self._tls is not None
        plain = self._tls.decrypt(data)
        if plain:
            self._deliver(plain, at)
        if self._tls.error is not None or self._tls.finished:
            self._send_pending()
            self._finish(self._tls.error, at)

    def _yield_turn(self) -> None:
        """Let the loop see to everybody else before it reads here again.

        libuv reads a fast peer up to 32 times in one turn, while other streams wait for theirs.
        """
        self._in_a_row = 0
        self.hold(_TURN)
        asyncio.get_running_loop().call_soon(self.release, _TURN)

    def _send(self, data: bytes) -> None:
        """Send now: uvloop keeps what it is given until its turn ends, and time runs meanwhile.

        What the kernel does not take at once, and whatever goes wrong, is left to the loop.
        """
        assert self._transport is not None
        if not self._transport.get_write_buffer_size():
            with contextlib.suppress(OSError):
                data = data[self._sock.send(data) :]
        if data:
            self._transport.write(data)

    def _send_pending(self) -> None:
        assert self._tls is not None
        pending = self._tls.outgoing()
        if pending and self.alive:
            self._send(pending)

    def _deliver(self, data: bytes, at: float) -> None:
        if self._receiver is None:
            self._early.append((data, at))
        else:
            self._receiver.received(data, at)

    def _finish(self, error: Exception | None, at: float) -> None:
        if self._end is not None:
            return
        self._end = (error, at)
        self._hang_up(error)
        if self._receiver is not None:
            self._receiver.ended(error, at)

    def _hang_up(self, error: Exception | None) -> None:
        if self._shaking is not None and not self._shaking.done():
            reset = ConnectionResetError("the peer hung up during the handshake")
            self._shaking.set_exception(error or reset)

    def _give_up(self) -> None:
        if self._shaking is not None and not self._shaking.done():
            self._shaking.set_exception(TimeoutError())
