"""What does the reference have?"""

import asyncio
from collections.abc import Collection

from goproxy_exporter.gomod.endpoint import info_url, latest_url, list_url
from goproxy_exporter.model.mirror import Access, Canary
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.reference import reading
from goproxy_exporter.reference.persistence import Believed, Persistence, persistently
from goproxy_exporter.reference.reading import Read, T
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.ask import Ask
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.wire import Wire

LIST_FOR = 60.0
"""Seconds for which a version list is believed."""
LATEST_FOR = 300.0
"""Seconds for which ``@latest`` is believed."""

_LIMIT = 8 << 20
_AT_ONCE = 1 << 16
"""Bytes of a body that may be read on the loop; more goes to a thread."""


class Reference:
    """The mirror that others are held against: what it has, exists.

    `url` is None where there is no reference: then nobody can tell. `named` are modules that the
    operator named and that the reference is asked for as a mirror, too. Questions at the same time
    share one answer. Methods raise nothing but cancellation.
    """

    def __init__(
        self,
        wire: Wire,
        clock: Clock,
        url: str | None,
        access: Access,
        *,
        allowance: Allowance | None = None,
        persistence: Persistence | None = None,
        named: Collection[str] = frozenset(),
    ) -> None:
        self._wire = wire
        self._clock = clock
        self._url = url
        self._access = access
        self._allowance = allowance
        self._persistence = persistence or Persistence()
        self._named = named
        self._has: Believed[Canary, bool] = Believed(clock)
        self._versions: Believed[str, frozenset[str]] = Believed(clock, known_for=LIST_FOR)
        self._latest: Believed[str, str] = Believed(
            clock, known_for=LATEST_FOR, unknown_for=LATEST_FOR
        )

    def may_hear(self, module: str, *, declared: bool) -> bool:
        """Tell whether the reference may be told of a module: what the operator named may be private.

        Unless it is named to the reference anyhow.
        """
        return not declared or module in self._named

    async def has(self, canary: Canary) -> bool | None:
        """Tell whether the reference has it; None where nobody can tell.

        True on a 200 with the right content, False on an honest 404 or 410.
        """
        if self._url is None:
            return None
        module, version = canary.module, canary.version
        if version is None:
            endpoint, url = Endpoint.LIST, list_url(self._url, module)
        else:
            endpoint, url = Endpoint.INFO, info_url(self._url, module, version)
        ask = self._ask(endpoint, url, str(canary))
        return await self._has.get(
            canary, lambda: self._told(ask, reading.has(canary), absent=False)
        )

    async def versions(self, module: str) -> frozenset[str] | None:
        """Give what the reference's list names; nothing where it does not know the module.

        None where nobody can tell.
        """
        if self._url is None:
            return None
        ask = self._ask(Endpoint.LIST, list_url(self._url, module), module)
        nothing = frozenset[str]()
        return await self._versions.get(
            module, lambda: self._told(ask, reading.versions, absent=nothing)
        )

    async def latest(self, module: str) -> str | None:
        """Give the version of the reference's ``@latest``; None where nobody can tell."""
        if self._url is None:
            return None
        ask = self._ask(Endpoint.LATEST, latest_url(self._url, module), module)
        return (
            await self._latest.get(module, lambda: self._told(ask, reading.latest, absent=""))
            or None
        )

    async def _told(self, ask: Ask, read: Read[T], *, absent: T) -> T | None:
        """Ask until something is told; `absent` stands for an honest 404."""
        return await persistently(lambda: self._once(ask, read, absent), self._persistence)

    async def _once(self, ask: Ask, read: Read[T], absent: T) -> T | None:
        if self._allowance is not None and self._allowance.refusal(self._clock.now()) is not None:
            return None
        async with self._wire.session(self._access, allowance=self._allowance) as session:
            answer = await session.get(ask)
        with answer.body as body:
            data = body.data
            if len(data) <= _AT_ONCE:
                return reading.told(answer.exchange, data, read, absent)
            return await asyncio.to_thread(reading.told, answer.exchange, data, read, absent)

    def _ask(self, endpoint: Endpoint, url: str, module: str) -> Ask:
        timeout = self._persistence.timeout
        return Ask(endpoint=endpoint, url=url, module=module, limit=_LIMIT, timeout=timeout)
