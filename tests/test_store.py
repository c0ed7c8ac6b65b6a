"""The one place where what was found out is kept."""

import gc
import random
import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from types import FunctionType, ModuleType
from typing import Any

import pytest
from samples import STABLE, a_certificate, a_mirror

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.chain import Chain
from goproxy_exporter.model.exchange import (
    Exchange,
    Failure,
    FailureKind,
    Hop,
    Phases,
    TlsFacts,
)
from goproxy_exporter.model.freshness import NOTHING, Followed, Freshness, Seen, Sight
from goproxy_exporter.model.mirror import Canary, Check, Mirror
from goproxy_exporter.model.names import (
    Blame,
    CheckName,
    Endpoint,
    ProberProblem,
    Reason,
    SkipReason,
    State,
)
from goproxy_exporter.model.result import Finding, Result
from goproxy_exporter.store import BOUNDS, CODES, Histogram, History, Store
from goproxy_exporter.store.history import thin
from goproxy_exporter.store.tally import BORN, OTHER, code_label

TLS = TlsFacts(version="TLSv1.3", verified=True, verified_until=9e9)


def make_check(
    name: CheckName = CheckName.ENDPOINTS, mirror: Mirror | None = None, interval: float = 60.0
) -> Check:
    return Check(name=name, mirror=mirror or a_mirror(), interval=interval, timeout=10.0)


def make_exchange(
    endpoint: Endpoint = Endpoint.LIST,
    status: int = 200,
    *,
    kind: FailureKind | None = None,
    host: str = "m.example",
    duration: float = 0.02,
    connect: float | None = None,
    started: float = 0.0,
    headers: tuple[tuple[str, str], ...] = (),
) -> Exchange:
    failure = Failure(kind, "it broke") if kind else None
    hop = Hop(
        url=f"https://{host}/{endpoint}",
        host=host,
        status=None if kind else status,
        phases=Phases(connect=connect, processing=0.01),
        headers=headers,
        tls=TLS,
        failure=failure,
    )
    return Exchange(
        endpoint=endpoint,
        url=hop.url,
        module=str(STABLE),
        started=started,
        duration=duration,
        hops=(hop,),
        failure=failure,
    )


def make_finding(code: Code, endpoint: Endpoint = Endpoint.LIST) -> Finding:
    return Finding(
        code=code,
        endpoint=endpoint,
        module=str(STABLE),
        summary="it does not work",
        blame=Blame.MIRROR,
        matched=2,
        looked=2,
    )


def make_result(
    check: Check,
    *codes: Code,
    at: float = 0.0,
    exchanges: Iterable[Exchange] | None = None,
    skipped: SkipReason | None = None,
    problems: Mapping[ProberProblem, str] | None = None,
) -> Result:
    given = (make_exchange(),) if exchanges is None else tuple(exchanges)
    return Result(
        check=check,
        started=at,
        duration=0.0,
        exchanges=() if skipped else given,
        findings=tuple(make_finding(code) for code in codes),
        skipped=skipped,
        problems=dict(problems or {}),
    )


def make_store(*checks: Check, **sizes: int) -> Store:
    store = Store(**sizes)
    store.keep(checks, dict.fromkeys(check.mirror for check in checks))
    return store


def test_counters_are_born_at_zero() -> None:
    """Before the first run every counter of an enabled endpoint exists and is 0."""
    tally = make_store(make_check()).tally("m")
    asked = {Endpoint.LIST, Endpoint.LATEST, Endpoint.INFO, Endpoint.MOD, Endpoint.MISSING}
    assert tally.requests == dict.fromkeys(asked, 0)
    assert tally.runs == tally.failures == {CheckName.ENDPOINTS: 0}
    assert tally.skipped == {(CheckName.ENDPOINTS, reason): 0 for reason in SkipReason}
    assert tally.responses == {(endpoint, code): 0 for endpoint in asked for code in BORN}
    assert tally.request_failures == {(end, reason): 0 for end in asked for reason in Reason}
    assert {end: one.count for end, one in tally.durations.items()} == {
        Endpoint.LIST: 0,
        Endpoint.INFO: 0,
        Endpoint.MOD: 0,
    }
    assert (tally.last_run, tally.last_success) == ({}, {})


def test_an_endpoint_without_a_canary_is_not_born() -> None:
    """What a mirror is never asked for has no counter."""
    assert make_store(make_check(CheckName.LARGE_ZIP)).tally("m").requests == {}
    large = replace(a_mirror().canaries, large=Canary(module="b", version="v1.0.0"))
    mirror = a_mirror(canaries=large)
    tally = make_store(make_check(CheckName.LARGE_ZIP, mirror)).tally("m")
    assert tally.requests == {Endpoint.LARGE_ZIP: 0}


def test_what_is_asked_for_comparison_is_born_too() -> None:
    """Something plain is asked for only where something special fails, and is counted at once."""
    plain = {Endpoint.LIST, Endpoint.INFO, Endpoint.MOD}
    tally = make_store(make_check(CheckName.TOOLCHAIN)).tally("m")
    assert tally.requests == dict.fromkeys({Endpoint.TOOLCHAIN, *plain}, 0)
    upper = replace(a_mirror().canaries, uppercase=Canary(module="b/C", version="v1.0.0"))
    check = make_check(CheckName.ENCODING, a_mirror(canaries=upper))
    assert make_store(check).tally("m").requests == dict.fromkeys(
        {Endpoint.UPPERCASE, *plain, Endpoint.ZIP}, 0
    )


def test_runs_failures_and_skips_are_counted_apart() -> None:
    """A skip is no run, nor is one without a network; a broken one is, neither bad nor good."""
    check = make_check()
    store = make_store(check)
    store.put(make_result(check, at=1))
    store.put(make_result(check, Code.TLS_EXPIRED, at=2))
    store.put(make_result(check, at=3, problems={ProberProblem.INTERNAL: "bug"}))
    store.put(make_result(check, at=4, skipped=SkipReason.BUDGET))
    store.put(make_result(check, at=5, problems={ProberProblem.OFFLINE: "no net"}))
    tally = store.tally("m")
    assert tally.requests[Endpoint.LIST] == 2
    assert tally.skipped[check.name, SkipReason.OFFLINE] == 1
    assert (tally.runs[check.name], tally.failures[check.name]) == (3, 1)
    assert tally.skipped[check.name, SkipReason.BUDGET] == 1
    assert (tally.last_run[check.name], tally.last_success[check.name]) == (3, 1)


def test_requests_end_in_a_response_or_in_a_failure() -> None:
    """Every request is counted once, by its final status or by why there is none."""
    check = make_check()
    store = make_store(check)
    exchanges = [
        make_exchange(status=200),
        make_exchange(status=599),
        make_exchange(status=299),
        make_exchange(kind=FailureKind.STALL),
        make_exchange(Endpoint.MISSING, 404),
        make_exchange(Endpoint.PREFIX, 500),
    ]
    store.put(make_result(check, exchanges=exchanges))
    tally = store.tally("m")
    assert tally.requests[Endpoint.LIST] == 4
    counted = {key: count for key, count in tally.responses.items() if count}
    assert counted == {
        (Endpoint.LIST, "200"): 1,
        (Endpoint.LIST, "599"): 1,
        (Endpoint.LIST, OTHER): 1,
        (Endpoint.MISSING, "404"): 1,
    }
    failed = {key: count for key, count in tally.request_failures.items() if count}
    assert failed == {(Endpoint.LIST, Reason.TIMEOUT): 1}
    assert tally.durations[Endpoint.LIST].count == 4
    assert Endpoint.PREFIX not in tally.requests


def test_a_failure_after_the_header_is_no_response() -> None:
    """A body that breaks off has no usable answer, whatever the status said."""
    check = make_check()
    store = make_store(check)
    broken = replace(make_exchange(), failure=Failure(FailureKind.BODY_TRUNCATED, "short"))
    store.put(make_result(check, exchanges=[broken]))
    tally = store.tally("m")
    assert tally.responses[Endpoint.LIST, "200"] == 0
    assert tally.request_failures[Endpoint.LIST, Reason.BODY] == 1


def test_code_labels_come_from_a_fixed_list() -> None:
    """Whatever a mirror answers, the number of labels is bounded."""
    labels = {code_label(status) for status in range(1000)}
    assert labels == CODES | {OTHER}
    assert set(BORN) <= CODES
    assert len(CODES) < 120


@pytest.mark.parametrize(
    ("seconds", "bucket"), [(0.0, 0.005), (0.005, 0.005), (0.0051, 0.01), (60.0, 60.0)]
)
def test_a_duration_falls_into_the_first_bucket_that_holds_it(
    seconds: float, bucket: float
) -> None:
    """Upper bounds are inclusive, as Prometheus has them; counts are cumulative."""
    histogram = Histogram()
    histogram.observe(seconds)
    steps = dict(histogram.cumulative())
    assert [bound for bound, count in steps.items() if count] == [
        bound for bound in (*BOUNDS, float("inf")) if bound >= bucket
    ]
    assert histogram.total == seconds
    assert list(steps)[-1] == float("inf")


def test_what_is_too_long_is_counted_all_the_same() -> None:
    """Beyond the last bound there is one more bucket."""
    histogram = Histogram()
    histogram.observe(61.0)
    assert histogram.count == 1
    assert dict(histogram.cumulative())[60.0] == 0


FRESH = Followed(module="example.com/new", version="v1.0.0")


def fresh_check(mirror: str, *, index: bool = True, **more: Any) -> Check:
    canaries = replace(a_mirror().canaries, fresh_from_index=index, **more)
    return make_check(CheckName.FRESHNESS, a_mirror(mirror, canaries=canaries))


def fresh_result(check: Check, at: float, *endpoints: Endpoint, visible: bool = True) -> Result:
    """A look at a version that was published at 0."""
    sights = tuple(
        Sight(name=FRESH.name, endpoint=one, visible=visible, at=at, since=0.0, published=True)
        for one in endpoints
    )
    return replace(make_result(check, at=at), seen=Seen(sights=sights))


def test_where_versions_are_watched_to_arrive() -> None:
    """Histograms are born where the mirror is asked for new versions, and go with the check."""
    untagged = Canary(module="example.com/untagged")
    relaying = "sum.golang.org"
    check = fresh_check("m", untagged=untagged, fresh=(STABLE,))
    check = replace(check, mirror=replace(check.mirror, checksum_database=relaying))
    store = make_store(check)
    assert {end: one.count for end, one in store.tally("m").propagation.items()} == dict.fromkeys(
        (Endpoint.LIST, Endpoint.INFO, Endpoint.ZIP, Endpoint.LATEST, Endpoint.SUMDB_LOOKUP), 0
    )
    assert Endpoint.UNTAGGED in store.tally("m").requests
    plain = fresh_check("m")
    store.keep([plain], [plain.mirror])
    assert set(store.tally("m").propagation) == {Endpoint.LIST, Endpoint.INFO}
    other = make_check(CheckName.ZIP, plain.mirror)
    store.keep([other], [plain.mirror])
    assert store.tally("m").propagation == {}


def test_arrivals_are_counted_by_a_clock_that_is_right() -> None:
    """What took how long by a wrong clock, nobody knows."""
    check = fresh_check("m")
    store = make_store(check)
    store.put(fresh_result(check, 30.0, Endpoint.LIST, visible=False))
    store.put(fresh_result(check, 90.0, Endpoint.LIST, Endpoint.ZIP))
    assert store.tally("m").propagation[Endpoint.LIST].total == 90.0
    assert Endpoint.ZIP not in store.tally("m").propagation
    dates = tuple(
        make_exchange(
            host=f"{host}.example",
            started=1000.0,
            headers=(("date", "Thu, 01 Jan 1970 09:00:00 GMT"),),
        )
        for host in "abc"
    )
    skewed = replace(make_result(check, at=1000.0), exchanges=dates)
    store.put(skewed)
    assert ProberProblem.CLOCK_SKEW in store.problems(1000.0)
    store.put(fresh_result(check, 1001.0, Endpoint.INFO, visible=False))
    store.put(fresh_result(check, 1061.0, Endpoint.INFO))
    assert store.tally("m").propagation[Endpoint.INFO].count == 0


def test_what_a_run_may_know_of_others() -> None:
    """The first sight anywhere, and what no mirror that follows the index lacks."""
    first, second = fresh_check("a"), fresh_check("b")
    fixed, blind = fresh_check("c", index=False), make_check(mirror=a_mirror("d"))
    store = make_store(first, second, fixed, blind)
    both = (Endpoint.LIST, Endpoint.INFO)
    store.put(fresh_result(first, 30.0, *both))
    known = store.recall(second)
    assert known.since == {FRESH.name: 0.0}
    assert known.listed == {FRESH.name}
    assert (known.everywhere, store.recall(first).listed) == (frozenset(), frozenset())
    store.put(fresh_result(second, 60.0, *both))
    assert store.recall(second).everywhere == {FRESH.name}
    assert store.recall(fixed).own == Freshness()
    assert store.recall(blind) == NOTHING
    assert store.recall(make_check(CheckName.FRESHNESS, a_mirror("gone"))) == NOTHING


def test_lists_are_not_kept_twice() -> None:
    """What runs saw is in the memory of their mirror; old results need it no more."""
    check = fresh_check("m")
    assert thin(fresh_result(check, 30.0, Endpoint.LIST)).seen is None


def test_put_tells_the_change() -> None:
    """The verdict as last given out, and as it is now: one line of log per change of state."""
    check = make_check()
    store = make_store(check)
    first = store.put(make_result(check, at=1))
    assert first is not None
    assert (first.old.state, first.new.state) == (State.UNKNOWN, State.HEALTHY)
    assert first.state_changed
    second = store.put(make_result(check, at=61))
    assert second is not None
    assert not second.state_changed
    third = store.put(make_result(check, Code.TLS_EXPIRED, at=121))
    assert third is not None
    assert (third.old.state, third.new.state) == (State.HEALTHY, State.UNUSABLE)
    assert store.verdict("m", 121) == third.new


def test_review_tells_what_time_changed() -> None:
    """A mirror that nobody hears of becomes unknown, once."""
    check = make_check()
    store = make_store(check)
    store.put(make_result(check, at=0))
    assert store.review(190) == ()
    (change,) = store.review(191)
    assert change.new.state is State.UNKNOWN
    assert store.review(192) == ()


def test_a_result_that_comes_too_late_is_dropped() -> None:
    """What is not kept any more is not counted either."""
    old, new = make_check(interval=60), make_check(interval=30)
    store = make_store(new)
    assert store.put(make_result(old)) is None
    assert store.tally("m").runs == {CheckName.ENDPOINTS: 0}
    with pytest.raises(KeyError):
        store.tally("gone")


def test_keep_forgets_the_vanished_and_keeps_the_rest() -> None:
    """A reload resets nobody's counters; who is gone is gone."""
    stays, goes = a_mirror("stays"), a_mirror("goes")
    checks = [make_check(mirror=stays), make_check(mirror=goes)]
    store = make_store(*checks)
    for check in checks:
        store.put(make_result(check, Code.TLS_EXPIRED))
    quicker = make_check(mirror=stays, interval=30)
    store.keep([quicker], [stays])
    assert list(store.mirrors) == ["stays"]
    assert store.tally("stays").runs[CheckName.ENDPOINTS] == 1
    assert store.verdict("stays", 0).state is State.UNUSABLE
    assert store.last("stays", CheckName.ENDPOINTS) is not None
    with pytest.raises(KeyError):
        store.verdict("goes", 0)
    store.keep(checks, [stays, goes])
    assert store.tally("goes").runs[CheckName.ENDPOINTS] == 0


def test_a_mirror_that_moved_starts_afresh_and_keeps_its_counters() -> None:
    """What was found out at another URL says nothing about this one."""
    store = make_store(make_check())
    store.put(make_result(make_check(), Code.TLS_EXPIRED))
    moved = make_check(mirror=a_mirror(url="https://elsewhere.example"))
    store.keep([moved], [moved.mirror])
    assert store.verdict("m", 0).state is State.UNKNOWN
    assert store.current("m", CheckName.ENDPOINTS, 0) is None
    assert store.requests("m", 0) == {}
    assert store.hosts("m", 0) == {}
    assert store.tally("m").runs[CheckName.ENDPOINTS] == 1


def test_new_settings_of_a_mirror_count_at_once() -> None:
    """A cause that becomes accepted stops counting without another run."""
    store = make_store(make_check())
    store.put(make_result(make_check(), Code.TLS_EXPIRING))
    assert store.verdict("m", 0).state is State.DEGRADED
    tolerant = make_check(mirror=a_mirror(accept=frozenset({"tls.expiring"})))
    store.keep([tolerant], [tolerant.mirror])
    assert store.verdict("m", 0).state is State.HEALTHY


def test_a_check_that_is_disabled_takes_its_traces_along() -> None:
    """Counters, results, causes and requests of a check go with it, others' stay."""
    endpoints, zips = make_check(), make_check(CheckName.ZIP)
    store = make_store(endpoints, zips)
    store.put(make_result(endpoints))
    store.put(
        make_result(zips, Code.INTEGRITY_ZIP_INVALID, exchanges=[make_exchange(Endpoint.ZIP)])
    )
    store.keep([endpoints], [endpoints.mirror])
    tally = store.tally("m")
    assert set(tally.runs) == {CheckName.ENDPOINTS}
    assert Endpoint.ZIP not in tally.requests
    assert not [key for key in tally.responses if key[0] is Endpoint.ZIP]
    assert set(store.requests("m", 0)) == {Endpoint.LIST}
    assert store.last("m", CheckName.ZIP) is None
    assert store.verdict("m", 0).state is State.HEALTHY
    assert store.checks_of("m") == (endpoints,)
    assert store.history("m", CheckName.ZIP).recent == ()


def test_last_is_of_any_kind_and_current_says_something() -> None:
    """Gauges come from the last run that judged, and only while it is not too old."""
    check = make_check()
    store = make_store(check)
    assert store.last("m", check.name) is None
    good = make_result(check, at=0)
    void = make_result(check, at=60, problems={ProberProblem.OFFLINE: "no net"})
    skip = make_result(check, at=120, skipped=SkipReason.RETRY_AFTER)
    for result in (good, void, skip):
        store.put(result)
        assert store.last("m", check.name) is result
    assert store.current("m", check.name, 190) is good
    assert store.current("m", check.name, 191) is None


def test_history_keeps_failures_apart() -> None:
    """A long healthy time does not push out the last failures; both are bounded."""
    check = make_check()
    store = make_store(check, recent=3, failures=2)
    for at in range(3):
        store.put(make_result(check, Code.TLS_EXPIRED, at=at))
    for at in range(10, 20):
        store.put(make_result(check, at=at))
    history = store.history("m", check.name)
    assert [result.started for result in history.recent] == [19, 18, 17]
    assert [result.started for result in history.failures] == [2, 1]
    store.put(make_result(check, at=20, skipped=SkipReason.BUDGET))
    assert history.recent[0].started == 19


def test_older_results_are_kept_without_headers_and_certificates() -> None:
    """Everything else of them stays, field by field; failures stay whole."""
    check = make_check()
    hop = Hop(
        url="u",
        host="h",
        status=200,
        protocol="HTTP/2",
        address="127.0.0.1",
        attempts=(("127.0.0.2", "refused"),),
        reused=True,
        phases=Phases(processing=1),
        tls=TLS,
        headers=(("date", "now"),),
        received=1,
        rtt=0.1,
        retransmits=1,
        failure=Failure(FailureKind.RESET, "x"),
    )
    exchange = Exchange(
        endpoint=Endpoint.LIST,
        url="u",
        module="m",
        started=1,
        duration=1,
        hops=(hop,),
        size=1,
        sha256="0",
        excerpt="e",
        waited=1,
        failure=Failure(FailureKind.RESET, "x"),
    )
    default = Hop(url="", host="")
    assert all(getattr(hop, one.name) != getattr(default, one.name) for one in fields(Hop))
    slim = thin(make_result(check, exchanges=[exchange])).exchanges[0]
    assert slim.hops == (replace(hop, tls=None, headers=()),)
    assert replace(slim, hops=exchange.hops) == exchange
    history = History(recent=2, failures=2)
    history.add(make_result(check, Code.TLS_EXPIRED, exchanges=[exchange]))
    assert history.recent[0].exchanges == (slim,)
    assert history.failures[0].exchanges == (exchange,)


def test_the_first_request_of_a_run_has_the_phases() -> None:
    """The request that opened the connection is shown, not the one that reused it."""
    check = make_check()
    store = make_store(check)
    opened, reused = make_exchange(connect=0.3), make_exchange()
    store.put(make_result(check, exchanges=[opened, reused]))
    assert store.requests("m", 0) == {Endpoint.LIST: opened}


def test_one_check_owns_an_endpoint() -> None:
    """Where two checks ask an endpoint, series come from the first in order while it is current."""
    endpoints, edges = make_check(), make_check(CheckName.EDGES)
    store = make_store(endpoints, edges)
    mine, other = make_exchange(connect=0.1), make_exchange(connect=0.2)
    store.put(make_result(edges, at=0, exchanges=[other]))
    assert store.requests("m", 0)[Endpoint.LIST] is other
    store.put(make_result(endpoints, at=10, exchanges=[mine]))
    store.put(make_result(edges, at=20, exchanges=[other]))
    assert store.requests("m", 20)[Endpoint.LIST] is mine
    store.put(make_result(edges, at=300, exchanges=[other]))
    assert store.requests("m", 300)[Endpoint.LIST] is other
    assert store.requests("m", 491) == {}


def test_tls_facts_are_kept_for_eight_hosts_and_other() -> None:
    """However many hosts redirects lead to, there are nine places; old ones are reused."""
    check = make_check()
    store = make_store(check)
    hosts = [make_exchange(host=f"h{number}.example") for number in range(20)]
    store.put(make_result(check, at=0, exchanges=hosts))
    assert set(store.hosts("m", 0)) == {*(f"h{number}.example" for number in range(8)), "other"}
    assert store.hosts("m", 191) == {}
    store.put(make_result(check, at=191, exchanges=[make_exchange(host="new.example")]))
    assert set(store.hosts("m", 191)) == {"new.example"}


DATE = (("date", "Thu, 01 Jan 2026 00:00:00 GMT"),)
MOMENT = 1_767_225_600.0


def test_a_wrong_clock_shows_where_three_hosts_agree() -> None:
    """The problem appears and goes with the results, and withdraws dates at once."""
    mirrors = [a_mirror(name) for name in "abc"]
    checks = [make_check(mirror=mirror) for mirror in mirrors]
    store = make_store(*checks)
    now = MOMENT + 3600
    for check in checks:
        exchange = make_exchange(
            host=f"{check.mirror.name}.example", headers=DATE, started=now - 0.01
        )
        store.put(make_result(check, Code.TLS_EXPIRED, at=now, exchanges=[exchange]))
    assert set(store.problems(now)) == {ProberProblem.CLOCK_SKEW}
    assert store.verdict("a", now).state is State.UNKNOWN
    assert store.verdict("a", now).suppressed[0][0] is Code.TLS_EXPIRED
    for check in checks:
        exchange = make_exchange(
            host=f"{check.mirror.name}.example", headers=DATE, started=MOMENT - 0.01
        )
        store.put(make_result(check, at=now + 60, exchanges=[exchange]))
    assert store.problems(now + 60) == {}


def test_a_wrong_clock_breaks_no_list() -> None:
    """A certificate that only we call expired leaves it open whether builds work."""
    checks = [make_check(mirror=a_mirror(name)) for name in "abcd"]
    store = Store()
    chain = Chain(name="c", goproxy="https://a.example", canaries=(STABLE,))
    store.keep(checks, [check.mirror for check in checks], [chain])

    def hear(now: float, date: tuple[tuple[str, str], ...]) -> bool | None:
        expired = make_exchange(Endpoint.INFO, kind=FailureKind.TLS_EXPIRED)
        store.put(make_result(checks[0], Code.TLS_EXPIRED, at=now, exchanges=[expired]))
        for check in checks[1:]:
            host = f"{check.mirror.name}.example"
            told = make_exchange(host=host, headers=date, started=now - 0.01)
            store.put(make_result(check, at=now, exchanges=[told]))
        (judged,) = store.chains(now)
        return judged.ok

    assert hear(MOMENT + 3600, DATE) is None
    assert hear(MOMENT + 3660, (("date", "Thu, 01 Jan 2026 01:01:00 GMT"),)) is False


def intercepted(check: Check, issuer: str) -> Exchange:
    leaf = a_certificate(issuer=issuer)
    failure = Failure(FailureKind.TLS_UNTRUSTED, "unknown authority")
    whole = make_exchange(host=check.mirror.name, kind=FailureKind.TLS_UNTRUSTED)
    hop = replace(whole.hops[0], tls=TlsFacts(chain=(leaf,), failure=failure))
    return replace(whole, hops=(hop,))


def test_interception_needs_every_mirror() -> None:
    """Two mirrors with one unknown issuer are our network's doing; a third that works is proof."""
    checks = [make_check(mirror=a_mirror(name)) for name in "abc"]
    store = make_store(*checks)
    for check in checks[:2]:
        exchange = intercepted(check, "CN=Corp")
        store.put(make_result(check, Code.TLS_UNTRUSTED, exchanges=[exchange]))
    assert set(store.problems(0)) == {ProberProblem.INTERCEPTED}
    assert store.verdict("a", 0).state is State.UNKNOWN
    store.put(make_result(checks[2]))
    assert store.problems(0) == {}
    assert store.verdict("a", 0).primary is Code.TLS_UNTRUSTED


def test_problems_of_runs_are_told_until_the_next_run() -> None:
    """Offline ends with the first answer to any check; a bug with the next run of its check."""
    endpoints, zips = make_check(), make_check(CheckName.ZIP)
    store = make_store(endpoints, zips)
    store.put(make_result(endpoints, at=0, problems={ProberProblem.OFFLINE: "no net"}))
    store.put(make_result(zips, at=1, problems={ProberProblem.INTERNAL: "bug"}))
    assert store.problems(1) == {ProberProblem.OFFLINE: "no net", ProberProblem.INTERNAL: "bug"}
    store.put(make_result(endpoints, at=2))
    assert store.problems(2) == {ProberProblem.INTERNAL: "bug"}
    assert store.problems(1000) == {}


def test_ready_once_each_mirror_was_heard_of() -> None:
    """First results are in when no mirror with a check is without one."""
    checks = [make_check(mirror=a_mirror(name)) for name in "ab"]
    store = make_store(*checks)
    assert not store.ready
    store.put(make_result(checks[0]))
    assert not store.ready
    store.put(make_result(checks[1], skipped=SkipReason.BUDGET))
    assert store.ready


def test_checks_are_given_in_their_order() -> None:
    """The order of the design, whatever the configuration's."""
    zips, endpoints = make_check(CheckName.ZIP), make_check()
    assert make_store(zips, endpoints).checks_of("m") == (endpoints, zips)
    assert make_store(zips, endpoints).checks == {zips, endpoints}


def test_build_success_is_that_of_the_mirror() -> None:
    """Forty good requests are certain success, fewer are no statement."""
    check = make_check()
    store = make_store(check)
    store.put(make_result(check, exchanges=[make_exchange(Endpoint.INFO)] * 39))
    assert store.build_success("m", 0) is None
    store.put(make_result(check, at=1, exchanges=[make_exchange(Endpoint.INFO)]))
    assert store.build_success("m", 1) == 1.0


def size(thing: object) -> int:
    """Add up the bytes of an object and everything it alone leads to."""
    seen: set[int] = set()
    queue, total = [thing], 0
    while queue:
        one = queue.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType):
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        queue.extend(gc.get_referents(one))
    return total


def test_memory_stays_flat() -> None:
    """However many results of whatever kind come in, the store holds as much as before."""
    seeded = random.Random(7)
    check = make_check(CheckName.ZIP)
    store = make_store(check)

    def one(at: float) -> Result:
        number = seeded.randrange(10**9)
        exchange = make_exchange(
            Endpoint.ZIP,
            seeded.choice((200, 404, 500 + number % 500)),
            host=f"h{number}.example",
            headers=(("date", "Thu, 01 Jan 2026 00:00:00 GMT"), ("x", f"{number:0200}")),
            started=at,
        )
        exchange = replace(exchange, module=f"example.com/m{number}@v1.0.0")
        codes = seeded.sample(list(Code), k=number % 2)
        problems = {ProberProblem.OVERLOADED: f"late {number}"} if number % 7 == 0 else {}
        return make_result(check, *codes, at=at, exchanges=[exchange], problems=problems)

    sizes = []
    for turn in range(3):
        for beat in range(2000):
            store.put(one((turn * 2000 + beat) * 60.0))
        sizes.append(size(store))
    assert max(sizes[1:]) <= sizes[0] * 1.05
