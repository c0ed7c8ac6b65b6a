"""Are the dashboards what an operator of Grafana expects, board by board?"""

import re
from collections.abc import Mapping
from typing import Any

import promql_parser
import pytest
from grafana_foundation_sdk.models import units

from goproxy_exporter.metrics import FAMILIES, Kind

OF_PROMETHEUS = {"up", "scrape_duration_seconds", "scrape_samples_scraped"}
"""What Prometheus adds itself to what it scrapes."""
UNITS = {value for name, value in vars(units).items() if name[0].isupper()}
CHOICES = {"job": "Job", "instance": "Instance", "mirror": "Mirror"}
OVER_TIME = {"rate", "irate", "increase"}


def test_a_board_says_what_it_is(dashboard: Any) -> None:
    """Address, title, question, tags and refresh are set; nobody edits what is generated."""
    board = dashboard.json

    assert board["uid"] == dashboard.path.stem
    assert len(board["uid"]) <= 40
    assert board["title"].startswith("Go mirrors / ")
    assert board["description"].endswith("?") or "?" in board["description"]
    assert {"goproxy", "prometheus"} == set(board["tags"])
    assert (board["editable"], board["refresh"], board["timezone"]) == (False, "1m", "browser")
    assert (board.get("id"), board["schemaVersion"], board["graphTooltip"]) == (None, 41, 1)


def test_the_data_source_can_be_chosen(dashboard: Any) -> None:
    """One variable names it, and everything that asks for data uses it."""
    sources = [one for one in dashboard.variables.values() if one["type"] == "datasource"]
    asking = [
        *dashboard.panels,
        *(target for panel in dashboard.panels for target in panel["targets"]),
        *(one for one in dashboard.variables.values() if one["type"] == "query"),
        *dashboard.json["annotations"]["list"],
    ]

    named = [(one["name"], one["label"], one["query"]) for one in sources]
    assert named == [("datasource", "Data source", "prometheus")]
    assert {(one["datasource"]["type"], one["datasource"]["uid"]) for one in asking} == {
        ("prometheus", "${datasource}")
    }


def test_what_is_looked_at_can_be_chosen(dashboard: Any, query_of: Any) -> None:
    """Job, instance and mirror: several or all, read anew with the time, from series that exist."""
    names = _series()
    for name, label in CHOICES.items():
        assert dashboard.variables[name]["label"] == label
    for name, one in dashboard.variables.items():
        if one["type"] != "query":
            continue
        assert (one["multi"], one["includeAll"], one["allValue"]) == (True, True, ".+")
        assert one["refresh"] == 2
        asked = re.fullmatch(r"label_values\((.+), (\w+)\)", one["query"])
        assert asked is not None
        assert asked[2] == name
        query = query_of(board="", panel=name, ref="A", raw=asked[1])
        assert {selector.name for selector in query.selectors()} <= names


def test_every_panel_explains_itself(dashboard: Any) -> None:
    """Title, description, a unit that Grafana knows, thresholds, a query, and no title twice."""
    for panel in dashboard.panels:
        where = panel["title"]
        defaults = panel["fieldConfig"]["defaults"]
        assert len(panel["description"]) > 25, where
        assert panel["description"].endswith("."), where
        assert defaults["unit"] in UNITS, where
        assert defaults["thresholds"]["steps"][0]["value"] is None, where
        assert panel["targets"], where
        refs = [target["refId"] for target in panel["targets"]]
        assert len(set(refs)) == len(refs), where
        if panel["type"] == "stat":
            assert panel["options"]["reduceOptions"]["calcs"] == ["lastNotNull"], where
    titles = [panel["title"] for panel in dashboard.panels]
    assert len(set(titles)) == len(titles)
    ids = [panel["id"] for panel in dashboard.panels]
    assert len(set(ids)) == len(ids)


def test_what_is_empty_when_all_is_well_says_so(dashboard: Any) -> None:
    """Queries that filter have words for nothing."""
    for panel in dashboard.panels:
        exprs = [target["expr"] for target in panel["targets"]]
        if any(re.search(r"(==|>=?|<) *[0-9.]+$", expr) for expr in exprs):
            assert panel["fieldConfig"]["defaults"].get("noValue"), panel["title"]


def test_every_query_can_be_read(dashboard: Any) -> None:
    """It is PromQL, and nothing of Grafana is left in it that the variables do not give."""
    for query in dashboard.queries:
        assert not re.search(r"\$[a-z_{]", query.expr), query
        assert list(query.nodes()), query


def test_every_query_keeps_to_the_choice(dashboard: Any) -> None:
    """Each selector has job and instance, and mirror or chain where the series has that label."""
    labels = {name: family.labels for family in FAMILIES for name in _names(family)}
    for query in dashboard.queries:
        raw = query.raw
        for selector in query.selectors():
            given = {one.name: one.value for one in selector.matchers.matchers}
            own = labels.get(selector.name, ())
            wanted = {"job", "instance"} | ({"mirror"} & set(own))
            assert wanted <= given.keys(), query
        for name in ("job", "instance"):
            assert raw.count(f'{name}=~"${name}"') == len(query.selectors()), query


def test_counters_are_read_over_time(dashboard: Any) -> None:
    """A counter is only ever seen through rate or increase, over a window that fits the graph."""
    counters = {
        name for family in FAMILIES if family.kind is not Kind.GAUGE for name in _names(family)
    }
    for query in dashboard.queries:
        covered = 0
        for node in query.nodes():
            if isinstance(node, promql_parser.Call) and node.func.name in OVER_TIME:
                (window,) = node.args
                assert window.vector_selector.name in counters, query
                covered += 1
        seen = [one for one in query.selectors() if one.name in counters]
        assert len(seen) == covered, query
        outside_text = re.sub(r'"[^"]*"', "", query.raw)
        windows = set(re.findall(r"\[([^\]]+)\]", outside_text))
        assert windows <= {"$__rate_interval", "$__range"}, query


def test_every_query_asks_for_what_exists(dashboard: Any) -> None:
    """Names, labels and the values of labels are those of the exporter's table of metrics."""
    labels = {name: {*family.labels, "le"} for family in FAMILIES for name in _names(family)}
    for query in dashboard.queries:
        for selector in query.selectors():
            assert selector.name in labels.keys() | OF_PROMETHEUS, query
            given = {one.name for one in selector.matchers.matchers} - {"job", "instance"}
            assert given <= labels.get(selector.name, set()), query


def test_panels_lie_side_by_side(dashboard: Any) -> None:
    """Every line of the grid is full, and nothing lies on anything else."""
    taken: dict[tuple[int, int], str] = {}
    for panel in dashboard.panels:
        at = panel["gridPos"]
        for x in range(at["x"], at["x"] + at["w"]):
            for y in range(at["y"], at["y"] + at["h"]):
                assert x < 24, panel["title"]
                assert (x, y) not in taken, (panel["title"], taken[x, y])
                taken[x, y] = panel["title"]
    lines = {y for _, y in taken}
    assert len(taken) == 24 * len(lines)


def test_rows_are_open(dashboard: Any) -> None:
    """What matters is not hidden below a fold: Grafana shows the panels that follow an open row."""
    rows = [panel for panel in dashboard.json["panels"] if panel["type"] == "row"]

    assert [row["title"] for row in rows if row.get("collapsed") or row.get("panels")] == []


def test_boards_lead_to_each_other(dashboard: Any) -> None:
    """The links in the head keep time and choice; links in cells lead to boards that exist."""
    (link,) = dashboard.json["links"]
    assert (link["type"], link["tags"]) == ("dashboards", ["goproxy"])
    assert (link["keepTime"], link["includeVars"]) == (True, True)
    for url in _links(dashboard.json):
        if url.startswith("/d/"):
            name = url.removeprefix("/d/").partition("?")[0]
            assert (dashboard.path.parent / f"{name}.json").exists(), url
            kept = ("${datasource:queryparam}", "${job:queryparam}", "${__url_time_range}")
            assert all(part in url for part in kept), url
        else:
            assert url == "${runbook}#${__data.fields.anchor}"


def test_what_happened_is_marked(dashboard: Any, query_of: Any) -> None:
    """Firing alerts and reloads of the configuration are drawn into every graph."""
    marks = {one["name"]: one["expr"] for one in dashboard.json["annotations"]["list"]}

    assert marks.keys() == {"Firing alerts", "Configuration reloads"}
    assert marks["Firing alerts"] == 'ALERTS{alertname=~"GoProxy.+",alertstate="firing"}'
    reloads = query_of(board="", panel="reloads", ref="A", raw=marks["Configuration reloads"])
    assert {one.name for one in reloads.selectors()} == {
        "goproxy_exporter_config_last_reload_success_timestamp_seconds"
    }


def _series() -> set[str]:
    return {name for family in FAMILIES for name in _names(family)}


def _names(family: Any) -> tuple[str, ...]:
    if family.kind is Kind.HISTOGRAM:
        return tuple(family.name + ending for ending in ("_bucket", "_count", "_sum"))
    return (family.name,)


def _links(node: Any) -> list[str]:
    if isinstance(node, Mapping):
        own = [node["url"]] if node.get("url") else []
        return own + [url for inner in node.values() for url in _links(inner)]
    if isinstance(node, list):
        return [url for inner in node for url in _links(inner)]
    return []


@pytest.mark.parametrize(
    "name", ["overview", "mirror", "tls", "integrity", "freshness", "chains", "exporter"]
)
def test_no_board_is_missing(name: str, dashboards: list[Any]) -> None:
    """The addresses that alerts and documentation know."""
    assert f"goproxy-{name}" in {one.json["uid"] for one in dashboards}
