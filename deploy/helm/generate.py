"""Write the plain manifests from the Helm chart: `make manifests`.

`deploy/kustomize/` gets a file for each object, named after its kind; `grafana/` the list that
makes its dashboards ConfigMaps; `deploy/ci/cronjob.yaml` the inspection, in one file. What only
Helm needs is left out, and under kustomize configuration and dashboards are files of their own.
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
CHART = HERE / "goproxy-exporter"
KUSTOMIZE = "deploy/kustomize"
CRONJOB = "deploy/ci/cronjob.yaml"
DASHBOARDS = "grafana/kustomization.yaml"
NAME = "goproxy-exporter"
CONFIG = "config.yml"
BOARD = ".json"
OF_HELM = ("helm.sh/chart", "app.kubernetes.io/managed-by")
OF_OPERATOR = "monitoring.coreos.com/v1"
HEAD = "# Made by `make manifests` from the chart and {}; changes here are lost.\n"
MANUAL = """\
# Looks at Go module mirrors twice an hour from within a cluster: kubectl apply -n NAMESPACE -f cronjob.yaml.
# In your copy name the image that you pushed, and the mirrors. Secrets, each of which may be missing:
#
#   kubectl create secret generic goproxy-inspection --from-literal=SLACK_URL=https://…
#
# docs/inspection.md says more.
"""

Manifest = dict[str, Any]


def main(*, check: bool) -> int:
    """Write what differs, or with `check` only tell; 1 when something did and was not written."""
    wanted = {**dict(plain_manifests()), CRONJOB: inspection()}
    stale = sorted(path for path in wanted.keys() | written() if wanted.get(path) != read(path))
    for path in stale:
        sys.stderr.write(f"{path}: {'stale: make manifests' if check else 'written'}\n")
        if not check:
            (ROOT / path).unlink(missing_ok=True)
            if path in wanted:
                (ROOT / path).write_text(wanted[path], encoding="utf-8")
    return int(check and bool(stale))


def written() -> set[str]:
    """Give the files of the folders that belong to this program alone."""
    folders = [ROOT / KUSTOMIZE / name for name in ("base", "operator")]
    return {str(file.relative_to(ROOT)) for folder in folders for file in folder.glob("*")}


def read(path: str) -> str | None:
    """Give a file as it is now."""
    file = ROOT / path
    return file.read_text(encoding="utf-8") if file.exists() else None


def rendered(values: str, *only: str) -> list[Manifest]:
    """Give what helm makes of the chart with a file of values, or of some of its templates."""
    shown = [f"--show-only=templates/{name}" for name in only]
    command = [str(HELM), "template", NAME, str(CHART), "--values", str(ROOT / values), *shown]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our helm
    return [plain(one) for one in yaml.safe_load_all(done.stdout) if one]


def plain(manifest: Manifest) -> Manifest:
    """Leave out what only Helm needs, and what a plain manifest leaves to kubectl."""
    del manifest["metadata"]["namespace"]
    for place in metadata(manifest):
        place.get("annotations", {}).pop("checksum/config", None)
        place["labels"] = {
            name: value for name, value in place["labels"].items() if name not in OF_HELM
        }
    return manifest


def metadata(manifest: Manifest) -> Iterator[Manifest]:
    """Give the metadata of an object, and of what it is a template for."""
    yield manifest["metadata"]
    for template in ("template", "jobTemplate"):
        if inner := manifest.get("spec", {}).get(template):
            yield from metadata(inner)


def plain_manifests() -> Iterator[tuple[str, str]]:
    """Give each file of kustomize that is to be, by its path in this tree, with its text."""
    values = f"{KUSTOMIZE}/values.yaml"
    head = HEAD.format("values.yaml")
    base, operator, boards = [], [], []
    for manifest in rendered(values):
        name = f"{manifest['kind'].lower()}.yaml"
        if manifest["kind"] == "ConfigMap" and CONFIG in manifest["data"]:
            yield f"{KUSTOMIZE}/base/{CONFIG}", head + manifest["data"][CONFIG]
        elif manifest["kind"] == "ConfigMap":
            boards.append(generator(manifest))
        elif manifest["apiVersion"] == OF_OPERATOR:
            operator.append(name)
            yield f"{KUSTOMIZE}/operator/{name}", head + dumped(manifest)
        else:
            base.append(name)
            yield f"{KUSTOMIZE}/base/{name}", head + dumped(manifest)
    config = [{"name": NAME, "files": [CONFIG]}]
    lists = {
        f"{KUSTOMIZE}/base": kustomization(resources=sorted(base), configMapGenerator=config),
        f"{KUSTOMIZE}/operator": component(resources=sorted(operator)),
    }
    for folder, content in lists.items():
        yield f"{folder}/kustomization.yaml", head + dumped(content)
    yield DASHBOARDS, HEAD.format(values) + dumped(kustomization(configMapGenerator=boards))


def generator(board: Manifest) -> Manifest:
    """Give what makes kustomize write the same ConfigMap from the file beside it."""
    about = board["metadata"]
    # Nothing but Grafana's sidecar knows the name, so that it may stay.
    options = {"disableNameSuffixHash": True, "labels": about["labels"]}
    if "annotations" in about:
        options["annotations"] = about["annotations"]
    return {"name": about["name"], "files": sorted(board["data"]), "options": options}


def kustomization(**content: Any) -> Manifest:
    """Give the file that lists others."""
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        **content,
    }


def component(**content: Any) -> Manifest:
    """Give the list of a part that an overlay may add."""
    return {
        "apiVersion": "kustomize.config.k8s.io/v1alpha1",
        "kind": "Component",
        **content,
    }


def inspection() -> str:
    """Give the scheduled inspection with its configuration, in the order of its templates."""
    objects = rendered("deploy/ci/values.yaml", "configmap.yaml", "inspection.yaml")
    head = HEAD.format("values.yaml") + MANUAL
    return head + "".join(f"---\n{dumped(one)}" for one in objects)


class Readable(yaml.SafeDumper):
    """Writes a text of several lines as one."""

    def represent_text(self, text: str) -> yaml.ScalarNode:
        """Choose the style."""
        style = "|" if "\n" in text else None
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Readable.add_representer(str, Readable.represent_text)


def dumped(manifest: Manifest) -> str:
    """Give an object as text."""
    return yaml.dump(manifest, Dumper=Readable, sort_keys=False, width=120)


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
