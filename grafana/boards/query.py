"""How is Prometheus asked: for what a board's variables choose?"""

from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.models.dashboard import DataSourceRef
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
_SCOPE = {"job": "~$job", "instance": "~$instance"}


def own(metric: str, **labels: str) -> str:
    """Select series of the exporter itself; a label's value that begins with ~ is a pattern."""
    matchers = (_matcher(label, value) for label, value in (_SCOPE | labels).items())
    return f"{metric}{{{','.join(matchers)}}}"


def of(metric: str, **labels: str) -> str:
    """Select series of the chosen mirrors."""
    return own(metric, mirror="~$mirror", **labels)


def of_chain(metric: str) -> str:
    """Select series of the chosen GOPROXY lists."""
    return own(metric, chain="~$chain")


def _matcher(label: str, value: str) -> str:
    return f'{label}=~"{value[1:]}"' if value.startswith("~") else f'{label}="{value}"'


def rate(selected: str) -> str:
    """Count per second, over a window that fits the graph."""
    return f"rate({selected}[$__rate_interval])"


def grown(selected: str) -> str:
    """Count per step of the graph."""
    return f"increase({selected}[$__rate_interval])"


def now(expr: str, ref: str = "A") -> Dataquery:
    """Ask for the last values, as a table."""
    return _query(expr, ref).instant().format(PromQueryFormat.TABLE)


def last(expr: str, legend: str = "__auto", ref: str = "A") -> Dataquery:
    """Ask for the last values, as one series each."""
    return _query(expr, ref).instant().legend_format(legend)


def over(expr: str, legend: str, ref: str = "A") -> Dataquery:
    """Ask for the values over time."""
    return _query(expr, ref).range().legend_format(legend)


def buckets(expr: str) -> Dataquery:
    """Ask for a histogram over time."""
    return _query(expr, "A").range().format(PromQueryFormat.HEATMAP).legend_format("{{le}}")


def _query(expr: str, ref: str) -> Dataquery:
    return Dataquery().expr(expr).ref_id(ref).datasource(SOURCE)
