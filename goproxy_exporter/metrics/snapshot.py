"""What is known at one moment, as values that a slow scrape can be written from?"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from prometheus_client import ProcessCollector

from goproxy_exporter.metrics.counts import Counts
from goproxy_exporter.model.cause import LAWS, Code
from goproxy_exporter.model.chain import ChainVerdict
from goproxy_exporter.model.exchange import Exchange, TlsFacts
from goproxy_exporter.model.mirror import Check, Mirror
from goproxy_exporter.model.names import CheckName, Endpoint, Kind, ProberProblem, State
from goproxy_exporter.model.result import Result
from goproxy_exporter.model.scope import codes_of
from goproxy_exporter.model.standing import Verdict
from goproxy_exporter.store import Store

_USABLE = frozenset({State.HEALTHY, State.DEGRADED})

Budgets = Callable[[str], tuple[int, int] | None]
"""Tells, by mirror name, how many requests and bytes are left of the hour's budget."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExporterFacts:
    """What the exporter knows of itself. Times in Unix seconds, spans in seconds."""

    vantage: str
    loop_lag: float | None = None
    slip: float | None = None
    reload_ok: bool | None = None
    """Whether the last attempt to load the configuration succeeded."""
    reloaded_at: float | None = None
    """When the configuration in use was loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorView:
    """One mirror at one moment: nothing in it changes any more."""

    mirror: Mirror
    verdict: Verdict
    checks: tuple[Check, ...]
    current: Mapping[CheckName, Result]
    """The last result of each check that says something and is not too old."""
    counts: Counts
    requests: Mapping[Endpoint, Exchange] = field(default_factory=dict)
    hosts: Mapping[str, TlsFacts] = field(default_factory=dict)
    build_success: float | None = None
    build_success_bound: float | None = None
    budget: tuple[int, int] | None = None

    @property
    def looked_for(self) -> frozenset[Code]:
        """The codes that were looked for: their check ran, and their question could be judged.

        What a problem of the prober took back was looked for in vain.
        """
        ran = [codes_of(check) for check in self.checks if check.name in self.current]
        codes = frozenset[Code]().union(*ran)
        return frozenset(
            code
            for code in codes - self.verdict.withdrawn
            if self.verdict.axes.get(LAWS[code].axis) is not None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeFacts:
    """Whether all that was probed can be used, and how many seconds the probe took."""

    success: bool
    duration: float

    @classmethod
    def of(cls, seen: Iterable[MirrorView], duration: float) -> Self:
        """Tell how a probe of these mirrors ended."""
        states = [view.verdict.state for view in seen]
        return cls(success=all(state in _USABLE for state in states), duration=duration)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything the table of families is filled from."""

    mirrors: tuple[MirrorView, ...]
    checksum_databases: tuple[MirrorView, ...] = ()
    vulnerability_databases: tuple[MirrorView, ...] = ()
    chains: tuple[ChainVerdict, ...] = ()
    exporter: ExporterFacts | None = None
    """None where only the mirrors are asked about, as /probe does."""
    problems: Mapping[ProberProblem, str] = field(default_factory=dict)
    process: Mapping[str, float] = field(default_factory=dict)
    """This process, by the names of the Prometheus client's families."""
    probe: ProbeFacts | None = None
    """None where nobody asked for a probe."""


async def take(
    store: Store, exporter: ExporterFacts | None, budgets: Budgets, now: float
) -> Snapshot:
    """Take a snapshot of everything at `now`, giving way to the loop after each mirror."""

    async def views(keys: Iterable[str]) -> tuple[MirrorView, ...]:
        seen = []
        for key in tuple(keys):
            if store.keeps(key):
                seen.append(view(store, key, budgets, now))
            await asyncio.sleep(0)
        return tuple(seen)

    return Snapshot(
        mirrors=await views(store.mirrors),
        checksum_databases=await views(store.others(Kind.CHECKSUMS)),
        vulnerability_databases=await views(store.others(Kind.VULNERABILITIES)),
        chains=store.chains(now),
        exporter=exporter,
        problems=store.problems(now),
        process=_process(),
    )


def view(store: Store, name: str, budgets: Budgets, now: float) -> MirrorView:
    """Look at one mirror, by its key. Raises KeyError for one that the store does not keep."""
    checks = store.checks_of(name)
    results = {check.name: store.current(name, check.name, now) for check in checks}
    return MirrorView(
        mirror=store.mirror(name),
        verdict=store.verdict(name, now),
        checks=checks,
        current={check: result for check, result in results.items() if result is not None},
        counts=Counts.of(store.tally(name)),
        requests=dict(store.requests(name, now)),
        hosts=dict(store.hosts(name, now)),
        build_success=store.build_success(name, now),
        build_success_bound=store.build_success_bound(name, now),
        budget=budgets(name),
    )


def _process() -> dict[str, float]:
    families = ProcessCollector(registry=None).collect()
    return {sample.name: sample.value for family in families for sample in family.samples}
