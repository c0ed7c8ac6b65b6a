import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from goproxy_exporter.config import defaults, json_schema
from goproxy_exporter.config.schema import Document, Fragment
from goproxy_exporter.config.schema_mirror import MirrorSection
from goproxy_exporter.model.mirror import Canary

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "config").rglob("*.yml"))


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json_schema.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_file_is_what_the_code_says() -> None:
    """Otherwise: python -m goproxy_exporter.config.json_schema."""
    assert (ROOT / json_schema.FILE).read_text(encoding="utf-8") == json_schema.text()


def test_the_module_writes_the_file(tmp_path: Path) -> None:
    """As the docs say it does."""
    target = tmp_path / "s.json"
    command = [sys.executable, "-m", "goproxy_exporter.config.json_schema", str(target)]
    subprocess.run(command, check=True, timeout=50, cwd=ROOT)
    assert json.loads(target.read_text(encoding="utf-8")) == json_schema.json_schema()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_example_is_valid(validator: jsonschema.Draft202012Validator, path: Path) -> None:
    """What an editor checks against the schema, and the schema's place is right."""
    text = path.read_text(encoding="utf-8")
    validator.validate(yaml.safe_load(text))
    first = text.splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (path.parent / first.partition("=")[2]).resolve() == ROOT / json_schema.FILE


@pytest.mark.parametrize(
    "data",
    [
        {"miror": []},
        {"mirrors": []},
        {"mirrors": [{"name": "a"}]},
        {"mirrors": [{"name": "a", "url": None}]},
        {"mirrors": [{"name": "a", "url": "https://a.example", "auth": {}}]},
        {"mirrors": [{"name": "a", "url": "https://a.example", "accept": ["sumdb.fork"]}]},
        {"mirrors": [{"name": "a", "url": "https://a.example", "checks": {"zips": {}}}]},
        {"mirrors": [{"name": "a", "url": "https://a.example", "ip_family": 5}]},
        {"defaults": {"interval": "1 m"}},
        {"defaults": {"interval": 60}},
        {"defaults": {"concurrency": 0}},
        {"thresholds": {"throughput": "100KB"}},
        {"canaries": {"large": "on"}},
        {"canaries": {"fresh": "all"}},
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(
    validator: jsonschema.Draft202012Validator, data: dict[str, Any]
) -> None:
    """An editor finds the common mistakes before the program does."""
    assert not validator.is_valid(data)


def test_every_key_is_described() -> None:
    """The reference in the docs is made from these descriptions."""
    undescribed = [
        f"{name}.{key}"
        for name, section in _sections(json_schema.json_schema())
        for key, field in section.get("properties", {}).items()
        if not field.get("description")
    ]
    assert undescribed == []


def _sections(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [("", schema), *schema["$defs"].items()]


def test_the_contract_has_these_keys() -> None:
    """Keys of the configuration are an API: adding one is a decision, losing one a break."""
    assert set(Document.model_fields) == {
        "vantage", "config_dir", "state_dir", "defaults", "thresholds", "tls", "forward_proxy",
        "nameservers", "control_targets", "canaries", "checksum_database", "module_index",
        "reference", "mirrors", "chains", "vulnerability_databases",
    }  # fmt: skip
    assert set(MirrorSection.model_fields) == {
        "name", "url", "auth", "client_cert", "ca_file", "headers", "forward_proxy", "ip_family",
        "edges", "accept", "canaries", "thresholds", "private_patterns", "labels",
        "require_http2", "budget", "checks",
    }  # fmt: skip
    assert set(json_schema.fragment_keys()) == set(Fragment.model_fields)


def test_the_defaults_it_tells_are_the_defaults() -> None:
    """Of the canaries and of what is not a number in the model."""
    schema = json_schema.json_schema()
    told = schema["$defs"]["CanariesSection"]["properties"]
    canaries = defaults.CANARIES
    assert told["stable"]["default"] == [_told(each) for each in canaries.stable]
    for key in ("uppercase", "incompatible", "untagged", "large"):
        assert told[key]["default"] == _told(getattr(canaries, key)), key
    assert told["fresh"]["default"] == "index"
    document = schema["properties"]
    assert document["reference"]["default"] == defaults.REFERENCE
    assert document["module_index"]["default"] == defaults.MODULE_INDEX
    assert document["checksum_database"]["default"] == defaults.CHECKSUM_DATABASE
    beats = schema["$defs"]["DefaultsSection"]["properties"]
    assert beats["concurrency"]["default"] == defaults.CONCURRENCY
    assert beats["timeout"]["default"] == f"{defaults.TIMEOUT:.0f}s"


def _told(canary: Canary) -> dict[str, str]:
    version = {"version": canary.version} if canary.version else {}
    return {"module": canary.module, **version}
