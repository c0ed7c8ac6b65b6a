"""How does a build fare on each mirror: how fast, and with what chance?"""

from collections.abc import Iterator

from goproxy_exporter.diagnosis.speed import throughput
from goproxy_exporter.metrics.family import Family, Kind, Sample
from goproxy_exporter.metrics.snapshot import Snapshot
from goproxy_exporter.model.names import Endpoint


def _throughput(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        exchange = view.requests.get(Endpoint.LARGE_ZIP)
        rate = None if exchange is None else throughput(exchange)
        if rate is not None:
            yield (view.mirror.name,), rate


def _build_success(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        if view.build_success is not None:
            yield (view.mirror.name,), view.build_success


def _build_success_bound(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        if view.build_success_bound is not None:
            yield (view.mirror.name,), view.build_success_bound


BUILDS = (
    Family(
        name="goproxy_zip_throughput_bytes_per_second",
        kind=Kind.GAUGE,
        labels=("mirror",),
        help="Speed of the large canary's body, as of the last run.",
        example="goproxy_zip_throughput_bytes_per_second < 100e3",
        samples=_throughput,
    ),
    Family(
        name="goproxy_build_success_ratio",
        kind=Kind.GAUGE,
        labels=("mirror",),
        help="Chance that the 100 requests of a build all succeed, by what was seen lately; "
        "absent below 40 requests.",
        example="goproxy_build_success_ratio < 0.9",
        samples=_build_success,
    ),
    Family(
        name="goproxy_build_success_bound_ratio",
        kind=Kind.GAUGE,
        labels=("mirror",),
        help="What that chance is at least, at 95 % confidence; absent below 40 requests.",
        example="goproxy_build_success_ratio < 0.9 and goproxy_build_success_bound_ratio < 0.5",
        samples=_build_success_bound,
    ),
)
