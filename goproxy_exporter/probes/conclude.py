"""What does an interview assert, once it is over?"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from goproxy_exporter.diagnosis.looks import Series, undecided
from goproxy_exporter.diagnosis.together import missed, settle
from goproxy_exporter.diagnosis.traits import traits
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.mirror import Canary, Check
from goproxy_exporter.model.result import Fact, Finding
from goproxy_exporter.probes.asking import put
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.probes.kit import Kit, Outcome


async def conclude(
    check: Check,
    kit: Kit,
    talk: Interview,
    *,
    canaries: Iterable[Canary],
    facts: dict[str, Fact],
    run: Sequence[Series] | None = None,
) -> Outcome:
    """Settle what was heard, asking the reference and HTTP/1.1 only where that decides.

    `run` are the questions that are settled here, if those are not all.
    """
    series = talk.series if run is None else run
    exists = await _existing(check, kit, missed(series), canaries)
    findings = settle(series, exists)
    tried, works = await _over_http1(check, kit, series, findings)
    if works is not None:
        findings = tuple(_with(finding, works=works) for finding in findings)
        facts = {**facts, "http1_works": works}
    absent: list[Fact] = [name for name, known in exists.items() if known is not True]
    return Outcome(
        exchanges=(*talk.exchanges, *tried),
        findings=(*findings, *traits(series, check.mirror)),
        facts={**facts, "absent": absent} if absent else facts,
        retry_at=talk.retry_at,
        undecided=undecided(talk.series),
    )


async def _existing(
    check: Check, kit: Kit, modules: Iterable[str], canaries: Iterable[Canary]
) -> dict[str, bool | None]:
    """Tell of modules that were answered 404 whether they are known to exist.

    The operator's word is enough; otherwise the reference is asked, but never about itself.
    """
    named = {canary.module: canary for canary in canaries}
    told: dict[str, bool | None] = {}
    for module in modules:
        canary = named.get(module)
        if canary is None or canary.declared:
            told[module] = None if canary is None else True
        else:
            told[module] = None if check.mirror.is_reference else await kit.reference.has(canary)
    return told


async def _over_http1(
    check: Check, kit: Kit, run: Iterable[Series], findings: Iterable[Finding]
) -> tuple[tuple[Exchange, ...], bool | None]:
    """Ask once without HTTP/2 where HTTP/2 is what fails; None where there was no reason to."""
    failed = {(each.endpoint, each.module) for each in findings if _is_h2(each)}
    asked = [one.question for one in run if (one.question.endpoint, str(one.question)) in failed]
    seconds = min(check.timeout, kit.left())
    if not asked or seconds <= 0:
        return (), None
    access, allowance = check.mirror.access, kit.allowance
    async with kit.wire.session(access, allowance=allowance, http2=False) as session:
        heard = await put(session, check.mirror, asked[0], timeout=seconds)
    return (heard.look.exchange,), heard.look.symptom is None


def _is_h2(finding: Finding) -> bool:
    return finding.code is Code.TRANSPORT_H2_STREAM_ERROR


def _with(finding: Finding, *, works: bool) -> Finding:
    if not _is_h2(finding):
        return finding
    return replace(finding, evidence={**finding.evidence, "http1_works": works})
