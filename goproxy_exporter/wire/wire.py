"""The one door to the network for everything that is measured."""

import asyncio
import os
from collections.abc import Iterable

from goproxy_exporter import __version__
from goproxy_exporter.model.exchange import Failure, FailureKind
from goproxy_exporter.model.mirror import Access, ClientCertificate
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.broken import BrokenError
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.credentials import secret_headers
from goproxy_exporter.wire.dial import Attempts, dial
from goproxy_exporter.wire.forward_proxy import ProxyRules, choose
from goproxy_exporter.wire.lines import Kept
from goproxy_exporter.wire.opener import Opener
from goproxy_exporter.wire.pursuit import Means
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.session import Session
from goproxy_exporter.wire.target import BadUrlError, is_literal, parse_target
from goproxy_exporter.wire.trust import Trust, load_trust

USER_AGENT = f"GoCommand/1 (+https://go.dev/cmd/go) goproxy_exporter/{__version__}"
"""Looks like the go command to what tells clients apart, and names who really asks."""

_WITH_HTTP2 = ("h2", "http/1.1")
_HTTP1_ALONE = ("http/1.1",)
_ANSWERED = frozenset({FailureKind.CONNECT_REFUSED, FailureKind.CONNECT_RESET})

Key = tuple[tuple[str, ...], ClientCertificate | None]


class Wire:
    """What sessions share: clock, resolver, trust (loaded once per setting), forward proxies.

    The environment's forward proxies are those of the moment when the wire was made.
    `nameservers` are asked for what `reach` is told by name; empty means the system's.
    """

    def __init__(
        self,
        clock: Clock,
        resolver: Resolver,
        *,
        user_agent: str = USER_AGENT,
        nameservers: tuple[str, ...] = (),
    ) -> None:
        self._clock = clock
        self._resolver = resolver
        self._nameservers = nameservers
        self._user_agent = user_agent
        self._rules = ProxyRules.from_environment(os.environ)
        self._trusts: dict[Key, asyncio.Task[Trust]] = {}

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
        what it resolves to; hosts that redirects lead to are resolved as ever. ValueError where
        it is not an address.
        """
        if pin is not None and not is_literal(pin):
            raise ValueError("a pin is an IP address")
        trusts: dict[bool, Trust] = {}

        async def prepare() -> None:
            trusts[True] = await self._trust(access.ca_files, access.client_cert)
            trusts[False] = await self._trust(access.ca_files, None)

        opener = Opener(
            clock=self._clock,
            resolver=self._resolver,
            access=access,
            trust=trusts.__getitem__,
            user_agent=self._user_agent,
            alpn=_WITH_HTTP2 if http2 else _HTTP1_ALONE,
        )
        means = Means(
            clock=self._clock,
            opener=opener,
            kept=Kept(),
            access=access,
            allowance=allowance,
            secrets=secret_headers(access),
            pin=pin,
            user_agent=self._user_agent,
            proxy_for=lambda target: choose(target, access, self._rules),
        )
        return Session(means, prepare)

    async def addresses(
        self, url: str, access: Access, *, timeout: float
    ) -> tuple[str, ...] | Failure:
        """Give the addresses of a URL's host; none where a forward proxy hides them."""
        try:
            target = parse_target(url)
        except BadUrlError as error:
            return Failure(FailureKind.PROTOCOL, f"the URL: {error}")
        if choose(target, access, self._rules) is not None:
            return ()
        return await self._resolver.resolve(
            target.host, family=access.ip_family, nameservers=access.nameservers, timeout=timeout
        )

    async def reach(self, host: str, port: int, *, timeout: float) -> bool:
        """Tell whether anything answers there by TCP, be it with a refusal."""
        try:
            async with asyncio.timeout(timeout):
                found = await self._resolver.resolve(
                    host, family=None, nameservers=self._nameservers, timeout=timeout
                )
                if isinstance(found, Failure):
                    return False
                dialled = await dial(
                    found, port, limit=timeout, clock=self._clock, attempts=Attempts()
                )
        except BrokenError as error:
            return error.failure.kind in _ANSWERED
        except TimeoutError:
            return False
        dialled.sock.close()
        return True

    async def warm(self, accesses: Iterable[Access]) -> None:
        """Load the trust of these accesses now, so that no probe waits for it.

        Raises ConfigError where certificates cannot be loaded.
        """
        for access in accesses:
            await self._trust(access.ca_files, None)
            await self._trust(access.ca_files, access.client_cert)

    async def _trust(self, ca_files: tuple[str, ...], cert: ClientCertificate | None) -> Trust:
        """Load in a thread, once; a failure is not remembered, so that a mended file counts."""
        key = (ca_files, cert)
        if key not in self._trusts:
            self._trusts[key] = asyncio.create_task(asyncio.to_thread(_loaded, ca_files, cert))
        loading = self._trusts[key]
        try:
            return await asyncio.shield(loading)
        except Exception:
            self._trusts.pop(key, None)
            raise


def _loaded(ca_files: tuple[str, ...], cert: ClientCertificate | None) -> Trust:
    """Load everything that would block the loop later."""
    trust = load_trust(ca_files, cert)
    trust.context(_WITH_HTTP2)
    trust.context(_HTTP1_ALONE)
    return trust
