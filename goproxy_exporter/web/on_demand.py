"""What is the matter with one mirror, asked right now?"""

from aiohttp import web

from goproxy_exporter.metrics import ON_DEMAND, ProbeFacts, Snapshot, view
from goproxy_exporter.report.plain import printable
from goproxy_exporter.web.endpoint import text
from goproxy_exporter.web.patience import HEADER, patience
from goproxy_exporter.web.scrape import exposed
from goproxy_exporter.web.sources import Sources


class OnDemand:
    """`/probe?target=NAME`: runs the checks of a configured mirror within the scrape timeout.

    Gauges only: a counter of this process would jump when another replica answers next.
    """

    def __init__(self, sources: Sources, offset: float) -> None:
        self._sources = sources
        self._offset = offset

    async def answer(self, request: web.Request) -> web.Response:
        """Run what fits, and answer with what is known then."""
        targets = request.query.getall("target", ())
        if len(targets) != 1 or not targets[0]:
            return text("400: one parameter target is needed: /probe?target=NAME\n", status=400)
        target = targets[0]
        if target not in self._sources.store.mirrors:
            return text(
                f"404: no mirror is named {printable(target[:100])!r}; only configured mirrors are "
                "probed, see /sd\n",
                status=404,
            )
        try:
            seconds = patience(request.headers.get(HEADER), self._offset)
        except ValueError as error:
            return text(f"400: {error}\n", status=400)
        return await self._run(request, target, seconds)

    async def _run(self, request: web.Request, target: str, seconds: float) -> web.Response:
        store, clock = self._sources.store, self._sources.clock
        started = clock.monotonic()
        if store.checks_of(target):
            await self._sources.schedule.run_now(target, timeout=seconds)
        if target not in store.mirrors:
            return text("404: the mirror has left the configuration\n", status=404)
        seen = view(store, target, self._sources.budgets, clock.now())
        probe = ProbeFacts.of([seen], clock.monotonic() - started)
        snapshot = Snapshot(mirrors=(seen,), probe=probe)
        return await exposed(request, snapshot, families=ON_DEMAND)
