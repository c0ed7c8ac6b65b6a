"""Write the plain manifests of `base/` and `operator/` from the Helm chart: `make manifests`.

Whatever helm renders becomes a file named after its kind. What only Helm needs is left out, and
the configuration becomes a file of its own, so that kustomize starts new pods when it changes.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
HELM = ROOT / ".cache" / "helm" / "helm"
CHART = ROOT / "deploy" / "helm" / "goproxy-exporter"
NAME = "goproxy-exporter"
CONFIG = "config.yml"
OF_HELM = ("helm.sh/chart", "app.kubernetes.io/managed-by")
OF_OPERATOR = "monitoring.coreos.com/v1"
HEAD = "# Made by `make manifests` from the chart and values.yaml; changes here are lost.\n"

Manifest = dict[str, Any]


def rendered() -> list[Manifest]:
    """Give what helm makes of the chart."""
    command = [str(HELM), "template", NAME, str(CHART), "--values", str(HERE / "values.yaml")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our helm
    return [one for one in yaml.safe_load_all(done.stdout) if one]


def files(manifests: list[Manifest]) -> Iterator[tuple[str, str]]:
    """Give each file that is to be, by its path from here, with its text."""
    base, operator = [], []
    for manifest in manifests:
        name = f"{manifest['kind'].lower()}.yaml"
        if manifest["kind"] == "ConfigMap":
            yield f"base/{CONFIG}", HEAD + manifest["data"][CONFIG]
        elif manifest["apiVersion"] == OF_OPERATOR:
            operator.append(name)
            yield f"operator/{name}", written(plain(manifest))
        else:
            base.append(name)
            yield f"base/{name}", written(plain(manifest))
    yield "base/kustomization.yaml", written(kustomization("v1beta1", "Kustomization", base))
    yield "operator/kustomization.yaml", written(kustomization("v1alpha1", "Component", operator))


def plain(manifest: Manifest) -> Manifest:
    """Leave out what only Helm needs, and what kustomize does in its own way."""
    del manifest["metadata"]["namespace"]
    places = [manifest["metadata"]]
    if manifest["kind"] == "Deployment":
        places.append(manifest["spec"]["template"]["metadata"])
        del manifest["spec"]["template"]["metadata"]["annotations"]["checksum/config"]
    for place in places:
        place["labels"] = {
            name: value for name, value in place["labels"].items() if name not in OF_HELM
        }
    return manifest


def kustomization(version: str, kind: str, resources: list[str]) -> Manifest:
    """Give the file that lists the others. The base also has the configuration."""
    listed = {
        "apiVersion": f"kustomize.config.k8s.io/{version}",
        "kind": kind,
        "resources": sorted(resources),
    }
    generator = [{"name": NAME, "files": [CONFIG]}]
    return listed | ({"configMapGenerator": generator} if kind == "Kustomization" else {})


def written(manifest: Manifest) -> str:
    """Give a manifest as text."""
    return HEAD + yaml.safe_dump(manifest, sort_keys=False)


def main(*, check: bool) -> int:
    """Write what differs, or with `check` only tell; 1 when something did and was not written."""
    wanted = dict(files(rendered()))
    there = {
        str(path.relative_to(HERE)): path.read_text(encoding="utf-8")
        for folder in ("base", "operator")
        for path in sorted((HERE / folder).glob("*"))
    }
    stale = sorted(
        path for path in wanted.keys() | there.keys() if wanted.get(path) != there.get(path)
    )
    for path in stale:
        sys.stderr.write(f"{HERE.name}/{path}: {'stale: make manifests' if check else 'written'}\n")
        if not check:
            (HERE / path).unlink(missing_ok=True)
            if path in wanted:
                (HERE / path).write_text(wanted[path], encoding="utf-8")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
