"""Which of the five questions about a mirror could be answered, and how?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from goproxy_exporter.model.cause import LAWS, Code, Stage
from goproxy_exporter.model.names import Axis, CheckName, Endpoint, Severity, State
from goproxy_exporter.model.standing import Cause
from goproxy_exporter.verdict.memory import Evidence, Sighting
from goproxy_exporter.verdict.rank import badness

_RELAY = frozenset(
    {
        Endpoint.SUMDB_SUPPORTED,
        Endpoint.SUMDB_LATEST,
        Endpoint.SUMDB_LOOKUP,
        Endpoint.SUMDB_TILE,
    }
)
_OF_FRESHNESS = frozenset({CheckName.FRESHNESS, CheckName.VULNDB})
_BY_OUR_CLOCK = frozenset({CheckName.FRESHNESS})
"""A vulnerability database is dated by its original."""
_BARS = frozenset({Code.HTTP_429})
"""Degraded causes that leave no answer to judge all the same."""


@dataclass(frozen=True, slots=True)
class Place:
    """One endpoint as one check asks it."""

    check: CheckName
    endpoint: Endpoint


def axes(
    *,
    state: State,
    causes: Iterable[Cause],
    evidence: Mapping[CheckName, Evidence],
    sightings: Iterable[Sighting],
    total: Sighting | None,
    timed: bool,
) -> dict[Axis, bool | None]:
    """Answer the five questions: true, false, or None where nothing could judge.

    `causes` are the ones that count; `evidence` and `sightings` are current; `total` is what
    fails every endpoint; of these two, accepted ones are included: they accuse nobody, and still
    leave nothing to judge. `timed` tells that this machine's clock can be trusted: without it nobody
    knows how old anything is. An answer that ended early says nothing about what comes later: a mirror
    that does not resolve is neither right nor wrong.
    """
    counted = tuple(causes)
    heard = _heard(evidence)
    silent = total is not None and _bars(total)
    clear = frozenset() if silent else heard - _barred(sightings)
    grounds = {
        Axis.UP: bool(heard),
        Axis.RIGHT: any(place.endpoint not in _RELAY for place in clear),
        Axis.FRESH: any(_dates(place, timed=timed) for place in clear),
        Axis.VERIFIABLE: any(_verifies(place) for place in clear),
    }
    answers: dict[Axis, bool | None] = {
        axis: _answer(axis, counted, judged=judged) for axis, judged in grounds.items()
    }
    answers[Axis.USABLE] = _usable(state, counted)
    return answers


def _dates(place: Place, *, timed: bool) -> bool:
    return place.check in _OF_FRESHNESS and (timed or place.check not in _BY_OUR_CLOCK)


def _verifies(place: Place) -> bool:
    """Tell whether an answer was held against signatures: freshness only asks whether it is there."""
    return place.endpoint in _RELAY and place.check not in _OF_FRESHNESS


def _heard(evidence: Mapping[CheckName, Evidence]) -> frozenset[Place]:
    return frozenset(
        Place(check, endpoint) for check, known in evidence.items() for endpoint in known.judged
    )


def _barred(sightings: Iterable[Sighting]) -> frozenset[Place]:
    """Give the endpoints whose answers end before their content can be judged."""
    return frozenset(
        Place(one.check, one.endpoint) for one in sightings if one.current and _bars(one)
    )


def _bars(one: Sighting) -> bool:
    return one.code in _BARS or (one.fails_exchange and one.stage <= Stage.HTTP)


def _answer(axis: Axis, causes: tuple[Cause, ...], *, judged: bool) -> bool | None:
    if any(LAWS[cause.code].axis is axis for cause in causes):
        return False
    return True if judged else None


def _usable(state: State, causes: tuple[Cause, ...]) -> bool | None:
    if any(badness(cause.severity) >= badness(Severity.UNUSABLE) for cause in causes):
        return False
    return None if state is State.UNKNOWN else True
