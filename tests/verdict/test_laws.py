"""Laws of the verdict, for results nobody thought of."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from goproxy_exporter.model.cause import LAWS, Code, verified
from goproxy_exporter.model.names import (
    CheckName,
    Endpoint,
    ProberProblem,
    Severity,
    SkipReason,
    State,
)
from goproxy_exporter.verdict import build_success, decide, step
from goproxy_exporter.verdict.retold import RETELLINGS

CHECKS = (CheckName.ENDPOINTS, CheckName.ZIP, CheckName.SUMDB)
PLACES = {
    CheckName.ENDPOINTS: (Endpoint.LIST, Endpoint.LATEST, Endpoint.INFO, Endpoint.MOD),
    CheckName.ZIP: (Endpoint.ZIP,),
    CheckName.SUMDB: (Endpoint.SUMDB_SUPPORTED, Endpoint.SUMDB_LOOKUP),
}
RANK = {state: rank for rank, state in enumerate(State)}

Spec = tuple[CheckName, tuple[tuple[Code, int, int], ...], int, bool]
"""Check, findings (code, which endpoint, looks that matched of three), end, overloaded."""

findings = st.tuples(st.sampled_from(Code), st.integers(0, 9), st.integers(1, 3))
specs = st.tuples(
    st.sampled_from(CHECKS),
    st.lists(findings, max_size=4, unique_by=lambda one: one[1] % 4).map(tuple),
    st.integers(0, 600),
    st.booleans(),
)
histories = st.lists(specs, max_size=8).map(lambda runs: sorted(runs, key=lambda run: run[2]))


def result_of(make: Any, spec: Spec, mirror: Any = None) -> Any:
    name, found, at, overloaded = spec
    places = PLACES[name]
    made = [
        make.finding(code, places[place % len(places)], matched=matched, looked=3)
        for code, place, matched in found
    ]
    problems = {ProberProblem.OVERLOADED: "late"} if overloaded else {}
    return make.result(make.check(name, mirror), *made, at=float(at), problems=problems)


def memory_of(make: Any, history: Sequence[Spec]) -> Any:
    memory = None
    for spec in history:
        memory = step(memory, result_of(make, spec), float(spec[2]))
    return memory


def judged(make: Any, memory: Any, now: float, mirror: Any = None, problems: Any = None) -> Any:
    one = mirror or make.mirror()
    checks = [make.check(name, one) for name in CHECKS]
    return decide(one, memory, checks, problems or {}, now)


@given(histories, st.randoms(use_true_random=False))
def test_results_of_different_checks_commute(make: Any, history: Any, random: Any) -> None:
    """However the runs of different checks interleave, the memory is the same."""
    queues = {name: [spec for spec in history if spec[0] is name] for name in CHECKS}
    shuffled = []
    while any(queues.values()):
        name = random.choice([name for name in CHECKS if queues[name]])
        shuffled.append(queues[name].pop(0))
    one, other = memory_of(make, history), memory_of(make, shuffled)
    if one is not None:
        # What is too old is swept when its own check runs, so nothing here depends on others.
        assert one.sightings == other.sightings
        assert one.evidence == other.evidence
        assert one.doubts == other.doubts
    now = 600.0
    assert judged(make, one, now) == judged(make, other, now)
    assert (one and build_success(one, now)) == (other and build_success(other, now))


@given(histories, st.sets(st.sampled_from(Code), max_size=6))
def test_accepted_causes_never_change_the_state(make: Any, history: Any, accept: set[Code]) -> None:
    """A verdict with accepted codes has the state of one that never heard of them.

    Codes that may stand for each other are accepted together.
    """
    for rule in RETELLINGS:
        pair = {rule.claims, rule.told_as}
        accept = accept | pair if accept & pair else accept
    now = float(history[-1][2]) if history else 0.0
    memory = memory_of(make, history)
    safe = {code for code in accept if LAWS[code].severity is not Severity.DANGEROUS}
    accepting = judged(make, memory, now, make.mirror(accept=accept))
    counted = [cause for cause in accepting.causes if not cause.accepted]
    assert not safe & {cause.code for cause in counted}
    if memory is not None:
        kept = {key: one for key, one in memory.sightings.items() if key[1] not in safe}
        deaf = judged(make, type(memory)(**fields(memory, sightings=kept)), now)
        assert accepting.state is deaf.state
        assert accepting.primary is deaf.primary


@given(histories, st.sampled_from(CHECKS), findings)
def test_the_state_is_monotone(make: Any, history: Any, name: CheckName, more: Any) -> None:
    """One more finding in the last run never makes a mirror look better."""
    now = float(history[-1][2]) if history else 0.0
    before = memory_of(make, history)
    code, place, matched = more
    without = step(before, result_of(make, (name, (), int(now), False)), now)
    finding = make.finding(code, PLACES[name][place % len(PLACES[name])], matched=matched)
    with_it = step(before, make.result(make.check(name), finding, at=now), now)
    worst = {one.key: one for one in with_it.sightings.values()}
    mild, bad = judged(make, without, now), judged(make, with_it, now)
    assert worst
    assert RANK[bad.state] >= RANK[mild.state]


@given(histories)
def test_two_clean_runs_of_every_check_always_clear(make: Any, history: Any) -> None:
    """Whatever happened, two runs that find nothing end it, unless a rate limit still holds."""
    memory = memory_of(make, history)
    end = float(history[-1][2]) if history else 0.0
    for pause in (10.0, 20.0):
        for name in CHECKS:
            clean = make.result(make.check(name), at=end + pause)
            memory = step(memory, clean, end + pause)
    verdict = judged(make, memory, end + 20)
    assert (verdict.state, verdict.causes) == (State.HEALTHY, ())


@given(histories, specs, st.sampled_from([ProberProblem.OFFLINE, ProberProblem.INTERNAL]))
def test_a_void_run_changes_nothing_but_problems(
    make: Any, history: Any, spec: Any, problem: ProberProblem
) -> None:
    """Void runs touch neither evidence nor causes, but for what is proven; skipped ones nothing."""
    before = memory_of(make, history)
    ran = result_of(make, spec)
    void = make.result(ran.check, *ran.findings, at=700.0, problems={problem: "x"})
    after = step(before, void, 700.0)
    if before is not None:
        proven = {key: one for key, one in after.sightings.items() if verified(key[1])}
        assert {one.code for one in ran.findings if verified(one.code)} <= {
            key[1] for key in proven
        }
        assert fields(after, doubts={}, sightings={**after.sightings, **proven}) == fields(
            before, doubts={}, sightings={**before.sightings, **proven}
        )
        skipped = make.result(ran.check, at=701.0, skipped=SkipReason.BUDGET)
        assert step(before, skipped, 701.0) == before


@given(histories, st.sets(st.sampled_from(ProberProblem)))
def test_problems_of_ours_never_accuse(make: Any, history: Any, problems: Any) -> None:
    """With problems standing, a verdict shows no cause that it would not show without."""
    now = float(history[-1][2]) if history else 0.0
    memory = memory_of(make, history)
    calm = judged(make, memory, now)
    doubting = judged(make, memory, now, problems=dict.fromkeys(problems, "x"))
    silenced = {code for code, _ in calm.suppressed}
    new = {one.code for one in doubting.causes} - {one.code for one in calm.causes}
    assert new <= silenced
    if doubting.state is State.HEALTHY:
        assert not {one for one in doubting.causes if not one.accepted}


@settings(max_examples=50)
@given(histories)
def test_a_verdict_explains_itself(make: Any, history: Any) -> None:
    """State, primary, axes and causes never contradict each other."""
    now = float(history[-1][2]) if history else 0.0
    verdict = judged(make, memory_of(make, history), now)
    assert (verdict.primary is None) == (not verdict.causes)
    if verdict.causes:
        worst = max(RANK[State(cause.severity.value)] for cause in verdict.causes)
        assert RANK[verdict.state] == worst
        assert verdict.primary is verdict.causes[0].code
        for cause in verdict.causes:
            assert verdict.axes[LAWS[cause.code].axis] is False
    assert len({cause.code for cause in verdict.causes}) == len(verdict.causes)


def fields(memory: Any, **changed: Any) -> dict[str, Any]:
    names = ("sightings", "evidence", "looks", "traffic", "doubts")
    return {name: changed.get(name, getattr(memory, name)) for name in names}
