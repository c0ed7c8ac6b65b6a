"""Which causes are only the symptoms of another?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from goproxy_exporter.model.cause import Code, Stage
from goproxy_exporter.model.names import UNLABELLED, CheckName, Endpoint
from goproxy_exporter.verdict.doubt import verified
from goproxy_exporter.verdict.memory import Key, Sighting
from goproxy_exporter.verdict.rank import badness

Scope = Callable[[Sighting, Sighting], bool]

_SERVER_ERRORS = range(500, 600)
_MAY_STILL_ANSWER = UNLABELLED | {Endpoint.MISSING}
"""A mirror that has nothing to give may yet say rightly that it has nothing."""

_OF_RELAYS = frozenset(
    {
        Code.SUMDB_HALF_PROXIED,
        Code.SUMDB_LOOKUP_STALE,
        Code.SUMDB_STALE,
        Code.SUMDB_TILE_INVALID,
    }
)
"""What can only be wrong with a relay that is offered."""


def _anywhere(_loud: Sighting, _quiet: Sighting) -> bool:
    return True


def _same_endpoint(loud: Sighting, quiet: Sighting) -> bool:
    return loud.endpoint is quiet.endpoint


def _resting_on_5xx(_loud: Sighting, quiet: Sighting) -> bool:
    status = quiet.evidence.get("status")
    return isinstance(status, int) and status in _SERVER_ERRORS


@dataclass(frozen=True, slots=True)
class Rule:
    """The loud code silences the quiet ones within the scope, for the reason given."""

    loud: Code
    quiet: frozenset[Code]
    scope: Scope
    why: str


RULES: tuple[Rule, ...] = (
    Rule(
        Code.HTTP_5XX,
        frozenset({Code.HTTP_5XX_INTERMITTENT}),
        _anywhere,
        "http.5xx: steady where it was looked at longest",
    ),
    Rule(
        Code.HTTP_5XX_INTERMITTENT,
        frozenset({Code.ENCODING_CASE, Code.ENCODING_PLUS, Code.TOOLCHAIN_UNAVAILABLE}),
        _resting_on_5xx,
        "http.5xx_intermittent: a mirror that fails now and then fails there too",
    ),
    Rule(
        Code.SEMANTICS_MASKED_UPSTREAM_FAILURE,
        frozenset({Code.MODULE_MISSING, Code.SEMANTICS_COLD_MISS_404}),
        _anywhere,
        "semantics.masked_upstream_failure: a 404 of this mirror does not mean absence",
    ),
    Rule(
        Code.SUMDB_UNREACHABLE,
        _OF_RELAYS | {Code.SUMDB_NOT_PROXIED},
        _anywhere,
        "sumdb.unreachable: not proxied either, and no other way works",
    ),
    Rule(
        Code.SUMDB_SUPPORTED_ERROR,
        _OF_RELAYS | {Code.SUMDB_NOT_PROXIED},
        _anywhere,
        "sumdb.supported_error: the relay is not asked for more",
    ),
    Rule(
        Code.SUMDB_NOT_PROXIED,
        frozenset({Code.SUMDB_LOOKUP_STALE, Code.SUMDB_STALE}),
        _anywhere,
        "sumdb.not_proxied: no relay is promised any more",
    ),
    Rule(
        Code.SUMDB_HALF_PROXIED,
        frozenset({Code.SUMDB_LOOKUP_STALE}),
        _anywhere,
        "sumdb.half_proxied: old records fail too",
    ),
    Rule(
        Code.SUMDB_TILE_INVALID,
        frozenset({Code.SUMDB_LOOKUP_STALE}),
        _anywhere,
        "sumdb.tile_invalid: old records do not verify either",
    ),
    Rule(
        Code.MODULE_MISSING,
        frozenset({Code.SEMANTICS_COLD_MISS_404}),
        _same_endpoint,
        "module.missing: the second look did not find it either",
    ),
)
"""Pairs of codes that show one fault. Between the other codes the stages decide: see below."""


def silenced(sightings: Iterable[Sighting], total: Sighting | None) -> dict[Key, str]:
    """Give what is a symptom, and of what. `total` is what fails every endpoint, if anything does.

    Only causes that the last look confirmed silence anything; verified ones are never silenced,
    and a loud cause is at least as severe as a quiet one, so that silence never betters a state.
    """
    everything = tuple(sightings)
    loud = tuple(one for one in everything if one.current)
    reasons = {one.key: _reason(one, loud, total) for one in everything if not verified(one.code)}
    return {key: why for key, why in reasons.items() if why is not None}


def total_failure(sightings: Iterable[Sighting], judged: frozenset[Endpoint]) -> Sighting | None:
    """Give the cause that ends what every endpoint is asked, if each fails; else None.

    `judged` are the endpoints that the last `endpoints` run heard something of: one that only our
    own time limit ended did not work. Of several causes it is the one of the latest stage: what
    shows after that is a symptom of one of them.
    """
    first: dict[Endpoint, Sighting] = {}
    for one in sightings:
        if one.current and one.fails_exchange and one.check is CheckName.ENDPOINTS:
            first[one.endpoint] = min(first.get(one.endpoint, one), one, key=_stage)
    needed = judged - _MAY_STILL_ANSWER
    if not needed or not needed <= first.keys():
        return None
    return max((first[endpoint] for endpoint in sorted(needed)), key=_stage)


def _stage(one: Sighting) -> Stage:
    return one.stage


def _reason(quiet: Sighting, loud: tuple[Sighting, ...], total: Sighting | None) -> str | None:
    if total is not None and quiet.stage > total.stage:
        return f"{total.code}: every endpoint fails before this can show"
    for one in loud:
        if one.fails_exchange and _same_endpoint(one, quiet) and quiet.stage > one.stage:
            return f"{one.code}: {quiet.endpoint} fails before this can show"
    return _by_rule(quiet, loud)


def _by_rule(quiet: Sighting, loud: tuple[Sighting, ...]) -> str | None:
    for rule in RULES:
        if quiet.code in rule.quiet and any(_applies(rule, one, quiet) for one in loud):
            return rule.why
    return None


def _applies(rule: Rule, loud: Sighting, quiet: Sighting) -> bool:
    worse = badness(loud.severity) >= badness(quiet.severity)
    return loud.code is rule.loud and worse and rule.scope(loud, quiet)
