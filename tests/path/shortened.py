"""The shipped files with every span of time divided, and with addresses of the test's own.

Nothing else is changed: expressions, thresholds, routes, inhibition and templates are those that
operators run. Windows, `for`, `keep_firing_for` and the waits of Alertmanager shrink by one factor;
so do the intervals of the exporter, so that a window holds as many requests as it does in earnest.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
FACTOR = 60
_MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_WINDOW = re.compile(r"\[(\w+)\]")
_SPAN = re.compile(r"(\d+)(ms|[smhd])")
_WAITS = ("group_wait", "group_interval", "repeat_interval")


def shorter(span: str) -> str:
    """Divide a duration as Prometheus writes them; at least a millisecond is left."""
    whole = sum(int(count) * _MILLISECONDS[unit] for count, unit in _SPAN.findall(span))
    return f"{max(1, whole // FACTOR)}ms"


def rules() -> dict[str, Any]:
    """Give the shipped rules, shortened."""
    document: dict[str, Any] = _read("prometheus/goproxy.rules.yaml")
    for group in document["groups"]:
        for rule in group["rules"]:
            rule["expr"] = _WINDOW.sub(lambda found: f"[{shorter(found[1])}]", rule["expr"])
            for key in ("for", "keep_firing_for"):
                if key in rule:
                    rule[key] = shorter(rule[key])
    return document


def prometheus(rule_file: Path, exporter: str, alertmanager: str) -> dict[str, Any]:
    """Give the shipped configuration of Prometheus with these addresses, looking every second."""
    document: dict[str, Any] = _read("prometheus/prometheus.yaml")
    document["global"] = {"scrape_interval": "1s", "evaluation_interval": "500ms"}
    document["rule_files"] = [str(rule_file)]
    (discovered,) = document["alerting"]["alertmanagers"]
    discovered["static_configs"] = [{"targets": [alertmanager]}]
    (scrape,) = document["scrape_configs"]
    scrape["static_configs"] = [{"targets": [exporter]}]
    return document


def alertmanager(webhook: str) -> dict[str, Any]:
    """Give the shipped routes and inhibition; every receiver is a webhook at its name."""
    document: dict[str, Any] = _read("alertmanager/alertmanager.yaml")
    document["global"] = {}
    document["templates"] = [str(DEPLOY / "alertmanager" / "templates" / "*.tmpl")]
    document["receivers"] = [
        {
            "name": one["name"],
            "webhook_configs": [{"url": f"{webhook}/{one['name']}", "send_resolved": True}],
        }
        for one in document["receivers"]
    ]
    for route in (document["route"], *document["route"]["routes"]):
        for key in _WAITS:
            if key in route:
                route[key] = shorter(route[key])
    return document


def exporter(world: Mapping[str, Any], public: Mapping[str, str], accepting: str) -> dict[str, Any]:
    """Give a configuration for a simulated world, and for public mirrors beyond the uplink.

    Of one mirror it accepts that it answers 5xx.
    """
    off = {name: {"enabled": False} for name in ("large_zip", "edges", "sumdb", "freshness")}
    off |= {name: {"enabled": False} for name in ("encoding", "toolchain")}
    checks = off | {"endpoints": {"interval": "1s"}}
    rich = {"requests_per_hour": 10_000_000, "bytes_per_hour": "100GB"}
    here = [
        {
            **mirror,
            "accept": ["http.5xx"] if mirror["name"] == accepting else [],
            "budget": rich,
            "checks": checks | {"zip": {"interval": "5s"}, "checksum": {"interval": "5s"}},
        }
        for mirror in world["mirrors"]
    ]
    beyond = [
        {
            "name": name,
            "url": url,
            "accept": ["transport.plaintext"],
            "budget": rich,
            "checks": checks | {"zip": {"enabled": False}, "checksum": {"enabled": False}},
        }
        for name, url in public.items()
    ]
    return dict(world) | {
        "defaults": {"interval": "1s", "timeout": "1s"},
        "control_targets": [url.removeprefix("http://") for url in public.values()],
        "mirrors": here + beyond,
        "chains": [],
    }


def _read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))
