"""What do a mirror's results say of it as an entry of a GOPROXY list?"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from goproxy_exporter.gomod.status import Class, classify
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.chain import Resource
from goproxy_exporter.model.exchange import Exchange, FailureKind
from goproxy_exporter.model.facts import NEEDED_FOR, SHOWS_AS, UNASKABLE
from goproxy_exporter.model.names import Endpoint, ProberProblem, Severity
from goproxy_exporter.model.result import Finding, Result
from goproxy_exporter.model.withdrawal import taken_back_by
from goproxy_exporter.verdict.heard import Answers, Heard
from goproxy_exporter.verdict.ours import is_ours

_WAITS = frozenset({FailureKind.STALL, FailureKind.DEADLINE})
"""What `go` has no limit for, once it is connected: it gives up dialling and handshakes itself."""
_CONTENT = ("semantics.", "integrity.", "sumdb.")


def answers(results: Iterable[Result], problems: Iterable[ProberProblem] = ()) -> Answers:
    """Gather what current results of one mirror say, the last look at each resource counting.

    What `problems` of the prober, or those of a run itself, may have brought about is not known.
    """
    standing = frozenset(problems)
    heard: dict[Resource, Heard] = {}
    places: set[str] = set()
    for result in () if ProberProblem.INTERCEPTED in standing else results:
        doubts = standing.union(result.problems)
        wrong = dict(_wrong(_trusted(result.findings, doubts)))
        for exchange in result.exchanges:
            places |= _places(exchange)
            resource = Resource(exchange.endpoint, exchange.module)
            one = _heard(exchange, wrong.get((exchange.endpoint, exchange.module)), doubts)
            if one is not None:
                heard[resource] = _latest(heard.get(resource), one)
    return Answers(heard=_waited_for(heard), places=frozenset(places))


def _trusted(findings: Iterable[Finding], doubts: Collection[ProberProblem]) -> Iterator[Finding]:
    return (one for one in findings if taken_back_by(one.code, one.evidence, doubts) is None)


def _waited_for(heard: Mapping[Resource, Heard]) -> dict[Resource, Heard]:
    """Lay a hang on a bare prefix on the search for a module, which waits for all prefixes."""
    stuck = [one for resource, one in heard.items() if _is_prefix(resource) and one.hangs]
    searches = [resource for resource in heard if resource.endpoint is Endpoint.MISSING]
    return {**heard, **dict.fromkeys(searches, stuck[0])} if stuck else dict(heard)


def _is_prefix(resource: Resource) -> bool:
    return resource.endpoint is Endpoint.PREFIX


def _latest(known: Heard | None, fresh: Heard) -> Heard:
    """Keep what is wrong with a file, which not every check that asks for it looks for."""
    wrong = known is not None and known.code is not None
    good = fresh.outcome is Class.SUCCESS and fresh.code is None
    return known if known is not None and wrong and good else fresh


def _wrong(findings: Iterable[Finding]) -> Iterator[tuple[tuple[Endpoint, str], Finding]]:
    """Give what is wrong by what it is wrong with: a bad tile spoils the lookups that need it."""
    for finding in filter(_counts, findings):
        yield (finding.endpoint, finding.module), finding
        needed_for = finding.evidence.get(NEEDED_FOR)
        for lookup in needed_for if isinstance(needed_for, list) else ():
            yield (Endpoint.SUMDB_LOOKUP, str(lookup)), finding


def _counts(finding: Finding) -> bool:
    """Whether a finding says what is wrong with every look, and not only with some."""
    return finding.steady and (
        finding.code.startswith(_CONTENT) or finding.code is Code.TRANSPORT_TIMEOUT
    )


def _heard(
    exchange: Exchange, finding: Finding | None, doubts: Collection[ProberProblem]
) -> Heard | None:
    failure = exchange.failure
    hangs = finding is not None and _hangs(finding)
    if failure is not None:
        if is_ours(failure, doubts) and not hangs:
            return None
        waits = hangs and _connected(exchange) and failure.kind in _WAITS
        does = "lets go wait for ever" if waits else "fails"
        return Heard(outcome=Class.STOP, why=f"{does}: {failure.detail}", hangs=waits)
    return None if exchange.status is None else _answered(exchange, exchange.status, finding)


def _answered(exchange: Exchange, status: int, finding: Finding | None) -> Heard:
    outcome = classify(status)
    if outcome is not Class.SUCCESS:
        return Heard(outcome=outcome, why=f"answers {status}")
    harmless = finding is None or finding.severity is Severity.DEGRADED
    if harmless and exchange.endpoint is Endpoint.MISSING:
        return Heard(outcome=Class.NOT_EXIST, why="names no version")
    if finding is None or harmless:
        return Heard(outcome=outcome)
    return Heard(
        outcome=outcome,
        code=finding.code,
        why=f"serves what go refuses: {finding.code}",
        unaskable=finding.evidence.get(UNASKABLE) is True,
    )


def _hangs(finding: Finding) -> bool:
    """Tell whether nothing is ever answered, under whatever code that goes."""
    shows_as = finding.evidence.get(SHOWS_AS)
    return Code.TRANSPORT_TIMEOUT in (finding.code, shows_as)


def _connected(exchange: Exchange) -> bool:
    last = exchange.last
    return last.phases.processing is not None or last.status is not None


def _places(exchange: Exchange) -> set[str]:
    """Give where the answer came from: the address, and hosts that it was redirected to."""
    home = {hop.host for hop in exchange.hops[:1]}
    addresses = {hop.address for hop in exchange.hops[:1] if hop.address is not None}
    return addresses | {hop.host for hop in exchange.hops[1:]} - home
