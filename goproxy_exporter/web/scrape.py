"""What does a scraper get?"""

from aiohttp import web

from goproxy_exporter.metrics import Form, Snapshot, negotiate, render, take
from goproxy_exporter.metrics.family import Family
from goproxy_exporter.metrics.table import FAMILIES
from goproxy_exporter.web.sources import Sources


class Scrape:
    """`/metrics`: every family, from results that are already there."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    async def answer(self, request: web.Request) -> web.Response:
        """Write all metrics, or the time series of ``name[]`` alone."""
        sources = self._sources
        now = sources.clock.now()
        snapshot = await take(sources.store, sources.exporter(), sources.budgets, now)
        names = frozenset(request.query.getall("name[]", ()))
        return await exposed(request, snapshot, names=names)


async def exposed(
    request: web.Request,
    snapshot: Snapshot,
    *,
    names: frozenset[str] = frozenset(),
    families: tuple[Family, ...] = FAMILIES,
) -> web.Response:
    """Write a snapshot in the form that the request wants."""
    form = _form(request)
    body = await render(snapshot, form, names=names, families=families)
    headers = {"Content-Type": form.content_type, "Vary": "Accept, Accept-Encoding"}
    if form.gzip:
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=body, headers=headers)


def _form(request: web.Request) -> Form:
    accept = ",".join(request.headers.getall("Accept", ()))
    return negotiate(accept, ",".join(request.headers.getall("Accept-Encoding", ())))
