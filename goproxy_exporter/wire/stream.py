"""One connection, plain or with TLS on top, whose every byte comes with its moment."""

import asyncio
import socket
import ssl
from typing import Protocol

from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.tcp import Tcp
from goproxy_exporter.wire.tcp_info import TcpFacts, tcp_facts
from goproxy_exporter.wire.tls import Tls


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


class Stream:
    """A connected socket, its TLS, and whoever receives what comes: of everything that is measured.

    Bytes that arrive while nobody receives are kept until somebody does.
    """

    def __init__(self, clock: Clock, sock: socket.socket) -> None:
        self._clock = clock
        self._sock = sock
        self._tcp: Tcp | None = None
        self._tls: Tls | None = None
        self._shaking: asyncio.Future[float] | None = None
        self._began = 0.0
        self._receiver: Receiver | None = None
        self._early: list[tuple[bytes, float]] = []
        self._end: tuple[Exception | None, float] | None = None
        self._holds: set[str] = set()
        self._facts: TcpFacts | None = None
        self.heard_at: float | None = None
        """When the last byte was read, of whatever layer, or waiting for one began anew."""

    def begin(self) -> None:
        """Listen from now on."""
        self._tcp = Tcp(self._sock, self._clock, self)

    # What the socket tells.

    def arrived(self, data: bytes, at: float) -> None:
        """Decrypt, and hand on."""
        self.heard_at = self._clock.monotonic()
        if self._tls is None:
            self._deliver(data, at)
        elif self._shaking is not None and not self._shaking.done():
            self._shake(data, at)
        else:
            self._open(data, at)
            self._send_pending()

    def over(self, error: Exception | None, at: float) -> None:
        """Take note of a normal end, or of a reset."""
        self._facts = tcp_facts(self._sock) or self._facts
        self._finish(error, at)

    # What the engines call.

    def attach(self, receiver: Receiver) -> None:
        """Hand everything to this receiver from now on, what came early first."""
        self._receiver = receiver
        early, self._early = self._early, []
        end = self._end
        for data, at in early:
            if self._end is end:
                receiver.received(data, at)
        if end is not None:
            receiver.ended(*end)

    def detach(self) -> None:
        """Keep what comes until somebody receives again."""
        self._receiver = None

    def write(self, data: bytes) -> float:
        """Send, unless the connection is gone; gives the moment when the bytes set out."""
        if not data or not self.alive:
            return self._clock.monotonic()
        return self._send(data if self._tls is None else self._tls.encrypt(data))

    def hold(self, reason: str) -> None:
        """Read nothing more for now; the peer is held back by TCP's window."""
        if not self._holds and self._tcp is not None:
            self._tcp.pause()
        self._holds.add(reason)

    def release(self, reason: str) -> None:
        """Read again, once nobody holds the stream."""
        if reason not in self._holds:
            return
        self._holds.discard(reason)
        self.heard_at = self._clock.monotonic()
        if not self._holds and self._tcp is not None:
            self._tcp.resume()

    def drop(self) -> None:
        """Hang up on a peer that misbehaves; the receiver is told of the end as of any other."""
        if self._tcp is not None:
            self._tcp.drop()

    # What the connection's owner calls.

    async def secure(self, context: ssl.SSLContext, server_name: str, *, limit: float) -> float:
        """Shake hands; give the moment of completion.

        Raises ssl.SSLError, ConnectionError where the peer hangs up, TimeoutError after `limit`
        seconds. `sslobject` answers in each case.
        """
        loop = asyncio.get_running_loop()
        self._tls = Tls(context, server_name)
        self._shaking, self._began = loop.create_future(), self._clock.monotonic()
        timer = loop.call_later(limit, self._give_up)
        try:
            early, self._early = self._early, []
            self._shake(b"".join(data for data, _ in early), self._clock.monotonic())
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
        return self._end is None and self._tcp is not None and self._tcp.open

    @property
    def tcp(self) -> TcpFacts | None:
        """What the kernel knows now, or knew last."""
        self._facts = tcp_facts(self._sock) or self._facts
        return self._facts

    def close(self) -> None:
        """End politely where the peer still listens; the receiver is told nothing any more."""
        if self.alive and self._tls is not None and self._shaking is None:
            self._send(self._tls.farewell())
        self.abort()

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
            self._shaking.set_result(max(at, self._began))
        self._open(b"", at)

    def _open(self, data: bytes, at: float) -> None:
        """Decrypt and hand on."""
        assert self._tls is not None
        plain = self._tls.decrypt(data)
        if plain:
            self._deliver(plain, at)
        if self._tls.error is not None or self._tls.finished:
            self._send_pending()
            self.over(self._tls.error, at)
            if self._tcp is not None:
                self._tcp.close()

    def _send_pending(self) -> None:
        assert self._tls is not None
        self._send(self._tls.outgoing())

    def _send(self, data: bytes) -> float:
        if not data or self._tcp is None:
            return self._clock.monotonic()
        return self._tcp.send(data)

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
