"""Do the rules do what they say, in every form they come in?"""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import _gojsonnet
import generate
import pytest
import yaml
from annotations import annotations
from cases import Case, cases, promtool
from source import Source, read

from goproxy_exporter.model.cause import Code
from goproxy_exporter.report.runbook import runbook_url

PROMETHEUS = Path(__file__).parents[2] / "deploy" / "prometheus"
CHART = PROMETHEUS.parent / "helm" / "goproxy-exporter"
Program = Callable[[str], str]


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=400)


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_what_is_generated_is_up_to_date() -> None:
    """`make rules` would change nothing."""
    assert generate.main(["--check"]) == 0


@pytest.fixture(scope="module")
def mixin() -> dict[str, Any]:
    """What Jsonnet makes of the mixin, with one place replaced."""
    whole: dict[str, Any] = json.loads(
        _gojsonnet.evaluate_snippet(
            "mixin.jsonnet",
            f"(import '{PROMETHEUS / 'mixin.libsonnet'}')"
            " + { _config+:: { dashboards: 'https://boards.test' },"
            " rules: $.prometheusRules, alerts: $.prometheusAlerts }",
        )
    )
    return whole


def test_every_form_has_the_same_rules(mixin: dict[str, Any], source: Source) -> None:
    """Plain file, chart, PrometheusRule, Helm values and mixin do not differ by a rule."""
    plain = load(PROMETHEUS / "goproxy.rules.yaml")
    values = load(PROMETHEUS / "helm-values.yaml")
    assert load(CHART / "rules" / "goproxy.rules.yaml") == plain
    assert load(PROMETHEUS / "prometheusrule.yaml")["spec"] == plain
    assert values["additionalPrometheusRulesMap"] == {"goproxy-exporter": plain}

    moved = json.loads(json.dumps(plain).replace(source.places.dashboards, "https://boards.test"))
    rules = [rule for group in moved["groups"] for rule in group["rules"]]
    for kind in ("record", "alert"):
        groups = mixin[f"{kind}s" if kind == "alert" else "rules"]["groups"]
        assert [rule for group in groups for rule in group["rules"]] == [
            rule for rule in rules if kind in rule
        ]


def test_promtool_finds_nothing_to_say(program: Program) -> None:
    """Names, expressions and templates parse, and no rule is there twice."""
    promtool = program("promtool")
    plain = str(PROMETHEUS / "goproxy.rules.yaml")
    done = run(promtool, "check", "rules", "--lint=all", "--lint-fatal", plain)
    assert (done.returncode, done.stderr) == (0, "")
    done = run(promtool, "check", "config", "--lint=all", str(PROMETHEUS / "prometheus.yaml"))
    assert done.returncode == 0, done.stderr


def suites(room: Path, tests: list[dict[str, Any]]) -> list[str]:
    """Write the tests of each group beside the rules that it needs; gives the files.

    promtool evaluates every rule it is given in every minute of every test: with all of them it
    takes five times as long.
    """
    groups = load(PROMETHEUS / "goproxy.rules.yaml")["groups"]
    records = [group for group in groups if group["name"].endswith(".records")]
    files = []
    for group in groups:
        names = {rule.get("alert") for rule in group["rules"]}
        own = [test for test in tests if test["name"].split()[0] in names]
        if own:
            needed = [one for one in records if group["name"] in one["name"] or one is records[0]]
            rules, suite = room / f"{group['name']}.yaml", room / f"{group['name']}.test.yaml"
            rules.write_text(yaml.safe_dump({"groups": [*needed, group]}))
            content = {"rule_files": [str(rules)], "evaluation_interval": "1m", "tests": own}
            suite.write_text(yaml.safe_dump(content))
            files.append(str(suite))
    return files


@pytest.mark.timeout(400)
def test_the_unit_tests_pass(program: Program, tmp_path: Path) -> None:
    """Every alert fires where its tests say so, and is silent where they say so."""
    tests = load(PROMETHEUS / "goproxy.rules.test.yaml")["tests"]
    files = suites(tmp_path, tests)
    assert sum(len(load(Path(file))["tests"]) for file in files) == len(tests)
    done = run(program("promtool"), "test", "rules", *files)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_unit_tests_can_fail(program: Program, source: Source, tmp_path: Path) -> None:
    """A label that is another, or samples that are, make promtool complain."""
    text = promtool(source).replace("goproxy.rules.yaml", str(PROMETHEUS / "goproxy.rules.yaml"))
    document = yaml.safe_load(text)
    named = [one for one in document["tests"] if "GoProxyMirrorServerErrors " in one["name"]]
    right = yaml.safe_dump(document | {"tests": named})
    label = right.replace('severity="critical"', 'severity="warning"')
    sample = right.replace("values: 1x", "values: 0+0x")
    assert len({right, label, sample}) == 3
    file = tmp_path / "test.yaml"
    for content, code in ((right, 0), (label, 1), (sample, 1)):
        file.write_text(content)
        done = run(program("promtool"), "test", "rules", str(file))
        assert done.returncode == code, done.stdout + done.stderr


def test_links_go_where_they_are_sent(source: Source) -> None:
    """With places of one's own no link leads to an example any more."""
    places = {"documentation": "https://a.test", "dashboards": "https://b.test"}
    moved = read(places=places | {"exporter": "https://c.test"})
    for alert in moved.alerts:
        said = annotations(alert, moved.places)
        assert said["runbook_url"].startswith("https://a.test/"), alert.name
        assert said["dashboard_url"].startswith("https://b.test/d/goproxy-"), alert.name
        assert said.get("evidence_url", "https://c.test/").startswith("https://c.test/")
        assert "example" not in " ".join(said.values())


GOT = re.compile(r"Labels:{(?P<labels>.*)}\s+Annotations:{(?P<annotations>.*)}")
PAIR = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@pytest.fixture(scope="module")
def rendered(
    program: Program, source: Source, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Labels and annotations of what fires, as promtool shows them when nothing was expected."""
    document = yaml.safe_load(promtool(source))
    tests = [
        test | {"promql_expr_test": [], "alert_rule_test": list(_looks(case))}
        for case, test in zip(_first(source), _matching(document, source), strict=True)
    ]
    files = suites(tmp_path_factory.mktemp("rendered"), tests)
    done = run(program("promtool"), "test", "rules", *files)
    assert done.returncode == 1, "nothing was expected, and nothing fired"
    told = done.stdout + done.stderr
    return [
        (dict(PAIR.findall(found["labels"])), dict(PAIR.findall(found["annotations"])))
        for found in GOT.finditer(told)
    ]


def _firing(source: Source) -> Iterator[tuple[int, Case]]:
    """The first test of every alert in which it fires, with its number."""
    seen = set()
    for number, case in enumerate(cases(source)):
        if case.alert.name not in seen and any(look.firing for look in case.looks):
            seen.add(case.alert.name)
            yield number, case


def _first(source: Source) -> list[Case]:
    return [case for _, case in _firing(source)]


def _matching(document: dict[str, Any], source: Source) -> list[dict[str, Any]]:
    return [document["tests"][number] for number, _ in _firing(source)]


def _looks(case: Case) -> Iterator[dict[str, Any]]:
    look = next(look for look in case.looks if look.firing)
    yield {"eval_time": f"{look.at}m", "alertname": case.alert.name, "exp_alerts": []}


@pytest.mark.timeout(400)
def test_what_is_written_reads_well(
    rendered: list[tuple[dict[str, str], dict[str, str]]], source: Source
) -> None:
    """No template fails; every alert names whom it is about, and a cause's leads to its section."""
    documentation = f"{source.places.documentation}/causes.md"
    assert {labels["alertname"] for labels, _ in rendered} == {one.name for one in source.alerts}
    assert {labels["cause"] for labels, _ in rendered if "cause" in labels} >= {
        code for alert in source.alerts for code in alert.causes
    }
    for labels, said in rendered:
        for text in said.values():
            assert text
            assert "<error" not in text
            assert "{{" not in text
            assert "no value" not in text
        for name in ("mirror", "chain", "database"):
            assert labels.get(name, "") in said["description"]
        cause = labels.get("cause", said.get("cause"))
        if cause:
            assert said["runbook_url"] == runbook_url(Code(cause), documentation)
        else:
            own = f"{source.places.documentation}/alerts.md#{labels['alertname'].lower()}"
            assert said["runbook_url"] == own
