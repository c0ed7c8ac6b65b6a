"""What is known, as JSON?"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from goproxy_exporter.model.names import Kind, Severity
from goproxy_exporter.report.document import document, mirror_object
from goproxy_exporter.report.report import MirrorReport, Report, exit_code
from goproxy_exporter.web.endpoint import json_text
from goproxy_exporter.web.sources import Sources
from goproxy_exporter.wire.redact import redact


class Api:
    """`/api/v1/…`: the document of `goproxy-exporter probe --output json`."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    async def all_mirrors(self, _request: web.Request) -> web.Response:
        """Give the whole document, written mirror by mirror with a turn of the loop between."""
        report = await self._report()
        written = []
        for mirror in report.mirrors:
            written.append(json.dumps(mirror_object(mirror), ensure_ascii=False))
            await asyncio.sleep(0)
        head = document(replace(report, mirrors=()))
        return json_text(_spliced(head, "mirrors", "[" + ",\n".join(written) + "]"))

    async def one_mirror(self, request: web.Request) -> web.Response:
        """Give one element of `mirrors`."""
        name = request.match_info["name"]
        if name not in self._sources.store.mirrors:
            return json_text('{"error": "no mirror has this name"}\n', status=404)
        found = mirror_object(mirror_report(self._sources, name, self._sources.clock.now()))
        return json_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")

    async def _report(self) -> Report:
        now = self._sources.clock.now()
        store = self._sources.store
        mirrors = await mirror_reports(self._sources, now)
        starts = [result.started for mirror in mirrors for result in mirror.results]
        report = Report(
            vantage=self._sources.exporter().vantage,
            started=min(starts, default=now),
            finished=now,
            mirrors=tuple(mirrors),
            chains=store.chains(now),
            checksum_databases=database_reports(self._sources, Kind.CHECKSUMS, now),
            vulnerability_databases=database_reports(self._sources, Kind.VULNERABILITIES, now),
            problems=tuple(store.problems(now).items()),
        )
        code = exit_code(report, fail_on=Severity.UNUSABLE, allow_unknown=False)
        return replace(report, exit_code=code)


async def mirror_reports(sources: Sources, now: float) -> list[MirrorReport]:
    """Collect what is known of every mirror, with a turn of the loop between two of them."""
    reports = []
    for name in tuple(sources.store.mirrors):
        if name in sources.store.mirrors:
            reports.append(mirror_report(sources, name, now))
        await asyncio.sleep(0)
    return reports


def database_reports(sources: Sources, kind: Kind, now: float) -> tuple[MirrorReport, ...]:
    """Collect what is known of the databases of a kind: there are few."""
    return tuple(mirror_report(sources, key, now) for key in sources.store.others(kind))


def mirror_report(sources: Sources, name: str, now: float) -> MirrorReport:
    """Collect what is known of a mirror or database, by its key.

    Raises KeyError for one that is not kept.
    """
    store = sources.store
    mirror = store.mirror(name)
    results = (store.last(name, check.name) for check in store.checks_of(name))
    return MirrorReport(
        mirror=replace(mirror, url=redact(mirror.url)),
        verdict=store.verdict(name, now),
        results=tuple(result for result in results if result is not None),
    )


def _spliced(head: Mapping[str, object], key: str, written: str) -> str:
    """Write an object of which one value is already written."""
    parts = (
        f"{json.dumps(name)}: {written if name == key else json.dumps(value, ensure_ascii=False)}"
        for name, value in head.items()
    )
    return "{" + ",\n".join(parts) + "}\n"
