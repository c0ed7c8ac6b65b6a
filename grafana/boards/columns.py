"""How do several queries become the columns of one table?"""

from collections.abc import Mapping, Sequence

from grafana_foundation_sdk.builders.common import TableSortByFieldState
from grafana_foundation_sdk.builders.table import Panel
from grafana_foundation_sdk.models.dashboard import DataTransformerConfig, DynamicConfigValue

from boards.look import Steps, thresholds, words

Style = list[DynamicConfigValue]


def joined(panel: Panel, key: str, names: Mapping[str, str]) -> Panel:
    """Join queries on a label; `names` gives columns in order: a label or a query's letter, title.

    What is not named is left out.
    """
    fields = {f"Value #{name}" if len(name) == 1 else name: name for name in names}
    join = DataTransformerConfig("joinByField", options={"byField": key, "mode": "outer"})
    return arranged(
        panel.with_transformation(join), {field: names[fields[field]] for field in fields}
    )


def arranged(panel: Panel, names: Mapping[str, str]) -> Panel:
    """Give fields in this order and under these titles, and leave the rest out."""
    only = DataTransformerConfig("filterFieldsByName", options={"include": {"names": list(names)}})
    order = DataTransformerConfig(
        "organize",
        options={
            "excludeByName": {},
            "indexByName": {field: place for place, field in enumerate(names)},
            "renameByName": {field: title for field, title in names.items() if field != title},
        },
    )
    return panel.with_transformation(only).with_transformation(order)


def sorted_by(panel: Panel, column: str, *, falling: bool = True) -> Panel:
    """Begin with the rows that matter most."""
    return panel.sort_by([TableSortByFieldState().display_name(column).desc(falling)])


def worded(meanings: Mapping[str, tuple[str, str]], *, back: bool = True) -> Style:
    """Show words for values, on the colour that they mean (or in it)."""
    cell = {"type": "color-background", "mode": "basic"} if back else {"type": "color-text"}
    return [
        DynamicConfigValue("mappings", words(meanings)),
        DynamicConfigValue("custom.cellOptions", cell),
    ]


def measured(unit: str, steps: Steps | None = None) -> Style:
    """Show a number in its unit, in the colour of its threshold."""
    style = [DynamicConfigValue("unit", unit)]
    if unit == "percentunit":
        style.append(DynamicConfigValue("decimals", 1))
    if steps is not None:
        style += [
            DynamicConfigValue("thresholds", thresholds(steps).build()),
            DynamicConfigValue("custom.cellOptions", {"type": "color-text"}),
        ]
    return style


def leading(title: str, url: str, *, aside: bool = False) -> Style:
    """Make a link of a cell; `aside` opens it in another tab."""
    return [DynamicConfigValue("links", [{"title": title, "url": url, "targetBlank": aside}])]


def wide(pixels: int) -> Style:
    """Set the width of a column."""
    return [DynamicConfigValue("custom.width", pixels)]


def centred() -> Style:
    """Put the cells of a matrix in the middle."""
    return [DynamicConfigValue("custom.align", "center")]


def styled(panel: Panel, styles: Mapping[str, Sequence[DynamicConfigValue]]) -> Panel:
    """Style columns by their titles."""
    for column, style in styles.items():
        panel.override_by_name(column, list(style))
    return panel


def merged(panel: Panel) -> Panel:
    """Put queries with the same labels into the same rows."""
    return panel.with_transformation(DataTransformerConfig("merge", options={}))
