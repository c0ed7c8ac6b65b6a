"""Which certificates do the hosts of each mirror show?"""

from collections.abc import Iterator

from goproxy_exporter.metrics.family import Family, Kind, Sample
from goproxy_exporter.metrics.snapshot import Snapshot


def _not_after(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        for host, tls in view.hosts.items():
            if tls.not_after is not None:
                yield (view.mirror.name, host), tls.not_after


def _verified(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        for host, tls in view.hosts.items():
            yield (view.mirror.name, host), float(tls.verified)


HOSTS = (
    Family(
        name="goproxy_tls_not_after_timestamp_seconds",
        kind=Kind.GAUGE,
        labels=("mirror", "host"),
        help="When the verified certificate chain ends, or the leaf where none verified, "
        "in Unix seconds, as of the last run.",
        example="goproxy_tls_not_after_timestamp_seconds - time() < 14 * 86400",
        samples=_not_after,
    ),
    Family(
        name="goproxy_tls_verified",
        kind=Kind.GAUGE,
        labels=("mirror", "host"),
        help="Whether the host's certificate was accepted, as of the last run.",
        example="goproxy_tls_verified == 0",
        samples=_verified,
    ),
)
