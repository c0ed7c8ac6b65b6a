"""The dashboards as they are shipped, and the code that makes them."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import promql_parser
import pytest

GRAFANA = Path(__file__).parents[2] / "grafana"
FILES = sorted(GRAFANA.glob("*.json"))
OF_GRAFANA = {"$__rate_interval": "30s", "$__range": "5m", "$__interval": "5s"}
"""What stands for Grafana's own variables where a query is asked without it."""
CHOSEN = ("job", "instance", "mirror", "chain")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One target of a panel."""

    board: str
    panel: str
    ref: str
    raw: str
    shown: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """How a panel shows values: thresholds and mappings, as Grafana reads them."""

    def __str__(self) -> str:
        return f"{self.board} / {self.panel} / {self.ref}"

    @property
    def expr(self) -> str:
        """The query with values in place of variables: every choice is All."""
        expr = self.raw
        for name, value in OF_GRAFANA.items():
            expr = expr.replace(name, value)
        for name in CHOSEN:
            expr = expr.replace(f"${name}", ".+")
        return expr

    def colour(self, value: float) -> str:
        """Give the colour that a value has: by its word, else by the bound it has reached."""
        for mapping in self.shown.get("mappings", ()):
            word = mapping["options"].get(f"{value:g}", {})
            if "color" in word:
                return str(word["color"])
        steps = self.shown["thresholds"]["steps"]
        reached = [step for step in steps if step["value"] is None or step["value"] <= value]
        return str(reached[-1]["color"])

    def nodes(self) -> Iterator[Any]:
        """Give the whole expression and everything in it; raises ValueError if it is none."""
        yield from _nodes(promql_parser.parse(self.expr))

    def selectors(self) -> list[Any]:
        """Give what is selected."""
        return [node for node in self.nodes() if isinstance(node, promql_parser.VectorSelector)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """One file, as Grafana reads it."""

    path: Path
    json: dict[str, Any]

    @property
    def panels(self) -> list[dict[str, Any]]:
        """Every panel, also those within rows; rows themselves are none."""
        outer = self.json["panels"]
        every = [one for panel in outer for one in (panel, *(panel.get("panels") or ()))]
        return [panel for panel in every if panel["type"] != "row"]

    @property
    def queries(self) -> list[Query]:
        """Every query of every panel."""
        return [
            Query(
                board=self.json["uid"],
                panel=panel["title"],
                ref=target["refId"],
                raw=target["expr"],
                shown=panel["fieldConfig"]["defaults"],
            )
            for panel in self.panels
            for target in panel["targets"]
        ]

    @property
    def variables(self) -> dict[str, dict[str, Any]]:
        """What can be chosen, by name."""
        return {variable["name"]: variable for variable in self.json["templating"]["list"]}


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for name in ("expr", "lhs", "rhs", "vector_selector", "param"):
        inner = getattr(node, name, None)
        if hasattr(inner, "prettify"):
            yield from _nodes(inner)
    for inner in getattr(node, "args", None) or ():
        yield from _nodes(inner)


@pytest.fixture(scope="session")
def generate() -> Iterator[ModuleType]:
    """The program that writes the dashboards."""
    spec = spec_from_file_location("generate_dashboards", GRAFANA / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    sys.path.insert(0, str(GRAFANA))
    try:
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(str(GRAFANA))


@pytest.fixture(scope="session")
def dashboards() -> list[Dashboard]:
    """Every dashboard that is shipped."""
    return [Dashboard(path=path, json=json.loads(path.read_text("utf-8"))) for path in FILES]


@pytest.fixture(params=range(len(FILES)), ids=[path.stem for path in FILES])
def dashboard(request: pytest.FixtureRequest, dashboards: list[Dashboard]) -> Dashboard:
    """Each dashboard that is shipped."""
    one: Dashboard = dashboards[request.param]
    return one


@pytest.fixture(scope="session")
def query_of() -> type[Query]:
    """Read a query: `Query`."""
    return Query
