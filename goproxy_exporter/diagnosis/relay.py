"""What do the answers of a mirror's relay assert, and what those of the database itself?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from goproxy_exporter.diagnosis.cache import cached
from goproxy_exporter.diagnosis.failure import unconnected
from goproxy_exporter.diagnosis.finding import found
from goproxy_exporter.diagnosis.looks import Look, Ruling, Series, rule
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.diagnosis.together import settle
from goproxy_exporter.model.cause import LAWS, Code, Stage, verified
from goproxy_exporter.model.facts import SHOWS_AS
from goproxy_exporter.model.names import Blame, Endpoint
from goproxy_exporter.model.result import Fact, Finding

_THEMSELVES = frozenset((Code.SUMDB_SIGNATURE_INVALID, Code.SUMDB_TILE_INVALID))
_PASSING = frozenset((Code.HTTP_5XX_INTERMITTENT, Code.SEMANTICS_COLD_MISS_404))
"""What went away by itself, and is no more than a fact here."""
_USELESS = frozenset(
    (
        Code.MODULE_MISSING,
        Code.SEMANTICS_MASKED_UPSTREAM_FAILURE,
        Code.SUMDB_HALF_PROXIED,
    )
)
"""What says of the database itself that it cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What is known besides the answers of a relay.

    `works` tells whether the database itself can be used from here; None: not known. `plain` are
    looks at something plain of the mirror, taken at the same time; None: there were none, so that
    failures cannot be laid to the relay; `regardless` tells that it does not matter whose they are.
    `fresh` are lookups of fresh versions, `had` those of
    them that the database has, and `verified` tells whether an old record verified.
    """

    works: bool | None = None
    plain: Sequence[Look] | None = None
    regardless: bool = False
    fresh: frozenset[str] = frozenset()
    had: frozenset[str] = frozenset()
    verified: bool = False


def of_relay(run: Sequence[Series], background: Background) -> tuple[Finding, ...]:
    """Conclude about a relay: at most one finding for each question that was asked."""
    ruled = [(series, ruling) for series in run if (ruling := rule(series.looks)) is not None]
    if any(ruling.code is Code.HTTP_429 for _, ruling in ruled):
        return _throttled(ruled)
    told = (_told(series, ruling, background) for series, ruling in ruled)
    return tuple(finding for finding in told if finding is not None)


def _throttled(ruled: Sequence[tuple[Series, Ruling]]) -> tuple[Finding, ...]:
    """Tell that the mirror asks for fewer requests; besides that only what is proven."""
    limits = [pair for pair in ruled if pair[1].code is Code.HTTP_429][:1]
    proven = [pair for pair in ruled if verified(pair[1].code)]
    return tuple(found(series, ruling) for series, ruling in (*proven, *limits))


def of_database(run: Sequence[Series], fresh: frozenset[str]) -> tuple[Finding, ...]:
    """Conclude about the database itself: causes of its own, as any host has them.

    That it does not know a `fresh` version asserts nothing.
    """
    old = [series for series in run if not (_is_lookup(series) and str(series.question) in fresh)]
    exists = {series.question.module: True for series in old}
    findings = (_own(finding) for finding in settle(old, exists))
    return tuple(one for one in findings if one.code is not Code.SEMANTICS_COLD_MISS_404)


def _told(series: Series, ruling: Ruling, background: Background) -> Finding | None:
    if ruling.code in _THEMSELVES:
        return found(series, ruling)
    if not _counts(ruling):
        return None
    if ruling.code is Code.SUMDB_NOT_PROXIED:
        return _not_offered(series, ruling, background)
    if _is_lookup(series) and str(series.question) in background.fresh:
        return _not_known(series, ruling, background)
    if not background.regardless and _explained(ruling, background.plain):
        return None
    return _broken(series, ruling)


def _counts(ruling: Ruling) -> bool:
    """Tell whether this is about an answer of the relay, and did not go away by itself."""
    if ruling.code in _PASSING or LAWS[ruling.code].stage is Stage.QUALITY:
        return False
    return not unconnected(ruling.look.exchange)


def _not_offered(series: Series, ruling: Ruling, background: Background) -> Finding:
    plain = found(series, ruling)
    if background.works is not False:
        return plain
    return replace(
        plain,
        code=Code.SUMDB_UNREACHABLE,
        summary=f"{plain.summary}, and the database cannot be used directly from here",
        blame=Blame.DATABASE,
    )


def _not_known(series: Series, ruling: Ruling, background: Background) -> Finding | None:
    """Tell of a fresh version that the database has, where the relay's old records verify."""
    known = str(series.question) in background.had and background.verified
    if not ruling.symptom.absent or not known:
        return None
    plain = found(series, ruling)
    last = ruling.look.exchange.last
    life = cached(last).remaining
    more: dict[str, Fact] = {} if life is None else {"cached_for_seconds": life}
    return replace(
        plain,
        code=Code.SUMDB_LOOKUP_STALE,
        summary=f"The lookup of {series.question} is answered {last.status}, and the database "
        "has it",
        evidence={**plain.evidence, **more},
    )


def _explained(ruling: Ruling, plain: Sequence[Look] | None) -> bool:
    """Tell whether something plain fails as early as the relay does: then it is not the relay."""
    if not plain:
        return True
    stage = LAWS[ruling.code].stage
    return any(_stage(look.symptom) <= stage for look in plain if look.symptom)


def _stage(symptom: Symptom) -> Stage:
    """Give the stage that a look failed at; our own time limit cuts a hang short."""
    return Stage.TRANSPORT if symptom.code is None else LAWS[symptom.code].stage


def _broken(series: Series, ruling: Ruling) -> Finding:
    plain = found(series, ruling)
    code, words = Code.SUMDB_HALF_PROXIED, "The mirror offers to relay the database, but"
    if series.question.endpoint is Endpoint.SUMDB_SUPPORTED:
        code, words = Code.SUMDB_SUPPORTED_ERROR, "Whether the mirror relays the database is open:"
    return replace(
        plain,
        code=code,
        summary=f"{words} {plain.summary}",
        evidence={**plain.evidence, SHOWS_AS: str(ruling.code)},
    )


def _own(finding: Finding) -> Finding:
    """Tell what a relay would be blamed for as what it is at the database itself."""
    blame = Blame.DATABASE if finding.blame is Blame.MIRROR else finding.blame
    if finding.code not in _USELESS:
        return replace(finding, blame=blame)
    return replace(
        finding,
        code=Code.SUMDB_UNREACHABLE,
        summary=f"The checksum database cannot be used: {finding.summary}",
        blame=blame,
        evidence={**finding.evidence, SHOWS_AS: str(finding.code)},
    )


def _is_lookup(series: Series) -> bool:
    return series.question.endpoint is Endpoint.SUMDB_LOOKUP
