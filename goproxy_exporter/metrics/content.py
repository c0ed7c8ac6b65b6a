"""How fresh and how verifiable is what the mirrors give?"""

from collections.abc import Iterator

from goproxy_exporter.metrics.family import Family, Kind, Sample
from goproxy_exporter.metrics.figure import figure
from goproxy_exporter.metrics.snapshot import MirrorView, Snapshot
from goproxy_exporter.model.facts import REFERENCE_TREE_SIZE, TREE_SIZE
from goproxy_exporter.model.names import CheckName, Endpoint, ProberProblem
from goproxy_exporter.model.result import Fact

LAG = "lag_seconds"
"""Fact of the freshness check: seconds by endpoint."""


def _facts(view: MirrorView, check: CheckName) -> dict[str, Fact]:
    result = view.current.get(check)
    return {} if result is None else result.facts


def _lag(snapshot: Snapshot) -> Iterator[Sample]:
    if ProberProblem.CLOCK_SKEW in snapshot.problems:
        # Ages by a clock that is wrong would be wrong.
        return
    for view in snapshot.mirrors:
        lags = _facts(view, CheckName.FRESHNESS).get(LAG)
        for endpoint in Endpoint:
            seconds = figure(lags.get(endpoint)) if isinstance(lags, dict) else None
            if seconds is not None:
                yield (view.mirror.name, endpoint), seconds


def _tree_size(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        records = figure(_facts(view, CheckName.SUMDB).get(TREE_SIZE))
        if records is not None:
            yield (view.mirror.name,), records


def _reference_tree_size(snapshot: Snapshot) -> Iterator[Sample]:
    views = (*snapshot.mirrors, *snapshot.checksum_databases)
    seen = (figure(_facts(view, CheckName.SUMDB).get(REFERENCE_TREE_SIZE)) for view in views)
    largest = max((records for records in seen if records is not None), default=None)
    if largest is not None:
        yield (), largest


def _propagation(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        for endpoint in Endpoint:
            buckets = view.counts.propagation.get(endpoint)
            if buckets is not None:
                yield (view.mirror.name, endpoint), buckets


CONTENT = (
    Family(
        name="goproxy_freshness_lag_seconds",
        kind=Kind.GAUGE,
        labels=("mirror", "endpoint"),
        help="Age of the oldest published version that is not visible yet, 0 if there is none, "
        "as of the last run.",
        example="goproxy_freshness_lag_seconds > 3600",
        samples=_lag,
    ),
    Family(
        name="goproxy_freshness_propagation_seconds",
        kind=Kind.HISTOGRAM,
        labels=("mirror", "endpoint"),
        help="Time from the publication of a version until it was visible.",
        example="histogram_quantile(0.9, sum by (mirror, le)"
        " (rate(goproxy_freshness_propagation_seconds_bucket[1d])))",
        samples=_propagation,
    ),
    Family(
        name="goproxy_sumdb_tree_size",
        kind=Kind.GAUGE,
        labels=("mirror",),
        help="Records in the checksum database as the mirror relays it, as of the last run.",
        example="goproxy_sumdb_tree_size",
        samples=_tree_size,
    ),
    Family(
        name="goproxy_sumdb_reference_tree_size",
        kind=Kind.GAUGE,
        labels=(),
        help="Records in the checksum database itself, as of the last run.",
        example="scalar(goproxy_sumdb_reference_tree_size) - goproxy_sumdb_tree_size",
        samples=_reference_tree_size,
    ),
)
