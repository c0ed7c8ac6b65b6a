"""Is what is shipped what the code makes, and what Grafana knows?"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from goproxy_exporter.model.cause import Code
from goproxy_exporter.report.runbook import DOCUMENT, runbook_url

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "grafana" / "generate.py"


def test_shipped_dashboards_are_up_to_date(generate: ModuleType) -> None:
    """`make dashboards` changes nothing."""
    assert generate.main(check=True) == 0


def test_every_process_makes_the_same(dashboards: list[Any]) -> None:
    """Nothing hangs on the order of sets or on what ran before."""
    for seed in ("1", "2"):
        code = f"import sys; sys.path.insert(0, {str(PROGRAM.parent)!r})\n"
        code += "import generate, json; print(json.dumps(generate.texts()))"
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        made = json.loads(done.stdout)
        assert {one.path.name: one.path.read_text("utf-8") for one in dashboards} == made


def test_a_difference_is_found(
    generate: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A changed file, a missing one and one of no board: each is named, and the first two made."""
    monkeypatch.setattr(generate, "HERE", tmp_path)

    assert generate.main(check=True) == 1
    assert generate.main(check=False) == 0
    assert generate.main(check=True) == 0
    (tmp_path / "goproxy-tls.json").write_text("{}")
    (tmp_path / "other.json").write_text("{}")
    capsys.readouterr()
    assert generate.main(check=True) == 1
    said = capsys.readouterr().out
    assert said == (
        "grafana/goproxy-tls.json is out of date: make dashboards\n"
        "grafana/other.json is made by no board\n"
    )


def test_grafana_knows_every_key(dashboard: Any) -> None:
    """Read into Grafana's schema and written again, nothing is lost."""
    register_default_plugins()

    again = json.loads(json.dumps(Dashboard.from_json(dashboard.json), cls=JSONEncoder))

    assert sorted(_paths(dashboard.json) - _paths(again)) == []


def test_the_schema_tells_a_misspelt_key(dashboards: list[Any]) -> None:
    """The test above can fail."""
    register_default_plugins()
    wrong = json.loads(dashboards[0].path.read_text("utf-8"))
    wrong["refesh"] = "1m"
    wrong["panels"][0]["fieldConfig"]["defaults"]["unitt"] = "s"

    again = json.loads(json.dumps(Dashboard.from_json(wrong), cls=JSONEncoder))

    lost = _paths(wrong) - _paths(again)
    assert {"refesh", "panels.0.fieldConfig.defaults.unitt"} == lost


@pytest.mark.parametrize("code", Code)
def test_a_cause_leads_to_its_section(code: Code, dashboards: list[Any]) -> None:
    """The anchor that the table's query makes is the one that reports name."""
    tables = [
        panel
        for board in dashboards
        for panel in board.panels
        if panel["title"] == "Current causes"
    ]
    assert len(tables) >= 5
    for table in tables:
        replacing = r'label_replace\(.+, "anchor", "\$1\$2", "cause", "([^"]+)"\)'
        pattern = re.fullmatch(replacing, table["targets"][0]["expr"])
        assert pattern is not None
        parts = re.fullmatch(pattern[1], code)
        assert parts is not None
        assert runbook_url(code) == f"{DOCUMENT}#{parts[1]}{parts[2]}"


def test_the_runbook_can_be_elsewhere(generate: ModuleType) -> None:
    """`--documentation` changes where links lead, and nothing else; alerts lead there, too."""
    source = yaml.safe_load((ROOT / "deploy" / "prometheus" / "source.yaml").read_text("utf-8"))
    place = source["places"]["documentation"]

    usual, own = generate.texts(), generate.texts("https://git.example.com/docs/")

    for name, text in usual.items():
        assert own[name] == text.replace(place, "https://git.example.com/docs")
        for made, leads in ((text, place), (own[name], "https://git.example.com/docs")):
            variables = {one["name"]: one for one in json.loads(made)["templating"]["list"]}
            assert variables["runbook"]["query"] == f"{leads}/causes.md"
            assert variables["runbook"]["hide"] == 2


def _paths(node: Any, path: str = "") -> set[str]:
    if isinstance(node, dict):
        inner = node.items()
    elif isinstance(node, list):
        inner = {str(place): one for place, one in enumerate(node)}.items()
    else:
        return {path}
    return {path} - {""} | {
        deep for key, one in inner for deep in _paths(one, f"{path}.{key}" if path else str(key))
    }


def test_every_board_is_documented(dashboards: list[Any]) -> None:
    """docs/dashboards.md has each board's address, question and picture."""
    text = (ROOT / "docs" / "dashboards.md").read_text(encoding="utf-8")

    for board in dashboards:
        uid, title = board.json["uid"], board.json["title"].removeprefix("Go mirrors / ")
        assert f"`/d/{uid}` | {board.json['description'].partition('? ')[0]}" in text
        assert f"### {title}\n" in text
        picture = ROOT / "docs" / "pictures" / f"{uid}.png"
        assert f"](pictures/{picture.name})" in text
        assert picture.read_bytes().startswith(b"\x89PNG")
        assert picture.stat().st_size < 300_000
