"""Which configuration is in use, and can it be read again?"""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from goproxy_exporter.errors import ConfigError, Problem
from goproxy_exporter.web.endpoint import text
from goproxy_exporter.web.sources import Sources

_OWN = frozenset({"same-origin", "none"})


class Control:
    """`/config` and `/-/reload`."""

    def __init__(self, sources: Sources, refresh: Callable[[], Awaitable[None]]) -> None:
        self._sources = sources
        self._refresh = refresh

    async def config(self, _request: web.Request) -> web.Response:
        """Show the configuration in use, secrets hidden.

        To write that of fifty mirrors takes a fifth of a second: in a thread, or whatever is
        measured meanwhile would be late.
        """
        return text(await asyncio.to_thread(self._sources.effective_config))

    async def reload(self, request: web.Request) -> web.Response:
        """Read both configuration files again; 400 with every problem where one cannot be used.

        A browser that was sent here by a page of another site is refused.
        """
        if request.headers.get("Sec-Fetch-Site", "none") not in _OWN:
            return text("403: another site sent you\n", status=403)
        problems = [
            problem
            for load in (self._sources.reload, self._refresh)
            for problem in await _problems(load)
        ]
        if not problems:
            return text("reloaded\n")
        lines = "\n".join(map(str, problems))
        return text(f"400: the configuration was not changed\n{lines}\n", status=400)


async def _problems(load: Callable[[], Awaitable[None]]) -> tuple[Problem, ...]:
    try:
        await load()
    except ConfigError as error:
        return error.problems
    return ()
