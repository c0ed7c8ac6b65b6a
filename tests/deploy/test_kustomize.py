"""What are the plain manifests?"""

import importlib.util
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import kubernetes_validate
import pytest
import yaml

ROOT = Path(__file__).parents[2]
KUSTOMIZE = ROOT / "deploy" / "kustomize"
BOARD = "grafana_dashboard"
APPLIED = 262144
"""Octets of annotations that an object may have: `kubectl apply` writes the object into one."""

Run = Callable[..., Any]
Render = Callable[..., list[dict[str, Any]]]

SHOWN = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "manifests", ROOT / "deploy" / "helm" / "generate.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def built(kubectl: Run, folder: Path) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(kubectl("kustomize", folder).stdout) if one]


def test_they_are_what_the_chart_becomes(generator: ModuleType, helm: Run) -> None:
    """`make manifests` changes nothing."""
    assert generator.main(check=True) == 0


def test_kubernetes_takes_them(kubectl: Run) -> None:
    """Without a key too many."""
    manifests = built(kubectl, KUSTOMIZE / "base")

    assert {"Deployment", "Service", "ConfigMap"} <= {one["kind"] for one in manifests}
    for manifest in manifests:
        kubernetes_validate.validate(manifest, "1.37", strict=True)


def test_each_dashboard_is_a_config_map_that_grafana_s_sidecar_finds(
    kubectl: Run, render: Render
) -> None:
    """The same that the chart makes, from the same files: name, labels, content."""
    boards = built(kubectl, ROOT / "grafana")
    chart = {
        each["metadata"]["name"].removeprefix("mirrors-"): each
        for each in render("everything")
        if each["kind"] == "ConfigMap" and BOARD in each["metadata"].get("labels", {})
    }

    assert {board["metadata"]["name"] for board in boards} == chart.keys()
    for board in boards:
        kubernetes_validate.validate(board, "1.37", strict=True)
        same = chart[board["metadata"]["name"]]
        ((file, content),) = board["data"].items()
        assert content == (ROOT / "grafana" / file).read_text(encoding="utf-8")
        assert same["data"].keys() == board["data"].keys()
        assert board["metadata"]["labels"]["grafana_dashboard"] == "1"
        assert board["metadata"]["annotations"] == same["metadata"]["annotations"]
        assert len(json.dumps(board)) < APPLIED
    assert {name for board in boards for name in board["data"]} == {
        file.name for file in (ROOT / "grafana").glob("*.json")
    }


def test_an_overlay_changes_configuration_image_and_namespace(kubectl: Run, tmp_path: Path) -> None:
    """The example of the documentation: another configuration gets another name, so new pods."""
    for name in ("base", "operator"):
        (tmp_path / name).symlink_to(KUSTOMIZE / name)
    (tmp_path / "grafana").symlink_to(ROOT / "grafana")
    (overlay,) = (
        block
        for block in re.findall(r"^```yaml\n(.+?)^```", SHOWN, re.DOTALL | re.MULTILINE)
        if "kind: Kustomization" in block
    )
    there = overlay.replace("../../deploy/kustomize/", "").replace("../../grafana", "grafana")
    assert there != overlay
    (tmp_path / "kustomization.yaml").write_text(there)
    (tmp_path / "config.yml").write_text("vantage: here\n")

    built_there = built(kubectl, tmp_path)
    boards = [one for one in built_there if BOARD in one["metadata"].get("labels", {})]
    manifests = {one["kind"]: one for one in built_there if one not in boards}

    pod = manifests["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["image"] == "registry.example.com/goproxy-exporter:0.1.0"
    assert manifests["ConfigMap"]["data"] == {"config.yml": "vantage: here\n"}
    name = manifests["ConfigMap"]["metadata"]["name"]
    assert name.startswith("goproxy-exporter-")
    assert {"name": name} in [volume.get("configMap") for volume in pod["volumes"]]
    assert {one["metadata"]["namespace"] for one in manifests.values()} == {"monitoring"}
    assert "ServiceMonitor" in manifests
    assert len(boards) == len(list((ROOT / "grafana").glob("*.json")))
