"""How does the exporter itself fare?"""

import platform
from collections.abc import Callable, Iterator

from goproxy_exporter import GO_SEMANTICS, __version__
from goproxy_exporter.metrics.family import Family, Kind, Sample
from goproxy_exporter.metrics.snapshot import ExporterFacts, Snapshot
from goproxy_exporter.model.names import ProberProblem


def _problem(snapshot: Snapshot) -> Iterator[Sample]:
    if snapshot.exporter is not None:
        for problem in ProberProblem:
            yield (problem,), float(problem in snapshot.problems)


def _build_info(snapshot: Snapshot) -> Iterator[Sample]:
    if snapshot.exporter is not None:
        yield (__version__, GO_SEMANTICS, platform.python_version()), 1.0


def _info(snapshot: Snapshot) -> Iterator[Sample]:
    if snapshot.exporter is not None:
        yield (snapshot.exporter.vantage,), 1.0


def _fact(
    number: Callable[[ExporterFacts], float | None],
) -> Callable[[Snapshot], Iterator[Sample]]:
    def samples(snapshot: Snapshot) -> Iterator[Sample]:
        value = None if snapshot.exporter is None else number(snapshot.exporter)
        if value is not None:
            yield (), float(value)

    return samples


def _process(name: str) -> Callable[[Snapshot], Iterator[Sample]]:
    def samples(snapshot: Snapshot) -> Iterator[Sample]:
        if name in snapshot.process:
            yield (), snapshot.process[name]

    return samples


def _probe_success(snapshot: Snapshot) -> Iterator[Sample]:
    if snapshot.probe is not None:
        yield (), float(snapshot.probe.success)


def _probe_duration(snapshot: Snapshot) -> Iterator[Sample]:
    if snapshot.probe is not None:
        yield (), snapshot.probe.duration


ITSELF = (
    Family(
        name="goproxy_exporter_problem",
        kind=Kind.GAUGE,
        labels=("problem",),
        help="Whether this prober has this problem; mirrors are not blamed for it.",
        example="goproxy_exporter_problem == 1",
        samples=_problem,
    ),
    Family(
        name="goproxy_exporter_build_info",
        kind=Kind.GAUGE,
        labels=("version", "go_semantics", "python"),
        help="What is running.",
        example="count by (version) (goproxy_exporter_build_info)",
        samples=_build_info,
    ),
    Family(
        name="goproxy_exporter_info",
        kind=Kind.GAUGE,
        labels=("vantage",),
        help="Where this exporter looks from.",
        example="goproxy_mirror_state * on (instance) group_left (vantage) goproxy_exporter_info",
        samples=_info,
    ),
    Family(
        name="goproxy_exporter_config_last_reload_successful",
        kind=Kind.GAUGE,
        labels=(),
        help="Whether the last attempt to load the configuration succeeded.",
        example="goproxy_exporter_config_last_reload_successful == 0",
        samples=_fact(lambda exporter: exporter.reload_ok),
    ),
    Family(
        name="goproxy_exporter_config_last_reload_success_timestamp_seconds",
        kind=Kind.GAUGE,
        labels=(),
        help="When the configuration in use was loaded, in Unix seconds.",
        example="time() - goproxy_exporter_config_last_reload_success_timestamp_seconds",
        samples=_fact(lambda exporter: exporter.reloaded_at),
    ),
    Family(
        name="goproxy_exporter_event_loop_lag_seconds",
        kind=Kind.GAUGE,
        labels=(),
        help="How late this process gets to its work, over the last seconds.",
        example="goproxy_exporter_event_loop_lag_seconds > 0.1",
        samples=_fact(lambda exporter: exporter.loop_lag),
    ),
    Family(
        name="goproxy_exporter_schedule_slip_seconds",
        kind=Kind.GAUGE,
        labels=(),
        help="How far the check that is latest is behind its time.",
        example="goproxy_exporter_schedule_slip_seconds > 60",
        samples=_fact(lambda exporter: exporter.slip),
    ),
)

_OF_PROCESS = (
    ("process_cpu_seconds_total", "Total user and system CPU time spent in seconds."),
    ("process_resident_memory_bytes", "Resident memory size in bytes."),
    ("process_virtual_memory_bytes", "Virtual memory size in bytes."),
    ("process_start_time_seconds", "Start time of the process since unix epoch in seconds."),
    ("process_open_fds", "Number of open file descriptors."),
    ("process_max_fds", "Maximum number of open file descriptors."),
)
_QUERIES = {
    "process_cpu_seconds_total": "rate(process_cpu_seconds_total[5m])",
    "process_start_time_seconds": "time() - process_start_time_seconds",
    "process_open_fds": "process_open_fds / process_max_fds > 0.8",
}

PROCESS = tuple(
    Family(
        name=name,
        kind=Kind.COUNTER if name.endswith("_total") else Kind.GAUGE,
        labels=(),
        help=words,
        example=_QUERIES.get(name, name),
        samples=_process(name),
    )
    for name, words in _OF_PROCESS
)

PROBE = (
    Family(
        name="goproxy_probe_success",
        kind=Kind.GAUGE,
        labels=(),
        help="Whether each mirror that was probed is healthy or degraded after this probe; "
        "0 also where nothing is known.",
        example="goproxy_probe_success == 0",
        samples=_probe_success,
    ),
    Family(
        name="goproxy_probe_duration_seconds",
        kind=Kind.GAUGE,
        labels=(),
        help="How long this probe took.",
        example="goproxy_probe_duration_seconds",
        samples=_probe_duration,
    ),
)
