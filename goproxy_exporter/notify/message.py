"""What do people read in a message about an inspection?"""

from collections.abc import Iterator
from dataclasses import dataclass

from goproxy_exporter.diagnosis.advice import ADVICE
from goproxy_exporter.model.chain import ChainVerdict
from goproxy_exporter.model.names import State
from goproxy_exporter.model.standing import Cause
from goproxy_exporter.notify.news import News
from goproxy_exporter.report.change import Change
from goproxy_exporter.report.overall import counted, overall
from goproxy_exporter.report.plain import duration
from goproxy_exporter.report.report import MirrorReport, Report
from goproxy_exporter.report.runbook import runbook_url
from goproxy_exporter.report.told import fact
from goproxy_exporter.wire.redact import plain

_WORST_FIRST = (State.DANGEROUS, State.UNUSABLE, State.DEGRADED, State.UNKNOWN)
_CAUSES, _FACTS = 3, 4
"""What is told of one mirror, and of one cause, at most: the report has the rest."""
_DULL = frozenset(
    {"started", "duration_seconds", "host", "protocol", "bytes", "phases", "headers", "tls"}
)
"""Evidence that an operator wants, and nobody in a chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading, and lines below it; each is one line of plain text."""

    head: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A title, what is wrong or has changed, and where it comes from."""

    title: str
    blocks: tuple[Block, ...]
    closing: tuple[str, ...]


def message_of(news: News) -> Message:
    """Tell the news to people: worst first, and each mirror once."""
    report = news.report
    before = {change.subject: change for change in news.changes}
    return Message(
        title=plain(f"Go module mirrors: {overall(report)} (from {report.vantage})"),
        blocks=(
            *_chains(report, before),
            *_mirrors(report, before),
            *_recoveries(news.changes),
            *_problems(report),
        ),
        closing=tuple(map(plain, _closing(news))),
    )


def _mirrors(report: Report, before: dict[tuple[str, str], Change]) -> Iterator[Block]:
    lists = {
        "mirrors": report.mirrors,
        "checksum_databases": report.checksum_databases,
        "vulnerability_databases": report.vulnerability_databases,
    }
    named = [(name, one) for name, members in lists.items() for one in members]
    for state in _WORST_FIRST:
        for name, one in named:
            if one.verdict.state is state:
                yield _mirror(one, before.get((name, one.mirror.name)))


def _mirror(one: MirrorReport, change: Change | None) -> Block:
    causes = [cause for cause in one.verdict.causes if not cause.accepted]
    lines = [line for cause in causes[:_CAUSES] for line in _cause(cause)]
    if len(causes) > _CAUSES:
        lines.append(f"and {len(causes) - _CAUSES} more causes")
    head = f"{one.mirror.name}: {one.verdict.state}{_was(change)}"
    return Block(head=plain(head), lines=tuple(map(plain, lines)))


def _cause(cause: Cause) -> Iterator[str]:
    yield f"{cause.code} (blame: {cause.blame}): {cause.summary}"
    facts = [
        f"{name}: {fact(value)}" for name, value in cause.evidence.items() if name not in _DULL
    ]
    if facts:
        yield f"evidence: {'; '.join(facts[:_FACTS])}"
    yield f"advice: {ADVICE[cause.code].action}"
    yield f"more: {runbook_url(cause.code)}"


def _chains(report: Report, before: dict[tuple[str, str], Change]) -> Iterator[Block]:
    words = {True: "builds work", False: "builds fail", None: "unknown"}
    for chain in report.chains:
        change = before.get(("chains", chain.chain.name))
        if chain.ok is False or change is not None:
            head = f"GOPROXY {chain.chain.name}: {words[chain.ok]}"
            yield Block(head=plain(head), lines=tuple(map(plain, _why(chain))))


def _why(chain: ChainVerdict) -> Iterator[str]:
    yield chain.chain.goproxy
    if chain.summary:
        yield chain.summary


def _recoveries(changes: tuple[Change, ...]) -> Iterator[Block]:
    for change in changes:
        if change.now[0] == State.HEALTHY:
            yield Block(head=plain(f"{change.subject[1]}: healthy{_was(change)}"))


def _was(change: Change | None) -> str:
    """Say how it was, where that is another thing."""
    if change is None or change.before is None:
        return ""
    state, primary = change.before
    return f" (was {state}: {primary})" if primary else f" (was {state})"


def _problems(report: Report) -> Iterator[Block]:
    for problem, detail in report.problems:
        yield Block(head=f"Problem of this prober: {problem}", lines=(plain(detail),))


def _closing(news: News) -> Iterator[str]:
    report = news.report
    yield f"{counted(report)}; in {duration(report.finished - report.started)}"
    if news.origin.commit:
        yield f"commit: {news.origin.commit}"
    if news.origin.url:
        yield f"run: {news.origin.url}"
