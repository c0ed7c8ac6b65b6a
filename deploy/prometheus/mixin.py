"""How do users of Jsonnet get rules and dashboards?"""

from collections.abc import Iterator
from pathlib import Path

from source import Source

BOARDS = Path(__file__).parents[2] / "grafana"


def mixin(source: Source) -> str:
    """Write the mixin: it reads the plain rules and the dashboards, and replaces where links lead."""
    return "\n".join(_lines(source)) + "\n"


def _lines(source: Source) -> Iterator[str]:
    places = source.places
    yield "// Made by `make rules` from deploy/prometheus/source.yaml: change that."
    yield "{"
    yield "  _config+:: {"
    yield f"    documentation: '{places.documentation}',"
    yield f"    dashboards: '{places.dashboards}',"
    yield f"    exporter: '{places.exporter}',"
    yield "  },"
    yield ""
    yield "  local links(text) = std.foldl("
    yield "    function(done, pair) std.strReplace(done, pair[0], pair[1]),"
    yield "    ["
    for name in ("documentation", "dashboards", "exporter"):
        yield f"      ['{getattr(places, name)}', $._config.{name}],"
    yield "    ],"
    yield "    text"
    yield "  ),"
    yield "  local rules = std.parseYaml(links(importstr 'goproxy.rules.yaml')).groups,"
    yield "  local only(kind) = {"
    yield "    groups: std.filter("
    yield "      function(group) std.length(group.rules) > 0,"
    yield "      ["
    yield "        group { rules: std.filter(function(rule) std.objectHas(rule, kind), group.rules) }"
    yield "        for group in rules"
    yield "      ]"
    yield "    ),"
    yield "  },"
    yield ""
    yield "  prometheusRules+:: only('record'),"
    yield "  prometheusAlerts+:: only('alert'),"
    yield "  grafanaDashboards+:: {"
    for board in sorted(BOARDS.glob("*.json")):
        yield f"    '{board.name}': import '../../grafana/{board.name}',"
    yield "  },"
    yield "}"
