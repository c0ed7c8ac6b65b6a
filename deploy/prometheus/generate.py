"""Write the rules in every form from their one source, or check that they are up to date.

``python deploy/prometheus/generate.py`` writes; with ``--check`` a difference is an error.
``--documentation URL``, ``--dashboards URL`` and ``--exporter URL`` say where links lead.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cases import promtool
from formats import helm_values, plain, prometheus_rule
from handbook import alerts_reference
from mixin import mixin
from source import Source, read

ROOT = Path(__file__).parents[2]
GENERATED: dict[str, Callable[[Source], str]] = {
    "deploy/prometheus/goproxy.rules.yaml": plain,
    "deploy/prometheus/goproxy.rules.test.yaml": promtool,
    "deploy/prometheus/prometheusrule.yaml": prometheus_rule,
    "deploy/prometheus/helm-values.yaml": helm_values,
    "deploy/prometheus/mixin.libsonnet": mixin,
    "deploy/helm/goproxy-exporter/rules/goproxy.rules.yaml": plain,
    "docs/alerts.md": alerts_reference,
}


def main(arguments: list[str]) -> int:
    """Give 1 if `--check` finds a file that differs from what the source says."""
    options = _options(arguments)
    check = options.pop("check")
    source = read(places={name: url.rstrip("/") for name, url in options.items() if url})
    stale = 0
    for name, text in GENERATED.items():
        path, wanted = ROOT / name, text(source)
        if path.exists() and path.read_text(encoding="utf-8") == wanted:
            continue
        stale += 1
        if check:
            print(f"{name} is out of date: make rules")  # noqa: T201 - this is a command
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted, encoding="utf-8")
            print(f"wrote {name}")  # noqa: T201 - this is a command
    return 1 if check and stale else 0


def _options(arguments: list[str]) -> dict[str, Any]:
    parser = argparse.ArgumentParser(description="Write the rules in every form.")
    parser.add_argument("--check", action="store_true", help="write nothing, find differences")
    for place in ("documentation", "dashboards", "exporter"):
        parser.add_argument(f"--{place}", metavar="URL", help=f"where links to the {place} lead")
    return vars(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
