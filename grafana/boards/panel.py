"""Which kinds of panels are there, and what do all of a kind have in common?

Each function gives a builder with title, description and unit, a table with its queries as well;
the caller adds queries, size and meaning. A unit is one of Grafana's.
"""

from collections.abc import Mapping
from typing import TypeAlias

from grafana_foundation_sdk.builders import common, heatmap, stat, statetimeline, table, timeseries
from grafana_foundation_sdk.models.common import (
    AxisPlacement,
    BigValueColorMode,
    BigValueGraphMode,
    GraphDrawStyle,
    GraphThresholdsStyleMode,
    HeatmapCellLayout,
    LegendDisplayMode,
    LegendPlacement,
    ScaleDistribution,
    SortOrder,
    StackingMode,
    TableCellHeight,
    TimelineValueAlignment,
    TooltipDisplayMode,
    VisibilityMode,
)
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode, HeatmapColorScale

from boards.look import CLEAR, GOOD, PLAIN, thresholds
from boards.query import SOURCE, now

History: TypeAlias = statetimeline.Panel
Lines: TypeAlias = timeseries.Panel


def number(title: str, why: str, unit: str) -> stat.Panel:
    """Show one number, or one for each series."""
    return (
        stat.Panel()
        .title(title)
        .description(why)
        .datasource(SOURCE)
        .unit(unit)
        .color_mode(BigValueColorMode.VALUE)
        .graph_mode(BigValueGraphMode.NONE)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .thresholds(thresholds({None: PLAIN}))
        .no_value("none")
        .height(4)
        .span(4)
    )


def lines(title: str, why: str, unit: str) -> timeseries.Panel:
    """Draw series over time."""
    legend = (
        common.VizLegendOptions()
        .show_legend(show_legend=True)
        .display_mode(LegendDisplayMode.LIST)
        .placement(LegendPlacement.BOTTOM)
    )
    tooltip = common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING)
    return (
        timeseries.Panel()
        .title(title)
        .description(why)
        .datasource(SOURCE)
        .unit(unit)
        .min(0)
        .line_width(1)
        .fill_opacity(8)
        .show_points(VisibilityMode.NEVER)
        .legend(legend)
        .tooltip(tooltip)
        .thresholds(thresholds({None: GOOD}))
        .height(8)
        .span(12)
    )


def bars(title: str, why: str, unit: str) -> timeseries.Panel:
    """Draw counts over time, one upon the other."""
    return stacked(
        lines(title, why, unit).draw_style(GraphDrawStyle.BARS).line_width(0).fill_opacity(80)
    )


def stacked(panel: timeseries.Panel) -> timeseries.Panel:
    """Put series one upon the other: their sum means something."""
    return panel.stacking(common.StackingConfig().mode(StackingMode.NORMAL).group("A"))


def line_at_thresholds(panel: timeseries.Panel) -> timeseries.Panel:
    """Draw the bounds of the thresholds into the graph."""
    style = common.GraphThresholdsStyleConfig()
    return panel.thresholds_style(style.mode(GraphThresholdsStyleMode.DASHED))


def history(title: str, why: str) -> statetimeline.Panel:
    """Show what held when, one lane for each series."""
    legend = (
        common.VizLegendOptions()
        .show_legend(show_legend=False)
        .display_mode(LegendDisplayMode.LIST)
        .placement(LegendPlacement.BOTTOM)
    )
    return (
        statetimeline.Panel()
        .title(title)
        .description(why)
        .datasource(SOURCE)
        .unit("none")
        .row_height(0.8)
        .line_width(0)
        .fill_opacity(85)
        .merge_values(merge_values=True)
        .show_value(VisibilityMode.NEVER)
        .align_value(TimelineValueAlignment.LEFT)
        .legend(legend)
        .tooltip(common.VizTooltipOptions().mode(TooltipDisplayMode.SINGLE).sort(SortOrder.NONE))
        .thresholds(thresholds({None: PLAIN}))
        .height(8)
        .span(12)
    )


def density(title: str, why: str, unit: str) -> heatmap.Panel:
    """Draw a histogram over time; the unit is that of the buckets."""
    return (
        heatmap.Panel()
        .title(title)
        .description(why)
        .datasource(SOURCE)
        .unit("short")
        .calculate(calculate=False)
        .rows_frame(heatmap.RowsHeatmapOptions().layout(HeatmapCellLayout.AUTO))
        .y_axis(heatmap.YAxisConfig().unit(unit).axis_placement(AxisPlacement.LEFT))
        .cell_values(heatmap.CellValues().unit("short").decimals(0))
        .cell_gap(1)
        .filter_values(heatmap.FilterValueRange().le(1e-9))
        .color(
            heatmap.HeatmapColorOptions()
            .mode(HeatmapColorMode.SCHEME)
            .scheme("Blues")
            .scale(HeatmapColorScale.EXPONENTIAL)
            .exponent(0.5)
            .steps(64)
            .fill("dark-blue")
            .reverse(reverse=False)
        )
        .scale_distribution(common.ScaleDistributionConfig().type(ScaleDistribution.LINEAR))
        .show_legend()
        .mode(TooltipDisplayMode.SINGLE)
        .thresholds(thresholds({None: GOOD}))
        .height(8)
        .span(12)
    )


def rows(title: str, why: str, asked: Mapping[str, str]) -> table.Panel:
    """List the last values of queries, each known by its letter; the columns say their own units."""
    listed = (
        table.Panel()
        .title(title)
        .description(why)
        .datasource(SOURCE)
        .unit("none")
        .cell_height(TableCellHeight.SM)
        .thresholds(thresholds({None: CLEAR}))
        .no_value("-")
        .height(8)
        .span(24)
    )
    for letter, expr in asked.items():
        listed.with_target(now(expr, letter))
    return listed
