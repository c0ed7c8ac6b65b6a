"""What does every board have around its panels?"""

from dataclasses import dataclass

from grafana_foundation_sdk.builders.dashboard import (
    AnnotationQuery,
    ConstantVariable,
    Dashboard,
    DashboardLink,
    DatasourceVariable,
    QueryVariable,
)
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from boards.places import documentation, runbook
from boards.query import SOURCE, own

TAG = "goproxy"
RELOADED = "goproxy_exporter_config_last_reload_success_timestamp_seconds"
_TITLE = '"alertname", "configuration reloaded", "", ""'
"""Annotations are headed by this label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A board under construction and the name that its file and its address have."""

    uid: str
    dashboard: Dashboard


def board(uid: str, title: str, question: str) -> Board:
    """Begin a board: variables, annotations, links to the others."""
    dashboard = (
        Dashboard(f"Go mirrors / {title}")
        .uid(uid)
        .description(question)
        .tags([TAG, "prometheus"])
        .timezone("browser")
        .readonly()
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .time("now-6h", "now")
        .refresh("1m")
        .link(
            DashboardLink("Go mirrors")
            .type(DashboardLinkType.DASHBOARDS)
            .tags([TAG])
            .icon("external link")
            .tooltip("The other boards, at the same time and for the same choice")
            .as_dropdown(as_dropdown=False)
            .target_blank(target_blank=False)
            .include_vars(include_vars=True)
            .keep_time(keep_time=True)
        )
        .annotation(_alerts())
        .annotation(_reloads())
        .with_variable(DatasourceVariable("datasource").label("Data source").type("prometheus"))
        .with_variable(_variable("job", "Job", "goproxy_exporter_build_info"))
        .with_variable(
            _variable("instance", "Instance", 'goproxy_exporter_build_info{job=~"$job"}')
        )
        .with_variable(_variable("mirror", "Mirror", own("goproxy_mirror_state")))
        .with_variable(ConstantVariable("runbook").label("Runbook").value(runbook(documentation())))
    )
    return Board(uid=uid, dashboard=dashboard)


def with_chain(board: Board) -> Board:
    """Let GOPROXY lists be chosen, too."""
    chain = _variable("chain", "Chain", own("goproxy_chain_build_success_ratio"))
    return Board(uid=board.uid, dashboard=board.dashboard.with_variable(chain))


def _variable(name: str, label: str, series: str) -> QueryVariable:
    return (
        QueryVariable(name)
        .label(label)
        .query(f"label_values({series}, {name})")
        .datasource(SOURCE)
        .multi(multi=True)
        .include_all(include_all=True)
        .all_value(".+")
        .current(VariableOption(selected=True, text="All", value="$__all"))
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
    )


def _alerts() -> AnnotationQuery:
    return (
        AnnotationQuery()
        .name("Firing alerts")
        .datasource(SOURCE)
        .enable(enable=True)
        .icon_color("red")
        .expr('ALERTS{alertname=~"GoProxy.+",alertstate="firing"}')
    )


def _reloads() -> AnnotationQuery:
    return (
        AnnotationQuery()
        .name("Configuration reloads")
        .datasource(SOURCE)
        .enable(enable=True)
        .icon_color("blue")
        .expr(f"label_replace(changes({own(RELOADED)}[$__rate_interval]) > 0, {_TITLE})")
    )
