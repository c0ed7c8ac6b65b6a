"""What does the reference have?"""

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from goproxy_exporter.gomod.endpoint import info_url, latest_url, list_url
from goproxy_exporter.model.mirror import Access, Canary
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.reference import reading
from goproxy_exporter.reference.persistence import Persistence
from goproxy_exporter.reference.reading import Read
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.ask import Ask
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.wire import Wire

__all__ = ["KNOWN_FOR", "LATEST_FOR", "LIST_FOR", "UNKNOWN_FOR", "Persistence", "Reference"]

KNOWN_FOR = 600.0
"""Seconds for which it is believed that the reference has something, or not."""
LIST_FOR = 60.0
"""Seconds for which a version list is believed."""
LATEST_FOR = 300.0
"""Seconds for which ``@latest`` is believed."""
UNKNOWN_FOR = 60.0
"""Seconds after which the reference is asked again where it could not tell."""

_LIMIT = 8 << 20
_MOST_KNOWN = 1024
"""Answers that are remembered."""

T = TypeVar("T")


@dataclass(slots=True)
class _Known:
    """What was told, and until when (monotonic seconds) it is believed."""

    told: Any = None
    until: float = float("-inf")
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Reference:
    """The mirror that others are held against: what it has, exists.

    `url` is None where there is no reference: then nobody can tell. Questions at the same time
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
    ) -> None:
        self._wire = wire
        self._clock = clock
        self._url = url
        self._access = access
        self._allowance = allowance
        self._persistence = persistence or Persistence()
        self._known: dict[Hashable, _Known] = {}

    async def has(self, canary: Canary) -> bool | None:
        """Tell whether the reference has it; None where nobody can tell.

        True on a 200 with the right content, False on an honest 404 or 410.
        """
        if self._url is None:
            return None
        module, version = canary.module, canary.version
        endpoint = Endpoint.LIST if version is None else Endpoint.INFO
        url = (
            list_url(self._url, module) if version is None else info_url(self._url, module, version)
        )
        ask = self._ask(endpoint, url, str(canary))
        return await self._recalled(canary, ask, reading.has(canary), absent=False, lasts=KNOWN_FOR)

    async def versions(self, module: str) -> frozenset[str] | None:
        """Give what the reference's list names; nothing where it does not know the module.

        None where nobody can tell.
        """
        if self._url is None:
            return None
        ask = self._ask(Endpoint.LIST, list_url(self._url, module), module)
        key = (Endpoint.LIST, module)
        return await self._recalled(key, ask, reading.versions, absent=frozenset(), lasts=LIST_FOR)

    async def latest(self, module: str) -> str | None:
        """Give the version of the reference's ``@latest``; None where nobody can tell."""
        if self._url is None:
            return None
        ask = self._ask(Endpoint.LATEST, latest_url(self._url, module), module)
        key = (Endpoint.LATEST, module)
        told = await self._recalled(key, ask, reading.latest, absent="", lasts=LATEST_FOR)
        return told or None

    async def _recalled(
        self, key: Hashable, ask: Ask, read: Read[T], *, absent: T | None, lasts: float
    ) -> T | None:
        """Give what is known, or ask until something is told, within the persistence's limits."""

        async def once() -> T | None:
            return await self._once(ask, read, absent)

        known = self._known.pop(key, None) or _Known()
        self._known[key] = known
        if len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        async with known.turn:
            if self._clock.monotonic() >= known.until:
                known.told = await self._persistence.until_told(once)
                lasts = UNKNOWN_FOR if known.told is None else lasts
                known.until = self._clock.monotonic() + lasts
        told: T | None = known.told
        return told

    async def _once(self, ask: Ask, read: Read[T], absent: T | None) -> T | None:
        if self._allowance is not None and self._allowance.refusal(self._clock.now()) is not None:
            return None
        async with self._wire.session(self._access, allowance=self._allowance) as session:
            answer = await session.get(ask)
        with answer.body as body:
            return reading.told(answer.exchange, body.data, read, absent)

    def _ask(self, endpoint: Endpoint, url: str, module: str) -> Ask:
        return Ask(
            endpoint=endpoint,
            url=url,
            module=module,
            limit=_LIMIT,
            timeout=self._persistence.timeout,
        )
