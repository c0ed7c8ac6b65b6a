"""What does one more result change in what is remembered of a mirror?"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from goproxy_exporter.model.cause import Code, verified
from goproxy_exporter.model.freshness import Freshness
from goproxy_exporter.model.names import UNLABELLED, CheckName, Endpoint, ProberProblem
from goproxy_exporter.model.result import Finding, Result
from goproxy_exporter.model.withdrawal import taken_back_by
from goproxy_exporter.verdict import freshness, odds
from goproxy_exporter.verdict import looks as window
from goproxy_exporter.verdict.memory import EMPTY, Doubt, Evidence, Looks, Memory, Series, lifetime
from goproxy_exporter.verdict.sightings import Run, entered, followed

_REFUSALS = frozenset({401, 403, 429, 451})


def step(memory: Memory | None, result: Result, now: float) -> Memory:
    """Fold one result into the memory of its mirror. Results of different checks commute.

    A skipped run changes nothing. A void run changes nothing but the problems, and enters what a
    hash or a signature proves. `now` is in Unix seconds, and never before the `now` of an earlier
    result of the same check.
    """
    before = memory or EMPTY
    if result.skipped is not None:
        return before
    doubted = replace(before, doubts=_doubts(before, result, now))
    return _proven(doubted, result, now) if result.void else _folded(doubted, result, now)


def forget(memory: Memory, kept: Collection[CheckName]) -> Memory:
    """Leave out everything that checks other than these found out."""
    return Memory(
        sightings={key: one for key, one in memory.sightings.items() if key[0] in kept},
        evidence={name: one for name, one in memory.evidence.items() if name in kept},
        looks={series: one for series, one in memory.looks.items() if series[0] in kept},
        traffic={name: one for name, one in memory.traffic.items() if name in kept},
        doubts={key: one for key, one in memory.doubts.items() if key[0] in kept},
        freshness=memory.freshness if CheckName.FRESHNESS in kept else EMPTY.freshness,
    )


def _doubts(
    before: Memory, result: Result, now: float
) -> dict[tuple[CheckName, ProberProblem], Doubt]:
    """Replace what the last run of this check said about the prober."""
    check = result.check
    others = {key: doubt for key, doubt in before.doubts.items() if key[0] is not check.name}
    until = now + lifetime(check, result.duration)
    own = {
        (check.name, problem): Doubt(at=now, until=until, text=text)
        for problem, text in result.problems.items()
    }
    return {**others, **own}


def _proven(before: Memory, result: Result, now: float) -> Memory:
    """Enter what stands whatever ails the prober; nothing is clean because of such a run."""
    findings = tuple(one for one in result.findings if verified(one.code))
    run = Run(result=result, now=now, findings=findings, judged=frozenset())
    return replace(before, sightings={**before.sightings, **entered(before.sightings, run)})


def _folded(before: Memory, result: Result, now: float) -> Memory:
    name = result.check.name
    looks = window.remembered(before.looks, window.looks_of(result, now), now)
    evidence, trusted = _weighed(result, now)
    run = Run(
        result=result,
        now=now,
        findings=_classified(trusted, looks, name),
        judged=_judged(result, trusted),
    )
    traffic = odds.remembered(before.traffic.get(name, ()), odds.traffic_of(result, now), now)
    return replace(
        before,
        looks=looks,
        traffic={**before.traffic, name: traffic},
        evidence={**before.evidence, name: evidence},
        freshness=_freshness(before, result),
        sightings=followed(before.sightings, run),
    )


def _freshness(before: Memory, result: Result) -> Freshness:
    if result.seen is None:
        return before.freshness
    return freshness.folded(before.freshness, result.seen, result.check.interval)


def _weighed(result: Result, now: float) -> tuple[Evidence, tuple[Finding, ...]]:
    """Part what the run says from what its own problems take back."""
    trusted: list[Finding] = []
    withdrawn: list[tuple[Code, Endpoint, ProberProblem]] = []
    for finding in result.findings:
        problem = taken_back_by(finding.code, finding.evidence, result.problems)
        if problem is None:
            trusted.append(finding)
        else:
            withdrawn.append((finding.code, finding.endpoint, problem))
    evidence = Evidence(
        at=now,
        took=result.duration,
        judged=_judged(result, trusted) - UNLABELLED,
        open=_open(result),
        withdrawn=tuple(withdrawn),
    )
    return evidence, tuple(trusted)


def _judged(result: Result, trusted: Iterable[Finding]) -> frozenset[Endpoint]:
    """Give the endpoints that were answered and not left in doubt, or whose trouble was made out."""
    answered = {exchange.endpoint for exchange in result.exchanges if exchange.answered}
    return frozenset(answered - result.undecided | {finding.endpoint for finding in trusted})


def _open(result: Result) -> frozenset[Endpoint]:
    """Give the endpoints that were not refused each time."""
    answers = (exchange for exchange in result.exchanges if exchange.answered)
    return frozenset(one.endpoint for one in answers if one.status not in _REFUSALS)


def _classified(
    findings: tuple[Finding, ...], looks: dict[Series, tuple[Looks, ...]], check: CheckName
) -> tuple[Finding, ...]:
    """Let the window decide which of the two 5xx codes a finding stands for."""
    flapping = any(finding.code is Code.HTTP_5XX_INTERMITTENT for finding in findings)
    return tuple(
        window.classified(
            finding,
            looks.get((check, finding.endpoint, finding.module), ()),
            flapping=flapping,
        )
        if finding.code in window.FAMILY
        else finding
        for finding in findings
    )
