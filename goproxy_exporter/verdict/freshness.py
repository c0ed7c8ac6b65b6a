"""What is remembered of fresh versions at a mirror, and what took how long?"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from goproxy_exporter.gomod.version import sort_key
from goproxy_exporter.model.freshness import (
    Freshness,
    Listed,
    Name,
    Recall,
    Roll,
    Seen,
    Sight,
    Trace,
    Trail,
)
from goproxy_exporter.model.names import Endpoint

MOST_TRAILS = 32
"""Versions that are remembered, those looked for last."""
MOST_LISTS = 16
"""Lists that are remembered, those read last."""
MOST_VERSIONS = 400
"""Versions of one list that are remembered, the highest."""
MISSED_FOR = 7 * 86400.0
"""Seconds for which a version is missed in a list that named it before."""

_K = TypeVar("_K")
_V = TypeVar("_V")


def folded(before: Freshness, seen: Seen, interval: float) -> Freshness:
    """Add what one run saw. `interval` is how many seconds lie between two runs."""
    trails = dict(before.trails)
    for sight in seen.sights:
        # What was touched last comes last, so that the oldest are dropped first.
        known = trails.pop(sight.name, None)
        trails[sight.name] = _trail(known, sight, interval)
    rolls = dict(before.rolls)
    for listed in seen.lists:
        rolls[listed.module] = _roll(rolls.pop(listed.module, None), listed)
    compared = {**before.compared, **{one.subject: one for one in seen.compared}}
    asked = {**before.asked, **dict(seen.asked)}
    return Freshness(
        trails=_last(trails, MOST_TRAILS),
        rolls=_last(rolls, MOST_LISTS),
        asked=_latest(asked, asked.__getitem__),
        compared=_latest(compared, lambda subject: compared[subject].at),
    )


def arrivals(before: Freshness, after: Freshness) -> Iterator[tuple[Endpoint, float]]:
    """Give what became visible between two states, and how many seconds that took.

    Each version counts once at each endpoint. What was there at the first look counts only where
    that was within an interval of its publication: otherwise nobody knows how long it took.
    """
    for name, trail in after.trails.items():
        for endpoint, trace in trail.traces.items():
            known = before.trace(name, endpoint)
            if trace.took is not None and (known is None or known.arrived is None):
                yield endpoint, trace.took


def recall(own: Freshness, others: Iterable[Freshness], following: Iterable[Freshness]) -> Recall:
    """Give what a run may know: this mirror's memory, and what those of the others add up to.

    `following` are those of all mirrors, this one included, that follow what the index tells.
    """
    every = (own, *others)
    since: dict[Name, float] = {}
    for one in every:
        for name, trail in one.trails.items():
            since[name] = min(trail.since, since.get(name, trail.since))
    return Recall(
        own=own,
        since=since,
        listed=frozenset(name for one in every[1:] for name in _visible(one, Endpoint.LIST)),
        everywhere=_common(map(_shown, following)),
    )


def _visible(one: Freshness, endpoint: Endpoint) -> Iterator[Name]:
    for name, trail in one.trails.items():
        trace = trail.traces.get(endpoint)
        if trace is not None and trace.visible:
            yield name


def _common(sets: Iterable[frozenset[Name]]) -> frozenset[Name]:
    every = tuple(sets)
    return frozenset.intersection(*every) if every else frozenset()


def _shown(one: Freshness) -> frozenset[Name]:
    return frozenset(_visible(one, Endpoint.LIST)) & frozenset(_visible(one, Endpoint.INFO))


def _trail(known: Trail | None, sight: Sight, interval: float) -> Trail:
    since = sight.since if known is None else min(known.since, sight.since)
    traces = dict(known.traces) if known else {}
    traces[sight.endpoint] = _trace(traces.get(sight.endpoint), sight, since, interval)
    return Trail(since=since, at=sight.at, traces=traces)


def _trace(known: Trace | None, sight: Sight, since: float, interval: float) -> Trace:
    if known is None:
        known = Trace(visible=False, first=sight.at, cold=sight.cold)
        waited = sight.at - since
        timed = sight.published and waited <= interval
    else:
        timed = known.missed
    if not sight.visible:
        return replace(known, visible=False, missed=known.missed or known.arrived is None)
    if known.arrived is not None:
        return replace(known, visible=True)
    took = max(0.0, sight.at - since) if timed else None
    return replace(known, visible=True, arrived=sight.at, took=took)


def _roll(known: Roll | None, listed: Listed) -> Roll:
    first = dict.fromkeys(listed.versions, listed.at)
    lost: dict[str, float] = {}
    if known is not None:
        first |= {one: at for one, at in known.first.items() if one not in listed.withdrawn}
        lost = {one: known.lost.get(one, listed.at) for one in first.keys() - listed.versions}
        lost = {one: at for one, at in lost.items() if listed.at - at <= MISSED_FOR}
        first = {one: at for one, at in first.items() if one in listed.versions or one in lost}
    highest = sorted(first, key=sort_key)[-MOST_VERSIONS:]
    return Roll(
        began=listed.at if known is None else known.began,
        at=listed.at,
        first={one: first[one] for one in highest},
        lost={one: lost[one] for one in highest if one in lost},
    )


def _last(values: Mapping[_K, _V], most: int) -> dict[_K, _V]:
    """Keep the last ones of a mapping."""
    return dict(list(values.items())[-most:])


def _latest(values: Mapping[_K, _V], at: Callable[[_K], float]) -> dict[_K, _V]:
    """Keep what is about the subjects that were dealt with last."""
    return {key: values[key] for key in sorted(values, key=at)[-MOST_LISTS:]}
