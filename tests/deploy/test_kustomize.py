"""What are the plain manifests?"""

import importlib.util
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
Run = Callable[..., Any]

SHOWN = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("manifests", KUSTOMIZE / "generate.py")
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


def test_an_overlay_changes_configuration_image_and_namespace(kubectl: Run, tmp_path: Path) -> None:
    """The example of the documentation: another configuration gets another name, so new pods."""
    for name in ("base", "operator"):
        (tmp_path / name).symlink_to(KUSTOMIZE / name)
    (overlay,) = (
        block
        for block in re.findall(r"^```yaml\n(.+?)^```", SHOWN, re.DOTALL | re.MULTILINE)
        if "kind: Kustomization" in block
    )
    there = overlay.replace("../../deploy/kustomize/", "")
    assert there != overlay
    (tmp_path / "kustomization.yaml").write_text(there)
    (tmp_path / "config.yml").write_text("vantage: here\n")

    manifests = {one["kind"]: one for one in built(kubectl, tmp_path)}

    pod = manifests["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["image"] == "registry.example.com/goproxy-exporter:0.1.0"
    assert manifests["ConfigMap"]["data"] == {"config.yml": "vantage: here\n"}
    name = manifests["ConfigMap"]["metadata"]["name"]
    assert name.startswith("goproxy-exporter-")
    assert {"name": name} in [volume.get("configMap") for volume in pod["volumes"]]
    assert {one["metadata"]["namespace"] for one in manifests.values()} == {"monitoring"}
    assert "ServiceMonitor" in manifests
