"""How do the requests to each mirror fare?"""

from collections.abc import Iterator

from goproxy_exporter.metrics.family import Family, Kind, Sample
from goproxy_exporter.metrics.snapshot import Snapshot
from goproxy_exporter.model.exchange import Phases
from goproxy_exporter.model.names import UNLABELLED, Endpoint

_OPENS = Endpoint.LIST
"""The endpoint that is asked first, and so opens the connection."""
_OPENING = frozenset({"resolve", "connect", "tls"})
"""The phases that only the opening of a connection has."""


def _requests(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        for endpoint, count in view.counts.requests.items():
            yield (view.mirror.name, endpoint), count


def _failures(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        for (endpoint, reason), count in view.counts.request_failures.items():
            yield (view.mirror.name, endpoint, reason), count


def _responses(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        for (endpoint, code), count in view.counts.responses.items():
            yield (view.mirror.name, endpoint, code), count


def _durations(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        for endpoint, buckets in view.counts.durations.items():
            yield (view.mirror.name, endpoint), buckets


def _phases(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        for endpoint, exchange in view.requests.items():
            if endpoint not in UNLABELLED:
                for phase, seconds in _named(exchange.phases, opens=endpoint is _OPENS):
                    yield (view.mirror.name, endpoint, phase), seconds


def _named(phases: Phases, *, opens: bool) -> Iterator[tuple[str, float]]:
    for name, seconds in phases.named.items():
        if opens or name not in _OPENING:
            yield name, seconds


def _redirects(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        for endpoint, exchange in view.requests.items():
            if endpoint not in UNLABELLED:
                yield (view.mirror.name, endpoint), len(exchange.hops) - 1


def _budget(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        if view.budget is not None:
            requests, size = view.budget
            yield (view.mirror.name, "requests"), requests
            yield (view.mirror.name, "bytes"), size


REQUESTS = (
    Family(
        name="goproxy_requests_total",
        kind=Kind.COUNTER,
        labels=("mirror", "endpoint"),
        help="Requests sent to the mirror; a request and its redirects count once.",
        example="sum by (mirror) (rate(goproxy_requests_total[5m]))",
        samples=_requests,
    ),
    Family(
        name="goproxy_request_failures_total",
        kind=Kind.COUNTER,
        labels=("mirror", "endpoint", "reason"),
        help="Requests without a complete final answer, by what stopped them.",
        example="sum by (mirror, reason) (increase(goproxy_request_failures_total[15m])) > 0",
        samples=_failures,
    ),
    Family(
        name="goproxy_responses_total",
        kind=Kind.COUNTER,
        labels=("mirror", "endpoint", "code"),
        help="Complete final answers by HTTP status code.",
        example='sum by (mirror) (rate(goproxy_responses_total{code=~"5.."}[15m]))'
        " / sum by (mirror) (rate(goproxy_requests_total[15m]))",
        samples=_responses,
    ),
    Family(
        name="goproxy_request_phase_seconds",
        kind=Kind.GAUGE,
        labels=("mirror", "endpoint", "phase"),
        help="Time spent in each phase of a request, summed over redirects, as of the last run; "
        "a phase that did not happen is absent.",
        example='sum without (phase) (goproxy_request_phase_seconds{endpoint="list"})',
        samples=_phases,
    ),
    Family(
        name="goproxy_request_duration_seconds",
        kind=Kind.HISTOGRAM,
        labels=("mirror", "endpoint"),
        help="Duration of requests, redirects and body included.",
        example="histogram_quantile(0.95, sum by (mirror, le)"
        ' (rate(goproxy_request_duration_seconds_bucket{endpoint="zip"}[1h])))',
        samples=_durations,
    ),
    Family(
        name="goproxy_request_redirects",
        kind=Kind.GAUGE,
        labels=("mirror", "endpoint"),
        help="Redirects that were followed, as of the last run.",
        example='goproxy_request_redirects{endpoint="zip"} > 1',
        samples=_redirects,
    ),
    Family(
        name="goproxy_request_budget_remaining",
        kind=Kind.GAUGE,
        labels=("mirror", "kind"),
        help="What is left of the hour's budget for this mirror, in requests and bytes.",
        example='goproxy_request_budget_remaining{kind="requests"} == 0',
        samples=_budget,
    ),
)
