"""How are all mirrors, at one glance?"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from goproxy_exporter import GO_SEMANTICS, __version__
from goproxy_exporter.model.names import Axis, Kind, State
from goproxy_exporter.report.report import MirrorReport
from goproxy_exporter.web.api import database_reports, mirror_reports
from goproxy_exporter.web.endpoint import Endpoint
from goproxy_exporter.web.pages import climb, page
from goproxy_exporter.web.sources import Sources

WORST_FIRST = (
    State.DANGEROUS,
    State.UNUSABLE,
    State.DEGRADED,
    State.UNKNOWN,
    State.HEALTHY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One mirror in the table. `last_run` is how many seconds ago."""

    name: str
    href: str
    url: str
    state: str
    primary: str | None
    summary: str
    others: int
    axes: tuple[tuple[str, bool | None], ...]
    last_run: float | None


class Overview:
    """`/`: the table of mirrors, and links to everything."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._endpoints: Sequence[Endpoint] = ()

    def announce(self, endpoints: Sequence[Endpoint]) -> None:
        """Tell what there is to link to."""
        self._endpoints = endpoints

    async def answer(self, _request: web.Request) -> web.Response:
        """Draw the page from what is known now."""
        now = self._sources.clock.now()
        store = self._sources.store
        rows = [row(report, now) for report in await mirror_reports(self._sources, now)]
        databases = [
            (kind.replace("_", " "), row(report, now))
            for kind in (Kind.CHECKSUMS, Kind.VULNERABILITIES)
            for report in database_reports(self._sources, kind, now)
        ]
        return await page(
            "overview.html",
            {
                "root": climb("/"),
                "version": __version__,
                "go_semantics": GO_SEMANTICS,
                "vantage": self._sources.exporter().vantage,
                "now": now,
                "rows": sorted(rows, key=lambda one: WORST_FIRST.index(State(one.state))),
                "counts": _counts(rows),
                "axes": tuple(map(str, Axis)),
                "databases": databases,
                "chains": store.chains(now),
                "problems": tuple(store.problems(now).items()),
                "endpoints": self._endpoints,
                "scheduled": self._sources.scheduled,
            },
        )


def row(report: MirrorReport, now: float) -> Row:
    """Sum up one mirror."""
    verdict = report.verdict
    primary = next((one for one in verdict.causes if one.code is verdict.primary), None)
    ended = [one.started + one.duration for one in report.results if one.skipped is None]
    return Row(
        name=report.mirror.name,
        href=href(report.mirror.name),
        url=report.mirror.url,
        state=str(verdict.state),
        primary=None if verdict.primary is None else str(verdict.primary),
        summary="" if primary is None else primary.summary,
        others=len(verdict.causes) - (primary is not None),
        axes=tuple((str(axis), verdict.axes.get(axis)) for axis in Axis),
        last_run=now - max(ended) if ended else None,
    )


def href(name: str) -> str:
    """Give the path of a mirror's page, from the root."""
    return f"mirrors/{quote(name, safe='')}"


def _counts(rows: Sequence[Row]) -> tuple[tuple[str, int], ...]:
    states = [one.state for one in rows]
    return tuple((str(state), states.count(state)) for state in WORST_FIRST if state in states)
