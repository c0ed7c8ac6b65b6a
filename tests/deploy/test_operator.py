"""Would a cluster take what is written for the Prometheus Operator?

By the schemas of the operator's own definitions. An object is closed where the schema does not say
otherwise: that is what `kubectl apply` asks of the cluster, which else would drop what it does not
know without a word.
"""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parents[2]
FETCHED = ROOT / ".cache" / "operator"
CHART = ROOT / "deploy" / "helm" / "goproxy-exporter"
VALUES = sorted(path.stem for path in (CHART / "ci").glob("*.yaml"))
API = "monitoring.coreos.com/v1"

Manifest = dict[str, Any]
Render = Callable[..., list[Manifest]]
Judge = Callable[[Manifest], list[str]]


def closed(schema: Any) -> Any:
    """Give a schema whose objects have the keys that it names, and no other."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(each) for name, each in schema.items()}
    open_ended = schema.get("x-kubernetes-preserve-unknown-fields", False)
    if isinstance(schema.get("properties"), dict) and not open_ended:
        inner.setdefault("additionalProperties", False)
    return inner


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Say what is wrong with an object of the operator's, each with its place."""
    if not FETCHED.is_dir():
        pytest.skip("the operator's schemas are not here: make helm (needs go)")
    schemas = {}
    for file in FETCHED.glob("*.yaml"):
        spec = yaml.safe_load(file.read_text(encoding="utf-8"))["spec"]
        (version,) = (each for each in spec["versions"] if each["served"])
        schema = version["schema"]["openAPIV3Schema"]
        # The cluster itself says what names and labels may be.
        schema["properties"]["metadata"] = {
            "properties": {
                "name": {"type": "string", "minLength": 1},
                "namespace": {"type": "string"},
                "labels": {"additionalProperties": {"type": "string"}},
                "annotations": {"additionalProperties": {"type": "string"}},
            },
            "required": ["name"],
        }
        validator = jsonschema.Draft7Validator(closed(schema))
        schemas[f"{spec['group']}/{version['name']}", spec["names"]["kind"]] = validator

    def judge(manifest: Manifest) -> list[str]:
        errors = schemas[manifest["apiVersion"], manifest["kind"]].iter_errors(manifest)
        return [f"{error.json_path}: {error.message}" for error in errors]

    return judge


@pytest.mark.parametrize("values", VALUES)
def test_what_the_chart_becomes(judge: Judge, render: Render, values: str) -> None:
    """Each object, whatever is switched on."""
    for manifest in render(values):
        if manifest["apiVersion"] == API:
            assert judge(manifest) == []


def test_together_the_values_switch_on_every_kind(render: Render) -> None:
    """None is left without a look."""
    kinds = {each["kind"] for name in VALUES for each in render(name) if each["apiVersion"] == API}
    assert kinds == {"Probe", "PrometheusRule", "ServiceMonitor"}


@pytest.mark.parametrize(
    "file", ["kustomize/operator/servicemonitor.yaml", "prometheus/prometheusrule.yaml"]
)
def test_the_plain_manifests(judge: Judge, file: str) -> None:
    """As they lie here."""
    assert judge(yaml.safe_load((ROOT / "deploy" / file).read_text(encoding="utf-8"))) == []


def test_the_rules_of_the_operator_s_chart(judge: Judge) -> None:
    """kube-prometheus-stack makes an object of each entry: its groups have to fit as well."""
    values = yaml.safe_load((ROOT / "deploy/prometheus/helm-values.yaml").read_text("utf-8"))
    for name, spec in values["additionalPrometheusRulesMap"].items():
        rule = {"apiVersion": API, "kind": "PrometheusRule", "metadata": {"name": name}}
        assert judge(rule | {"spec": spec}) == []


@pytest.mark.parametrize(
    ("kind", "path", "value", "complaint"),
    [
        ("ServiceMonitor", ("spec", "endpoints", 0, "scrapeInterval"), "30s", "scrapeInterval"),
        ("ServiceMonitor", ("spec", "endpoints", 0, "interval"), "soon", "interval"),
        ("ServiceMonitor", ("spec", "endpoints", 0, "relabelings", 0, "action"), "swap", "swap"),
        ("Probe", ("spec", "prober", "port"), 10130, "port"),
        ("Probe", ("spec", "targets", "staticConfig", "static"), "goproxy.cn", "array"),
        ("PrometheusRule", ("spec", "groups", 0, "rules", 0, "keepFiringFor"), "5m", "keepFir"),
        ("PrometheusRule", ("spec", "groups", 0, "rules", 0, "expr"), ["up"], "expr"),
        ("PrometheusRule", ("spec", "groups", 0, "rules", 0, "labels"), {"a": 1}, "string"),
    ],
)
def test_what_does_not_fit_is_found(
    judge: Judge,
    render: Render,
    kind: str,
    path: tuple[str | int, ...],
    value: Any,
    complaint: str,
) -> None:
    """A key that there is not, a word that means nothing, a type that is another."""
    manifest = deepcopy(
        next(each for name in VALUES for each in render(name) if each["kind"] == kind)
    )
    place: Any = manifest
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    (said,) = judge(manifest)

    assert complaint in said
