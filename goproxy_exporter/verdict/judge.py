"""What is the state of a mirror, and why?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.mirror import Check, Mirror
from goproxy_exporter.model.names import CheckName, Endpoint, ProberProblem, State
from goproxy_exporter.model.result import Fact
from goproxy_exporter.model.standing import Cause, Verdict
from goproxy_exporter.model.withdrawal import taken_back_by
from goproxy_exporter.verdict.axes import axes
from goproxy_exporter.verdict.causes import gathered, is_accepted
from goproxy_exporter.verdict.doubt import CUTS_OFF, cutting_off
from goproxy_exporter.verdict.memory import EMPTY, Evidence, Key, Memory, Sighting, lifetime
from goproxy_exporter.verdict.odds import failing, survival
from goproxy_exporter.verdict.rank import STATES, badness
from goproxy_exporter.verdict.retold import retold
from goproxy_exporter.verdict.silence import silenced, total_failure

_NOT_AGAINST_ITSELF = frozenset({Code.MODULE_MISSING})
"""What is asserted by comparison with the reference alone."""


@dataclass(frozen=True, slots=True)
class _Case:
    """What is known and not too old, and what of it was put aside so far."""

    sightings: Mapping[Key, Sighting]
    evidence: Mapping[CheckName, Evidence]
    enabled: frozenset[CheckName]
    aside: tuple[tuple[Code, str], ...] = ()
    withdrawn: frozenset[Code] = frozenset()

    def without(self, reasons: Mapping[Key, str]) -> "_Case":
        """Put sightings aside, each for its reason."""
        kept = {key: one for key, one in self.sightings.items() if key not in reasons}
        said = tuple((code, why) for (_, code, _), why in reasons.items())
        return replace(self, sightings=kept, aside=self.aside + said)


def decide(
    mirror: Mirror,
    memory: Memory | None,
    checks: Iterable[Check],
    problems: Mapping[ProberProblem, str],
    now: float,
) -> Verdict:
    """Judge a mirror at `now` (Unix seconds) by what its enabled checks found out.

    `checks` may hold other mirrors' checks too. `problems` are those that only many mirrors
    together show; what the mirror's own runs said about the prober is in the memory. Accepted
    causes are shown and count for nothing, not even for silencing others; but what they end cannot
    be judged all the same. Other problems that a
    run itself saw have taken back what they had to when the run was folded.
    """
    known = memory or EMPTY
    standing = {**cutting_off(known, now), **problems}
    case = _retold(_current(known, checks, mirror, now))
    case = _without_self_comparison(case, mirror)
    case = _without_doubtful(case, standing)
    counting = tuple(one for one in case.sightings.values() if not is_accepted(mirror, one.code))
    judged = _judged(case.evidence)
    everywhere = total_failure(case.sightings.values(), judged)
    case = case.without(silenced(counting, total_failure(counting, judged)))
    causes = gathered(mirror, case.sightings.values(), _rate(case, known, now, standing))
    return _verdict(case, causes, mirror=mirror, everywhere=everywhere, standing=standing)


def _current(known: Memory, checks: Iterable[Check], mirror: Mirror, now: float) -> _Case:
    """Leave out what is too old, or belongs to checks that are not enabled any more."""
    windows = {
        one.name: lifetime(one, known.evidence[one.name].took if one.name in known.evidence else 0)
        for one in checks
        if one.mirror.key == mirror.key
    }
    evidence = {
        name: one
        for name, one in known.evidence.items()
        if name in windows and now - one.at <= windows[name]
    }
    sightings = {
        key: one
        for key, one in known.sightings.items()
        if key[0] in windows and (one.held(now) or now - one.known_at <= windows[key[0]])
    }
    back = [(code, problem) for one in evidence.values() for code, _, problem in one.withdrawn]
    return _Case(
        sightings,
        evidence,
        frozenset(windows),
        aside=tuple((code, _taken_back(problem)) for code, problem in back),
        withdrawn=frozenset(code for code, _ in back),
    )


def _retold(case: _Case) -> _Case:
    sightings, changed = retold(case.sightings, case.evidence)
    return replace(case, sightings=sightings, aside=case.aside + changed)


def _without_self_comparison(case: _Case, mirror: Mirror) -> _Case:
    if not mirror.is_reference:
        return case
    reasons = {
        key: "the reference is not held against itself"
        for key in case.sightings
        if key[1] in _NOT_AGAINST_ITSELF
    }
    return case.without(reasons)


def _without_doubtful(case: _Case, standing: Mapping[ProberProblem, str]) -> _Case:
    """Take back what the prober's problems explain, and with it what those exchanges say."""
    reasons = {
        key: _taken_back(problem)
        for key, one in case.sightings.items()
        if (problem := taken_back_by(one.code, one.evidence, standing)) is not None
    }
    void = {(key[0], key[2]) for key in reasons if case.sightings[key].fails_exchange}
    evidence = {
        name: replace(one, judged=frozenset(e for e in one.judged if (name, e) not in void))
        for name, one in case.evidence.items()
    }
    withdrawn = case.withdrawn.union(key[1] for key in reasons)
    return replace(case.without(reasons), evidence=evidence, withdrawn=withdrawn)


def _rate(
    case: _Case, known: Memory, now: float, standing: Mapping[ProberProblem, str]
) -> dict[str, Fact]:
    """Give the share of failing requests where a cause is about just that."""
    if not any(key[1] is Code.HTTP_5XX_INTERMITTENT for key in case.sightings):
        return {}
    shares = failing(known, now, standing)
    if shares is None:
        return {}
    return {
        "ratio": round(shares.hard / shares.sent, 4),
        "requests": shares.sent,
        "build_success_probability": survival(shares.risk),
        "build_success_at_least": survival(shares.risk_bound),
    }


def _taken_back(problem: ProberProblem) -> str:
    return f"taken back: {problem}"


def _judged(evidence: Mapping[CheckName, Evidence]) -> frozenset[Endpoint]:
    known = evidence.get(CheckName.ENDPOINTS)
    return known.judged if known else frozenset()


def _verdict(
    case: _Case,
    causes: tuple[Cause, ...],
    *,
    mirror: Mirror,
    everywhere: Sighting | None,
    standing: Mapping[ProberProblem, str],
) -> Verdict:
    cut_off = not CUTS_OFF.isdisjoint(standing)
    counted = tuple(one for one in causes if not one.accepted)
    state = _state(case, counted, cut_off=cut_off)
    return Verdict(
        mirror=mirror.key,
        state=state,
        axes=axes(
            state=state,
            causes=counted,
            evidence={} if cut_off else case.evidence,
            sightings=case.sightings.values(),
            total=everywhere,
            timed=ProberProblem.CLOCK_SKEW not in standing,
        ),
        causes=causes,
        primary=counted[0].code if counted else None,
        suppressed=tuple(sorted(set(case.aside))),
        withdrawn=case.withdrawn,
    )


def _state(case: _Case, counted: tuple[Cause, ...], *, cut_off: bool) -> State:
    if counted:
        return STATES[max((one.severity for one in counted), key=badness)]
    return State.UNKNOWN if cut_off or not _trustworthy(case) else State.HEALTHY


def _trustworthy(case: _Case) -> bool:
    """Whether something was heard, and by the check that asks for everything where it is enabled.

    A mirror whose endpoints say nothing, or were not asked of late, is not well because its zip
    was, ten minutes ago.
    """
    if CheckName.ENDPOINTS in case.enabled:
        return bool(_judged(case.evidence))
    return any(one.judged for one in case.evidence.values())
