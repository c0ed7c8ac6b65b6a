"""How is it told that a mirror is behind, or not at one with itself?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from goproxy_exporter.diagnosis.cache import Cached, cached
from goproxy_exporter.diagnosis.copies import Copy
from goproxy_exporter.diagnosis.evidence import of_exchange
from goproxy_exporter.diagnosis.throttle import stamp
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.freshness import Followed, Subject
from goproxy_exporter.model.names import Blame, Endpoint
from goproxy_exporter.model.result import Fact, Finding

BRIEF = 300.0
"""Seconds for which a cached absence may hide a version without harm."""

_MOST = 20
"""Versions, and answers, that are told in evidence."""
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Versions that answers do not show. `since` is from when on the first of them exists."""

    subject: Subject
    versions: Sequence[str]
    copies: Sequence[Copy]
    since: float
    now: float


def list_stale(one: Absence) -> Finding:
    """Tell that a list does not name what has existed for long."""
    module, version = one.subject[1], one.versions[0]
    summary = f"{module}@{version} has existed for {_age(one)}, and the list does not name it"
    return _missing(Code.FRESHNESS_LIST_STALE, one, summary)


def latest_stale(one: Absence, latest: str) -> Finding:
    """Tell that ``@latest`` of a module without tags is behind; `latest` is what it is."""
    module, version = one.subject[1], one.versions[0]
    summary = f"@latest of {module} is {latest}, though {version} has existed for {_age(one)}"
    finding = _missing(Code.FRESHNESS_LATEST_STALE, one, summary)
    finding.evidence["latest"] = latest
    return finding


def list_shrank(one: Absence) -> Finding:
    """Tell that a list no longer names what it named before."""
    module, version = one.subject[1], one.versions[0]
    more = f" and {len(one.versions) - 1} more" if len(one.versions) > 1 else ""
    summary = f"The list of {module} no longer names {version}{more}"
    return _missing(Code.FRESHNESS_LIST_SHRANK, one, summary)


def replica_inconsistent(one: Absence) -> Finding:
    """Tell that some answers show versions that others do not."""
    lacking = [copy for copy in one.copies if not copy.shows.issuperset(one.versions)]
    what = "the list" if one.subject[0] is Endpoint.LIST else "@latest"
    summary = (
        f"{len(lacking)} of {len(one.copies)} answers to {what} of {one.subject[1]} "
        f"do not know {one.versions[0]}"
    )
    answers: list[Fact] = [_answer(copy, one.versions) for copy in one.copies[:_MOST]]
    return Finding(
        code=Code.FRESHNESS_REPLICA_INCONSISTENT,
        endpoint=_endpoint(one.subject),
        module=f"{one.subject[1]}@{one.versions[0]}",
        summary=summary,
        blame=Blame.MIRROR,
        matched=len(lacking),
        looked=len(one.copies),
        evidence={**of_exchange(lacking[-1].exchange), "answers": answers, **_since(one)},
    )


def negative_cache(version: Followed, looks: Sequence[Exchange], since: float) -> Finding:
    """Tell that a cache hides an existing version. `looks` are the answers that do."""
    last = looks[-1]
    copy = cached(last.last)
    rest = "" if copy.remaining is None else f", for {_span(copy.remaining)} more"
    return Finding(
        code=Code.FRESHNESS_NEGATIVE_CACHE,
        endpoint=Endpoint.INFO,
        module=str(version),
        summary=f"{version} exists, and a cache answers {last.status}{rest}",
        blame=Blame.MIRROR,
        matched=len(looks),
        looked=len(looks),
        evidence={**of_exchange(last), "exists_since": stamp(since), **of_cache(copy)},
    )


def cold_miss(version: Followed, found: Exchange, *, looked: int) -> Finding:
    """Tell that a version was answered 404 when it was asked for first, and 200 later."""
    return Finding(
        code=Code.SEMANTICS_COLD_MISS_404,
        endpoint=Endpoint.INFO,
        module=str(version),
        summary=f"{version} was answered 404 when it was asked for first, and then served",
        blame=Blame.MIRROR,
        matched=looked - 1,
        looked=looked,
        evidence=of_exchange(found),
    )


def hides(exchange: Exchange, since: float, now: float) -> bool:
    """Say whether an absence comes from a cache that hides a version for longer than is brief."""
    copy = cached(exchange.last)
    return copy.stored and now + (copy.remaining or 0.0) - since > BRIEF


def of_cache(copy: Cached) -> dict[str, Fact]:
    """Give age, life and what remains of it, in seconds, as far as headers tell."""
    told = {"age": copy.age, "life": copy.life, "remaining": copy.remaining}
    return {f"cache_{name}_seconds": value for name, value in told.items() if value is not None}


def _missing(code: Code, one: Absence, summary: str) -> Finding:
    last = one.copies[-1].exchange
    return Finding(
        code=code,
        endpoint=_endpoint(one.subject),
        module=f"{one.subject[1]}@{one.versions[0]}",
        summary=summary,
        blame=Blame.MIRROR,
        matched=len(one.copies),
        looked=len(one.copies),
        evidence={**of_exchange(last), **_since(one), **of_cache(cached(last.last))},
    )


def _since(one: Absence) -> dict[str, Fact]:
    missing: list[Fact] = list(one.versions[:_MOST])
    return {
        "missing": missing,
        "exists_since": stamp(one.since),
        "lag_seconds": round(one.now - one.since),
    }


def _answer(copy: Copy, versions: Iterable[str]) -> Fact:
    lacks: list[Fact] = [version for version in versions if version not in copy.shows]
    exchange = copy.exchange
    told: dict[str, Fact] = {"address": exchange.last.address, "status": exchange.status}
    return {**told, "at": stamp(exchange.started), "lacks": lacks[:_MOST]}


def _endpoint(subject: Subject) -> Endpoint:
    return Endpoint.LIST if subject[0] is Endpoint.LIST else Endpoint.UNTAGGED


def _age(one: Absence) -> str:
    return _span(one.now - one.since)


def _span(seconds: float) -> str:
    """Write a span as people do: the largest unit that it fills once."""
    for unit, size in (("days", _DAY), ("h", _HOUR), ("min", _MINUTE)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
