"""Which loops stop and which start when the wanted checks change?"""

from collections.abc import Set as AbstractSet
from typing import NamedTuple

from goproxy_exporter.model.mirror import Check


class Plan(NamedTuple):
    """What to stop and what to start; everything else goes on as it is."""

    stop: frozenset[Check]
    start: frozenset[Check]


def plan(running: AbstractSet[Check], wanted: AbstractSet[Check]) -> Plan:
    """Subtract both ways. Equal checks are the same check."""
    return Plan(stop=frozenset(running - wanted), start=frozenset(wanted - running))
