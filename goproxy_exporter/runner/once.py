"""What happens in one run of one check, whatever happens?"""

import asyncio
from dataclasses import dataclass
from traceback import extract_tb
from urllib.parse import urlsplit

import structlog

from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import ProberProblem, SkipReason
from goproxy_exporter.model.result import Result
from goproxy_exporter.probes.kit import Kit, Outcome
from goproxy_exporter.runner import trouble
from goproxy_exporter.runner.controls import Target, anything_answers
from goproxy_exporter.runner.deadline import deadline
from goproxy_exporter.runner.discretion import discreet
from goproxy_exporter.runner.means import Means

OVERTIME = 1.0
"""Seconds after its deadline at which a probe that did not notice it is cut off."""
CONTROL_TIMEOUT = 3.0
"""Seconds that a control target has for an answer, at most."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Trial:
    """What a probe came back with, or how it broke, and how long it took."""

    started: float
    duration: float
    outcome: Outcome
    problems: dict[ProberProblem, str]


async def run(check: Check, means: Means, *, late: float = 0.0) -> Result:
    """Run a check once. Total: everything but cancellation becomes a result.

    `late` is how many seconds after its beat the run was started. The wait for a place is not
    part of what is measured.
    """
    with structlog.contextvars.bound_contextvars(mirror=check.mirror.key, check=check.name.value):
        result = await _run(check, means, late)
        log.debug(
            "check.finished",
            ok=result.ok,
            skipped=result.skipped,
            duration=round(result.duration, 4),
            causes=sorted({finding.code.value for finding in result.findings}),
            problems=sorted(result.problems),
        )
    return result


async def _run(check: Check, means: Means, late: float) -> Result:
    try:
        async with means.limits.place(check.mirror.key, timeout=check.interval) as waited:
            return await _placed(check, means, late + waited)
    except TimeoutError:
        return _skipped(check, means, SkipReason.OVERLOAD)


async def _placed(check: Check, means: Means, waited: float) -> Result:
    """Run a check that has its place. Raises nothing but cancellation."""
    allowance = means.allowances.of(check.mirror)
    refusal = allowance.refusal(means.clock.now())
    if refusal is not None:
        return _skipped(check, means, refusal)
    mark = means.lag.mark()
    trial = await _tried(check, means)
    if trial.outcome.retry_at is not None:
        allowance.hold_until(trial.outcome.retry_at)
    slow = trouble.overloaded(means.lag.since(mark), waited=waited, interval=check.interval)
    problems = trial.problems | await _problems(check, means, trial)
    if slow is not None:
        problems[ProberProblem.OVERLOADED] = slow
    result = Result(
        check=check,
        started=trial.started,
        duration=trial.duration,
        exchanges=trial.outcome.exchanges,
        findings=trial.outcome.findings,
        facts=trial.outcome.facts,
        problems=problems,
        retry_at=trial.outcome.retry_at,
        undecided=trial.outcome.undecided,
        seen=trial.outcome.seen,
    )
    return discreet(result)


async def _tried(check: Check, means: Means) -> _Trial:
    """Let the probe ask; whatever it raises is a bug of ours, told with its place."""
    started, begin = means.clock.now(), means.clock.monotonic()
    limit = deadline(check, means.look_gap)
    kit = Kit(
        wire=means.wire,
        clock=means.clock,
        reference=means.reference,
        originals=means.originals,
        allowance=means.allowances.of(check.mirror),
        database=means.databases.get(check.mirror.checksum_database or ""),
        locker=means.locker,
        look_gap=means.look_gap,
        deadline=begin + limit,
        index=means.index,
        recall=means.recall(check),
    )
    problems: dict[ProberProblem, str] = {}
    try:
        async with asyncio.timeout(limit + OVERTIME):
            outcome = await means.probes[check.name](check, kit)
    except Exception as error:
        log.exception("check.broke")
        outcome = Outcome()
        problems[ProberProblem.INTERNAL] = _told(error)
    return _Trial(started, means.clock.monotonic() - begin, outcome, problems)


async def _problems(check: Check, means: Means, trial: _Trial) -> dict[ProberProblem, str]:
    """Tell a prober that is cut off from a mirror that is down."""
    outcome = trial.outcome
    refused = trouble.forward_proxy(outcome.exchanges)
    if refused is not None:
        return {ProberProblem.FORWARD_PROXY: refused}
    near = trouble.is_near(check.mirror.url, outcome.exchanges)
    targets = _targets(check, means)
    if near or not targets or not trouble.doubtful(outcome.findings, outcome.exchanges):
        return {}
    timeout = min(CONTROL_TIMEOUT, check.timeout)
    if await anything_answers(targets, means.wire.reach, timeout=timeout):
        # The network may have come back only after the last look.
        if not means.outage.since(trial.started):
            return {}
        return {ProberProblem.OFFLINE: "another run found no network during this one"}
    means.outage.note(means.clock.now())
    return {ProberProblem.OFFLINE: f"neither the mirror nor {len(targets)} control targets answer"}


def _targets(check: Check, means: Means) -> tuple[Target, ...]:
    host = urlsplit(check.mirror.url).hostname
    return tuple(target for target in means.controls if target[0] != host)


def _skipped(check: Check, means: Means, reason: SkipReason) -> Result:
    return Result(
        check=check,
        started=means.clock.now(),
        duration=0.0,
        skipped=reason,
        retry_at=means.allowances.of(check.mirror).held_until,
    )


def _told(error: Exception) -> str:
    """Name an exception and where it came from; its text may hold what is not to be shown.

    The system's own words do not: they say that there is no room for the body of an answer.
    """
    frames = extract_tb(error.__traceback__)
    where = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    words = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
    return f"{type(error).__name__}{where}{words}"
