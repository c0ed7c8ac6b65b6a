"""Serves everything under one roof: from sockets to a clean end."""

from types import TracebackType
from typing import Self

from goproxy_exporter.web.sources import Serving, Sources


class Site:
    """The web server. Use it as an async context manager; leaving the block stops it cleanly.

    Entering raises ListenError where an address cannot be bound, ConfigError for a bad web
    configuration file.
    """

    def __init__(self, sources: Sources, serving: Serving) -> None:
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        raise NotImplementedError

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        raise NotImplementedError

    @property
    def urls(self) -> tuple[str, ...]:
        """Where it really listens: ``http://127.0.0.1:10130``, ``https://[::]:10130``."""
        raise NotImplementedError

    async def refresh(self) -> None:
        """Follow the web configuration file if it, or a certificate it names, has changed.

        Raises ConfigError with every problem; what was in use stays in use then.
        """
        raise NotImplementedError
