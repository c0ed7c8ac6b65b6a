"""Which findings does another check show to be something else?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.names import CheckName, Endpoint
from goproxy_exporter.verdict.memory import Evidence, Key, Sighting


@dataclass(frozen=True, slots=True)
class Retelling:
    """What a check says of all paths is told as less where `witness` was answered on one of them.

    The witness itself keeps its word: while it says `claims` too, nothing is retold.
    """

    claims: Code
    witness: CheckName
    paths: frozenset[Endpoint]
    told_as: Code
    why: str


RETELLINGS: tuple[Retelling, ...] = (
    Retelling(
        claims=Code.HTTP_403_POLICY,
        witness=CheckName.ENDPOINTS,
        paths=frozenset({Endpoint.LIST, Endpoint.INFO, Endpoint.MOD}),
        told_as=Code.HTTP_UNEXPECTED_STATUS,
        why="http.unexpected_status: other paths are not refused, so this is no gatekeeper",
    ),
)
"""Codes that speak of every path, asserted by checks that ask for few of them."""


def retold(
    sightings: Mapping[Key, Sighting], evidence: Mapping[CheckName, Evidence]
) -> tuple[dict[Key, Sighting], tuple[tuple[Code, str], ...]]:
    """Give the sightings under the codes that all checks together support, and what was changed.

    A retold sighting keeps its evidence, severity and age. Both arguments are current.
    """
    due = [rule for rule in RETELLINGS if _contradicted(rule, sightings, evidence)]
    told = dict(sightings)
    changed: list[tuple[Code, str]] = []
    for rule in due:
        for key, one in sightings.items():
            if one.code is rule.claims:
                del told[key]
                _add(told, replace(one, code=rule.told_as))
                changed.append((rule.claims, rule.why))
    return told, tuple(changed)


def _contradicted(
    rule: Retelling, sightings: Mapping[Key, Sighting], evidence: Mapping[CheckName, Evidence]
) -> bool:
    known = evidence.get(rule.witness)
    if known is None or known.open.isdisjoint(rule.paths):
        return False
    return not any(name is rule.witness and code is rule.claims for name, code, _ in sightings)


def _add(told: dict[Key, Sighting], one: Sighting) -> None:
    """Where its check has the same to say of the same endpoint already, the last look is shown."""
    known = told.get(one.key)
    if known is None or known.seen_at <= one.seen_at:
        told[one.key] = one
