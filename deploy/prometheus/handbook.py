"""The reference of alerts, in Markdown."""

from collections.abc import Iterator

from source import Alert, Recording, Source

from goproxy_exporter.diagnosis.advice import ADVICE
from goproxy_exporter.report.runbook import anchor

_HEAD = """# Alerts

<!-- Made by `make rules` from deploy/prometheus/source.yaml. -->

Every alert that the shipped rules can raise. How they are loaded, routed and tested is said in [alerting.md](alerting.md).

`critical` wakes somebody, `warning` waits for the morning, `info` is context. Alerts of the category `integrity` are
never inhibited. What the configuration accepts of a mirror ([`accept`](configuration.md)) alerts nobody. "Every exporter
that can tell" leaves out those that know nothing of the mirror, because they are cut off or have just started.

"""
_OF_CAUSES = "What the cause's section says: the notification carries it."


def alerts_reference(source: Source) -> str:
    """Write docs/alerts.md: a table, one section for every alert, the recording rules."""
    return (
        _HEAD
        + "\n".join(_table(source))
        + "\n\n"
        + "\n".join(_section(alert) for alert in source.alerts)
        + "\n## Recording rules\n\n"
        + "\n".join(_recordings(source.recordings))
        + "\n"
    )


def _table(source: Source) -> Iterator[str]:
    yield "| alert | severity | category | fires when | what to do |"
    yield "|---|---|---|---|---|"
    for alert in source.alerts:
        name = f"[`{alert.name}`](#{alert.name.lower()})"
        first = _first(alert.action) if alert.action else _OF_CAUSES
        yield f"| {name} | {alert.severity} | {alert.category} | {alert.says} | {first} |"


def _first(text: str) -> str:
    """Give the first sentence."""
    head, stop, _ = text.partition(". ")
    return head + stop.strip()


def _section(alert: Alert) -> str:
    return f"## {alert.name}\n\n{alert.summary} {alert.says}\n\n" + "\n".join(_lines(alert)) + "\n"


def _lines(alert: Alert) -> Iterator[str]:
    yield f"* Severity: {alert.severity}. Category: {alert.category}."
    yield f"* Dashboard: `goproxy-{alert.board}`."
    if alert.stands_for:
        links = (f"[`{code}`](causes.md#{anchor(code)})" for code in alert.stands_for)
        yield f"* Goes with: {', '.join(links)}."
    if alert.causes:
        yield "* What to do:"
        for code in alert.causes:
            yield f"    * [`{code}`](causes.md#{anchor(code)}): {ADVICE[code].action}"
    else:
        yield f"* What to do: {alert.action}"


def _recordings(recordings: tuple[Recording, ...]) -> Iterator[str]:
    yield "| series | value |"
    yield "|---|---|"
    for rule in recordings:
        yield f"| `{rule.name}` | {rule.says} |"
