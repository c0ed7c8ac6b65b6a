"""From memory to a verdict."""

from dataclasses import replace
from typing import Any

import pytest

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.names import Axis, CheckName, Endpoint, ProberProblem, Severity, State


def judged(make: Any, *findings: Any, check: CheckName = CheckName.ENDPOINTS, **more: Any) -> Any:
    """Give the verdict on one run that just ended."""
    one = make.check(check, more.get("mirror"))
    result = make.result(one, *findings, asked=more.get("asked"))
    return make.verdict(make.fold(result), one, problems=more.get("problems", {}))


def test_nothing_known_is_unknown(make: Any) -> None:
    """No evidence is no verdict, and no axis has an answer."""
    verdict = make.verdict(None, make.check())
    assert verdict.state is State.UNKNOWN
    assert set(verdict.axes.values()) == {None}
    assert verdict.primary is None


def test_a_clean_run_is_healthy(make: Any) -> None:
    """Everything that was looked for holds; what nobody looked for is null."""
    verdict = judged(make)
    assert verdict.state is State.HEALTHY
    assert verdict.axes == {
        Axis.UP: True,
        Axis.RIGHT: True,
        Axis.FRESH: None,
        Axis.VERIFIABLE: None,
        Axis.USABLE: True,
    }


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (Code.MODULE_MISSING, State.DEGRADED),
        (Code.HTTP_429, State.DEGRADED),
        (Code.TLS_EXPIRING, State.DEGRADED),
        (Code.TRANSPORT_PLAINTEXT, State.DEGRADED),
        (Code.DNS_NXDOMAIN, State.UNUSABLE),
        (Code.SEMANTICS_NOTFOUND_IS_ERROR, State.UNUSABLE),
        (Code.INTEGRITY_MOD_HASH_MISMATCH, State.DANGEROUS),
    ],
)
def test_the_worst_cause_gives_the_state(make: Any, code: Code, state: State) -> None:
    """The severity of the table decides."""
    assert judged(make, make.finding(code)).state is state


def test_an_instance_may_be_milder_than_its_code(make: Any) -> None:
    """A page instead of the list alone only degrades."""
    finding = make.finding(Code.SEMANTICS_SOFT200, severity=Severity.DEGRADED)
    verdict = judged(make, finding)
    assert verdict.state is State.DEGRADED
    assert verdict.axes[Axis.USABLE] is True


def test_accepted_causes_are_shown_and_do_not_count(make: Any) -> None:
    """State, axes and primary are those of a mirror without the accepted cause."""
    mirror = make.mirror(accept=["module.missing"])
    verdict = judged(make, make.finding(Code.MODULE_MISSING), mirror=mirror)
    (cause,) = verdict.causes
    assert cause.accepted
    assert (verdict.state, verdict.primary) == (State.HEALTHY, None)
    assert verdict.axes[Axis.RIGHT] is True


FACTS = (Endpoint.MISSING_VERSION, Endpoint.PREFIX)


@pytest.mark.parametrize("code", [Code.HTTP_5XX, Code.HTTP_403_POLICY, Code.TLS_EXPIRED])
def test_what_an_accepted_cause_ends_is_not_judged(make: Any, code: Code) -> None:
    """Who lives with an outage is told of no outage, and not that the content is right."""
    mirror = make.mirror(accept=[code])
    endpoints, zips = make.check(mirror=mirror), make.check(CheckName.ZIP, mirror, interval=600)
    relay = make.check(CheckName.SUMDB, mirror)
    asked = (Endpoint.LIST, Endpoint.LATEST, Endpoint.INFO, Endpoint.MOD, Endpoint.MISSING, *FACTS)
    down = make.everywhere(code, matched=3)
    memory = make.fold(
        make.result(zips), make.result(relay), make.result(endpoints, *down, asked=asked)
    )
    verdict = make.verdict(memory, endpoints, zips, relay)
    assert verdict.axes == {
        Axis.UP: True,
        Axis.RIGHT: None,
        Axis.FRESH: None,
        Axis.VERIFIABLE: None,
        Axis.USABLE: True,
    }
    assert (verdict.state, verdict.suppressed) == (State.HEALTHY, ())


def test_that_a_relay_knows_a_version_verifies_nothing(make: Any) -> None:
    """The freshness check asks only whether a lookup is answered, not what with."""
    fresh = make.check(CheckName.FRESHNESS)
    asked = (Endpoint.LIST, Endpoint.SUMDB_SUPPORTED, Endpoint.SUMDB_LOOKUP)
    verdict = make.verdict(make.fold(make.result(fresh, asked=asked)), fresh)
    assert (verdict.axes[Axis.FRESH], verdict.axes[Axis.VERIFIABLE]) == (True, None)


def test_an_accepted_cause_on_one_endpoint_leaves_the_others_to_be_judged(make: Any) -> None:
    """What fails in one place makes nothing unjudgeable elsewhere."""
    mirror = make.mirror(accept=["http.5xx"])
    verdict = judged(make, make.finding(Code.HTTP_5XX, Endpoint.MOD, matched=3), mirror=mirror)
    assert verdict.axes[Axis.RIGHT] is True


def test_answers_that_are_mere_facts_judge_nothing(make: Any) -> None:
    """A mirror that answers nothing but what `go` ignores is neither healthy, up nor right."""
    verdict = judged(make, asked=FACTS)
    assert verdict.state is State.UNKNOWN
    assert set(verdict.axes.values()) == {None}


def test_a_hang_on_a_bare_prefix_is_left_like_any_other_cause(make: Any) -> None:
    """Answers that prove no health still end what was found in their place."""
    check = make.check()
    everything = (Endpoint.LIST, Endpoint.PREFIX)
    hang = make.finding(Code.TRANSPORT_TIMEOUT, Endpoint.PREFIX)
    memory = make.fold(make.result(check, hang, asked=everything))
    assert make.verdict(memory, check).state is State.UNUSABLE
    clean = [make.result(check, asked=everything, at=at) for at in (60, 120)]
    verdict = make.verdict(make.fold(*clean, onto=memory), check, now=120)
    assert (verdict.state, verdict.causes) == (State.HEALTHY, ())


def test_dangerous_causes_cannot_be_accepted(make: Any) -> None:
    """Whatever a configuration says, a wrong hash counts."""
    mirror = make.mirror(accept=["integrity.zip_hash_mismatch"])
    finding = make.finding(Code.INTEGRITY_ZIP_HASH_MISMATCH, Endpoint.ZIP)
    verdict = judged(make, finding, mirror=mirror, check=CheckName.ZIP)
    assert verdict.state is State.DANGEROUS


def test_an_accepted_cause_hides_no_other(make: Any) -> None:
    """Who lives with one fault still hears of the next, even of its symptoms."""
    mirror = make.mirror(accept=["http.5xx"])
    endpoints, zips = make.check(mirror=mirror), make.check(CheckName.ZIP, mirror)
    memory = make.fold(
        make.result(endpoints, *make.everywhere(Code.HTTP_5XX, matched=3)),
        make.result(zips, make.finding(Code.INTEGRITY_ZIP_INVALID, Endpoint.ZIP)),
    )
    verdict = make.verdict(memory, endpoints, zips)
    assert verdict.primary is Code.INTEGRITY_ZIP_INVALID
    assert verdict.suppressed == ()


def test_one_code_is_one_cause_with_all_its_endpoints(make: Any) -> None:
    """The face is the first endpoint; looks add up; the id names mirror and code."""
    verdict = judged(make, *make.everywhere(Code.TLS_EXPIRED))
    (cause,) = verdict.causes
    assert cause.endpoint is Endpoint.LIST
    assert cause.endpoints == (
        Endpoint.LIST,
        Endpoint.LATEST,
        Endpoint.INFO,
        Endpoint.MOD,
        Endpoint.MISSING,
    )
    assert (cause.matched, cause.looked) == (10, 10)
    (single,) = judged(make, make.finding(Code.TLS_EXPIRED, Endpoint.MOD)).causes
    assert single.id == cause.id
    (elsewhere,) = judged(make, make.finding(Code.TLS_EXPIRED), mirror=make.mirror("other")).causes
    assert elsewhere.id != cause.id


@pytest.mark.parametrize(
    ("findings", "primary"),
    [
        pytest.param(
            [(Code.MODULE_MISSING, "info"), (Code.INTEGRITY_LIST_INVALID, "list")],
            Code.INTEGRITY_LIST_INVALID,
            id="highest severity first",
        ),
        pytest.param(
            [(Code.INTEGRITY_INFO_MISMATCH, "info"), (Code.HTTP_UNEXPECTED_STATUS, "list")],
            Code.HTTP_UNEXPECTED_STATUS,
            id="then the earliest stage",
        ),
        pytest.param(
            [
                (Code.INTEGRITY_LIST_INVALID, "list"),
                (Code.INTEGRITY_INFO_MISMATCH, "info"),
                (Code.INTEGRITY_INFO_MISMATCH, "latest"),
            ],
            Code.INTEGRITY_INFO_MISMATCH,
            id="then most endpoints",
        ),
        pytest.param(
            [(Code.INTEGRITY_INFO_MISMATCH, "info"), (Code.INTEGRITY_LIST_INVALID, "list")],
            Code.INTEGRITY_LIST_INVALID,
            id="then the order of the table",
        ),
    ],
)
def test_the_primary_cause(make: Any, findings: Any, primary: Code) -> None:
    """The four rules, each breaking the ties of the one before."""
    made = [make.finding(code, Endpoint(endpoint)) for code, endpoint in findings]
    verdict = judged(make, *made)
    assert verdict.primary is primary
    assert verdict.causes[0].code is primary


def test_evidence_ages_out(make: Any) -> None:
    """After three intervals and a timeout nothing is known any more, good or bad."""
    check = make.check()
    good = make.fold(make.result(check))
    bad = make.fold(make.result(check, make.finding(Code.TLS_EXPIRED)))
    assert make.verdict(good, check, now=190).state is State.HEALTHY
    assert make.verdict(good, check, now=191).state is State.UNKNOWN
    assert make.verdict(bad, check, now=190).state is State.UNUSABLE
    aged = make.verdict(bad, check, now=191)
    assert (aged.state, aged.causes) == (State.UNKNOWN, ())
    assert set(aged.axes.values()) == {None}


def test_a_run_that_hangs_sets_its_own_pace(make: Any) -> None:
    """What takes longer than its interval stays known until the next such run can have ended."""
    check = make.check(interval=2.0)
    hang = make.result(check, make.finding(Code.TRANSPORT_TIMEOUT), at=0, took=60)
    assert make.verdict(make.fold(hang), check, now=120).state is State.UNUSABLE


def test_a_disabled_check_says_nothing(make: Any) -> None:
    """Evidence of a check that is not enabled any more does not count."""
    endpoints, zips = make.check(), make.check(CheckName.ZIP)
    bad = make.result(zips, make.finding(Code.INTEGRITY_ZIP_INVALID, Endpoint.ZIP))
    memory = make.fold(make.result(endpoints), bad)
    assert make.verdict(memory, endpoints, zips).state is State.UNUSABLE
    assert make.verdict(memory, endpoints).state is State.HEALTHY


def test_a_rate_limit_is_degraded_not_unknown_while_it_holds(make: Any) -> None:
    """While nothing may be asked, the agreement itself is what is known."""
    check = make.check()
    memory = make.fold(make.result(check, make.finding(Code.HTTP_429), retry_at=1800))
    verdict = make.verdict(memory, check, now=1799)
    assert (verdict.state, verdict.primary) == (State.DEGRADED, Code.HTTP_429)
    assert verdict.causes[0].evidence["held_until"] == 1800
    assert make.verdict(memory, check, now=1991).state is State.UNKNOWN


def test_silence_without_a_cause_is_not_health(make: Any) -> None:
    """Exchanges that all ended with our own time limit assert nothing and prove nothing."""
    check = make.check()
    silent = [make.exchange(Endpoint.LIST, kind="deadline")]
    verdict = make.verdict(make.fold(make.result(check, exchanges=silent)), check)
    assert verdict.state is State.UNKNOWN
    assert verdict.axes[Axis.UP] is None


def test_an_old_zip_does_not_make_a_silent_mirror_healthy(make: Any) -> None:
    """Where the endpoints say nothing now, what another check heard before proves no health."""
    endpoints, zips = make.check(), make.check(CheckName.ZIP, interval=600)
    silent = [make.exchange(Endpoint.LIST, kind="deadline")]
    good = make.fold(make.result(zips, at=0), make.result(endpoints, at=0))
    assert make.verdict(good, endpoints, zips, now=60).state is State.HEALTHY
    memory = make.fold(make.result(endpoints, exchanges=silent, at=60), onto=good)
    assert make.verdict(memory, endpoints, zips, now=60).state is State.UNKNOWN


def test_without_word_from_the_endpoints_nothing_is_healthy(make: Any) -> None:
    """Where endpoints are to be asked, a zip alone proves no health: not before, not after."""
    endpoints, zips = make.check(), make.check(CheckName.ZIP, interval=600)
    early = make.fold(make.result(zips))
    assert make.verdict(early, endpoints, zips).state is State.UNKNOWN
    assert make.verdict(early, endpoints, zips).axes[Axis.USABLE] is None
    assert make.verdict(early, zips).state is State.HEALTHY
    late = make.fold(make.result(endpoints), onto=early)
    assert make.verdict(late, endpoints, zips, now=190).state is State.HEALTHY
    assert make.verdict(late, endpoints, zips, now=191).state is State.UNKNOWN


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (Code.PERF_SLOW_THROUGHPUT, State.DEGRADED),
        (Code.INTEGRITY_ZIP_INVALID, State.UNUSABLE),
        (Code.INTEGRITY_ZIP_HASH_MISMATCH, State.DANGEROUS),
    ],
)
def test_what_other_checks_found_outlives_the_endpoints(
    make: Any, code: Code, state: State
) -> None:
    """Endpoints that are no longer asked take no current cause of another check away."""
    endpoints, zips = make.check(), make.check(CheckName.ZIP, interval=600)
    memory = make.fold(make.result(endpoints), make.result(zips, make.finding(code, Endpoint.ZIP)))
    verdict = make.verdict(memory, endpoints, zips, now=191)
    assert (verdict.state, verdict.primary) == (state, code)


def test_the_reference_is_not_held_against_itself(make: Any) -> None:
    """What the reference does not have is not missing there."""
    mirror = make.mirror(is_reference=True)
    verdict = judged(make, make.finding(Code.MODULE_MISSING), mirror=mirror)
    assert verdict.state is State.HEALTHY
    assert verdict.suppressed == (
        (Code.MODULE_MISSING, "the reference is not held against itself"),
    )


def test_a_mirror_that_does_not_resolve_is_neither_right_nor_wrong(make: Any) -> None:
    """The axes of later stages are null, whatever was known before the outage."""
    endpoints, relay = make.check(), make.check(CheckName.SUMDB)
    memory = make.fold(
        make.result(relay, at=0),
        make.result(endpoints, make.finding(Code.DNS_NXDOMAIN), asked=[Endpoint.LIST], at=30),
    )
    verdict = make.verdict(memory, endpoints, relay, now=30)
    assert verdict.axes == {
        Axis.UP: False,
        Axis.RIGHT: None,
        Axis.FRESH: None,
        Axis.VERIFIABLE: None,
        Axis.USABLE: False,
    }


@pytest.mark.parametrize(
    ("check", "code", "endpoint", "axis"),
    [
        (CheckName.ENDPOINTS, Code.HTTP_5XX_INTERMITTENT, Endpoint.MOD, Axis.UP),
        (CheckName.ENDPOINTS, Code.SEMANTICS_SOFT200, Endpoint.LIST, Axis.RIGHT),
        (CheckName.FRESHNESS, Code.FRESHNESS_LIST_STALE, Endpoint.LIST, Axis.FRESH),
        (CheckName.SUMDB, Code.SUMDB_NOT_PROXIED, Endpoint.SUMDB_SUPPORTED, Axis.VERIFIABLE),
        (CheckName.TOOLCHAIN, Code.TOOLCHAIN_UNAVAILABLE, Endpoint.TOOLCHAIN, Axis.RIGHT),
    ],
)
def test_a_cause_fells_its_axis(
    make: Any, check: CheckName, code: Code, endpoint: Endpoint, axis: Axis
) -> None:
    """Each code has one axis, and it falls alone where the mirror stays usable."""
    endpoints, other = make.check(), make.check(check)
    results = [make.result(other, make.finding(code, endpoint, matched=1, looked=2))]
    if check is not CheckName.ENDPOINTS:
        results.append(make.result(endpoints))
    verdict = make.verdict(make.fold(*results), endpoints, other)
    assert verdict.axes[axis] is False
    fallen = [name for name, value in verdict.axes.items() if value is False]
    assert set(fallen) <= {axis, Axis.USABLE}


def test_intermittent_5xx_tells_its_ratio_once_forty_requests_are_known(make: Any) -> None:
    """Ratio and build success are facts, never guesses from a handful of requests."""
    check = make.check()
    flap = make.finding(Code.HTTP_5XX_INTERMITTENT, Endpoint.INFO, matched=1, looked=2)
    memory = make.fold(make.result(check, flap, at=0))
    assert "ratio" not in make.verdict(memory, check).causes[0].evidence
    for at in range(30, 300, 30):
        memory = make.fold(make.result(check, flap, at=at), onto=memory)
    (cause,) = make.verdict(memory, check, now=270).causes
    assert cause.evidence["ratio"] == 0.2
    assert cause.evidence["build_success_probability"] == pytest.approx(0.8**100)


TIMEOUT = "transport.timeout"
CUT_OFF = [ProberProblem.OFFLINE, ProberProblem.FORWARD_PROXY]


@pytest.mark.parametrize("problem", CUT_OFF)
@pytest.mark.parametrize("codes", [(), (Code.DNS_TIMEOUT,)])
def test_a_prober_that_is_cut_off_knows_nothing(
    make: Any, problem: ProberProblem, codes: tuple[Code, ...]
) -> None:
    """Neither health nor outage is claimed until something is heard again."""
    endpoints, zips = make.check(), make.check(CheckName.ZIP)
    first = make.result(endpoints, *(make.finding(code) for code in codes))
    void = make.result(endpoints, problems={problem: "no net"}, at=60)
    memory = make.fold(first, void)
    verdict = make.verdict(memory, endpoints, zips, now=60)
    assert (verdict.state, verdict.causes) == (State.UNKNOWN, ())
    assert set(verdict.axes.values()) == {None}
    heard = make.fold(make.result(zips, at=90), onto=memory)
    assert make.verdict(heard, endpoints, zips, now=90).state is not State.UNKNOWN


def test_a_broken_probe_of_ours_accuses_and_clears_nobody(make: Any) -> None:
    """A bug in one check leaves what the others know."""
    endpoints, zips = make.check(), make.check(CheckName.ZIP)
    broken = make.result(zips, problems={ProberProblem.INTERNAL: "bug"}, at=5)
    memory = make.fold(make.result(endpoints), broken)
    assert make.verdict(memory, endpoints, zips, now=5).state is State.HEALTHY


@pytest.mark.parametrize(
    ("problem", "code", "endpoint", "stands"),
    [
        (ProberProblem.OFFLINE, Code.DNS_TIMEOUT, "list", False),
        (ProberProblem.OFFLINE, Code.TRANSPORT_UNREACHABLE, "list", False),
        (ProberProblem.OFFLINE, Code.HTTP_5XX_INTERMITTENT, "list", False),
        (ProberProblem.OFFLINE, Code.PERF_SLOW_FIRST_BYTE, "list", False),
        (ProberProblem.OFFLINE, Code.SEMANTICS_SOFT200, "list", True),
        (ProberProblem.OFFLINE, Code.INTEGRITY_MOD_HASH_MISMATCH, "mod", True),
        (ProberProblem.INTERCEPTED, Code.TLS_UNTRUSTED, "list", False),
        (ProberProblem.INTERCEPTED, Code.SEMANTICS_SOFT200, "list", False),
        (ProberProblem.INTERCEPTED, Code.SUMDB_FORK, "list", True),
        (ProberProblem.CLOCK_SKEW, Code.TLS_EXPIRED, "list", False),
        (ProberProblem.CLOCK_SKEW, Code.TLS_NOT_YET_VALID, "list", False),
        (ProberProblem.CLOCK_SKEW, Code.FRESHNESS_LIST_STALE, "list", False),
        (ProberProblem.CLOCK_SKEW, Code.TLS_UNTRUSTED, "list", True),
        (ProberProblem.CLOCK_SKEW, Code.DNS_NXDOMAIN, "list", True),
        (ProberProblem.OFFLINE, Code.SUMDB_UNREACHABLE, "sumdb_supported", False),
        (ProberProblem.CLOCK_SKEW, Code.SUMDB_UNREACHABLE, "sumdb_supported", False),
        (ProberProblem.OVERLOADED, Code.SUMDB_UNREACHABLE, "sumdb_supported", False),
        (ProberProblem.OVERLOADED, Code.PERF_SLOW_FIRST_BYTE, "list", False),
        (ProberProblem.OVERLOADED, Code.TRANSPORT_TIMEOUT, "list", False),
        (ProberProblem.OVERLOADED, Code.HTTP_5XX_INTERMITTENT, "list", True),
        (ProberProblem.OVERLOADED, Code.TLS_EXPIRED, "list", True),
    ],
)
def test_a_problem_takes_back_what_it_explains(
    make: Any, problem: ProberProblem, code: Code, endpoint: str, stands: bool
) -> None:
    """Each problem voids its own kind of finding, and verified ones never fall."""
    finding = make.finding(code, Endpoint(endpoint), matched=1, looked=2)
    verdict = judged(make, finding, problems={problem: "ours"})
    assert (code in {cause.code for cause in verdict.causes}) is stands
    assert ((code, f"taken back: {problem}") in verdict.suppressed) is not stands


@pytest.mark.parametrize(
    ("problem", "code", "endpoint", "shown", "stands"),
    [
        (ProberProblem.OVERLOADED, Code.SUMDB_HALF_PROXIED, "sumdb_tile", TIMEOUT, False),
        (ProberProblem.OVERLOADED, Code.SUMDB_SUPPORTED_ERROR, "sumdb_supported", TIMEOUT, False),
        (ProberProblem.OVERLOADED, Code.ENCODING_CASE, "uppercase", TIMEOUT, False),
        (ProberProblem.OVERLOADED, Code.TOOLCHAIN_UNAVAILABLE, "toolchain", TIMEOUT, False),
        (ProberProblem.OVERLOADED, Code.REDIRECT_TARGET_UNREACHABLE, "zip", TIMEOUT, False),
        (ProberProblem.OVERLOADED, Code.EDGE_INCONSISTENT, "list", [TIMEOUT], False),
        (ProberProblem.OVERLOADED, Code.EDGE_INCONSISTENT, "list", [TIMEOUT, "http.5xx"], True),
        (ProberProblem.OVERLOADED, Code.SUMDB_HALF_PROXIED, "sumdb_tile", "http.5xx", True),
        (ProberProblem.CLOCK_SKEW, Code.REDIRECT_TARGET_UNREACHABLE, "zip", "tls.expired", False),
        (ProberProblem.CLOCK_SKEW, Code.EDGE_INCONSISTENT, "list", ["tls.not_yet_valid"], False),
        (ProberProblem.CLOCK_SKEW, Code.REDIRECT_TARGET_UNREACHABLE, "zip", "tls.untrusted", True),
        (ProberProblem.OFFLINE, Code.SUMDB_HALF_PROXIED, "sumdb_tile", "transport.reset", False),
        (ProberProblem.OFFLINE, Code.TOOLCHAIN_UNAVAILABLE, "toolchain", "module.missing", True),
    ],
)
def test_a_problem_takes_back_what_goes_under_another_name(
    make: Any, problem: ProberProblem, code: Code, endpoint: str, shown: Any, stands: bool
) -> None:
    """A timeout is one too where it is told of a relay, a spelling or a redirect's target."""
    finding = make.finding(code, Endpoint(endpoint), evidence={"shows_as": shown})
    verdict = judged(make, finding, problems={problem: "ours"})
    assert (code in {cause.code for cause in verdict.causes}) is stands
    own = make.result(make.check(), finding, problems={problem: "ours"})
    if not own.void:
        assert own.ok is not stands


def test_what_was_taken_back_was_not_asserted(make: Any) -> None:
    """A run that only found what its own lateness explains failed in nothing."""
    slow = make.finding(Code.PERF_SLOW_FIRST_BYTE)
    late = {ProberProblem.OVERLOADED: "late"}
    assert make.result(make.check(), slow).ok is False
    assert make.result(make.check(), slow, problems=late).ok is True
    both = (slow, make.finding(Code.HTTP_5XX, matched=3))
    assert make.result(make.check(), *both, problems=late).ok is False


@pytest.mark.parametrize("codes", [(), (Code.FRESHNESS_LIST_STALE,)])
def test_a_wrong_clock_leaves_nothing_to_say_of_freshness(make: Any, codes: Any) -> None:
    """What is taken back does not hold instead: how old anything is nobody knows."""
    endpoints, fresh = make.check(), make.check(CheckName.FRESHNESS)
    memory = make.fold(
        make.result(endpoints), make.result(fresh, *(make.finding(code) for code in codes))
    )
    skewed = {ProberProblem.CLOCK_SKEW: "an hour"}
    verdict = make.verdict(memory, endpoints, fresh, problems=skewed)
    assert verdict.state is State.HEALTHY
    assert verdict.axes[Axis.FRESH] is None
    assert verdict.axes[Axis.RIGHT] is True


def test_a_database_is_dated_by_its_original(make: Any) -> None:
    """Our clock has no part in how far one vulnerability database is behind another."""
    check = make.check(CheckName.VULNDB)
    memory = make.fold(make.result(check, asked=[Endpoint.VULNDB_DB]))
    verdict = make.verdict(memory, check, problems={ProberProblem.CLOCK_SKEW: "an hour"})
    assert verdict.axes[Axis.FRESH] is True


def test_bad_answers_that_nobody_looked_at_again_prove_no_health(make: Any) -> None:
    """A run whose every answer was bad, and that had no leave to ask again, knows nothing."""
    check = make.check()
    asked = (Endpoint.LIST, Endpoint.INFO)
    hasty = replace(make.result(check, asked=asked), undecided=frozenset(asked))
    verdict = make.verdict(make.fold(hasty), check)
    assert verdict.state is State.UNKNOWN
    assert set(verdict.axes.values()) == {None}


def test_what_is_taken_back_from_every_endpoint_leaves_nothing_known(make: Any) -> None:
    """With a wrong clock an expired certificate makes a mirror unknown, not healthy."""
    verdict = judged(
        make, *make.everywhere(Code.TLS_EXPIRED), problems={ProberProblem.CLOCK_SKEW: "off"}
    )
    assert verdict.state is State.UNKNOWN
    assert verdict.axes[Axis.UP] is None


def test_what_is_taken_back_in_part_leaves_the_rest(make: Any) -> None:
    """Slowness under load says nothing, the answers themselves still do."""
    check = make.check()
    slow = make.finding(Code.PERF_SLOW_FIRST_BYTE, Endpoint.INFO)
    late = make.result(check, slow, problems={ProberProblem.OVERLOADED: "late"})
    verdict = make.verdict(make.fold(late), check)
    assert verdict.state is State.HEALTHY
    assert verdict.suppressed == ((Code.PERF_SLOW_FIRST_BYTE, "taken back: overloaded"),)


def test_timeouts_under_load_leave_nothing_known(make: Any) -> None:
    """A mirror that only an overloaded prober found silent is unknown."""
    check = make.check()
    silent = [make.exchange(Endpoint.LIST, kind="stall")]
    late = make.result(
        check,
        make.finding(Code.TRANSPORT_TIMEOUT),
        exchanges=silent,
        problems={ProberProblem.OVERLOADED: "late"},
    )
    assert make.verdict(make.fold(late), check).state is State.UNKNOWN
