"""The one door to the network for everything that is measured."""

from collections.abc import Iterable

from goproxy_exporter import __version__
from goproxy_exporter.model.exchange import Failure
from goproxy_exporter.model.mirror import Access
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.session import Session

USER_AGENT = f"GoCommand/1 (+https://go.dev/cmd/go) goproxy_exporter/{__version__}"
"""Looks like the go command to what tells clients apart, and names who really asks."""


class Wire:
    """What sessions share: clock, resolver, trust (loaded once per setting), forward proxies."""

    def __init__(self, clock: Clock, resolver: object, *, user_agent: str = USER_AGENT) -> None:
        raise NotImplementedError

    def session(
        self,
        access: Access,
        *,
        allowance: Allowance | None = None,
        pin: str | None = None,
        http2: bool = True,
    ) -> Session:
        """Open a session: ``async with wire.session(access) as session``.

        `pin` is the address (a literal) that the host of each question is reached at instead of
        what it resolves to; hosts that redirects lead to are resolved as ever.
        """
        raise NotImplementedError

    async def addresses(
        self, url: str, access: Access, *, timeout: float
    ) -> tuple[str, ...] | Failure:
        """Give the addresses of a URL's host; empty where a forward proxy hides them."""
        raise NotImplementedError

    async def reach(self, host: str, port: int, *, timeout: float) -> bool:
        """Tell whether anything answers there by TCP, be it with a refusal."""
        raise NotImplementedError

    async def warm(self, accesses: Iterable[Access]) -> None:
        """Load the trust of these accesses now, in a thread each, so that no probe waits for it."""
        raise NotImplementedError
