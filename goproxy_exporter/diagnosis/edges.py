"""Do the addresses behind one name answer alike?"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from goproxy_exporter.diagnosis.evidence import of_exchange
from goproxy_exporter.diagnosis.finding import found
from goproxy_exporter.diagnosis.looks import Look, Ruling, Series, rule
from goproxy_exporter.diagnosis.question import Question
from goproxy_exporter.model.cause import LAWS, Code, Stage
from goproxy_exporter.model.exchange import FailureKind
from goproxy_exporter.model.facts import SHOWS_AS
from goproxy_exporter.model.names import Blame
from goproxy_exporter.model.result import Fact, Finding

_PASSING = frozenset((Code.HTTP_5XX_INTERMITTENT, Code.SEMANTICS_COLD_MISS_404))
"""What an address may show by chance, with nothing to tell it from its neighbours."""
_DIAL = frozenset(
    (
        FailureKind.CONNECT_REFUSED,
        FailureKind.CONNECT_UNREACHABLE,
        FailureKind.CONNECT_TIMEOUT,
        FailureKind.CONNECT_RESET,
    )
)
"""After these the go command tries the next address; after anything later it gives up."""
_DIAL_LIMIT = 30.0


@dataclass(frozen=True, slots=True)
class Edge:
    """One address and the looks that were taken at it."""

    address: str
    looks: tuple[Look, ...]

    @property
    def ruling(self) -> Ruling | None:
        """What the address steadily does wrong; None where it works or where nobody can tell."""
        ruling = rule(self.looks)
        if ruling is None or ruling.code in _PASSING:
            return None
        return None if LAWS[ruling.code].stage is Stage.QUALITY else ruling

    @property
    def works(self) -> bool:
        """Whether the last look found nothing wrong, or at worst a slow answer."""
        symptom = self.looks[-1].symptom
        return symptom is None or (
            symptom.code is not None and LAWS[symptom.code].stage is Stage.QUALITY
        )

    @property
    def family(self) -> int:
        """4 or 6."""
        return ip_address(self.address.partition("%")[0]).version


def compare(question: Question, edges: Sequence[Edge]) -> tuple[Finding, ...]:
    """Give edge.inconsistent where some addresses steadily fail while others work.

    Where all fail alike it is the mirror that fails: another check says so. Where one asks for
    fewer requests, only that is said.
    """
    for edge in edges:
        if edge.ruling and edge.ruling.code is Code.HTTP_429:
            return (found(Series(question, edge.looks), edge.ruling),)
    bad = suspects(edges)
    good = [edge for edge in edges if edge.works]
    return (_inconsistent(question, bad, good, edges),) if bad and good else ()


def suspects(edges: Sequence[Edge]) -> list[Edge]:
    """Give the addresses that steadily fail in a way that no other address shows now and then."""
    bad = [edge for edge in edges if edge.ruling and not _no_route(edge, edges)]
    return [edge for edge in bad if not _flaps(edge, edges)]


def _flaps(edge: Edge, edges: Sequence[Edge]) -> bool:
    """Tell whether what fails here fails elsewhere too, only not every time."""
    assert edge.ruling is not None, "only a failing address is compared"
    elsewhere = [look for each in edges if not each.ruling for look in each.looks]
    return any(look.symptom and look.symptom.shows(edge.ruling.code) for look in elsewhere)


def outcomes(edges: Sequence[Edge]) -> dict[str, Fact]:
    """Give what each address did: ``ok``, a cause code, or that it cannot be told."""
    return {edge.address: _outcome(edge) for edge in edges}


def _outcome(edge: Edge) -> str:
    if edge.ruling:
        return str(edge.ruling.code)
    return "ok" if edge.works else "undecided"


def _no_route(edge: Edge, edges: Sequence[Edge]) -> bool:
    """Tell whether this host may simply have no network of that family."""
    family = [each for each in edges if each.family == edge.family]
    return all(each.ruling and _unreachable(each) for each in family)


def _unreachable(edge: Edge) -> bool:
    failures = [look.exchange.failure for look in edge.looks]
    return all(each and each.kind is FailureKind.CONNECT_UNREACHABLE for each in failures)


def _inconsistent(
    question: Question, bad: Sequence[Edge], good: Sequence[Edge], edges: Sequence[Edge]
) -> Finding:
    first = bad[0].ruling
    assert first is not None, "an address is bad by its ruling"
    codes = sorted({str(edge.ruling.code) for edge in bad if edge.ruling})
    names = ", ".join(edge.address for edge in bad)
    whole = _whole_family(bad, edges)
    where = f"All IPv{whole} addresses" if whole else f"{len(bad)} of {len(edges)} addresses"
    return Finding(
        code=Code.EDGE_INCONSISTENT,
        endpoint=question.endpoint,
        module=str(question),
        summary=f"{where} ({names}) fail with {', '.join(codes)} where others work",
        blame=Blame.MIRROR,
        matched=sum(edge.ruling.matched for edge in bad if edge.ruling),
        looked=sum(edge.ruling.looked for edge in bad if edge.ruling),
        evidence={
            **of_exchange(first.look.exchange),
            **first.symptom.evidence,
            SHOWS_AS: [*codes],
            "addresses": outcomes(edges),
            "failing": [edge.address for edge in bad],
            "working": [edge.address for edge in good],
            "family": whole,
            "cost": _cost(bad, edges),
        },
    )


def _whole_family(bad: Sequence[Edge], edges: Sequence[Edge]) -> int | None:
    """Give 4 or 6 where the failing addresses are exactly one family."""
    families = {edge.family for edge in bad}
    if len(families) != 1:
        return None
    family = families.pop()
    return family if len(bad) == sum(edge.family == family for edge in edges) else None


def _cost(bad: Sequence[Edge], edges: Sequence[Edge]) -> str:
    """Say what the failing addresses cost a build.

    Go's dialer tries the next address when connecting fails, and gives each an equal share of
    its 30 s, at least 2 s (net.Dialer, partialDeadline); a connection once made is final.
    """
    failures = [edge.looks[-1].exchange.failure for edge in bad]
    if not all(failure and failure.kind in _DIAL for failure in failures):
        share = 100 * len(bad) / len(edges)
        return f"about {share:.0f} % of new connections fail: go tries no other address"
    timeouts = [each for each in failures if each and each.kind is FailureKind.CONNECT_TIMEOUT]
    if not timeouts:
        return "a moment: go tries the next address at once"
    wait = max(2.0, _DIAL_LIMIT / len(edges))
    return f"up to {wait * len(timeouts):.0f} s for a new connection before go tries another"
