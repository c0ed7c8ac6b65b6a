"""How do sightings become the causes that people read?"""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from goproxy_exporter.model.cause import Code, verified
from goproxy_exporter.model.mirror import Mirror
from goproxy_exporter.model.result import Fact
from goproxy_exporter.model.standing import Cause
from goproxy_exporter.verdict.memory import Sighting
from goproxy_exporter.verdict.rank import badness, place, prominence


def gathered(
    mirror: Mirror, sightings: Iterable[Sighting], rate: Mapping[str, Fact]
) -> tuple[Cause, ...]:
    """Make one cause of all sightings of a code: those that count first, the primary one leading.

    `rate` is what is known of the share of failing requests: facts of intermittent 5xx.
    """
    groups: dict[Code, list[Sighting]] = {}
    for one in sightings:
        groups.setdefault(one.code, []).append(one)
    causes = [_cause(mirror, group, rate) for group in groups.values()]
    return tuple(sorted(causes, key=_order))


def is_accepted(mirror: Mirror, code: Code) -> bool:
    """Say whether a code is shown and not counted; dangerous ones always count."""
    return code in mirror.accept and not verified(code)


def cause_id(mirror: str, code: Code) -> str:
    """Give what names a cause of a mirror while it lasts, and when it comes back."""
    return sha256(f"{mirror}\n{code}".encode()).hexdigest()[:12]


def _order(cause: Cause) -> tuple[bool, tuple[int, int, int, int]]:
    return (cause.accepted, prominence(cause.code, cause.severity, len(cause.endpoints)))


def _cause(mirror: Mirror, group: list[Sighting], rate: Mapping[str, Fact]) -> Cause:
    """Show the worst sighting, of those the one that was asked for first."""
    ordered = sorted(group, key=lambda one: place(one.check, one.endpoint))
    face = max(ordered, key=lambda one: badness(one.severity))
    return Cause(
        code=face.code,
        severity=face.severity,
        id=cause_id(mirror.key, face.code),
        accepted=is_accepted(mirror, face.code),
        blame=face.blame,
        since=min(one.since for one in group),
        matched=sum(one.matched for one in group),
        looked=sum(one.looked for one in group),
        check=face.check,
        endpoint=face.endpoint,
        module=face.module,
        summary=face.summary,
        evidence=_evidence(face, rate),
        endpoints=tuple(dict.fromkeys(one.endpoint for one in ordered)),
    )


def _evidence(face: Sighting, rate: Mapping[str, Fact]) -> dict[str, Fact]:
    evidence = dict(face.evidence)
    if face.code is Code.HTTP_5XX_INTERMITTENT:
        evidence.update(rate)
    if face.held_until is not None:
        evidence["held_until"] = face.held_until
    return evidence
