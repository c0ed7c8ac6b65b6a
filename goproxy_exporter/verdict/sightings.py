"""When is a cause entered, kept and left?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from goproxy_exporter.model.cause import LAWS, Code, Stage
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import Endpoint, ProberProblem, Severity
from goproxy_exporter.model.result import Finding, Result
from goproxy_exporter.model.withdrawal import takes_back
from goproxy_exporter.verdict.looks import FAMILY
from goproxy_exporter.verdict.memory import Key, Sighting, lifetime
from goproxy_exporter.verdict.rank import badness

CLEAN_RUNS = 2
"""Runs in a row that must not show a cause before it is left."""
LONGEST_HOLD = 3600.0
"""Seconds for which a rate limit is believed at most."""
_NOT_OFFERED = frozenset(
    {Code.SUMDB_UNREACHABLE, Code.SUMDB_NOT_PROXIED, Code.SUMDB_SUPPORTED_ERROR}
)
_BEHIND_SUPPORTED = frozenset({Endpoint.SUMDB_LATEST, Endpoint.SUMDB_LOOKUP, Endpoint.SUMDB_TILE})
"""What nobody asks of a mirror that does not offer to relay the checksum database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run says, ready to be folded: its findings under their final codes."""

    result: Result
    now: float
    findings: tuple[Finding, ...]
    judged: frozenset[Endpoint]

    @property
    def check(self) -> Check:
        """The check that ran."""
        return self.result.check

    def first_failure(self, endpoint: Endpoint) -> Stage | None:
        """Give the earliest stage at which an endpoint failed in this run, if it did."""
        stages = (LAWS[one.code].stage for one in self.findings if one.endpoint is endpoint)
        return min(stages, default=None)

    @property
    def offers_a_relay(self) -> bool:
        """Whether the mirror did not take back what it may have promised of checksum databases."""
        return all(one.code not in _NOT_OFFERED for one in self.findings)

    @property
    def overloaded(self) -> bool:
        """Whether the prober itself was too slow during this run."""
        return ProberProblem.OVERLOADED in self.result.problems


def followed(sightings: Mapping[Key, Sighting], run: Run) -> dict[Key, Sighting]:
    """Fold one run: enter what it shows at once, leave what two clean runs did not show.

    Only causes of the run's own check are touched.
    """
    others = {key: one for key, one in sightings.items() if key[0] is not run.check.name}
    own = {key: one for key, one in sightings.items() if key[0] is run.check.name}
    shown = entered(own, run)
    kept = (_later(one, run) for key, one in own.items() if key not in shown)
    still = {one.key: one for one in kept if one is not None and not _replaced(one, shown.values())}
    return {**others, **still, **shown}


def entered(own: Mapping[Key, Sighting], run: Run) -> dict[Key, Sighting]:
    """Give what a run shows, each going on from what `own` has of it."""
    groups: dict[Key, list[Finding]] = {}
    for finding in run.findings:
        key = (run.check.name, finding.code, finding.endpoint)
        groups.setdefault(key, []).append(finding)
    return {key: _seen(group, _before(own, key), run) for key, group in groups.items()}


def _before(own: Mapping[Key, Sighting], key: Key) -> Sighting | None:
    """Give the sighting that goes on: of the two 5xx codes, each continues the other."""
    check, code, endpoint = key
    names = (code, *(FAMILY - {code})) if code in FAMILY else (code,)
    return next((own[name] for one in names if (name := (check, one, endpoint)) in own), None)


def _seen(group: list[Finding], before: Sighting | None, run: Run) -> Sighting:
    """Make one sighting of findings that differ in their module alone; the worst is its face."""
    face = max(group, key=lambda finding: badness(_severity(finding)))
    return Sighting(
        code=face.code,
        check=run.check.name,
        endpoint=face.endpoint,
        module=face.module,
        severity=_severity(face),
        blame=face.blame,
        summary=face.summary,
        evidence=face.evidence,
        since=run.result.started if before is None else before.since,
        seen_at=run.now,
        matched=sum(one.matched for one in group) + (before.matched if before else 0),
        looked=sum(one.looked for one in group) + (before.looked if before else 0),
        held_until=_hold(face, before, run),
    )


def _severity(finding: Finding) -> Severity:
    return finding.severity or LAWS[finding.code].severity


def _hold(finding: Finding, before: Sighting | None, run: Run) -> float | None:
    """Give the end of a rate limit: the latest that was asked for, at most an hour from now."""
    if finding.code is not Code.HTTP_429:
        return None
    asked = (run.result.retry_at, before.held_until if before else None)
    ends = [min(end, run.now + LONGEST_HOLD) for end in asked if end is not None]
    return max(ends, default=None)


def _later(one: Sighting, run: Run) -> Sighting | None:
    """Give what becomes of a sighting that the run did not show; None where it is left."""
    if _too_old(one, run):
        return None
    if one.code in FAMILY and _reclassified(one, run):
        return None
    if not _could_judge(one, run):
        return one
    clean = replace(one, clean=one.clean + 1, looked=one.looked + _looks_at(one.endpoint, run))
    return None if clean.clean >= CLEAN_RUNS and not one.held(run.now) else clean


def _too_old(one: Sighting, run: Run) -> bool:
    return run.now - one.known_at > lifetime(run.check, run.result.duration)


def _reclassified(one: Sighting, run: Run) -> bool:
    """Whether the run shows the same trouble under the other 5xx code."""
    return any(found.code in FAMILY and found.endpoint is one.endpoint for found in run.findings)


def _could_judge(one: Sighting, run: Run) -> bool:
    """Whether the run came as far as the stage at which the cause shows, and could be trusted."""
    if run.overloaded and takes_back(ProberProblem.OVERLOADED, one.code, one.evidence):
        return False
    if one.endpoint in _BEHIND_SUPPORTED and not run.offers_a_relay:
        return True
    failed_at = run.first_failure(one.endpoint)
    return one.endpoint in run.judged and (failed_at is None or failed_at >= one.stage)


def _looks_at(endpoint: Endpoint, run: Run) -> int:
    return sum(exchange.endpoint is endpoint for exchange in run.result.exchanges)


def _replaced(one: Sighting, shown: Iterable[Sighting]) -> bool:
    """Whether the same resource now fails for another reason, at this stage or a later one.

    An exchange has one cause. One that now gets as far as the new cause is past the old one.
    """
    return one.fails_exchange and any(
        new.endpoint is one.endpoint
        and new.module == one.module
        and new.fails_exchange
        and new.stage >= one.stage
        for new in shown
    )
