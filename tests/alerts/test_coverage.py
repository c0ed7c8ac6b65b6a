"""Is there an alert for everything that an operator must act on?"""

import re
from typing import Any

import promql_parser as promql
import pytest
from cases import cases
from source import Source

from goproxy_exporter.metrics import FAMILIES
from goproxy_exporter.model.cause import LAWS, Code
from goproxy_exporter.model.names import Severity

CAUSES = re.compile(r"goproxy_(sumdb|vulndb|mirror)_cause$|mirror_cause:goproxy_mirror_cause:")
OWN = {f"{family.name}{end}" for family in FAMILIES for end in ("", "_bucket", "_count", "_sum")}
BOARDS = {"overview", "mirror", "tls", "integrity", "freshness", "chains", "exporter"}


def selectors(expr: str) -> list[promql.VectorSelector]:
    """Give every vector selector of an expression."""
    found: list[promql.VectorSelector] = []

    def look(node: promql.Expr) -> bool:
        if isinstance(node, promql.VectorSelector):
            found.append(node)
        if isinstance(node, promql.MatrixSelector):
            found.append(node.vector_selector)
        return True

    promql.walk(promql.parse(expr), look)
    return found


def matched(expr: str) -> set[Code]:
    """Give the codes that the expression asks the series of causes for."""
    asked = set()
    for selector in selectors(expr):
        if CAUSES.match(selector.name or ""):
            for matcher in selector.matchers.matchers:
                if matcher.name == "cause":
                    asked |= {code for code in Code if re.fullmatch(matcher.value, code)}
    return asked


def test_every_cause_alerts_or_has_a_reason_not_to(source: Source) -> None:
    """A new code needs an alert, by its own series or by others, or an entry that says why not."""
    reached = {code for alert in source.alerts for code in alert.stands_for}
    for alert in source.alerts:
        reached |= matched(alert.expr)
    assert reached | set(source.unalerted) == set(Code)
    assert not reached & set(source.unalerted)


def test_causes_that_break_builds_wake_somebody(source: Source) -> None:
    """Of unusable and dangerous causes each has a critical alert; dangerous ones are integrity's."""
    for code, law in LAWS.items():
        alerts = [alert for alert in source.alerts if code in matched(alert.expr)]
        if law.severity is Severity.DANGEROUS:
            assert {alert.category for alert in alerts} == {"integrity"}, code
        if law.severity is not Severity.DEGRADED:
            assert "critical" in {alert.severity for alert in alerts}, code
        else:
            assert not {alert.severity for alert in alerts} & {"critical"}, code


def test_every_series_exists(rules: list[dict[str, Any]]) -> None:
    """Rules read families of the table, series recorded before them, and Prometheus' own `up`."""
    recorded: set[str] = set()
    for rule in rules:
        names = {str(one.name) for one in selectors(rule["expr"])}
        assert names <= OWN | recorded | {"up"}, rule
        recorded |= {rule["record"]} if "record" in rule else set()


def test_every_label_that_is_asked_for_exists(rules: list[dict[str, Any]]) -> None:
    """A matcher on a label that a family does not have would never fit."""
    labels = {family.name: {*family.labels, "job", "instance"} for family in FAMILIES}
    for rule in rules:
        for selector in selectors(rule["expr"]):
            if selector.name in labels:
                asked = {matcher.name for matcher in selector.matchers.matchers}
                assert asked <= labels[selector.name], rule


def test_every_recorded_series_is_read(rules: list[dict[str, Any]]) -> None:
    """What nobody reads is not recorded."""
    read = {one.name for rule in rules for one in selectors(rule["expr"])}
    assert {rule["record"] for rule in rules if "record" in rule} <= read


def test_every_alert_is_tested_both_ways(source: Source) -> None:
    """One unit test fires it, and another look, or another mirror, leaves it silent."""
    fired: set[str] = set()
    silent: set[str] = set()
    for case in cases(source):
        for look in case.looks:
            (fired if look.firing else silent).add(case.alert.name)
            if case.alert.causes and look.firing:
                assert 'mirror="clean"' in str(case.given)
                assert all(labels["mirror"] != "clean" for labels in look.firing)
                silent.add(case.alert.name)
    names = {alert.name for alert in source.alerts}
    assert (fired, silent) == (names, names)


def test_names_and_labels_are_of_closed_sets(source: Source) -> None:
    """Names are ours and unique; severities and categories are those that routes know."""
    names = [alert.name for alert in source.alerts]
    assert len(set(names)) == len(names)
    for alert in source.alerts:
        assert re.fullmatch(r"GoProxy[A-Z][A-Za-z0-9]+", alert.name)
        assert alert.severity in ({"none"} if alert.category == "heartbeat" else SEVERITIES)
        assert alert.category in CATEGORIES
        assert alert.board in BOARDS
        assert alert.summary.endswith(".")


SEVERITIES = {"critical", "warning", "info"}
CATEGORIES = {
    "availability",
    "correctness",
    "freshness",
    "certificate",
    "chain",
    "integrity",
    "exporter",
    "heartbeat",
}


@pytest.mark.parametrize(
    "key", ["summary", "description", "advice", "runbook_url", "dashboard_url"]
)
def test_every_alert_says_what_it_has_to(rules: list[dict[str, Any]], key: str) -> None:
    """Summary, description, advice, and where to read on."""
    for rule in rules:
        if "alert" in rule:
            assert rule["annotations"][key].strip(), rule["alert"]
