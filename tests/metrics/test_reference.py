"""What does docs/metrics.md say?"""

import re
import subprocess
from pathlib import Path

from programs import needed

from goproxy_exporter.metrics import FAMILIES, Kind
from goproxy_exporter.metrics.reference import LABELS, REASONS, markdown

_SUFFIXES = ("_bucket", "_count", "_sum")
_NAME = re.compile(r"\b(?:goproxy|process)_[a-z_]+")


def test_every_family_is_documented_with_its_query() -> None:
    """A family has a heading, its help and a query that names it."""
    text = markdown()
    for family in FAMILIES:
        assert f"### {family.name}\n\n{family.help}\n" in text
        assert family.name in family.example
        assert f"```promql\n{family.example}\n```" in text


def test_every_label_is_explained() -> None:
    """The table of labels has what the families use, and nothing else."""
    used = {label for family in FAMILIES for label in family.labels}
    assert used == LABELS.keys() | {"reason"}
    assert {family.name for family in FAMILIES if "reason" in family.labels} == REASONS.keys()


def test_examples_name_only_what_exists() -> None:
    """A query on a metric that is not in the table can never return anything."""
    names = {family.name for family in FAMILIES}
    for family in FAMILIES:
        if family.kind is Kind.HISTOGRAM:
            names |= {family.name + suffix for suffix in _SUFFIXES}
    mentioned = {name for family in FAMILIES for name in _NAME.findall(family.example)}
    assert mentioned <= names


def test_promtool_parses_every_example(tmp_path: Path) -> None:
    """Examples are PromQL."""
    promtool = needed("promtool")
    rules = "\n".join(
        f"      - record: example:number{i}\n        expr: |-\n          {family.example}"
        for i, family in enumerate(FAMILIES)
    )
    file = tmp_path / "rules.yml"
    file.write_text(f"groups:\n  - name: examples\n    rules:\n{rules}\n", encoding="utf-8")
    done = subprocess.run(
        [promtool, "check", "rules", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_gauges_of_a_run_say_so() -> None:
    """Who reads a number has to know that it was not measured while scraping."""
    of_now = (
        "timestamp",
        "interval",
        "budget",
        "build_success",
        "accepted",
        "_exporter_",
        "_probe_",
    )
    for family in FAMILIES:
        assert family.help.endswith("."), family.name
        gauge = family.kind is Kind.GAUGE and family.name.startswith("goproxy_")
        if gauge and not any(part in family.name for part in of_now):
            assert "last run" in family.help, family.name
