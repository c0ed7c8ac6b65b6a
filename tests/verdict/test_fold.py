"""When a cause is entered, kept and left."""

from dataclasses import replace
from typing import Any

import pytest

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.names import CheckName, Endpoint, ProberProblem, SkipReason, State
from goproxy_exporter.verdict import EMPTY, forget, step


def codes(memory: Any) -> set[Code]:
    return {key[1] for key in memory.sightings}


def test_a_cause_is_entered_at_once(make: Any) -> None:
    """One run that shows a cause is enough: its second look lies within the run."""
    check = make.check()
    memory = make.fold(make.result(check, make.finding(Code.TLS_EXPIRED), at=100))
    (sighting,) = memory.sightings.values()
    assert (sighting.code, sighting.since, sighting.seen_at) == (Code.TLS_EXPIRED, 100, 100)


def test_a_cause_is_left_after_two_clean_runs_and_not_after_one(make: Any) -> None:
    """Hysteresis: one good run proves nothing, two do."""
    check = make.check()
    bad = make.result(check, make.finding(Code.SEMANTICS_SOFT200), at=100)
    once = make.fold(bad, make.result(check, at=160))
    assert codes(once) == {Code.SEMANTICS_SOFT200}
    assert codes(make.fold(make.result(check, at=220), onto=once)) == set()


def test_a_relapse_starts_the_clean_runs_anew_and_keeps_since(make: Any) -> None:
    """Bad, good, bad, good is one cause that lasts, with all its looks counted."""
    check = make.check()
    bad = make.finding(Code.SEMANTICS_SOFT200)
    memory = make.fold(
        make.result(check, bad, at=100),
        make.result(check, at=160),
        make.result(check, bad, at=220),
        make.result(check, at=280),
    )
    (sighting,) = memory.sightings.values()
    assert (sighting.since, sighting.seen_at, sighting.clean) == (100, 220, 1)
    assert (sighting.matched, sighting.looked) == (4, 6)


def test_another_check_neither_clears_nor_counts(make: Any) -> None:
    """Only runs of the check that saw a cause can be its clean runs."""
    seen = make.fold(make.result(make.check(), make.finding(Code.TLS_EXPIRED), at=0))
    zips = [make.result(make.check(CheckName.ZIP), at=at) for at in (10, 20, 30)]
    assert codes(make.fold(*zips, onto=seen)) == {Code.TLS_EXPIRED}


@pytest.mark.parametrize(
    "code", [Code.SUMDB_NOT_PROXIED, Code.SUMDB_UNREACHABLE, Code.SUMDB_SUPPORTED_ERROR]
)
def test_what_is_behind_a_relay_is_left_where_none_is_offered(make: Any, code: Code) -> None:
    """Nobody asks there any more: two such runs clear it like two good ones."""
    check = make.check(CheckName.SUMDB)
    behind = make.finding(Code.SUMDB_TILE_MISMATCH, Endpoint.SUMDB_TILE)
    seen = make.fold(make.result(check, behind, at=0))
    gone = [
        make.result(
            check,
            make.finding(code, Endpoint.SUMDB_SUPPORTED),
            at=at,
            asked=[Endpoint.SUMDB_SUPPORTED],
        )
        for at in (60, 120)
    ]
    once = make.fold(gone[0], onto=seen)
    assert codes(once) == {Code.SUMDB_TILE_MISMATCH, code}
    assert codes(make.fold(gone[1], onto=once)) == {code}


def test_a_run_that_did_not_come_so_far_is_not_clean(make: Any) -> None:
    """An endpoint that fails earlier, or was not asked, neither shows nor clears a later cause."""
    check = make.check()
    seen = make.fold(make.result(check, make.finding(Code.INTEGRITY_LIST_INVALID), at=0))
    refused = make.finding(Code.TRANSPORT_REFUSED)
    masked = make.fold(make.result(check, refused, at=60, asked=[Endpoint.LIST]), onto=seen)
    unasked = make.fold(make.result(check, at=120, asked=[Endpoint.INFO]), onto=masked)
    assert (
        unasked.sightings[CheckName.ENDPOINTS, Code.INTEGRITY_LIST_INVALID, Endpoint.LIST].clean
        == 0
    )


def test_what_goes_unseen_and_unjudged_ages_out(make: Any) -> None:
    """A masked cause is forgotten after three intervals and a timeout."""
    check = make.check()
    seen = make.fold(make.result(check, make.finding(Code.INTEGRITY_LIST_INVALID), at=0))
    refused = make.finding(Code.TRANSPORT_REFUSED)
    for at in (60, 120, 180, 240):
        seen = make.fold(make.result(check, refused, at=at, asked=[Endpoint.LIST]), onto=seen)
    assert codes(seen) == {Code.TRANSPORT_REFUSED}


def test_a_later_failure_of_the_same_resource_replaces_an_earlier_one(make: Any) -> None:
    """An exchange has one cause: one that now gets further is past the old one."""
    check = make.check()
    memory = make.fold(
        make.result(check, make.finding(Code.DNS_NXDOMAIN), at=0, asked=[Endpoint.LIST]),
        make.result(check, make.finding(Code.TRANSPORT_REFUSED), at=60, asked=[Endpoint.LIST]),
    )
    assert codes(memory) == {Code.TRANSPORT_REFUSED}


def test_a_milder_finding_replaces_nothing(make: Any) -> None:
    """A rate limit after an outage is no proof that the outage is over."""
    check = make.check()
    memory = make.fold(
        make.result(check, make.finding(Code.HTTP_UNEXPECTED_STATUS), at=0),
        make.result(check, make.finding(Code.HTTP_429), at=60),
    )
    assert codes(memory) == {Code.HTTP_UNEXPECTED_STATUS, Code.HTTP_429}


@pytest.mark.parametrize("problem", [ProberProblem.OFFLINE, ProberProblem.INTERNAL])
def test_a_void_run_changes_nothing_but_problems(make: Any, problem: ProberProblem) -> None:
    """Neither its findings nor their absence count."""
    check = make.check()
    before = make.fold(make.result(check, make.finding(Code.SEMANTICS_SOFT200), at=0))
    void = make.result(check, make.finding(Code.DNS_TIMEOUT), at=60, problems={problem: "no net"})
    after = make.fold(void, onto=before)
    assert (after.sightings, after.evidence, after.looks, after.traffic) == (
        before.sightings,
        before.evidence,
        before.looks,
        before.traffic,
    )
    assert after.doubts[CheckName.ENDPOINTS, problem].text == "no net"


@pytest.mark.parametrize(
    "code", [Code.INTEGRITY_MOD_HASH_MISMATCH, Code.SUMDB_SIGNATURE_INVALID, Code.SUMDB_FORK]
)
@pytest.mark.parametrize("problem", [ProberProblem.OFFLINE, ProberProblem.FORWARD_PROXY])
def test_what_is_proven_stands_in_a_void_run(make: Any, problem: ProberProblem, code: Code) -> None:
    """Whoever was in the way of some requests forged no hash and no signature."""
    check = make.check()
    void = make.result(
        check,
        make.finding(code, Endpoint.MOD),
        make.finding(Code.HTTP_5XX, matched=3),
        at=60,
        problems={problem: "some of it"},
    )
    before = make.fold(make.result(check, make.finding(Code.SEMANTICS_SOFT200), at=0))
    after = make.fold(void, onto=before)
    assert codes(after) == {Code.SEMANTICS_SOFT200, code}
    assert after.evidence == before.evidence
    verdict = make.verdict(after, check, now=60)
    assert (verdict.state, verdict.primary) == (State.DANGEROUS, code)


def test_a_run_without_a_second_look_clears_nothing(make: Any) -> None:
    """Where a bad answer could not be looked at again, it is neither asserted nor over."""
    check = make.check()
    memory = make.fold(make.result(check, make.finding(Code.HTTP_403_POLICY), at=0))
    hasty = [
        replace(make.result(check, at=at), undecided=frozenset({Endpoint.LIST})) for at in (60, 120)
    ]
    assert codes(make.fold(*hasty, onto=memory)) == {Code.HTTP_403_POLICY}
    again = [make.result(check, at=at) for at in (60, 120)]
    assert codes(make.fold(*again, onto=memory)) == set()


def test_a_skipped_run_changes_nothing(make: Any) -> None:
    """A skip is neither good nor bad news."""
    check = make.check()
    before = make.fold(make.result(check, make.finding(Code.SEMANTICS_SOFT200), at=0))
    skipped = make.result(check, at=60, skipped=SkipReason.BUDGET)
    assert step(before, skipped, 60) is before
    assert step(None, skipped, 60) == EMPTY


def test_an_overloaded_run_takes_back_timings_and_keeps_the_rest(make: Any) -> None:
    """Slowness seen by a slow prober is neither entered nor cleared; other findings stand."""
    check = make.check()
    slow = make.finding(Code.PERF_SLOW_FIRST_BYTE, Endpoint.INFO)
    overloaded = {ProberProblem.OVERLOADED: "late"}
    first = make.fold(
        make.result(check, slow, make.finding(Code.SEMANTICS_SOFT200), at=0, problems=overloaded)
    )
    assert codes(first) == {Code.SEMANTICS_SOFT200}
    seen = make.fold(make.result(check, slow, at=0))
    for at in (60, 120):
        seen = make.fold(make.result(check, at=at, problems=overloaded), onto=seen)
    assert codes(seen) == {Code.PERF_SLOW_FIRST_BYTE}


def test_a_rate_limit_holds_until_it_ends(make: Any) -> None:
    """Clean runs before the agreed moment do not end it; after it, two do."""
    check = make.check()
    limited = make.result(check, make.finding(Code.HTTP_429), at=0, retry_at=150)
    held = make.fold(limited, *(make.result(check, at=at) for at in (20, 40, 60)))
    assert codes(held) == {Code.HTTP_429}
    assert codes(make.fold(make.result(check, at=151), onto=held)) == set()


def test_a_rate_limit_is_believed_for_an_hour_at_most(make: Any) -> None:
    """Retry-After of a week does not blind us for a week."""
    check = make.check()
    memory = make.fold(make.result(check, make.finding(Code.HTTP_429), at=0, retry_at=7 * 86400))
    (sighting,) = memory.sightings.values()
    assert sighting.held_until == 3600


def test_the_worst_of_several_modules_is_the_face(make: Any) -> None:
    """Two modules on one endpoint make one sighting, counted together."""
    mild = make.finding(Code.SEMANTICS_SOFT200, severity="degraded", module="b")
    bad = make.finding(Code.SEMANTICS_SOFT200, module="a")
    (sighting,) = make.fold(make.result(make.check(), mild, bad)).sightings.values()
    assert (sighting.module, sighting.matched, sighting.looked) == ("a", 4, 4)


def test_forgetting_a_check_leaves_the_others_alone(make: Any) -> None:
    """What a disabled check found out goes, and nothing else."""
    endpoints = make.result(make.check(), make.finding(Code.TLS_EXPIRED), at=0)
    zips = make.result(
        make.check(CheckName.ZIP), make.finding(Code.INTEGRITY_ZIP_INVALID, Endpoint.ZIP), at=0
    )
    both = make.fold(endpoints, zips)
    assert forget(both, [CheckName.ENDPOINTS]) == make.fold(endpoints)
