"""What does a notification say of an alert, and where does it lead?"""

from collections.abc import Callable, Mapping

from source import Alert, Places

from goproxy_exporter.diagnosis.advice import ADVICE
from goproxy_exporter.model.cause import Code
from goproxy_exporter.report.runbook import runbook_url

PRIMARY = (
    '{{ with printf "goproxy_mirror_primary_cause_info{mirror=%q}" $labels.mirror | query }}'
    '{{ . | first | label "cause"FILTER }}{{ end }}'
)
"""The mirror's primary cause at the time: it may change while the alert fires."""
_ANCHOR = ' | reReplaceAll "[.]" ""'
"""Makes the anchor of a cause's section, as `report.runbook.anchor` does."""
_VARIABLES = ("mirror", "chain", "instance")
"""Labels that the dashboards take as variables."""


def annotations(alert: Alert, places: Places) -> dict[str, str]:
    """Write the annotations of an alert as templates of Prometheus."""
    written = {
        "summary": alert.summary,
        "description": alert.description or _description(alert),
        "cause": _cause(alert),
        "advice": alert.action or _by_cause(alert, lambda code: ADVICE[code].action),
        "runbook_url": _runbook(alert, places),
        "dashboard_url": _dashboard(alert, places),
        "evidence_url": _evidence(alert, places),
    }
    return {name: text for name, text in written.items() if text}


def _description(alert: Alert) -> str:
    meaning = _by_cause(alert, lambda code: ADVICE[code].meaning)
    return f"{{{{ $labels.mirror }}}} shows {{{{ $labels.cause }}}}. {meaning}"


def _by_cause(alert: Alert, text: Callable[[Code], str]) -> str:
    """Choose between texts by the label `cause`."""
    if len(alert.causes) == 1:
        return text(alert.causes[0])
    branches = (f'if eq $labels.cause "{code}" }}}}{text(code)}' for code in alert.causes)
    return "{{ " + "{{ else ".join(branches) + "{{ end }}"


def _cause(alert: Alert) -> str:
    """Name the cause where no label does."""
    if alert.causes or alert.runbook == "cause":
        return ""
    return PRIMARY.replace("FILTER", "") if alert.runbook == "primary" else alert.runbook


def _runbook(alert: Alert, places: Places) -> str:
    causes = f"{places.documentation}/causes.md"
    own: Mapping[str, str] = {
        "": f"{places.documentation}/alerts.md#{alert.name.lower()}",
        "cause": f"{causes}#{{{{ $labels.cause{_ANCHOR} }}}}",
        "primary": f"{causes}#{PRIMARY.replace('FILTER', _ANCHOR)}",
    }
    return own[alert.runbook] if alert.runbook in own else runbook_url(Code(alert.runbook), causes)


def _dashboard(alert: Alert, places: Places) -> str:
    said = alert.description or "$labels.mirror"
    chosen = [
        f"var-{label}={{{{ $labels.{label} | urlquery }}}}"
        for label in _VARIABLES
        if f"$labels.{label}" in said
    ]
    query = f"?{'&'.join(chosen)}" if chosen else ""
    return f"{places.dashboards}/d/goproxy-{alert.board}{query}"


def _evidence(alert: Alert, places: Places) -> str:
    if not alert.on_mirror:
        return ""
    return f"{places.exporter}/mirrors/{{{{ $labels.mirror | urlquery }}}}"
