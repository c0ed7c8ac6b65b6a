"""What had been counted for a mirror when the snapshot was taken?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from goproxy_exporter.model.names import CheckName, Endpoint, Reason, SkipReason
from goproxy_exporter.store import Histogram, Tally


@dataclass(frozen=True, slots=True)
class Buckets:
    """A histogram: (upper bound, how many were at most that), the last bound infinite."""

    steps: tuple[tuple[float, int], ...]
    total: float

    @classmethod
    def of(cls, histogram: Histogram) -> Self:
        """Copy a histogram that still grows."""
        return cls(histogram.cumulative(), histogram.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """A tally that does not change any more: see `store.Tally` for the meaning of each field."""

    runs: Mapping[CheckName, int]
    failures: Mapping[CheckName, int]
    skipped: Mapping[tuple[CheckName, SkipReason], int]
    requests: Mapping[Endpoint, int]
    responses: Mapping[tuple[Endpoint, str], int]
    request_failures: Mapping[tuple[Endpoint, Reason], int]
    durations: Mapping[Endpoint, Buckets]
    propagation: Mapping[Endpoint, Buckets]
    last_run: Mapping[CheckName, float]
    last_success: Mapping[CheckName, float]

    @classmethod
    def of(cls, tally: Tally) -> Self:
        """Copy a tally that still grows."""
        return cls(
            runs=dict(tally.runs),
            failures=dict(tally.failures),
            skipped=dict(tally.skipped),
            requests=dict(tally.requests),
            responses=dict(tally.responses),
            request_failures=dict(tally.request_failures),
            durations={endpoint: Buckets.of(grown) for endpoint, grown in tally.durations.items()},
            propagation={one: Buckets.of(grown) for one, grown in tally.propagation.items()},
            last_run=dict(tally.last_run),
            last_success=dict(tally.last_success),
        )
