"""What does docs/metrics.md say?"""

from collections.abc import Iterator

from goproxy_exporter.metrics.family import Family, Kind
from goproxy_exporter.metrics.table import GROUPS
from goproxy_exporter.model.names import (
    UNLABELLED,
    Axis,
    CheckName,
    Endpoint,
    ProberProblem,
    Reason,
    Severity,
    SkipReason,
    State,
)


def _words(*values: str) -> str:
    return ", ".join(f"`{value}`" for value in values)


LABELS: dict[str, str] = {
    "mirror": "Name of a configured mirror.",
    "state": _words(*State),
    "axis": _words(*Axis),
    "cause": "A code of [causes.md](causes.md).",
    "severity": f"{_words(*Severity)}: the code's own, also where an instance of it is milder.",
    "check": _words(*CheckName),
    "endpoint": _words(*(endpoint for endpoint in Endpoint if endpoint not in UNLABELLED)),
    "code": "HTTP status of the final answer; `other` for numbers that nobody registered.",
    "phase": _words("resolve", "connect", "tls", "processing", "transfer")
    + "; the first three only on `list`, which opens the connection.",
    "kind": _words("requests", "bytes"),
    "host": "Host of a hop; at most eight per mirror, then `other`.",
    "chain": "Name of a configured chain.",
    "database": "Name of a configured vulnerability database.",
    "problem": _words(*ProberProblem),
    "version": "Version of the exporter.",
    "go_semantics": "Release of the go command whose rules are followed.",
    "python": "Version of Python.",
    "vantage": "`vantage` of the configuration.",
}
"""What may stand in each label."""
REASONS: dict[str, str] = {
    "goproxy_checks_skipped_total": _words(*SkipReason),
    "goproxy_request_failures_total": _words(*Reason),
}
"""What may stand in the label `reason`, which two families use for different things."""

_INTRODUCTION = """\
# Metrics

<!-- Generated from goproxy_exporter/metrics/table.py by `make docs`; do not edit. -->

Most of these are gauges about the last run of a check: they are written down when a check ends,
not when they are scraped. **1** means that something holds; **0** that it was looked for and not
found; **absent** that nobody looked: the check is not enabled, has not run yet, or its last result
is older than three intervals and its timeout. A gauge of a run that was skipped, or voided by a
problem of the exporter itself, stays what it was until it is too old. Counters and histograms exist
at 0 from the start.

`/metrics` has everything but the last group; `/probe` has that group and the gauges of one mirror.
"""


def markdown() -> str:
    """Write the reference of every metric, with a query for each."""
    return "\n".join(line for part in _parts() for line in part) + "\n"


def _parts() -> Iterator[Iterator[str]]:
    yield iter((_INTRODUCTION,))
    for title, families in GROUPS:
        yield iter((f"## {title}", ""))
        yield from (_family(family) for family in families)
    yield _labels()


def _family(family: Family) -> Iterator[str]:
    yield from (f"### {family.name}", "", family.help, "")
    kind = {Kind.GAUGE: "Gauge", Kind.COUNTER: "Counter", Kind.HISTOGRAM: "Histogram"}[family.kind]
    yield f"{kind}, {'labels ' + _words(*family.labels) if family.labels else 'no labels'}."
    if family.name in REASONS:
        yield f"`reason` is one of {REASONS[family.name]}."
    yield from ("", "```promql", family.example, "```", "")


def _labels() -> Iterator[str]:
    yield from ("## Labels", "", "| label | values |", "|---|---|")
    for label, values in LABELS.items():
        yield f"| `{label}` | {values} |"
    yield f"| `reason` | {'; or '.join(REASONS.values())} |"
