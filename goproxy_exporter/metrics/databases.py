"""In which state are the checksum and vulnerability databases, and why?"""

from collections.abc import Callable, Iterable, Iterator

from goproxy_exporter.metrics.family import Family, Kind, Sample
from goproxy_exporter.metrics.figure import figure
from goproxy_exporter.metrics.snapshot import MirrorView, Snapshot
from goproxy_exporter.model.cause import LAWS
from goproxy_exporter.model.names import CheckName, State

LAG = "lag_seconds"
"""Fact of the vulndb check: seconds that a mirror is behind its original."""

Pick = Callable[[Snapshot], Iterable[MirrorView]]


def _checksums(snapshot: Snapshot) -> Iterable[MirrorView]:
    return snapshot.checksum_databases


def _vulnerabilities(snapshot: Snapshot) -> Iterable[MirrorView]:
    return snapshot.vulnerability_databases


def _states(pick: Pick) -> Callable[[Snapshot], Iterator[Sample]]:
    def samples(snapshot: Snapshot) -> Iterator[Sample]:
        for view in pick(snapshot):
            for state in State:
                yield (view.mirror.name, state), float(view.verdict.state is state)

    return samples


def _causes(pick: Pick) -> Callable[[Snapshot], Iterator[Sample]]:
    def samples(snapshot: Snapshot) -> Iterator[Sample]:
        for view in pick(snapshot):
            found = {cause.code for cause in view.verdict.causes}
            for code in LAWS:
                if code in found | view.looked_for:
                    yield (view.mirror.name, code), float(code in found)

    return samples


def _lag(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.vulnerability_databases:
        result = view.current.get(CheckName.VULNDB)
        seconds = None if result is None else figure(result.facts.get(LAG))
        if seconds is not None:
            yield (view.mirror.name,), seconds


DATABASES = (
    Family(
        name="goproxy_sumdb_state",
        kind=Kind.GAUGE,
        labels=("database", "state"),
        help="Whether the checksum database itself is in this state, as of the last run.",
        example='goproxy_sumdb_state{state="dangerous"} == 1',
        samples=_states(_checksums),
    ),
    Family(
        name="goproxy_sumdb_cause",
        kind=Kind.GAUGE,
        labels=("database", "cause"),
        help="Whether the checksum database itself shows this cause, as of the last run.",
        example="goproxy_sumdb_cause == 1",
        samples=_causes(_checksums),
    ),
    Family(
        name="goproxy_vulndb_state",
        kind=Kind.GAUGE,
        labels=("database", "state"),
        help="Whether the vulnerability database is in this state, as of the last run.",
        example='goproxy_vulndb_state{state="unusable"} == 1',
        samples=_states(_vulnerabilities),
    ),
    Family(
        name="goproxy_vulndb_cause",
        kind=Kind.GAUGE,
        labels=("database", "cause"),
        help="Whether the vulnerability database shows this cause, as of the last run.",
        example="goproxy_vulndb_cause == 1",
        samples=_causes(_vulnerabilities),
    ),
    Family(
        name="goproxy_vulndb_lag_seconds",
        kind=Kind.GAUGE,
        labels=("database",),
        help="How far the vulnerability database is behind its reference, as of the last run.",
        example="goproxy_vulndb_lag_seconds > 86400",
        samples=_lag,
    ),
)
