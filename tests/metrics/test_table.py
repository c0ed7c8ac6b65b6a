"""Which metrics are there, and when are they absent?"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry

from goproxy_exporter.metrics import FAMILIES, ExporterFacts, Family, Kind, Snapshot
from goproxy_exporter.metrics.collector import TableCollector
from goproxy_exporter.model.cause import LAWS, Code
from goproxy_exporter.model.exchange import Failure, FailureKind
from goproxy_exporter.model.freshness import Seen, Sight
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import Axis, CheckName, Endpoint, ProberProblem, SkipReason, State
from goproxy_exporter.model.result import Fact, Result
from goproxy_exporter.store import Store

CONTRACT = """
goproxy_mirror_state gauge mirror,state
goproxy_mirror_axis_success gauge mirror,axis
goproxy_mirror_cause gauge mirror,cause,severity
goproxy_mirror_cause_accepted gauge mirror,cause
goproxy_mirror_primary_cause_info gauge mirror,cause,severity
goproxy_check_success gauge mirror,check
goproxy_check_runs_total counter mirror,check
goproxy_check_failures_total counter mirror,check
goproxy_checks_skipped_total counter mirror,check,reason
goproxy_check_last_run_timestamp_seconds gauge mirror,check
goproxy_check_last_success_timestamp_seconds gauge mirror,check
goproxy_check_interval_seconds gauge mirror,check
goproxy_requests_total counter mirror,endpoint
goproxy_request_failures_total counter mirror,endpoint,reason
goproxy_responses_total counter mirror,endpoint,code
goproxy_request_phase_seconds gauge mirror,endpoint,phase
goproxy_request_duration_seconds histogram mirror,endpoint
goproxy_request_redirects gauge mirror,endpoint
goproxy_request_budget_remaining gauge mirror,kind
goproxy_tls_not_after_timestamp_seconds gauge mirror,host
goproxy_tls_verified gauge mirror,host
goproxy_zip_throughput_bytes_per_second gauge mirror
goproxy_build_success_ratio gauge mirror
goproxy_build_success_bound_ratio gauge mirror
goproxy_freshness_lag_seconds gauge mirror,endpoint
goproxy_freshness_propagation_seconds histogram mirror,endpoint
goproxy_sumdb_tree_size gauge mirror
goproxy_sumdb_reference_tree_size gauge
goproxy_chain_success gauge chain
goproxy_chain_fallback gauge chain
goproxy_chain_build_success_ratio gauge chain
goproxy_chain_hides_tampering gauge chain
goproxy_sumdb_state gauge database,state
goproxy_sumdb_cause gauge database,cause
goproxy_vulndb_state gauge database,state
goproxy_vulndb_cause gauge database,cause
goproxy_vulndb_lag_seconds gauge database
goproxy_exporter_problem gauge problem
goproxy_exporter_build_info gauge version,go_semantics,python
goproxy_exporter_info gauge vantage
goproxy_exporter_config_last_reload_successful gauge
goproxy_exporter_config_last_reload_success_timestamp_seconds gauge
goproxy_exporter_event_loop_lag_seconds gauge
goproxy_exporter_schedule_slip_seconds gauge
process_cpu_seconds_total counter
process_resident_memory_bytes gauge
process_virtual_memory_bytes gauge
process_start_time_seconds gauge
process_open_fds gauge
process_max_fds gauge
goproxy_probe_success gauge
goproxy_probe_duration_seconds gauge
"""


def read(snapshot: Snapshot) -> dict[tuple[str, ...], float]:
    """Give every series by name and label values, labels in alphabetical order."""
    every = (series for family in FAMILIES for series in family.series(snapshot))
    return {(one.name, *(value for _, value in one.labels)): one.value for one in every}


def test_names_types_and_labels_are_the_contract() -> None:
    """Dashboards and alert rules outside this project read them: none changes by accident."""
    lines = [f"{each.name} {each.kind} {','.join(each.labels)}".strip() for each in FAMILIES]
    assert lines == CONTRACT.strip().splitlines()


def test_a_registry_takes_the_table_without_collecting() -> None:
    """describe() is enough for a registry to know every name, and to refuse a second table."""

    def never() -> Snapshot:
        pytest.fail("collected")

    registry = CollectorRegistry()
    registry.register(TableCollector(never))
    with pytest.raises(ValueError, match="Duplicated"):
        registry.register(TableCollector(never))


def test_a_mirror_has_exactly_one_state(snapshot: Snapshot) -> None:
    """One of the five states is 1, the others are 0."""
    values = read(snapshot)
    name = snapshot.mirrors[0].mirror.name
    states = {state: values["goproxy_mirror_state", name, state] for state in State}
    assert states == {state: float(state is State.UNUSABLE) for state in State}


def test_what_the_configuration_accepts_is_marked(snapshot: Snapshot) -> None:
    """Rules subtract what is accepted from what is shown; what is not accepted has no series."""
    (view, *_) = snapshot.mirrors
    own = view.mirror
    assert not any(name == "goproxy_mirror_cause_accepted" for name, *_ in read(snapshot))
    accepting = replace(view, mirror=replace(own, accept=frozenset({Code.HTTP_5XX})))
    values = read(replace(snapshot, mirrors=(accepting,)))
    marked = {key: value for key, value in values.items() if key[0].endswith("_accepted")}
    assert marked == {("goproxy_mirror_cause_accepted", "http.5xx", own.name): 1.0}


def test_before_the_first_run_only_counters_exist(
    make_store: Callable[..., Store], snapshot_of: Callable[[Store], Snapshot]
) -> None:
    """Counters are born at 0; what nobody looked at has no series; the state is unknown."""
    values = read(snapshot_of(make_store("m", run=False)))
    names = {key[0] for key in values if key[0].startswith("goproxy_") and "exporter" not in key[0]}
    assert names == {
        "goproxy_mirror_state",
        "goproxy_check_runs_total",
        "goproxy_check_failures_total",
        "goproxy_checks_skipped_total",
        "goproxy_check_interval_seconds",
        "goproxy_requests_total",
        "goproxy_request_failures_total",
        "goproxy_responses_total",
        "goproxy_request_duration_seconds_bucket",
        "goproxy_request_duration_seconds_count",
        "goproxy_request_duration_seconds_sum",
        "goproxy_request_budget_remaining",
    }
    counters = {family.name for family in FAMILIES if family.kind is Kind.COUNTER}
    assert {value for key, value in values.items() if key[0] in counters} == {0}
    assert values["goproxy_mirror_state", "m", "unknown"] == 1


def test_a_healthy_run_gives_zeros_for_what_it_looked_for(
    make_store: Callable[..., Store], snapshot_of: Callable[[Store], Snapshot]
) -> None:
    """0 says: looked for and not found. Codes of checks that did not run are absent."""
    values = read(snapshot_of(make_store("m")))
    causes = {key[1]: value for key, value in values.items() if key[0] == "goproxy_mirror_cause"}
    assert set(causes.values()) == {0.0}
    assert "semantics.soft200" in causes
    assert not {"sumdb.stale", "integrity.zip_invalid", "freshness.list_stale"} & causes.keys()
    assert values["goproxy_check_success", "endpoints", "m"] == 1
    assert not [key for key in values if key[0] == "goproxy_mirror_primary_cause_info"]


def test_a_cause_is_1_with_the_severity_of_the_table(
    make_store: Callable[..., Store], snapshot_of: Callable[[Store], Snapshot]
) -> None:
    """The cause, the primary cause and the failed check all show."""
    values = read(snapshot_of(make_store("m", codes=(Code.SEMANTICS_SOFT200,))))
    assert values["goproxy_mirror_cause", "semantics.soft200", "m", "unusable"] == 1
    assert values["goproxy_mirror_primary_cause_info", "semantics.soft200", "m", "unusable"] == 1
    assert values["goproxy_check_success", "endpoints", "m"] == 0
    assert values["goproxy_check_failures_total", "endpoints", "m"] == 1
    assert values["goproxy_mirror_axis_success", "right", "m"] == 0


def test_an_axis_that_nothing_judged_is_absent_with_its_causes(
    make_store: Callable[..., Store],
    make_result: Callable[..., Result],
    snapshot_of: Callable[[Store], Snapshot],
) -> None:
    """A mirror that does not resolve is neither right nor wrong, and no soft 200 was ruled out."""
    store = make_store("m", run=False)
    (check,) = store.checks_of("m")
    result = make_result(check)
    gone = Failure(FailureKind.DNS_NXDOMAIN, "no such name")
    silent = tuple(
        replace(
            exchange,
            hops=(replace(exchange.last, status=None, tls=None, failure=gone),),
            failure=gone,
        )
        for exchange in result.exchanges
    )
    findings = make_result(check, Code.DNS_NXDOMAIN).findings
    everywhere = tuple(replace(findings[0], endpoint=each.endpoint) for each in silent)
    store.put(replace(result, exchanges=silent, findings=everywhere))
    values = read(snapshot_of(store))
    assert values["goproxy_mirror_cause", "dns.nxdomain", "m", "unusable"] == 1
    axes = {key[1] for key in values if key[0] == "goproxy_mirror_axis_success"}
    assert axes == {Axis.UP, Axis.USABLE}
    judged = {Code(key[1]) for key in values if key[0] == "goproxy_mirror_cause"}
    assert {LAWS[code].axis for code in judged} == {Axis.UP}


def test_what_a_problem_of_ours_takes_back_is_absent(
    make_store: Callable[..., Store],
    make_result: Callable[..., Result],
    snapshot_of: Callable[[Store], Snapshot],
) -> None:
    """A slowness that we may have caused is not 1, and was not ruled out either."""
    store = make_store("m", run=False)
    (check,) = store.checks_of("m")
    late = {ProberProblem.OVERLOADED: "late"}
    store.put(replace(make_result(check, Code.PERF_SLOW_FIRST_BYTE), problems=late))
    values = read(snapshot_of(store))
    codes = {key[1] for key in values if key[0] == "goproxy_mirror_cause"}
    assert "perf.slow_first_byte" not in codes
    assert {"perf.slow_throughput", "http.5xx"} <= codes
    assert values["goproxy_check_success", "endpoints", "m"] == 1
    assert values["goproxy_mirror_state", "m", "healthy"] == 1


def test_what_is_too_old_is_absent(
    make_store: Callable[..., Store], snapshot_of: Callable[[Store], Snapshot]
) -> None:
    """After three intervals and the timeout gauges of the last run are gone; timestamps stay."""
    store = make_store("m")
    (check,) = store.checks_of("m")
    later = [replace(check, interval=0.5, timeout=0.1)]
    store.keep(later, [check.mirror])
    values = read(snapshot_of(store))
    assert not [
        key for key in values if key[0] in {"goproxy_check_success", "goproxy_mirror_cause"}
    ]
    assert values["goproxy_check_last_run_timestamp_seconds", "endpoints", "m"] > 0


def test_a_skip_is_counted_and_is_no_failure(
    make_store: Callable[..., Store], snapshot_of: Callable[[Store], Snapshot]
) -> None:
    """A run that did not take place says nothing about the mirror."""
    store = make_store("m")
    (check,) = store.checks_of("m")
    store.put(Result(check=check, started=1.0, duration=0.0, skipped=SkipReason.BUDGET))
    values = read(snapshot_of(store))
    assert values["goproxy_checks_skipped_total", "endpoints", "m", "budget"] == 1
    assert values["goproxy_check_runs_total", "endpoints", "m"] == 1
    assert values["goproxy_check_success", "endpoints", "m"] == 1


def test_opening_phases_show_on_the_list_alone(snapshot: Snapshot) -> None:
    """Only the endpoint that opened the connection has resolve, connect and tls."""
    values = read(snapshot)
    phases: dict[str, set[str]] = {}
    for key in values:
        if key[0] == "goproxy_request_phase_seconds":
            phases.setdefault(key[1], set()).add(key[3])
    assert phases[Endpoint.LIST] == {"resolve", "connect", "tls", "processing", "transfer"}
    assert phases[Endpoint.INFO] == {"processing", "transfer"}


def test_a_mirror_that_left_the_configuration_leaves_no_series(
    make_store: Callable[..., Store], snapshot_of: Callable[[Store], Snapshot]
) -> None:
    """Families are built anew for each scrape."""
    store = make_store("stays", "goes")
    kept = store.mirrors["stays"]
    store.keep(store.checks_of("stays"), [kept])
    assert not [key for key in read(snapshot_of(store)) if "goes" in key]


def test_what_no_check_observes_is_never_zero(snapshot: Snapshot) -> None:
    """Chains and vulnerability databases have no series until something looks at them."""
    names = {key[0] for key in read(snapshot)}
    assert not [name for name in names if "chain" in name or "vulndb" in name or "fresh" in name]


def test_facts_of_sumdb_and_freshness_become_gauges(
    make_store: Callable[..., Store], snapshot_of: Callable[[Store], Snapshot], now: float
) -> None:
    """A fact that is not a number is not a gauge."""
    store = make_store("m", run=False)
    (check,) = store.checks_of("m")
    sumdb, fresh = (replace(check, name=name) for name in (CheckName.SUMDB, CheckName.FRESHNESS))
    store.keep([check, sumdb, fresh], [check.mirror])
    store.put(Result(check=sumdb, started=now, duration=0, facts={"tree_size": 7}))
    store.put(
        Result(
            check=fresh,
            started=now,
            duration=0,
            facts={"lag_seconds": {"list": 3.5, "info": "soon", "mod": True}},
        )
    )
    values = read(snapshot_of(store))
    assert values["goproxy_sumdb_tree_size", "m"] == 7
    assert ("goproxy_sumdb_reference_tree_size",) not in values
    lags = {
        key: value for key, value in values.items() if key[0] == "goproxy_freshness_lag_seconds"
    }
    assert lags == {("goproxy_freshness_lag_seconds", "list", "m"): 3.5}


def fresh_store(check: Check, now: float, *looks: tuple[float, bool]) -> Store:
    """A store whose mirror follows versions; looks are seconds after a publication, and what."""
    canaries = replace(check.mirror.canaries, fresh_from_index=True)
    mirror = replace(check.mirror, canaries=canaries)
    fresh = replace(check, name=CheckName.FRESHNESS, mirror=mirror)
    store = Store()
    store.keep([fresh], [mirror])
    for seconds, visible in looks:
        sight = Sight(
            name=("a.b/c", "v1.0.0"),
            endpoint=Endpoint.LIST,
            visible=visible,
            at=now + seconds,
            since=now,
            published=True,
        )
        facts: dict[str, Fact] = {"lag_seconds": {"list": 0.0}}
        seen = Seen(sights=(sight,))
        store.put(Result(check=fresh, started=now, duration=0, facts=facts, seen=seen))
    return store


def test_how_long_versions_are_under_way(
    make_store: Callable[..., Store], snapshot_of: Callable[[Store], Snapshot], now: float
) -> None:
    """Born at 0 wherever versions are followed; counted when one arrives, in buckets of days."""
    (check,) = make_store("m", run=False).checks_of("m")
    name = "goproxy_freshness_propagation_seconds"
    born = read(snapshot_of(fresh_store(check, now)))
    counts = {key: value for key, value in born.items() if key[0].startswith(name)}
    assert set(counts.values()) == {0}
    assert {key[1] for key in counts if key[0].endswith("_count")} == {"list", "info"}
    values = read(snapshot_of(fresh_store(check, now, (30, False), (400, True), (500, True))))
    bounds = {
        key[2]: value for key, value in values.items() if key[:2] == (f"{name}_bucket", "list")
    }
    assert bounds == {
        "60.0": 0,
        "300.0": 0,
        "1800.0": 1,
        "7200.0": 1,
        "21600.0": 1,
        "86400.0": 1,
        "604800.0": 1,
        "+Inf": 1,
    }
    assert values[f"{name}_sum", "list", "m"] == 400
    assert values[f"{name}_count", "info", "m"] == 0


def test_ages_need_a_clock_that_is_right(
    make_store: Callable[..., Store], snapshot_of: Callable[[Store], Snapshot], now: float
) -> None:
    """While ours disagrees with everybody's, no age is told."""
    (check,) = make_store("m", run=False).checks_of("m")
    snapshot = snapshot_of(fresh_store(check, now, (30, True)))
    lag = "goproxy_freshness_lag_seconds"
    assert read(snapshot)[lag, "list", "m"] == 0
    skewed = replace(snapshot, problems={ProberProblem.CLOCK_SKEW: "ten minutes ahead"})
    assert not [key for key in read(skewed) if key[0] == lag]


def test_every_problem_of_the_prober_is_0_or_1(snapshot: Snapshot) -> None:
    """An alert on absence needs the series to be there."""
    values = read(snapshot)
    problems = {
        key[1]: value for key, value in values.items() if key[0] == "goproxy_exporter_problem"
    }
    assert problems == {each: float(each is ProberProblem.OVERLOADED) for each in ProberProblem}


def test_what_the_exporter_does_not_know_is_absent(snapshot: Snapshot) -> None:
    """Without a measured lag there is no lag, not a lag of zero."""
    values = read(replace(snapshot, exporter=ExporterFacts(vantage="")))
    assert not [key for key in values if "lag" in key[0] or "slip" in key[0] or "reload" in key[0]]


def test_a_sample_without_its_labels_is_an_error(snapshot: Snapshot) -> None:
    """The client library would cut it short in silence."""
    family = Family(
        name="x",
        kind=Kind.GAUGE,
        labels=("a", "b"),
        help="h",
        example="x",
        samples=lambda _: [(("only one",), 1.0)],
    )
    with pytest.raises(ValueError, match="labels"):
        list(family.series(snapshot))


def test_a_check_that_is_not_enabled_has_no_counters(
    make_store: Callable[..., Store], snapshot_of: Callable[[Store], Snapshot]
) -> None:
    """Absent says: not enabled."""
    store = make_store("m")
    (check,) = store.checks_of("m")
    other = Check(name=CheckName.ZIP, mirror=check.mirror, interval=60.0, timeout=10.0)
    store.keep([other], [check.mirror])
    checks = {key[1] for key in read(snapshot_of(store)) if key[0] == "goproxy_check_runs_total"}
    assert checks == {CheckName.ZIP}
