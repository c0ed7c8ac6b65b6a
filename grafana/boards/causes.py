"""Which causes do mirrors show now, and where is each explained?"""

from grafana_foundation_sdk.builders.statetimeline import Panel as History
from grafana_foundation_sdk.builders.table import Panel as Table
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue

from boards import panel
from boards.columns import arranged, leading, sorted_by, styled, wide, worded
from boards.look import NUMBERS, SEVERITY, STATE, UNKNOWN, WARNING, words
from boards.places import MIRROR, RUNBOOK
from boards.query import now, of, over
from boards.sights import causes
from goproxy_exporter.model.names import Severity, State

ANCHOR = '"anchor", "$1$2", "cause", "([^.]+)[.](.+)"'
"""Makes the anchor of a cause's section, as `goproxy_exporter.report.runbook` does."""
_COUNTS = {"1": ("yes", WARNING), "2": ("accepted", UNKNOWN)}


def listed(pattern: str = ".+") -> Table:
    """List the causes of a pattern that hold now; each leads to its section of the runbook."""
    table = panel.rows(
        "Current causes",
        "What the mirrors show, by the exporter's closed set of codes. A cause leads to its section "
        "of the runbook: what it means, what go prints, what to do. Accepted ones are shown and do "
        "not count towards the state.",
    ).with_target(now(f"label_replace({causes(pattern)}, {ANCHOR})"))
    names = {
        "severity": "severity",
        "mirror": "mirror",
        "cause": "cause",
        "Value": "counts",
        "anchor": "anchor",
    }
    styles = {
        "severity": worded(SEVERITY) + wide(110),
        "mirror": leading("Mirror detail", MIRROR),
        "cause": leading("Runbook", RUNBOOK, aside=True),
        "counts": worded(_COUNTS, back=False) + wide(90),
        "anchor": [DynamicConfigValue("custom.hidden", value=True)],
    }
    return styled(sorted_by(arranged(table, names), "severity"), styles).no_value(
        "No mirror shows any cause."
    )


def told(pattern: str = ".+", legend: str = "{{mirror}}  {{cause}}") -> History:
    """Show when each cause held, in the colour of its severity."""
    parts = (
        f"({of('goproxy_mirror_cause', severity=one, cause=f'~{pattern}')} == 1)"
        f" * {NUMBERS[State(one)]}"
        for one in Severity
    )
    accepted = of("goproxy_mirror_cause_accepted", cause=f"~{pattern}")
    counting = f"({' or '.join(parts)}) unless on (job, instance, mirror, cause) {accepted}"
    return (
        panel.history(
            "Causes over time",
            "When each cause held, in the colour of its severity. Causes that never held in this "
            "time, or that the configuration accepts, have no lane.",
        )
        .with_target(over(f"max by (mirror, cause) ({counting})", legend))
        .mappings(words(STATE))
        .no_value("No cause was shown in this time.")
    )
