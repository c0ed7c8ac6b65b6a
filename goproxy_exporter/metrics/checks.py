"""How do the checks themselves fare?"""

from collections.abc import Callable, Iterator, Mapping

from goproxy_exporter.metrics.family import Family, Kind, Sample
from goproxy_exporter.metrics.snapshot import MirrorView, Snapshot
from goproxy_exporter.model.names import CheckName, SkipReason

_LABELS = ("mirror", "check")


def _of_checks(
    table: Callable[[MirrorView], Mapping[CheckName, float]],
) -> Callable[[Snapshot], Iterator[Sample]]:
    """Give one sample for each enabled check that the table knows."""

    def samples(snapshot: Snapshot) -> Iterator[Sample]:
        for view in snapshot.mirrors:
            numbers = table(view)
            for check in view.checks:
                if check.name in numbers:
                    yield (view.mirror.name, check.name), numbers[check.name]

    return samples


def _success(view: MirrorView) -> dict[CheckName, float]:
    return {
        name: float(result.ok) for name, result in view.current.items() if result.ok is not None
    }


def _skipped(snapshot: Snapshot) -> Iterator[Sample]:
    for view in snapshot.mirrors:
        for check in view.checks:
            for reason in SkipReason:
                count = view.counts.skipped.get((check.name, reason))
                if count is not None:
                    yield (view.mirror.name, check.name, reason), count


CHECKS = (
    Family(
        name="goproxy_check_success",
        kind=Kind.GAUGE,
        labels=_LABELS,
        help="Whether the last run of the check asserted no cause.",
        example="goproxy_check_success == 0",
        samples=_of_checks(_success),
    ),
    Family(
        name="goproxy_check_runs_total",
        kind=Kind.COUNTER,
        labels=_LABELS,
        help="Runs of the check that took place.",
        example="sum by (check) (rate(goproxy_check_runs_total[15m]))",
        samples=_of_checks(lambda view: view.counts.runs),
    ),
    Family(
        name="goproxy_check_failures_total",
        kind=Kind.COUNTER,
        labels=_LABELS,
        help="Runs of the check that asserted a cause.",
        example="rate(goproxy_check_failures_total[15m]) / rate(goproxy_check_runs_total[15m])",
        samples=_of_checks(lambda view: view.counts.failures),
    ),
    Family(
        name="goproxy_checks_skipped_total",
        kind=Kind.COUNTER,
        labels=("mirror", "check", "reason"),
        help="Runs that did not take place, by reason.",
        example="increase(goproxy_checks_skipped_total[1h]) > 0",
        samples=_skipped,
    ),
    Family(
        name="goproxy_check_last_run_timestamp_seconds",
        kind=Kind.GAUGE,
        labels=_LABELS,
        help="When the last run of the check that took place ended, in Unix seconds.",
        example="time() - goproxy_check_last_run_timestamp_seconds"
        " > 3 * goproxy_check_interval_seconds",
        samples=_of_checks(lambda view: view.counts.last_run),
    ),
    Family(
        name="goproxy_check_last_success_timestamp_seconds",
        kind=Kind.GAUGE,
        labels=_LABELS,
        help="When the last run of the check without a cause ended, in Unix seconds.",
        example="time() - goproxy_check_last_success_timestamp_seconds > 3600",
        samples=_of_checks(lambda view: view.counts.last_success),
    ),
    Family(
        name="goproxy_check_interval_seconds",
        kind=Kind.GAUGE,
        labels=_LABELS,
        help="How often the check is configured to run.",
        example="min by (mirror) (goproxy_check_interval_seconds)",
        samples=_of_checks(lambda view: {check.name: check.interval for check in view.checks}),
    ),
)
