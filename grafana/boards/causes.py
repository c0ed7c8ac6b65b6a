"""Which causes do mirrors show now, and where is each explained?"""

from grafana_foundation_sdk.builders.statetimeline import Panel as History
from grafana_foundation_sdk.builders.table import Panel as Table
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue

from boards import panel
from boards.columns import arranged, centred, leading, sorted_by, styled, wide, worded
from boards.look import NUMBERS, STATE, UNKNOWN, words
from boards.places import MIRROR, RUNBOOK
from boards.query import of, over
from goproxy_exporter.model.names import Severity, State

ANCHOR = '"anchor", "$1$2", "cause", "([^.]+)[.](.+)"'
"""Makes the anchor of a cause's section, as `goproxy_exporter.report.runbook` does."""
_ACCEPTED = 1
"""Stands for what is accepted, below the numbers of states."""
_WEIGHT = STATE | {str(_ACCEPTED): ("accepted", UNKNOWN)}


def listed(pattern: str = ".+") -> Table:
    """List the causes of a pattern that hold now; each leads to its section of the runbook."""
    accepted = f"({_of(pattern)} == 1) * {_ACCEPTED}"
    every = f"max by (mirror, cause) ({_counting(pattern)} or {accepted})"
    table = panel.rows(
        "Current causes",
        "What the mirrors show, by the exporter's closed set of codes. A cause leads to its section "
        "of the runbook: what it means, what go prints, what to do. Accepted ones are shown and do "
        "not count towards the state.",
        {"A": f"label_replace({every}, {ANCHOR})"},
    )
    names = {"Value": "severity", "mirror": "mirror", "cause": "cause", "anchor": "anchor"}
    styles = {
        "severity": worded(_WEIGHT) + centred() + wide(110),
        "mirror": leading("Mirror detail", MIRROR),
        "cause": leading("Runbook", RUNBOOK, aside=True),
        "anchor": [DynamicConfigValue("custom.hidden", value=True)],
    }
    return styled(sorted_by(arranged(table, names), "severity"), styles).no_value(
        "No mirror shows any cause."
    )


def told(pattern: str = ".+") -> History:
    """Show when each cause held, in the colour of its severity."""
    counting = f"max by (mirror, cause) ({_counting(pattern)})"
    return (
        panel.history(
            "Causes over time",
            "When each cause held, in the colour of its severity. Causes that never held in this "
            "time, or that the configuration accepts, have no lane.",
        )
        .with_target(over(counting, "{{mirror}}  {{cause}}"))
        .mappings(words(STATE))
        .no_value("No cause was shown in this time.")
    )


def _counting(pattern: str) -> str:
    """Select what is shown and not accepted, as the number of the state that it leads to."""
    weighed = " or ".join(
        f"({_of(pattern, severity=one)} == 1) * {NUMBERS[State(one)]}" for one in Severity
    )
    accepted = of("goproxy_mirror_cause_accepted", cause=f"~{pattern}")
    return f"(({weighed}) unless on (job, instance, mirror, cause) {accepted})"


def _of(pattern: str, **labels: str) -> str:
    return of("goproxy_mirror_cause", cause=f"~{pattern}", **labels)
