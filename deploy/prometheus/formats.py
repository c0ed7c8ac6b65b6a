"""Which files are made of the rules?"""

from collections.abc import Mapping
from typing import Any

import yaml
from annotations import annotations
from source import Alert, Recording, Source

HEAD = "# Made by `make rules` from deploy/prometheus/source.yaml: change that.\n"


class _Dumper(yaml.SafeDumper):
    """Writes long texts as blocks, and indents lists."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 - the signature is PyYAML's
        super().increase_indent(flow, indentless=False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def written(document: Mapping[str, Any]) -> str:
    """Write a document as YAML in the order of its keys, under a line that says whence it comes."""
    text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100_000)
    return HEAD + str(text)


def groups(source: Source) -> dict[str, Any]:
    """Give the rule groups as Prometheus reads them."""
    return {
        "groups": [
            {"name": group.name, "rules": [_rule(rule, source) for rule in group.rules]}
            for group in source.groups
        ]
    }


def _rule(rule: Recording | Alert, source: Source) -> dict[str, Any]:
    if isinstance(rule, Recording):
        return {"record": rule.name, "expr": rule.expr}
    spans = {"for": rule.hold, "keep_firing_for": rule.keep}
    return {
        "alert": rule.name,
        "expr": rule.expr,
        **{key: span for key, span in spans.items() if span},
        "labels": {"severity": rule.severity, "category": rule.category},
        "annotations": annotations(rule, source.places),
    }


def plain(source: Source) -> str:
    """Write the file for `rule_files`."""
    return written(groups(source))


def prometheus_rule(source: Source) -> str:
    """Write the manifest for the Prometheus Operator."""
    return written(
        {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": {
                "name": "goproxy-exporter",
                "labels": {"app.kubernetes.io/name": "goproxy-exporter"},
            },
            "spec": groups(source),
        }
    )


def helm_values(source: Source) -> str:
    """Write values for the chart kube-prometheus-stack."""
    return written({"additionalPrometheusRulesMap": {"goproxy-exporter": groups(source)}})
