"""Who answers a build under a GOPROXY list, and what breaks it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from goproxy_exporter.gomod.status import Class
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.chain import Chain, ChainVerdict, Resource
from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.mirror import Canary
from goproxy_exporter.model.names import Endpoint, ProberProblem, Severity
from goproxy_exporter.verdict import Answers, Known, Shares, answers, judge_chain, leaks
from goproxy_exporter.verdict.heard import Heard

A, B = "https://a.example", "https://b.example"
MODULE, RELEASE = "example.com/a", "example.com/a@v1.0.0"
ABSENT = "example.com/a/zz-none"
LIST, INFO, MOD, ZIP, MISSING = (
    Resource(Endpoint.LIST, MODULE),
    Resource(Endpoint.INFO, RELEASE),
    Resource(Endpoint.MOD, RELEASE),
    Resource(Endpoint.ZIP, RELEASE),
    Resource(Endpoint.MISSING, ABSENT),
)
DATABASE = "sum.golang.org"
SUPPORTED = Resource(Endpoint.SUMDB_SUPPORTED, DATABASE)
LOOKUP = Resource(Endpoint.SUMDB_LOOKUP, RELEASE)
OK, GONE, DEAD = (
    Heard(outcome=Class.SUCCESS),
    Heard(outcome=Class.NOT_EXIST, why="answers 404"),
    Heard(outcome=Class.STOP, why="answers 500"),
)
HEALTHY = {LIST: OK, INFO: OK, MOD: OK, ZIP: OK, MISSING: GONE}
RELAY = {SUPPORTED: OK, LOOKUP: OK}


def chain(goproxy: str, **more: Any) -> Chain:
    return Chain(
        name="c",
        goproxy=goproxy,
        canaries=(Canary(module=MODULE, version="v1.0.0"),),
        missing=Canary(module=ABSENT),
        **more,
    )


def wrong(code: Code) -> Heard:
    return Heard(outcome=Class.SUCCESS, code=code, why=f"serves what go refuses: {code}")


def judged(
    goproxy: str,
    entries: Mapping[str, Mapping[Resource, Heard]],
    *,
    database: bool | None = None,
    failing: Mapping[str, Shares] | None = None,
    **more: Any,
) -> ChainVerdict:
    known = Known(
        entries={url: Answers(heard=heard) for url, heard in entries.items()},
        database=database,
        failing=failing or {},
    )
    return judge_chain(chain(goproxy, **more), known)


def test_one_healthy_entry_is_enough() -> None:
    """It answers everything, nothing is saved by anybody, and the sentence says so."""
    verdict = judged(f"{A},direct", {A: HEALTHY})
    assert (verdict.ok, verdict.fallback) == (True, False)
    assert {one.answered_by for one in verdict.passages} == {A}
    assert verdict.summary == "builds with a.example,direct work"


def test_an_error_for_unknown_paths_cuts_the_list_off() -> None:
    """After a comma nobody is asked any more; the sentence names who, what, and who is cut off."""
    verdict = judged(f"{A},{B},direct", {A: HEALTHY | {MISSING: DEAD}, B: HEALTHY})
    assert verdict.ok is False
    (broken,) = (one for one in verdict.passages if one.ok is False)
    assert (broken.stopped_by, broken.why, broken.unreached) == (A, "answers 500", (B, "direct"))
    assert verdict.summary == (
        "builds with a.example,b.example,direct fail now: a.example answers 500 for "
        "example.com/a/zz-none/@v/list, so `,` never reaches b.example and direct"
    )


@pytest.mark.parametrize(
    ("separator", "heard", "ok"),
    [(",", GONE, True), ("|", GONE, True), (",", DEAD, False), ("|", DEAD, True)],
)
def test_a_second_entry_saves_what_the_separator_lets_through(
    separator: str, heard: Heard, ok: bool
) -> None:
    """404 goes on after both, anything else after the bar alone; being saved is told."""
    verdict = judged(f"{A}{separator}{B}", {A: HEALTHY | {ZIP: heard}, B: HEALTHY})
    assert verdict.ok is ok
    assert verdict.fallback is ok
    if ok:
        assert "only by falling back to b.example for example.com/a@v1.0.0.zip" in verdict.summary


def test_a_zip_that_is_accepted_first_is_refused_for_good() -> None:
    """A zip is judged after the walk: not even a bar asks anybody else."""
    verdict = judged(
        f"{A}|{B}", {A: HEALTHY | {ZIP: wrong(Code.INTEGRITY_ZIP_INVALID)}, B: HEALTHY}
    )
    assert verdict.ok is False
    assert "b.example is never asked" in verdict.summary


def test_a_bar_hides_a_tampered_go_mod() -> None:
    """The build goes on with the next entry and says nothing: this program does."""
    another = Resource(Endpoint.MOD, "example.com/b@v1.0.0")
    spoilt = dict.fromkeys((MOD, another), wrong(Code.INTEGRITY_MOD_HASH_MISMATCH))
    tampered = {A: HEALTHY | RELAY | spoilt, B: HEALTHY}
    verdict = judged(f"{A}|{B}", tampered, gosumdb=DATABASE)
    assert verdict.ok is True
    assert verdict.hidden == ((A, Code.INTEGRITY_MOD_HASH_MISMATCH),)
    behind = judged(f"{B}|{A}|direct", tampered | {B: HEALTHY | {another: OK}}, gosumdb=DATABASE)
    assert behind.hidden == (), "nobody asks it for what comes from another"
    assert judged(f"{A}|{B}", tampered).hidden == (), "what is not verified is taken, not hidden"
    zips = {A: HEALTHY | RELAY | {ZIP: wrong(Code.INTEGRITY_ZIP_HASH_MISMATCH)}, B: HEALTHY}
    assert judged(f"{A}|{B}", zips, gosumdb=DATABASE).hidden == (), "a zip is refused for good"
    assert judged(f"{A},{B}", tampered, gosumdb=DATABASE).ok is False
    assert judged(f"{A},{B}", tampered).ok is True, "nothing is verified, nothing is noticed"


@pytest.mark.parametrize("code", [Code.INTEGRITY_MOD_HASH_MISMATCH, Code.SEMANTICS_SOFT200])
def test_go_get_trips_over_a_go_mod_that_a_bar_passes_over(code: Code) -> None:
    """A download goes on; who writes go.sum counts the refused sum, and is told so."""
    spoilt = {A: HEALTHY | RELAY | {MOD: wrong(code)}, B: HEALTHY}
    verdict = judged(f"{A}|{B}", spoilt, gosumdb=DATABASE)
    assert (verdict.ok, verdict.refused) == (True, ((A, code),))
    assert verdict.summary.endswith(
        "; `go get` fails: it trips over the go.mod of a.example all the same"
    )
    assert judged(f"{B}|{A}", spoilt | {B: HEALTHY | RELAY}, gosumdb=DATABASE).refused == ()
    assert judged(f"{A},{B}", spoilt, gosumdb=DATABASE).refused == (), "then nothing works anyway"
    absent = {A: HEALTHY | RELAY | {MOD: GONE}, B: HEALTHY}
    assert judged(f"{A}|{B}", absent, gosumdb=DATABASE).refused == ()
    assert judged(f"{A}|{B}", spoilt).refused == (), "no sum is looked at"
    private = judged(f"{A}|{B}", spoilt, gosumdb=DATABASE, gonosumdb="example.com")
    assert private.refused == (), "nor of this module"


@pytest.mark.parametrize("separator", [",", "|"])
def test_nothing_helps_against_who_never_answers(separator: str) -> None:
    """The go command waits for ever on an open connection, whatever stands behind it."""
    mute = Heard(outcome=Class.STOP, why="lets go wait for ever: silence", hangs=True)
    verdict = judged(f"{A}{separator}{B}", {A: HEALTHY | {INFO: mute}, B: HEALTHY})
    broken = {(one.stopped_by, one.unreached) for one in verdict.passages if one.ok is False}
    assert broken == {(A, (B,))}
    behind = judged(f"{B}{separator}{A}", {A: HEALTHY | {INFO: mute}, B: HEALTHY})
    assert behind.ok is True


@pytest.mark.parametrize("separator", [",", "|"])
def test_who_finds_the_module_ends_the_search(separator: str) -> None:
    """All prefixes of a path are put to one entry: what a later one says of them does not count."""
    entries = {A: HEALTHY, B: HEALTHY | {MISSING: DEAD}}
    verdict = judged(f"{A}{separator}{B}", entries)
    assert (verdict.ok, verdict.fallback) == (True, False)


def test_a_search_goes_on_where_an_entry_lacks_the_module() -> None:
    """Nothing but absence is no module found: the next entry has to answer well then."""
    lacks = HEALTHY | dict.fromkeys((LIST, INFO, MOD, ZIP), GONE)
    verdict = judged(f"{A},{B}", {A: lacks, B: HEALTHY | {MISSING: DEAD}})
    (broken,) = (one for one in verdict.passages if one.ok is False)
    assert (broken.stopped_by, broken.why) == (B, "answers 500")


def test_a_version_that_cannot_be_is_absent() -> None:
    """A list that leads to it sends go to the next entry, after a comma too."""
    bogus = {A: HEALTHY | {LIST: wrong(Code.INTEGRITY_LIST_INVALID)}, B: HEALTHY}
    assert judged(f"{A},{B}", bogus).ok is True
    assert judged(A, bogus).ok is False


def test_a_version_that_nobody_can_ask_for_stops_go() -> None:
    """It must know the go.mod of that version before it looks at the +incompatible ones."""
    unaskable = replace(wrong(Code.INTEGRITY_LIST_INVALID), unaskable=True)
    bogus = {A: HEALTHY | {LIST: unaskable}, B: HEALTHY}
    assert judged(f"{A},{B}", bogus).ok is False
    assert judged(f"{A}|{B}", bogus).ok is True


def test_a_page_instead_of_a_go_mod_is_taken_and_then_not_read() -> None:
    """Without verification it is accepted as it comes: no entry replaces it."""
    page = {A: HEALTHY | {MOD: wrong(Code.SEMANTICS_SOFT200)}, B: HEALTHY}
    assert judged(f"{A}|{B}", page).ok is False
    assert judged(f"{A}|{B}", page, gosumdb="sum.golang.google.cn", database=True).ok is True


def test_what_nobody_measured_is_not_known() -> None:
    """An answer that decides and is missing leaves the verdict open, a failure elsewhere does not."""
    some = {key: heard for key, heard in HEALTHY.items() if key is not ZIP}
    open_verdict = judged(A, {A: some})
    assert (open_verdict.ok, open_verdict.fallback) == (None, None)
    assert "nothing recent on example.com/a@v1.0.0.zip" in open_verdict.summary
    assert judged(A, {A: some | {INFO: DEAD}}).ok is False
    assert judged(A, {}).ok is None


def test_private_modules_are_fetched_directly() -> None:
    """GONOPROXY lets nobody be asked, however broken the list is."""
    verdict = judged(f"{A},{B}", {}, gonoproxy="example.com")
    assert verdict.ok is True
    assert all(one.assumed for one in verdict.passages)


@pytest.mark.parametrize(
    ("relay", "database", "ok"),
    [
        pytest.param(RELAY, False, True, id="the relay serves"),
        pytest.param({SUPPORTED: OK, LOOKUP: DEAD}, True, False, id="who is committed to fails"),
        pytest.param({SUPPORTED: OK}, True, None, id="its lookups are not known"),
        pytest.param({SUPPORTED: GONE}, True, True, id="the database is asked instead"),
        pytest.param({SUPPORTED: GONE}, False, False, id="and cannot be reached"),
        pytest.param({SUPPORTED: GONE}, None, None, id="and nothing is known of it"),
        pytest.param({SUPPORTED: DEAD}, True, False, id="an error is no refusal"),
    ],
)
def test_verification_is_part_of_a_build(
    relay: dict[Resource, Heard], database: bool | None, ok: bool | None
) -> None:
    """Without checksums there is no build, though every file may be there."""
    verdict = judged(f"{A},direct", {A: HEALTHY | relay}, database=database, gosumdb=DATABASE)
    assert verdict.ok is ok
    unverified = judged(f"{A},direct", {A: HEALTHY | relay}, gosumdb=DATABASE, gonosumdb="*.com")
    assert unverified.ok is True


def test_an_explicit_database_is_asked_by_itself() -> None:
    """With a URL in GOSUMDB no relay matters."""
    entries = {A: HEALTHY | {SUPPORTED: DEAD}}
    for works in (True, False, None):
        verdict = judged(A, entries, database=works, gosumdb="sum.golang.google.cn")
        assert verdict.ok is works


def test_names_that_strangers_would_hear(make: Any) -> None:
    """Every entry besides the private mirror, and the checksum database, unless patterns cover it."""
    private = make.mirror("a", url=A, private_patterns=("corp.example/*",))
    told = leaks(chain(f"{B},{A},direct", gosumdb=DATABASE), [private])
    assert [(one.pattern, one.to) for one in told] == [
        ("corp.example/*", B),
        ("corp.example/*", DATABASE),
    ]
    covered = chain(f"{B},{A}", gonoproxy="corp.example", gonosumdb="corp.example/*", gosumdb="x")
    assert leaks(covered, [private]) == ()
    assert leaks(chain(B, gosumdb=DATABASE), [private]) == (), "it is not in that list"


def test_entries_behind_one_address_fail_together() -> None:
    """What serves both is named."""
    shared = Answers(heard=HEALTHY, places=frozenset({"192.0.2.1"}))
    verdict = judge_chain(chain(f"{A},{B},direct"), Known(entries={A: shared, B: shared}))
    (fate,) = verdict.fates
    assert (fate.entries, fate.common) == ((A, B), "192.0.2.1")


def test_chances_multiply_only_behind_a_bar() -> None:
    """After a comma the first entry's errors are a build's; after a bar both have to fail."""
    failing = {A: Shares(sent=100, hard=1, soft=0), B: Shares(sent=100, hard=10, soft=0)}
    comma = judged(f"{A},{B}", {}, failing=failing).build_success
    bar = judged(f"{A}|{B}", {}, failing=failing).build_success
    direct = judged(f"{A}|direct", {}, failing=failing).build_success
    assert comma is not None
    assert bar is not None
    assert comma[0] == pytest.approx(0.99**100)
    assert bar[0] == pytest.approx((1 - 0.01 * 0.1) ** 100)
    assert direct == (1.0, 1.0)
    assert comma[1] < comma[0], "a hundred requests prove little"
    assert judged(f"{A},{B}", {}).build_success is None


class TestHeard:
    """From results to what the go command would make of them."""

    @pytest.fixture
    def hear(self, make: Any) -> Callable[..., Heard | None]:
        def heard(one: Exchange, *findings: Any) -> Heard | None:
            result = make.result(make.check(), *findings, exchanges=[one])
            return answers([result]).heard.get(Resource(one.endpoint, one.module))

        return heard

    @pytest.mark.parametrize(
        ("status", "outcome"),
        [
            (200, Class.SUCCESS),
            (404, Class.NOT_EXIST),
            (410, Class.NOT_EXIST),
            (403, Class.STOP),
            (429, Class.STOP),
        ],
    )
    def test_a_status_has_its_class(
        self, make: Any, hear: Callable[..., Heard | None], status: int, outcome: Class
    ) -> None:
        """200 alone is a success, 404 and 410 alone are absence."""
        heard = hear(make.exchange(Endpoint.INFO, status))
        assert heard is not None
        assert heard.outcome is outcome

    def test_our_own_limit_tells_nothing(
        self, make: Any, hear: Callable[..., Heard | None]
    ) -> None:
        """A deadline of ours is no answer, a hang that was proven is one."""
        late = make.exchange(Endpoint.INFO, kind="deadline")
        assert hear(late) is None
        stuck = hear(late, make.finding(Code.TRANSPORT_TIMEOUT, Endpoint.INFO))
        assert stuck is not None
        assert stuck.outcome is Class.STOP

    @pytest.mark.parametrize(
        ("problem", "kind", "known"),
        [
            (ProberProblem.CLOCK_SKEW, "tls_expired", False),
            (ProberProblem.CLOCK_SKEW, "tls_not_yet_valid", False),
            (ProberProblem.CLOCK_SKEW, "tls_untrusted", True),
            (ProberProblem.OVERLOADED, "stall", False),
            (ProberProblem.OVERLOADED, "tls_timeout", False),
            (ProberProblem.OVERLOADED, "reset", True),
            (ProberProblem.INTERCEPTED, "reset", False),
        ],
    )
    def test_a_problem_of_ours_breaks_no_list(
        self, make: Any, problem: ProberProblem, kind: str, known: bool
    ) -> None:
        """What our own clock, load or network explains is not known of an entry."""
        hang = make.finding(Code.TRANSPORT_TIMEOUT, Endpoint.INFO)
        result = make.result(
            make.check(),
            *([hang] if kind in {"stall", "tls_timeout"} else []),
            exchanges=[make.exchange(Endpoint.INFO, kind=kind)],
        )
        assert (INFO in answers([result], [problem]).heard) is known
        own = replace(result, problems={problem: "ours"})
        if problem is not ProberProblem.INTERCEPTED:
            assert (INFO in answers([own]).heard) is known
        assert INFO in answers([result]).heard

    def test_only_an_open_connection_is_waited_on_for_ever(
        self, make: Any, hear: Callable[..., Heard | None]
    ) -> None:
        """Dialling and handshakes end by go's own limits; then it goes on."""
        for kind, hangs in (("stall", True), ("connect_timeout", False), ("tls_timeout", False)):
            found = make.finding(Code.TRANSPORT_TIMEOUT, Endpoint.INFO)
            heard = hear(make.exchange(Endpoint.INFO, kind=kind), found)
            assert heard is not None
            assert heard.hangs is hangs

    def test_the_search_waits_for_bare_prefixes_too(self, make: Any) -> None:
        """A hang on github.com hangs the search for any module below it."""
        stuck = make.exchange(Endpoint.PREFIX, kind="stall", module="example.com")
        absent = make.exchange(Endpoint.MISSING, 404, module=ABSENT)
        found = make.finding(Code.TRANSPORT_TIMEOUT, Endpoint.PREFIX, module="example.com")
        heard = answers([make.result(make.check(), found, exchanges=[stuck, absent])]).heard
        assert heard[MISSING].hangs
        calm = answers([make.result(make.check(), exchanges=[absent])]).heard
        assert calm[MISSING].outcome is Class.NOT_EXIST

    @pytest.mark.parametrize(
        ("severity", "outcome"), [(None, Class.SUCCESS), (Severity.DEGRADED, Class.NOT_EXIST)]
    )
    def test_a_page_that_does_no_harm_names_no_version(
        self, make: Any, severity: Severity | None, outcome: Class
    ) -> None:
        """Where @latest then says that there is nothing, a page for an absent list is absence."""
        page = make.exchange(Endpoint.MISSING, module=ABSENT)
        found = make.finding(
            Code.SEMANTICS_SOFT200, Endpoint.MISSING, module=ABSENT, severity=severity
        )
        heard = answers([make.result(make.check(), found, exchanges=[page])]).heard[MISSING]
        assert heard.outcome is outcome

    def test_a_relay_that_hangs_is_heard_of_under_its_own_code(
        self, make: Any, hear: Callable[..., Heard | None]
    ) -> None:
        """What its answers would be anywhere else tells that a hang was proven."""
        late = make.exchange(Endpoint.SUMDB_LOOKUP, kind="deadline")
        shows_as = {"shows_as": "transport.timeout"}
        code = Code.SUMDB_HALF_PROXIED
        stuck = hear(late, make.finding(code, Endpoint.SUMDB_LOOKUP, evidence=shows_as))
        assert stuck is not None
        assert stuck.outcome is Class.STOP
        assert hear(late, make.finding(code, Endpoint.SUMDB_LOOKUP)) is None

    def test_a_bad_tile_spoils_the_lookups_that_need_it(self, make: Any) -> None:
        """Others are as good as they were."""
        bad = make.finding(
            Code.SUMDB_TILE_MISMATCH,
            Endpoint.SUMDB_TILE,
            module="tile/8/0/000",
            evidence={"needed_for": [RELEASE]},
        )
        asked = [make.exchange(Endpoint.SUMDB_LOOKUP, module=one) for one in (RELEASE, "b@v1.0.0")]
        heard = answers([make.result(make.check(), bad, exchanges=asked)]).heard
        codes = [heard[Resource(Endpoint.SUMDB_LOOKUP, one.module)].code for one in asked]
        assert codes == [Code.SUMDB_TILE_MISMATCH, None]

    def test_wrong_content_counts_only_where_it_is_steady(
        self, make: Any, hear: Callable[..., Heard | None]
    ) -> None:
        """What one look in two showed leaves the last answer as it is."""
        good = make.exchange(Endpoint.INFO)
        steady = make.finding(Code.INTEGRITY_INFO_MISMATCH, Endpoint.INFO)
        once = make.finding(Code.INTEGRITY_INFO_MISMATCH, Endpoint.INFO, matched=1, looked=2)
        assert hear(good, once) == Heard(outcome=Class.SUCCESS)
        assert hear(good, steady).code is Code.INTEGRITY_INFO_MISMATCH  # type: ignore[union-attr]

    def test_a_contradiction_outlasts_a_check_that_does_not_look_for_it(self, make: Any) -> None:
        """The zip check finds an archive sound that the checksum check knows to be another."""
        tampered = make.finding(Code.INTEGRITY_ZIP_HASH_MISMATCH, Endpoint.ZIP)
        looked = make.result(make.check(), tampered, exchanges=[make.exchange(Endpoint.ZIP)])
        did_not = make.result(make.check(), exchanges=[make.exchange(Endpoint.ZIP)])
        for results in ([looked, did_not], [did_not, looked]):
            heard = answers(results).heard[Resource(Endpoint.ZIP, RELEASE)]
            assert heard.code is Code.INTEGRITY_ZIP_HASH_MISMATCH
