"""How is a new connection made: which address, through what, and who answers?"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass

from goproxy_exporter.model.exchange import Failure, FailureKind, TlsFacts
from goproxy_exporter.model.mirror import Access
from goproxy_exporter.wire.ask import CONNECT_LIMIT, TLS_LIMIT
from goproxy_exporter.wire.broken import BrokenError, words
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.dial import dial
from goproxy_exporter.wire.http1 import Http1
from goproxy_exporter.wire.http2 import Http2
from goproxy_exporter.wire.lines import Line, Route
from goproxy_exporter.wire.record import Record
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.stream import Stream
from goproxy_exporter.wire.target import Target, is_literal
from goproxy_exporter.wire.trust import Trust
from goproxy_exporter.wire.tunnel import open_tunnel

RESOLVE_LIMIT = 10.0
"""Seconds that a lookup may take: two tries of five seconds, as Go's resolver makes."""
_RESOLVE_SHARE = 0.9
"""Of the time that is left: so that a silent nameserver is told from our own deadline."""

_MOST_ADDRESSES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Opener:
    """Makes the connections of one session; every step is noted in the hop's record."""

    clock: Clock
    resolver: Resolver
    access: Access
    trust: Callable[[bool], Trust]
    """The trust for the mirror's own origin, or for any other."""
    user_agent: str
    alpn: tuple[str, ...]

    async def open(
        self, target: Target, route: Route, record: Record, *, pin: str | None, left: float
    ) -> Line:
        """Resolve, connect, tunnel and shake hands. Raise BrokenError; `left` is in seconds."""
        host, port = (target.host, target.port)
        if route.proxy is not None:
            host, port = route.proxy.host, route.proxy.port
        elif pin is not None:
            host = pin
        end = self.clock.monotonic() + CONNECT_LIMIT
        try:
            addresses = await self._resolve(host, record, left)
            stream = await self._connect(addresses, port, record, end)
        except BrokenError as error:
            raise _of_proxy(error) if route.proxy else error from None
        try:
            if target.scheme == "https":
                await self._tunnel(stream, target, route, record, pin=pin, end=end)
                await self._secure(stream, target, route, record)
            is_http2 = record.facts is not None and record.facts.alpn == "h2"
            engine = Http2(stream) if is_http2 else Http1(stream)
            stream.attach(engine)
        except BaseException:
            record.tcp = stream.tcp
            stream.abort()
            raise
        assert record.address is not None
        return Line(route, stream, engine, record.address, record.facts, record.begun)

    async def _resolve(self, host: str, record: Record, left: float) -> tuple[str, ...]:
        if is_literal(host):
            return (host,)
        record.resolve.start = self.clock.monotonic()
        found = await self.resolver.resolve(
            host,
            family=self.access.ip_family,
            nameservers=self.access.nameservers,
            timeout=min(RESOLVE_LIMIT, _RESOLVE_SHARE * left),
        )
        record.resolve.end = self.clock.monotonic()
        if isinstance(found, Failure):
            raise BrokenError(found)
        return found

    async def _connect(
        self, addresses: tuple[str, ...], port: int, record: Record, end: float
    ) -> Stream:
        record.connect.start = now = self.clock.monotonic()
        dialled = await dial(
            addresses[:_MOST_ADDRESSES],
            port,
            limit=end - now,
            clock=self.clock,
            attempts=record.attempts,
        )
        record.connect.start, record.connect.end = dialled.started, dialled.connected
        record.address = dialled.address
        record.stream = Stream(self.clock, dialled.sock)
        try:
            record.stream.begin()
        except BaseException:
            dialled.sock.close()
            raise
        return record.stream

    async def _tunnel(
        self,
        stream: Stream,
        target: Target,
        route: Route,
        record: Record,
        *,
        pin: str | None,
        end: float,
    ) -> None:
        """Ask the forward proxy for a way through; that is part of connecting."""
        if route.proxy is None:
            return
        host = pin or target.host
        record.connect.end = None
        await open_tunnel(
            stream,
            f"[{host}]:{target.port}" if ":" in host else f"{host}:{target.port}",
            authorization=route.proxy.authorization,
            user_agent=self.user_agent,
            limit=end - self.clock.monotonic(),
        )
        record.connect.end = self.clock.monotonic()

    async def _secure(self, stream: Stream, target: Target, route: Route, record: Record) -> None:
        """Shake hands and have the peer judged; nothing is sent to one that did not verify."""
        name = target.host.rstrip(".")
        trust = self.trust(route.own)
        record.tls.start = self.clock.monotonic()
        cause: ssl.SSLError | None = None
        try:
            context = trust.context(self.alpn)
            record.tls.end = await stream.secure(context, name, limit=TLS_LIMIT)
        except ssl.SSLError as error:
            cause = error
            record.tls.end = stream.heard_at
        except (OSError, ValueError) as error:
            record.tls.end = self.clock.monotonic()
            failure = _no_handshake(error)
            record.facts = TlsFacts(failure=failure)
            raise BrokenError(failure) from None
        now = self.clock.now()
        record.facts = trust.facts(stream.sslobject, host=name, error=cause, now=now)
        if record.facts.failure is not None:
            raise BrokenError(record.facts.failure)


def _no_handshake(error: OSError | ValueError) -> Failure:
    match error:
        case TimeoutError():
            return Failure(FailureKind.TLS_TIMEOUT, f"no handshake within {TLS_LIMIT:g} s")
        case OSError():
            detail = f"the peer hung up during the handshake: {words(error)}"
            return Failure(FailureKind.TLS_RESET, detail)
        case _:
            return Failure(FailureKind.TLS_HANDSHAKE, "no usable server name")


def _of_proxy(error: BrokenError) -> BrokenError:
    """Blame the forward proxy for what kept us from it."""
    detail = f"the forward proxy: {error.failure.detail}"
    return BrokenError(Failure(FailureKind.PROXY_UNREACHABLE, detail))
