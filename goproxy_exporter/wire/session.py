"""Questions of one run to one mirror, over connections that they share."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

from goproxy_exporter.model.exchange import Exchange, Failure, FailureKind, Hop
from goproxy_exporter.wire.ask import Answer, Ask
from goproxy_exporter.wire.body import Body
from goproxy_exporter.wire.credentials import is_insecure
from goproxy_exporter.wire.excerpt import excerpt
from goproxy_exporter.wire.pursuit import Means, Pursuit
from goproxy_exporter.wire.record import Record
from goproxy_exporter.wire.redact import redact
from goproxy_exporter.wire.reply import ERROR_BODY
from goproxy_exporter.wire.settle import Settled, settle
from goproxy_exporter.wire.store import Spool
from goproxy_exporter.wire.target import BadUrlError, Target, parse_target
from goproxy_exporter.wire.veil import Veil


class Session:
    """At most one live connection per origin, fresh at the start, closed at the end.

    Use it as an async context manager. Questions asked at once wait for each other: each is
    measured alone. Entering raises ConfigError where certificates cannot be loaded.
    """

    def __init__(self, means: Means, prepare: Callable[[], Awaitable[None]]) -> None:
        self._means = means
        self._prepare = prepare
        self._turn = asyncio.Lock()
        self._veil = Veil(means.access)

    async def __aenter__(self) -> Self:
        await self._prepare()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._means.kept.close()

    async def get(self, ask: Ask) -> Answer:
        """Ask, follow redirects, and record what happened.

        Raises nothing but cancellation, and OSError where this machine cannot keep the body.
        """
        async with self._turn:
            try:
                target = parse_target(ask.url)
            except BadUrlError as error:
                return self._refused(ask, Failure(FailureKind.PROTOCOL, f"the URL: {error}"))
            if is_insecure(self._means.access, target):
                detail = "credentials are configured for a plain http URL"
                return self._refused(ask, Failure(FailureKind.INSECURE_CREDENTIALS, detail))
            return await self._pursue(ask, target)

    async def _pursue(self, ask: Ask, target: Target) -> Answer:
        clock = self._means.clock
        started, begun = clock.now(), clock.monotonic()
        pursuit = Pursuit(ask, target, self._means)
        try:
            await pursuit.run()
            at = clock.monotonic()
            last = pursuit.records[-1]
            settled = await _settled(last, ask)
        finally:
            for record in pursuit.records:
                record.close()
        last.failure = last.failure or settled.failure
        end = last.reply.end_at if last.reply is not None else None
        hops = tuple(record.hop(at, self._veil) for record in pursuit.records)
        exchange = Exchange(
            endpoint=ask.endpoint,
            url=redact(ask.url),
            module=ask.module,
            started=started,
            duration=(end or at) - begun,
            hops=hops,
            size=settled.size,
            sha256=settled.sha256,
            excerpt=self._veil(excerpt(settled.head)),
            waited=pursuit.waited,
            failure=pursuit.failure or settled.failure,
        )
        return Answer(exchange, settled.body)

    def _refused(self, ask: Ask, failure: Failure) -> Answer:
        """Record a question that was never sent."""
        exchange = Exchange(
            endpoint=ask.endpoint,
            url=redact(ask.url),
            module=ask.module,
            started=self._means.clock.now(),
            duration=0.0,
            hops=(Hop(url=redact(ask.url), host="", failure=failure),),
            failure=failure,
        )
        return Answer(exchange, Body())


async def _settled(record: Record, ask: Ask) -> Settled:
    """Decode the body of the last hop; what is wrong with an error's body does not matter."""
    reply, sink = record.reply, record.sink
    if reply is None or sink is None or reply.status is None:
        return Settled(Body(), 0, None, b"")
    if isinstance(sink, Spool):
        await sink.drain()
        sink = sink.store
    limit = ask.limit if reply.ok else min(ask.limit, ERROR_BODY)
    settled = await settle(sink, gzip=reply.is_gzip, limit=limit, spool=ask.spool)
    if settled.failure is not None and (not reply.ok or record.failure is not None):
        return replace(settled, failure=None)
    return settled
