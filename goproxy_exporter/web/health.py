"""Is this process alive, and has it something to say yet?"""

from aiohttp import web

from goproxy_exporter.report.plain import printable
from goproxy_exporter.web.endpoint import text
from goproxy_exporter.web.sources import Sources

_UNAVAILABLE = 503


class Health:
    """`/-/healthy` and `/-/ready`."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    async def healthy(self, _request: web.Request) -> web.Response:
        """Answer 503 when the scheduler has stopped making progress: a restart would help."""
        if self._sources.schedule.alive(self._sources.clock.monotonic()):
            return text("healthy\n")
        return text("503: checks are not being run\n", status=_UNAVAILABLE)

    async def ready(self, _request: web.Request) -> web.Response:
        """Answer 503 until every mirror has a first result. Without a schedule none is awaited."""
        if self._sources.exporter().reloaded_at is None:
            return text("503: the configuration is not in use yet\n", status=_UNAVAILABLE)
        waiting = self._waiting() if self._sources.scheduled else ()
        if not waiting:
            return text("ready\n")
        lines = "\n".join(f"  {printable(name)}" for name in waiting)
        return text(f"503: no result yet for\n{lines}\n", status=_UNAVAILABLE)

    def _waiting(self) -> tuple[str, ...]:
        store = self._sources.store
        if store.ready:
            return ()
        return tuple(
            name
            for name in store.mirrors
            if store.checks_of(name)
            and all(store.last(name, check.name) is None for check in store.checks_of(name))
        )
