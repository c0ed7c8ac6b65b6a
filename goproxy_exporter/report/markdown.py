"""How does an inspection read as a job summary on GitHub, or in a merge request?"""

from collections.abc import Iterator

from goproxy_exporter.diagnosis.advice import ADVICE
from goproxy_exporter.model.chain import ChainVerdict
from goproxy_exporter.model.names import Axis, State
from goproxy_exporter.model.standing import Cause
from goproxy_exporter.report.exact import timestamp
from goproxy_exporter.report.markup import code, row, words
from goproxy_exporter.report.overall import counted, overall
from goproxy_exporter.report.plain import duration
from goproxy_exporter.report.report import MirrorReport, Report
from goproxy_exporter.report.runbook import runbook_url
from goproxy_exporter.report.told import fact, looks, where

LIMIT = 1_000_000
"""Octets: GitHub takes a summary of at most 1 MiB, and shows nothing of a longer one."""
_ROOM = 200
"""Octets that are kept free for the words about what was left out."""

_SIGN = {
    State.HEALTHY: "🟢",
    State.DEGRADED: "🟡",
    State.UNUSABLE: "🔴",
    State.DANGEROUS: "⛔",
    State.UNKNOWN: "⚪",
}
_AXIS = {True: "yes", False: "**no**", None: "–"}  # noqa: RUF001 - a dash is meant
_BUILDS = {True: "🟢 work", False: "🔴 **fail**", None: "⚪ unknown"}


def render_markdown(report: Report, *, limit: int = LIMIT) -> str:
    """Write states, causes with evidence and advice, and lists, within `limit` octets."""
    parts = list(_parts(report))
    taken: list[str] = []
    size = 0
    for part in parts:
        size += len(part.encode()) + 2
        if size > limit - _ROOM:
            left = len(parts) - len(taken)
            taken.append(f"… and {left} more parts: the JSON report has all of it.")
            break
        taken.append(part)
    return "\n\n".join(taken) + "\n"


def _parts(report: Report) -> Iterator[str]:
    state = overall(report)
    yield f"## {_SIGN[state]} Go module mirrors: {state}"
    took = duration(report.finished - report.started)
    yield f"{counted(report)}; from {code(report.vantage)} at {timestamp(report.started)}, in {took}."
    for problem, detail in report.problems:
        yield f"> **Problem of this prober:** {code(problem)} {words(detail)}"
    if report.watched:
        yield "\n".join(_states(report.watched))
    if report.chains:
        yield "\n".join(_chains(report.chains))
    for chain in report.chains:
        yield from _stops(chain)
    for watched in report.watched:
        for cause in watched.verdict.causes:
            yield _cause(watched.mirror.name, cause)


def _states(watched: tuple[MirrorReport, ...]) -> Iterator[str]:
    yield row(("mirror", "state", *Axis, "primary cause"))
    yield row(("---",) * (len(Axis) + 3))
    for one in watched:
        verdict = one.verdict
        yield row(
            (
                code(one.mirror.name),
                f"{_SIGN[verdict.state]} {verdict.state}",
                *(_AXIS[verdict.axes.get(axis)] for axis in Axis),
                code(verdict.primary) if verdict.primary else "",
            )
        )


def _chains(chains: tuple[ChainVerdict, ...]) -> Iterator[str]:
    yield row(("list", "GOPROXY", "builds", "why"))
    yield row(("---",) * 4)
    for one in chains:
        names = code(one.chain.name), code(one.chain.goproxy)
        yield row((*names, _BUILDS[one.ok], words(one.summary)))


def _stops(chain: ChainVerdict) -> Iterator[str]:
    stopped = [passage for passage in chain.passages if passage.ok is False]
    lines = (
        f"* {code(passage.resource)} is stopped by {code(passage.stopped_by or '-')} "
        f"{words(passage.why or '')}".rstrip()
        for passage in stopped
    )
    if stopped:
        yield f"Builds with {code(chain.chain.name)} fail here:\n\n" + "\n".join(lines)


def _cause(mirror: str, cause: Cause) -> str:
    sign = _SIGN[State(cause.severity)]
    lines = [
        f"### {sign} {code(mirror)}: {code(cause.code)}",
        f"{words(cause.summary)}  \n*{words(looks(cause))}*",
        f"**Advice:** {words(ADVICE[cause.code].action)}",
        "\n".join(("<details><summary>Evidence</summary>\n", *_evidence(cause), "\n</details>")),
    ]
    return "\n\n".join(lines)


def _evidence(cause: Cause) -> Iterator[str]:
    yield row(("", ""))
    yield row(("---", "---"))
    yield row(("where", code(where(cause))))
    for name, value in cause.evidence.items():
        yield row((words(name), code(fact(value))))
    yield row(("more", code(runbook_url(cause.code))))
