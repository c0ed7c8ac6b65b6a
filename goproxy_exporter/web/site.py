"""Serves everything under one roof: from sockets to a clean end."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from types import TracebackType
from typing import Self

import structlog
from aiohttp import web

from goproxy_exporter.errors import ConfigError
from goproxy_exporter.web.connection import Crowd
from goproxy_exporter.web.door import Door
from goproxy_exporter.web.guard import Guard
from goproxy_exporter.web.listen import bind, url_of
from goproxy_exporter.web.routes import application
from goproxy_exporter.web.settings import Loaded, load
from goproxy_exporter.web.settings.load import NOTHING
from goproxy_exporter.web.sources import Serving, Sources
from goproxy_exporter.web.systemd import inherited

REFRESH = 5.0
"""Seconds between two looks at the web configuration file and its certificates."""

log = structlog.get_logger(__name__)


class Site:
    """The web server. Use it as an async context manager; leaving the block stops it cleanly.

    Entering raises ListenError where an address cannot be bound, ConfigError for a bad web
    configuration file.
    """

    def __init__(self, sources: Sources, serving: Serving) -> None:
        self._serving = serving
        self._guard = Guard()
        self._crowd = Crowd()
        app = application(sources, serving, self._guard, self.refresh)
        self._runner = web.AppRunner(app, shutdown_timeout=serving.grace)
        self._loaded: Loaded = NOTHING
        self._doors: list[Door] = []
        self._ending = AsyncExitStack()
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        loaded = await self._load()
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._see_off)
            await self._runner.setup()
            stack.push_async_callback(self._runner.cleanup)
            for sock in self._sockets():
                door = Door(sock, self._protocol)
                stack.callback(door.close)
                self._doors.append(door)
            await self._follow(loaded)
            if self._serving.config_file is not None:
                watch = asyncio.create_task(self._refresh_for_ever())
                stack.callback(watch.cancel)
            self._ending = stack.pop_all()
        log.info("web.listening", addresses=self.urls)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # In this order: close the doors, let requests end, see the last bytes off.
        await self._ending.aclose()

    @property
    def urls(self) -> tuple[str, ...]:
        """Where it really listens: ``http://127.0.0.1:10130``, ``https://[::]:10130``."""
        tls = self._loaded.context is not None
        return tuple(url_of(door.socket, tls=tls) for door in self._doors)

    async def refresh(self) -> None:
        """Follow the web configuration file if it, or a certificate it names, has changed.

        Raises ConfigError with every problem; what was in use stays in use then.
        """
        async with self._turn:  # or the older of two files that were read could win
            loaded = await self._load()
            if loaded.digest != self._loaded.digest:
                await self._follow(loaded)
                log.info("web.settings_followed", tls=loaded.context is not None)

    async def _see_off(self) -> None:
        with suppress(TimeoutError):  # whoever has not taken the answer by now does not want it
            await asyncio.wait_for(self._crowd.gone(), self._serving.grace)

    async def _load(self) -> Loaded:
        file = self._serving.config_file
        return NOTHING if file is None else await asyncio.to_thread(load, file)

    async def _follow(self, loaded: Loaded) -> None:
        self._guard.follow(loaded.settings)
        for door in self._doors:
            await door.open(loaded.context)
        self._loaded = loaded

    async def _refresh_for_ever(self) -> None:
        said: tuple[str, ...] = ()
        while True:
            await asyncio.sleep(REFRESH)
            problems = await self._problems()
            if problems and problems != said:
                log.error("web.settings_rejected", problems=problems)
            said = problems

    async def _problems(self) -> tuple[str, ...]:
        try:
            await self.refresh()
        except ConfigError as error:
            return tuple(map(str, error.problems))
        except OSError as error:  # no descriptor is left for a duplicate of a socket, say
            return (str(error),)
        return ()

    def _protocol(self) -> asyncio.Protocol:
        server = self._runner.server
        assert server is not None, "doors open after setup and close before cleanup"
        return self._crowd.protocol(server)

    def _sockets(self) -> Iterator[socket.socket]:
        if self._serving.systemd_socket:
            yield from inherited(os.environ, pid=os.getpid())
        else:
            yield from map(bind, self._serving.listen)
