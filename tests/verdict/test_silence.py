"""Symptoms are not causes."""

from typing import Any

import pytest

from goproxy_exporter.model.cause import LAWS, Code
from goproxy_exporter.model.names import CheckName, Endpoint, Severity, State
from goproxy_exporter.verdict.memory import fails_exchange
from goproxy_exporter.verdict.silence import ANY, PROVABLE, SYMPTOMS


def judged(make: Any, endpoints: Any, other: Any, check: CheckName, **more: Any) -> Any:
    """Give the verdict on a run of `endpoints` and one of another check."""
    first, second = make.check(), make.check(check)
    memory = make.fold(
        make.result(second, *other), make.result(first, *endpoints, asked=more.get("asked"))
    )
    return make.verdict(memory, first, second)


def shown(verdict: Any) -> set[Code]:
    return {cause.code for cause in verdict.causes}


@pytest.mark.parametrize(
    "code",
    [
        Code.DNS_NXDOMAIN,
        Code.TRANSPORT_REFUSED,
        Code.TLS_EXPIRED,
        Code.REDIRECT_LOOP,
        Code.HTTP_5XX,
        Code.HTTP_403_POLICY,
        Code.INTEGRITY_CONTENT_ENCODING,
    ],
)
def test_what_fails_every_endpoint_silences_later_stages(make: Any, code: Code) -> None:
    """A mirror that is down is not accused of a broken relay as well."""
    relay = [make.finding(Code.SUMDB_HALF_PROXIED, Endpoint.SUMDB_LOOKUP)]
    verdict = judged(make, make.everywhere(code, matched=3), relay, CheckName.SUMDB)
    assert shown(verdict) == {code}
    assert verdict.suppressed == (
        (Code.SUMDB_HALF_PROXIED, f"{code}: every endpoint fails before this can show"),
    )


def test_a_run_that_stopped_at_the_first_failure_failed_everywhere(make: Any) -> None:
    """Where nothing more was asked because the name does not resolve, that is every endpoint."""
    old = [make.finding(Code.TOOLCHAIN_UNAVAILABLE, Endpoint.TOOLCHAIN)]
    down = [make.finding(Code.DNS_NXDOMAIN)]
    verdict = judged(make, down, old, CheckName.TOOLCHAIN, asked=[Endpoint.LIST])
    assert shown(verdict) == {Code.DNS_NXDOMAIN}


def test_a_right_404_does_not_make_an_outage_partial(make: Any) -> None:
    """A mirror may rightly say that it lacks what nobody has, and still serve nothing."""
    fails = [
        make.finding(Code.HTTP_5XX, endpoint, matched=3)
        for endpoint in (Endpoint.LIST, Endpoint.LATEST, Endpoint.INFO, Endpoint.MOD)
    ]
    relay = [make.finding(Code.SUMDB_HALF_PROXIED, Endpoint.SUMDB_LOOKUP)]
    assert shown(judged(make, fails, relay, CheckName.SUMDB)) == {Code.HTTP_5XX}


def test_an_endpoint_that_stayed_silent_does_not_make_a_hang_partial(make: Any) -> None:
    """Of a mirror that hangs one question is waited for to the end; the others did not work."""
    endpoints, zips = make.check(), make.check(CheckName.ZIP)
    silence = [
        make.exchange(Endpoint.LIST, kind="stall"),
        make.exchange(Endpoint.INFO, kind="deadline"),
    ]
    memory = make.fold(
        make.result(zips, make.finding(Code.PERF_SLOW_FIRST_BYTE, Endpoint.ZIP)),
        make.result(endpoints, make.finding(Code.TRANSPORT_TIMEOUT), exchanges=silence),
    )
    assert shown(make.verdict(memory, endpoints, zips)) == {Code.TRANSPORT_TIMEOUT}


def test_one_failing_endpoint_silences_nothing_elsewhere(make: Any) -> None:
    """A broken .mod explains no broken relay."""
    fails = [make.finding(Code.HTTP_5XX, Endpoint.MOD, matched=3)]
    relay = [make.finding(Code.SUMDB_HALF_PROXIED, Endpoint.SUMDB_LOOKUP)]
    expected = {Code.HTTP_5XX, Code.SUMDB_HALF_PROXIED}
    assert shown(judged(make, fails, relay, CheckName.SUMDB)) == expected


def test_a_failing_endpoint_silences_its_own_later_stages(make: Any) -> None:
    """A list that is answered 503 is not accused of being stale."""
    fails = [make.finding(Code.HTTP_5XX, Endpoint.LIST, matched=3)]
    stale = [make.finding(Code.FRESHNESS_LIST_STALE, Endpoint.LIST)]
    verdict = judged(make, fails, stale, CheckName.FRESHNESS)
    assert shown(verdict) == {Code.HTTP_5XX}


def test_earlier_and_equal_stages_are_not_symptoms(make: Any) -> None:
    """Only what comes later in an exchange can be explained by what came before."""
    fails = make.everywhere(Code.HTTP_403_POLICY)
    edge = [make.finding(Code.REDIRECT_TARGET_DENIED, Endpoint.ZIP)]
    expected = {Code.HTTP_403_POLICY, Code.REDIRECT_TARGET_DENIED}
    assert shown(judged(make, fails, edge, CheckName.ZIP)) == expected


@pytest.mark.parametrize(
    "code",
    [
        Code.TRANSPORT_PLAINTEXT,
        Code.TLS_EXPIRING,
        Code.HTTP_5XX_INTERMITTENT,
        Code.HTTP_429,
        Code.MODULE_MISSING,
        Code.SEMANTICS_COLD_MISS_404,
    ],
)
def test_degraded_causes_explain_nothing_that_comes_later(make: Any, code: Code) -> None:
    """Plain text, an expiring certificate or a rate limit leave the exchange to be judged."""
    everywhere = make.everywhere(code, matched=1, looked=2)
    relay = [make.finding(Code.SUMDB_HALF_PROXIED, Endpoint.SUMDB_LOOKUP)]
    assert Code.SUMDB_HALF_PROXIED in shown(judged(make, everywhere, relay, CheckName.SUMDB))


@pytest.mark.parametrize("code", [Code.DNS_NXDOMAIN, Code.HTTP_5XX, Code.SEMANTICS_SOFT200])
def test_verified_causes_are_never_silenced(make: Any, code: Code) -> None:
    """Bytes that contradict the database were served, whatever happens now."""
    zips = [make.finding(Code.INTEGRITY_ZIP_HASH_MISMATCH, Endpoint.ZIP)]
    verdict = judged(make, make.everywhere(code, matched=3), zips, CheckName.ZIP)
    assert verdict.state is State.DANGEROUS
    assert verdict.primary is Code.INTEGRITY_ZIP_HASH_MISMATCH


def test_a_cause_on_its_way_out_silences_nothing(make: Any) -> None:
    """After a clean run the old outage explains no new trouble."""
    endpoints, zips = make.check(), make.check(CheckName.ZIP)
    memory = make.fold(
        make.result(endpoints, *make.everywhere(Code.HTTP_403_POLICY), at=0),
        make.result(endpoints, at=60),
        make.result(zips, make.finding(Code.INTEGRITY_ZIP_INVALID, Endpoint.ZIP), at=70),
    )
    assert Code.INTEGRITY_ZIP_INVALID in shown(make.verdict(memory, endpoints, zips, now=70))


@pytest.mark.parametrize(
    ("loud", "quiet", "check", "endpoints"),
    [
        (Code.HTTP_5XX, Code.HTTP_5XX_INTERMITTENT, CheckName.ENDPOINTS, ("mod", "info")),
        (
            Code.SEMANTICS_MASKED_UPSTREAM_FAILURE,
            Code.MODULE_MISSING,
            CheckName.ENDPOINTS,
            ("list", "info"),
        ),
        (
            Code.SEMANTICS_MASKED_UPSTREAM_FAILURE,
            Code.SEMANTICS_COLD_MISS_404,
            CheckName.ENDPOINTS,
            ("list", "info"),
        ),
        (
            Code.SUMDB_UNREACHABLE,
            Code.SUMDB_NOT_PROXIED,
            CheckName.SUMDB,
            ("sumdb_supported", "sumdb_supported"),
        ),
        *[
            (loud, Code.SUMDB_LOOKUP_STALE, CheckName.SUMDB, ("sumdb_tile", "sumdb_lookup"))
            for loud in (Code.SUMDB_HALF_PROXIED, Code.SUMDB_TILE_INVALID)
        ],
        *[
            (loud, Code.SUMDB_TILE_INVALID, CheckName.SUMDB, ("sumdb_supported", "sumdb_tile"))
            for loud in (Code.SUMDB_UNREACHABLE, Code.SUMDB_SUPPORTED_ERROR)
        ],
        (
            Code.SUMDB_NOT_PROXIED,
            Code.SUMDB_LOOKUP_STALE,
            CheckName.SUMDB,
            ("sumdb_supported", "sumdb_lookup"),
        ),
        (
            Code.SUMDB_SUPPORTED_ERROR,
            Code.SUMDB_HALF_PROXIED,
            CheckName.SUMDB,
            ("sumdb_supported", "sumdb_lookup"),
        ),
    ],
)
def test_pairs_of_codes_that_show_one_fault(
    make: Any, loud: Code, quiet: Code, check: CheckName, endpoints: tuple[str, str]
) -> None:
    """The telling one is shown, the other put aside with its reason."""
    one = make.check(check)
    # Shown by different runs, so that neither is folded into the other.
    memory = make.fold(
        make.result(one, make.finding(quiet, Endpoint(endpoints[1]), matched=1, looked=2), at=0),
        make.result(one, make.finding(loud, Endpoint(endpoints[0]), matched=3), at=9),
    )
    verdict = make.verdict(memory, one, now=9)
    assert shown(verdict) == {loud}
    assert [code for code, _ in verdict.suppressed] == [quiet]


@pytest.mark.parametrize(
    "code", [Code.ENCODING_CASE, Code.ENCODING_PLUS, Code.TOOLCHAIN_UNAVAILABLE]
)
def test_a_mirror_that_flaps_proves_nothing_special_by_5xx(make: Any, code: Code) -> None:
    """Where answers are 5xx now and then, three in a row are bad luck; other answers are not."""
    flaps = [make.finding(Code.HTTP_5XX_INTERMITTENT, matched=1, looked=3)]
    for status, stays in ((503, False), (404, True), (None, True)):
        evidence = {} if status is None else {"status": status}
        special = [make.finding(code, Endpoint.TOOLCHAIN, evidence=evidence)]
        verdict = judged(make, flaps, special, CheckName.TOOLCHAIN)
        assert shown(verdict) == {Code.HTTP_5XX_INTERMITTENT, *([code] if stays else [])}


def test_missing_and_cold_are_one_only_on_the_same_endpoint(make: Any) -> None:
    """Another resource that came late was not missing."""
    check = make.check()
    missing = make.finding(Code.MODULE_MISSING, Endpoint.INFO)
    cold = make.finding(Code.SEMANTICS_COLD_MISS_404, Endpoint.MOD, matched=1, looked=2)
    verdict = make.verdict(make.fold(make.result(check, missing, cold)), check)
    assert shown(verdict) == {Code.MODULE_MISSING, Code.SEMANTICS_COLD_MISS_404}


def test_a_relay_that_is_withdrawn_does_not_better_the_state_at_once(make: Any) -> None:
    """What was worse stands until two runs did not show it."""
    check = make.check(CheckName.SUMDB)
    broken = make.finding(Code.SUMDB_HALF_PROXIED, Endpoint.SUMDB_LOOKUP)
    withdrawn = make.finding(Code.SUMDB_NOT_PROXIED, Endpoint.SUMDB_SUPPORTED)
    memory = make.fold(make.result(check, broken, at=0), make.result(check, withdrawn, at=9))
    assert make.verdict(memory, check, now=9).state is State.UNUSABLE
    memory = make.fold(make.result(check, withdrawn, at=18), onto=memory)
    verdict = make.verdict(memory, check, now=18)
    assert (verdict.state, shown(verdict)) == (State.DEGRADED, {Code.SUMDB_NOT_PROXIED})


def test_no_rule_silences_what_is_verified_or_worse() -> None:
    """The table cannot hide danger, nor a worse code behind a milder one."""
    order = list(Severity)
    for rule in SYMPTOMS:
        for quiet in rule.quiet:
            assert LAWS[quiet].severity is not Severity.DANGEROUS
            for loud in rule.loud:
                assert order.index(LAWS[quiet].severity) <= order.index(LAWS[loud].severity)
    assert {code for code in Code if LAWS[code].severity is Severity.DANGEROUS} == PROVABLE
    assert set(Code) == ANY | PROVABLE


def test_no_row_of_the_table_is_idle() -> None:
    """Each pair of codes that a row names is one that no row above it settles everywhere."""
    for number, rule in enumerate(SYMPTOMS):
        above = SYMPTOMS[:number]
        settled = {
            (loud, quiet)
            for one in above
            if one.scope.words == "anywhere"
            for loud in one.loud
            for quiet in one.quiet
        }
        assert {(loud, quiet) for loud in rule.loud for quiet in rule.quiet} - settled


def test_only_unusable_codes_up_to_integrity_fail_an_exchange() -> None:
    """The codes that silence by stage are exactly these."""
    loud = {code for code in Code if fails_exchange(code)}
    assert not {code for code in loud if LAWS[code].severity is not Severity.UNUSABLE}
    assert not {code for code in loud if code.startswith(("sumdb.", "freshness.", "perf."))}
    assert Code.TRANSPORT_PLAINTEXT not in loud
    assert Code.INTEGRITY_ZIP_INVALID in loud
