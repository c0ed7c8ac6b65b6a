"""What exactly is known of one mirror?"""

from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web

from goproxy_exporter.diagnosis.advice import ADVICE
from goproxy_exporter.model.exchange import Exchange, Hop, Phases
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.result import Result
from goproxy_exporter.model.standing import Cause
from goproxy_exporter.report.runbook import runbook_url
from goproxy_exporter.web.api import mirror_report
from goproxy_exporter.web.endpoint import text
from goproxy_exporter.web.overview import row
from goproxy_exporter.web.pages import climb, page
from goproxy_exporter.web.sources import Sources
from goproxy_exporter.web.words import fact

BAR = 200.0
"""Width of the longest bar, in user units of the drawing."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One phase of a hop in the drawing."""

    phase: str
    x: float
    width: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One hop in the table of requests."""

    endpoint: str
    hop: Hop
    bytes: int
    failure: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """One check with its last result, if there is one."""

    check: Check
    result: Result | None
    words: str
    lines: tuple[Line, ...]
    facts: tuple[tuple[str, str], ...]


class MirrorPage:
    """`/mirrors/NAME`."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    async def answer(self, request: web.Request) -> web.Response:
        """Draw the page from what is known now."""
        name = request.match_info["name"]
        store, now = self._sources.store, self._sources.clock.now()
        if name not in store.mirrors:
            return text("404: no mirror has this name\n", status=404)
        report = mirror_report(self._sources, name, now)
        checks = store.checks_of(name)
        return await page(
            "mirror.html",
            {
                "root": climb(request.rel_url.raw_path),
                "now": now,
                "row": row(report, now),
                "labels": report.mirror.labels,
                "causes": tuple(map(_cause, report.verdict.causes)),
                "suppressed": report.verdict.suppressed,
                "checks": tuple(_check(one, store.last(name, one.name)) for one in checks),
                "hosts": tuple(store.hosts(name, now).items()),
                "failures": tuple(self._failures(name)),
            },
        )

    def _failures(self, name: str) -> Iterator[tuple[Result, str]]:
        store = self._sources.store
        for check in store.checks_of(name):
            for result in store.history(name, check.name).failures:
                yield result, _words(result)


def _cause(cause: Cause) -> dict[str, object]:
    return {
        "cause": cause,
        "endpoints": ", ".join(map(str, cause.endpoints or (cause.endpoint,))),
        "evidence": tuple((name, fact(value)) for name, value in cause.evidence.items()),
        "advice": ADVICE[cause.code].action,
        "more": runbook_url(cause.code),
    }


def _check(check: Check, result: Result | None) -> CheckView:
    return CheckView(
        check=check,
        result=result,
        words="not run yet" if result is None else _words(result),
        lines=() if result is None else tuple(_lines(result)),
        facts=()
        if result is None
        else tuple((name, fact(value)) for name, value in result.facts.items()),
    )


def _words(result: Result) -> str:
    if result.skipped is not None:
        return f"skipped: {result.skipped}"
    if result.ok is None:
        return f"void: {', '.join(result.problems)}"
    codes = dict.fromkeys(str(finding.code) for finding in result.asserted)
    return ", ".join(codes) or "ok"


def _lines(result: Result) -> Iterator[Line]:
    hops = [hop for exchange in result.exchanges for hop in exchange.hops]
    longest = max((hop.phases.total for hop in hops), default=0.0)
    for exchange in result.exchanges:
        for hop in exchange.hops:
            yield _line(exchange, hop, longest)


def _line(exchange: Exchange, hop: Hop, longest: float) -> Line:
    last = hop is exchange.last
    failure = hop.failure or (exchange.failure if last else None)
    return Line(
        endpoint=str(exchange.endpoint) if hop is exchange.hops[0] else f"→ {hop.host}",
        hop=hop,
        bytes=exchange.size if last else hop.received,
        failure="" if failure is None else failure.detail,
        bars=tuple(_bars(hop.phases, longest)),
    )


def _bars(phases: Phases, longest: float) -> Iterator[Bar]:
    """Lay the phases that happened side by side, each at least wide enough to be seen."""
    x = 0.0
    for name in ("resolve", "connect", "tls", "processing", "transfer"):
        seconds: float | None = getattr(phases, name)
        if seconds is not None and longest > 0:
            width = max(1.0, round(BAR * seconds / longest, 1))
            yield Bar(name, round(x, 1), width, seconds)
            x += width
