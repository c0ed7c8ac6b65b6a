"""One question pursued to its end: over redirects, within its limits, nothing left out."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from goproxy_exporter.model.exchange import Failure, FailureKind
from goproxy_exporter.model.mirror import Access
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.ask import CONNECT_LIMIT, TLS_LIMIT, Ask, Patience
from goproxy_exporter.wire.broken import BrokenError
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.converse import converse, open_reply
from goproxy_exporter.wire.credentials import Disclosure, Header
from goproxy_exporter.wire.forward_proxy import ForwardProxy
from goproxy_exporter.wire.lines import Kept, Line, Route
from goproxy_exporter.wire.opener import Opener
from goproxy_exporter.wire.record import Record
from goproxy_exporter.wire.redirect import next_target
from goproxy_exporter.wire.reply import Reply, Request
from goproxy_exporter.wire.target import Target

_TOLERANCE = 0.05
"""Seconds: of two limits that end at the same moment it is the go command's that counts."""
_WANTS_PROXY_CREDENTIALS = 407
_DEAD = frozenset({FailureKind.RESET, FailureKind.H2_RETRYABLE})
_SILENCE = frozenset(
    {FailureKind.STALL, FailureKind.CONNECT_TIMEOUT, FailureKind.TLS_TIMEOUT, FailureKind.DEADLINE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a session lends to each of its questions."""

    clock: Clock
    opener: Opener
    kept: Kept
    access: Access
    allowance: Allowance | None
    secrets: tuple[Header, ...] = field(repr=False)
    """The headers that only the mirror's own origin sees."""
    pin: str | None
    user_agent: str
    proxy_for: Callable[[Target], ForwardProxy | Failure | None]


class Pursuit:
    """The hops of one question. Whatever happens, `records` tells how far it came."""

    def __init__(self, ask: Ask, first: Target, means: Means) -> None:
        self._ask = ask
        self._first = first
        self._means = means
        self._disclosure = Disclosure(first)
        self._timer: asyncio.Timeout | None = None
        self._sent = False
        self.records: list[Record] = []
        self.failure: Failure | None = None
        self.waited = 0.0
        """Seconds of silence before it was given up; 0 where it was not given up."""

    async def run(self) -> None:
        """Follow redirects to the answer, or to the failure that ends it."""
        ours = self._ask.patience is Patience.OURS
        limit = self._ask.timeout if ours else CONNECT_LIMIT + TLS_LIMIT + 1
        try:
            async with asyncio.timeout(limit) as self._timer:
                self.failure = await self._follow()
        except TimeoutError:
            self.failure = self.records[-1].failure = self._deadline(self.records[-1])
        if self.failure is not None and self.failure.kind in _SILENCE:
            self.waited = self.records[-1].quiet(self._means.clock.monotonic())

    async def _follow(self) -> Failure | None:
        target = self._first
        while True:
            record = Record(target, self._means.clock.monotonic())
            self.records.append(record)
            try:
                reply = await self._hop(record)
            except BrokenError as error:
                record.failure = error.failure
                return error.failure
            record.failure = reply.failure
            if reply.failure is not None or reply.location is None:
                return reply.failure
            step = next_target(
                reply.location,
                current=target,
                first=self._first,
                followed=len(self.records) - 1,
            )
            if isinstance(step, Failure):
                return step
            target = step

    async def _hop(self, record: Record) -> Reply:
        """Ask one host, over a kept connection where there is one."""
        target, means = record.target, self._means
        proxy = means.proxy_for(target)
        if isinstance(proxy, Failure):
            raise BrokenError(proxy)
        route = Route(target.origin, proxy, self._disclosure.allows(target))
        line = means.kept.take(route, means.clock.monotonic())
        if line is not None:
            record.reuse(line)
            reply = await self._converse(line, record)
            if not _was_dead(reply):
                return reply
            # As net/http: that a connection died while it was idle says nothing about its host.
            record.start_anew(line)
        pin = means.pin if target.host == self._first.host else None
        line = await means.opener.open(target, route, record, pin=pin, left=self._left())
        return await self._converse(line, record)

    async def _converse(self, line: Line, record: Record) -> Reply:
        """Send one request over a connection, and keep the connection where that can be."""
        means, route = self._means, line.route
        reply = open_reply(self._ask, record, line.stream)
        self._start_patience()
        try:
            await converse(
                line,
                self._request(record.target, route),
                record,
                stall_after=self._ask.stall_after,
                clock=means.clock,
                allowance=means.allowance,
            )
        finally:
            line.used_at = means.clock.monotonic()
            if reply.whole and reply.done.done():
                means.kept.keep(line)
            else:
                line.stream.abort()
        through = route.proxy is not None and record.target.scheme == "http"
        if through and reply.status == _WANTS_PROXY_CREDENTIALS:
            detail = "407: the forward proxy wants other credentials"
            reply.failure = Failure(FailureKind.PROXY_REFUSED, detail)
        return reply

    def _request(self, target: Target, route: Route) -> Request:
        means = self._means
        secrets = means.secrets if route.own else ()
        headers = [("User-Agent", means.user_agent)]
        if any(name.lower() == "user-agent" for name, _ in secrets):
            headers.clear()
        headers.extend(secrets)
        if self._ask.accept_gzip and not self._ask.head:
            headers.append(("Accept-Encoding", "gzip"))
        path = target.path
        if route.proxy is not None and target.scheme == "http":
            path = target.url
            if route.proxy.authorization is not None:
                headers.append(("Proxy-Authorization", route.proxy.authorization))
        method = "HEAD" if self._ask.head else "GET"
        return Request(target.scheme, target.authority, path, tuple(headers), method)

    def _left(self) -> float:
        """Give the seconds until our own limit."""
        assert self._timer is not None
        end = self._timer.when()
        return 0.0 if end is None else end - asyncio.get_running_loop().time()

    def _start_patience(self) -> None:
        """Let the go command's patience begin with the first request."""
        if self._sent or self._ask.patience is not Patience.GO:
            return
        assert self._timer is not None
        self._timer.reschedule(asyncio.get_running_loop().time() + self._ask.timeout)
        self._sent = True

    def _deadline(self, record: Record) -> Failure:
        """Name what our own limit cut short: a stall, if the peer had been silent for so long."""
        quiet = record.quiet(self._means.clock.monotonic())
        if record.reply is not None and quiet >= self._ask.stall_after - _TOLERANCE:
            return Failure(FailureKind.STALL, f"not one byte for {quiet:.3g} s")
        waited = f"gave up after {self._ask.timeout:g} s, waiting for {record.stage}"
        return Failure(FailureKind.DEADLINE, waited)


def _was_dead(reply: Reply) -> bool:
    """Tell a kept connection that was dead before any byte of an answer came."""
    return reply.failure is not None and reply.first_at is None and reply.failure.kind in _DEAD
