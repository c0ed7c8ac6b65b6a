"""Which causes are only the symptoms of another?

Who shows what is said by one table, `SYMPTOMS`; two laws hold for every row of it. Only a cause
that the last look confirmed silences anything, and one at least as severe as what it silences: so
silence never betters a state. What a hash or a signature proves is never silenced.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from goproxy_exporter.model.cause import Code, Stage, verified
from goproxy_exporter.model.names import UNLABELLED, CheckName, Endpoint
from goproxy_exporter.verdict.memory import Key, Sighting, fails_exchange
from goproxy_exporter.verdict.rank import badness

_SERVER_ERRORS = range(500, 600)
_MAY_STILL_ANSWER = UNLABELLED | {Endpoint.MISSING}
"""A mirror that has nothing to give may yet say rightly that it has nothing."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A cause, what may be a symptom of it, and whether the cause fails every endpoint."""

    loud: Sighting
    quiet: Sighting
    total: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a cause explains a symptom, in words and as a test."""

    words: str
    holds: Callable[[Pair], bool]


def _later(pair: Pair) -> bool:
    return pair.loud.fails_exchange and pair.quiet.stage > pair.loud.stage


def _there(pair: Pair) -> bool:
    return pair.loud.endpoint is pair.quiet.endpoint


def _rests_on_5xx(pair: Pair) -> bool:
    status = pair.quiet.evidence.get("status")
    return isinstance(status, int) and status in _SERVER_ERRORS


_EVERYWHERE_LATER = Scope(
    "at later stages, once it fails every endpoint", lambda pair: pair.total and _later(pair)
)
_LATER_THERE = Scope(
    "at later stages of the same endpoint", lambda pair: _there(pair) and _later(pair)
)
_SAME_ENDPOINT = Scope("on the same endpoint", _there)
_ANYWHERE = Scope("anywhere", lambda _: True)
_IF_5XX = Scope("where the answer was 5xx", _rests_on_5xx)


@dataclass(frozen=True, slots=True)
class Rule:
    """The loud codes silence the quiet ones within the scope, for the reason given."""

    loud: frozenset[Code]
    quiet: frozenset[Code]
    scope: Scope
    why: str


ENDS_EXCHANGES = frozenset(filter(fails_exchange, Code))
"""Codes after which nothing of an exchange is left to judge."""
PROVABLE = frozenset(filter(verified, Code))
ANY = frozenset(Code) - PROVABLE
"""Every code that is not proven by a hash or a signature."""
_OF_RELAYS = frozenset(
    {
        Code.SUMDB_HALF_PROXIED,
        Code.SUMDB_LOOKUP_STALE,
        Code.SUMDB_STALE,
        Code.SUMDB_TILE_INVALID,
    }
)
"""What can only be wrong with a relay that is offered."""
_NOT_PROXIED = frozenset({Code.SUMDB_NOT_PROXIED})
_STALE = frozenset({Code.SUMDB_LOOKUP_STALE, Code.SUMDB_STALE})
_LOOKUP_STALE = frozenset({Code.SUMDB_LOOKUP_STALE})
_INTERMITTENT = frozenset({Code.HTTP_5XX_INTERMITTENT})
_SPECIAL = frozenset({Code.ENCODING_CASE, Code.ENCODING_PLUS, Code.TOOLCHAIN_UNAVAILABLE})
_COLD = frozenset({Code.SEMANTICS_COLD_MISS_404})
_ABSENT = _COLD | {Code.MODULE_MISSING}


def _rule(loud: Code, quiet: frozenset[Code], scope: Scope, why: str) -> Rule:
    return Rule(frozenset({loud}), quiet, scope, why)


# fmt: off
SYMPTOMS: tuple[Rule, ...] = (
    Rule(ENDS_EXCHANGES, ANY, _EVERYWHERE_LATER, "every endpoint fails before this can show"),
    Rule(ENDS_EXCHANGES, ANY, _LATER_THERE, "this endpoint fails before this can show"),
    _rule(Code.HTTP_5XX, _INTERMITTENT, _ANYWHERE, "steady where it was looked at longest"),
    _rule(Code.HTTP_5XX_INTERMITTENT, _SPECIAL, _IF_5XX, "a mirror that fails now and then fails there too"),
    _rule(Code.SEMANTICS_MASKED_UPSTREAM_FAILURE, _ABSENT, _ANYWHERE, "a 404 of this mirror does not mean absence"),
    _rule(Code.MODULE_MISSING, _COLD, _SAME_ENDPOINT, "the second look did not find it either"),
    _rule(Code.SUMDB_UNREACHABLE, _OF_RELAYS | _NOT_PROXIED, _ANYWHERE, "not proxied either, and no other way works"),
    _rule(Code.SUMDB_SUPPORTED_ERROR, _OF_RELAYS | _NOT_PROXIED, _ANYWHERE, "the relay is not asked for more"),
    _rule(Code.SUMDB_NOT_PROXIED, _STALE, _ANYWHERE, "no relay is promised any more"),
    _rule(Code.SUMDB_HALF_PROXIED, _LOOKUP_STALE, _ANYWHERE, "old records fail too"),
    _rule(Code.SUMDB_TILE_INVALID, _LOOKUP_STALE, _ANYWHERE, "old records do not verify either"),
)
# fmt: on
"""A cause, its symptoms, where they are that, and what is said of them. The first row counts."""


def silenced(sightings: Iterable[Sighting], total: Sighting | None) -> dict[Key, str]:
    """Give what is a symptom, and of what. `total` is what fails every endpoint, if anything does."""
    everything = tuple(sightings)
    loud = tuple(one for one in everything if one.current)
    reasons = {one.key: _reason(one, loud, total) for one in everything}
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
    for rule in SYMPTOMS:
        for one in loud:
            if _applies(rule, Pair(one, quiet, one is total)):
                return f"{one.code}: {rule.why}"
    return None


def _applies(rule: Rule, pair: Pair) -> bool:
    named = pair.loud.code in rule.loud and pair.quiet.code in rule.quiet
    worse = badness(pair.loud.severity) >= badness(pair.quiet.severity)
    return named and worse and rule.scope.holds(pair)
