"""How does the table look to the Prometheus client library?"""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from goproxy_exporter.metrics.family import Family, Kind
from goproxy_exporter.metrics.snapshot import Snapshot
from goproxy_exporter.metrics.table import FAMILIES


class TableCollector(Collector):
    """A collector for a registry of one's own: new families from a new snapshot each time.

    `/metrics` does not go through it, because the library renders in one piece; it is for whoever
    embeds the exporter, and holds the renderer to the library's bytes.
    """

    def __init__(self, take: Callable[[], Snapshot], families: Iterable[Family] = FAMILIES) -> None:
        self._take = take
        self._families = tuple(families)

    def describe(self) -> Iterator[Metric]:
        """Give the families without samples: a registry refuses duplicates by these."""
        return (_metric(family) for family in self._families)

    def collect(self) -> Iterator[Metric]:
        """Give the families that have samples."""
        snapshot = self._take()
        for family in self._families:
            metric = _metric(family)
            for series in family.series(snapshot):
                metric.add_sample(series.name, dict(series.labels), series.value)
            if metric.samples:
                yield metric


def _metric(family: Family) -> Metric:
    name = family.name.removesuffix("_total") if family.kind is Kind.COUNTER else family.name
    return Metric(name, family.help, family.kind)
