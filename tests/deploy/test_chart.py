"""What does the Helm chart become?"""

import json
import os
import re
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import kubernetes_validate
import pytest
import yaml

from goproxy_exporter import __version__
from goproxy_exporter.cli.main import commands
from goproxy_exporter.config.load import load
from goproxy_exporter.probes import PROBES
from goproxy_exporter.probes.locker import LARGEST, MOST

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy" / "helm" / "goproxy-exporter"
VALUES = [None, *sorted(path.stem for path in (CHART / "ci").glob("*.yaml"))]
KUBERNETES = ["1.25", "1.37"]
"""The oldest that the chart allows, and the newest that is known."""
OPERATOR = "monitoring.coreos.com/v1"
PLACE = "/etc/goproxy_exporter"

Manifest = dict[str, Any]
Render = Callable[..., list[Manifest]]
Helm = Callable[..., subprocess.CompletedProcess[str]]


def one(manifests: list[Manifest], kind: str) -> Manifest:
    """Give the only manifest of a kind, but for the relay's, which test_chart_relay.py looks at."""
    (found,) = (each for each in manifests if each["kind"] == kind and not is_relay(each))
    return found


def is_relay(manifest: Manifest) -> bool:
    labels: dict[str, str] = manifest["metadata"].get("labels", {})
    return labels.get("app.kubernetes.io/component") == "relay"


def pod_of(manifests: list[Manifest]) -> Manifest:
    pod: Manifest = one(manifests, "Deployment")["spec"]["template"]
    return pod


def exporter_of(manifests: list[Manifest]) -> Manifest:
    (container,) = pod_of(manifests)["spec"]["containers"]
    assert isinstance(container, dict)
    return container


def inspection_of(manifests: list[Manifest]) -> Manifest:
    pod: Manifest = one(manifests, "CronJob")["spec"]["jobTemplate"]["spec"]["template"]
    return pod


def inspector_of(manifests: list[Manifest]) -> Manifest:
    (container,) = inspection_of(manifests)["spec"]["containers"]
    assert isinstance(container, dict)
    return container


def pods_of(manifests: list[Manifest]) -> list[Manifest]:
    """Give every pod that is made here: the daemon's, and those of what else is switched on."""
    relays = [
        each["spec"]["template"]
        for each in manifests
        if each["kind"] == "Deployment" and is_relay(each)
    ]
    return [*watchers_of(manifests), *relays]


def watchers_of(manifests: list[Manifest]) -> list[Manifest]:
    """Give every pod that looks at mirrors: the daemon's, and where there is one the inspection's."""
    inspected = [inspection_of(manifests)] if "CronJob" in kinds_of(manifests) else []
    return [pod_of(manifests), *inspected]


def kinds_of(manifests: list[Manifest]) -> list[str]:
    return [each["kind"] for each in manifests]


@pytest.mark.parametrize("values", VALUES)
def test_kubernetes_takes_what_it_becomes(render: Render, values: str | None) -> None:
    """Every object has the shape of its kind, with no key too many, in old and new clusters."""
    for manifest in render(values):
        if manifest["apiVersion"] != OPERATOR:
            for version in KUBERNETES:
                kubernetes_validate.validate(manifest, version, strict=True)


@pytest.mark.parametrize("values", VALUES)
def test_helm_finds_nothing_to_complain_about(helm: Helm, values: str | None) -> None:
    """Strictly."""
    flags = ["--values", str(CHART / "ci" / f"{values}.yaml")] if values else []
    helm("lint", "--strict", CHART, *flags)


@pytest.mark.parametrize("values", VALUES)
def test_a_pod_has_no_rights(render: Render, values: str | None) -> None:
    """What the restricted pod security standard asks for, and a root that cannot be written."""
    for pod in pods_of(render(values)):
        (container,) = pod["spec"]["containers"]
        assert pod["spec"]["securityContext"]["runAsNonRoot"] is True
        assert pod["spec"]["securityContext"]["runAsUser"] == 65532
        assert pod["spec"]["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


@pytest.mark.parametrize("values", VALUES)
def test_archives_find_room(render: Render, values: str | None) -> None:
    """The root cannot be written, and large bodies go to temporary files; wrong ones are kept."""
    for pod in watchers_of(render(values)):
        (container,) = pod["spec"]["containers"]
        mounts = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
        volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
        for path in ("/tmp", "/var/lib/goproxy_exporter"):
            volume = volumes[mounts[path]["name"]]
            assert not mounts[path].get("readOnly")
            assert "persistentVolumeClaim" in volume or volume["emptyDir"] == {"sizeLimit": "1Gi"}
    assert MOST * LARGEST < 1 << 30


@pytest.mark.parametrize("values", VALUES)
def test_the_program_takes_its_arguments(render: Render, values: str | None) -> None:
    """They are flags of `run`, and every file among them lies in a volume."""
    manifests = render(values)
    container = exporter_of(manifests)
    name, *flags = container["args"]
    mounts = [mount["mountPath"] for mount in container["volumeMounts"]]

    command = commands.get_command(click.Context(commands), name)
    assert command is not None
    given = command.make_context(name, list(flags)).params

    assert str(given["config_file"]) == f"{PLACE}/config.yml"
    for file in filter(None, (given["config_file"], given["web_config_file"])):
        assert str(file.parent) in mounts
    volumes = {volume["name"] for volume in pod_of(manifests)["spec"]["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes


@pytest.mark.parametrize("values", [None, "everything", "shared"])
def test_the_program_takes_its_configuration(
    render: Render, values: str | None, tmp_path: Path
) -> None:
    """What lies in the ConfigMap is good, once the Secret that it speaks of is there."""
    config = next(
        each["data"]["config.yml"]
        for each in render(values)
        if each["kind"] == "ConfigMap" and "config.yml" in each["data"]
    )
    (tmp_path / "ATHENS_PASSWORD").write_text("a password")
    file = tmp_path / "config.yml"
    file.write_text(config.replace("/run/secrets/goproxy_exporter", str(tmp_path)))

    settings = load(
        file, env={**os.environ, "ATHENS_USER": "monitor"}, implemented=frozenset(PROBES)
    )

    assert settings.mirrors


@pytest.mark.parametrize("values", VALUES)
def test_whoever_selects_pods_finds_these(render: Render, values: str | None) -> None:
    """Service, disruption budget and network policy, and the Service by its monitor."""
    manifests = render(values)
    service = one(manifests, "Service")
    selectors = [service["spec"]["selector"]]
    selectors += [
        each["spec"].get("selector", each["spec"].get("podSelector"))["matchLabels"]
        for each in manifests
        if each["kind"] in ("Deployment", "PodDisruptionBudget", "NetworkPolicy")
        and each["metadata"]["name"] == service["metadata"]["name"]
    ]

    for selector in selectors:
        assert selector
        found = [
            selector.items() <= pod["metadata"]["labels"].items() for pod in pods_of(manifests)
        ]
        assert found == [True, *(False for _ in found[1:])], "no scrape goes to any other pod"
    for monitor in (each for each in manifests if each["kind"] == "ServiceMonitor"):
        selector = monitor["spec"]["selector"]["matchLabels"]
        selected = [
            each["metadata"]["name"]
            for each in manifests
            if each["kind"] == "Service" and selector.items() <= each["metadata"]["labels"].items()
        ]
        assert selected == [service["metadata"]["name"]]
        ports = {port["name"] for port in service["spec"]["ports"]}
        assert {endpoint["port"] for endpoint in monitor["spec"]["endpoints"]} <= ports


def test_a_changed_configuration_starts_new_pods(render: Render) -> None:
    """And nothing else does."""

    def checksum(*settings: str) -> str:
        annotations = pod_of(render(None, *settings))["metadata"]["annotations"]
        return str(annotations["checksum/config"])

    other = checksum('config={"vantage":"here"}')

    assert checksum() == checksum("replicas=0") != other


def test_secrets_stay_where_they_are(render: Render) -> None:
    """They are variables and files of the pod; no object that is made here holds any."""
    manifests = render("everything")
    container = exporter_of(manifests)

    assert container["envFrom"] == [{"secretRef": {"name": "athens"}}]
    volumes = pod_of(manifests)["spec"]["volumes"]
    assert {volume["secret"]["secretName"] for volume in volumes if "secret" in volume} == {
        "athens",
        "exporter-web",
    }
    assert not [each for each in manifests if each["kind"] == "Secret"]


def test_a_configuration_of_somebody_else_is_followed_while_the_pod_runs(render: Render) -> None:
    """There is no ConfigMap of ours then, and no checksum that could know of a change."""
    manifests = render("foreign")

    assert not [each for each in manifests if each["kind"] == "ConfigMap"]
    assert "checksum/config" not in pod_of(manifests)["metadata"]["annotations"]
    assert "--config.enable-auto-reload" in exporter_of(manifests)["args"]
    (config,) = (
        volume for volume in pod_of(manifests)["spec"]["volumes"] if volume["name"] == "config"
    )
    assert config["secret"] == {"secretName": "exporter-config"}


def test_the_kubelet_asks_what_it_can(render: Render) -> None:
    """Health and readiness over HTTP; where a password is needed, whether anybody listens."""
    plain, closed = exporter_of(render()), exporter_of(render("everything"))

    assert plain["livenessProbe"]["httpGet"] == {"path": "/-/healthy", "port": "http"}
    assert plain["readinessProbe"]["httpGet"] == {"path": "/-/ready", "port": "http"}
    for probe in ("livenessProbe", "readinessProbe"):
        assert closed[probe]["tcpSocket"] == {"port": "http"}


INSPECTED = 'inspection={"enabled":true}'


def test_nothing_is_inspected_unless_it_is_asked_for(render: Render) -> None:
    """One pod asks mirrors enough."""
    assert "CronJob" not in kinds_of(render())


@pytest.mark.parametrize("settings", [(None, INSPECTED), ("everything",)])
def test_the_inspection_is_one_that_the_program_takes(
    render: Render, monkeypatch: pytest.MonkeyPatch, settings: tuple[str | None, ...]
) -> None:
    """With the configuration of the daemon, and every variable of a message at least empty."""
    values, *more = settings
    manifests = render(values, *more)
    container = inspector_of(manifests)
    (nobody,) = (each["data"] for each in manifests if each["metadata"]["name"].endswith("-nobody"))
    for variable, value in nobody.items():
        monkeypatch.setenv(variable, value)
    name, *flags = container["args"]
    command = commands.get_command(click.Context(commands), name)
    assert command is not None

    given = command.make_context(name, list(flags)).params

    report = "/var/lib/goproxy_exporter/report.json"
    job = one(manifests, "CronJob")["spec"]["jobTemplate"]["spec"]
    assert str(given["config_file"]) == f"{PLACE}/config.yml"
    assert given["deadline"] < job["activeDeadlineSeconds"]
    assert str(given["previous"]) == report
    assert [each.path for each in given["outputs"] if each.format == "json"] == [report]
    used = set(re.findall(r"\$\{(\w+)\}", " ".join(flags)))
    assert used == set(nobody)
    assert [each for each in volumes_of(manifests) if each["name"] == "config"] == [
        each for each in inspection_of(manifests)["spec"]["volumes"] if each["name"] == "config"
    ]


def volumes_of(manifests: list[Manifest]) -> list[Manifest]:
    volumes: list[Manifest] = pod_of(manifests)["spec"]["volumes"]
    return volumes


def test_what_everybody_may_be_told_is_switched_off_one_by_one(render: Render) -> None:
    """Empty values first, the secret after them; one that is named must be there."""
    usual = inspector_of(render(None, INSPECTED))["envFrom"]
    named = inspector_of(render("everything"))["envFrom"]
    name = "mirrors-goproxy-exporter-inspection"

    assert usual == [
        {"configMapRef": {"name": f"{name}-nobody"}},
        {"secretRef": {"name": name, "optional": True}},
    ]
    assert named[1:] == [{"secretRef": {"name": "athens"}}, {"secretRef": {"name": "robots"}}]


def test_the_last_report_outlives_its_pod(render: Render) -> None:
    """On a volume of its own, or one of yours, or not at all."""

    def state(*more: str) -> Manifest:
        manifests = render(None, *(more or (INSPECTED,)))
        (volume,) = (
            each for each in inspection_of(manifests)["spec"]["volumes"] if each["name"] == "state"
        )
        claims = kinds_of(manifests).count("PersistentVolumeClaim")
        return {"volume": volume, "claims": claims}

    own = state()
    foreign = state('inspection={"enabled":true,"persistence":{"existingClaim":"mine"}}')
    none = state('inspection={"enabled":true,"persistence":{"enabled":false}}')

    claim = own["volume"]["persistentVolumeClaim"]["claimName"]
    assert (claim, own["claims"]) == ("mirrors-goproxy-exporter-inspection", 1)
    assert foreign["volume"]["persistentVolumeClaim"] == {"claimName": "mine"}
    assert "emptyDir" in none["volume"]
    assert foreign["claims"] == none["claims"] == 0


def test_an_inspection_speaks_to_mirrors_and_nobody_to_it(render: Render) -> None:
    """Its network policy lets out what that of the daemon lets out, and nothing in."""
    manifests = render("everything")
    daemon, inspection = (
        each["spec"] for each in manifests if each["kind"] == "NetworkPolicy" and not is_relay(each)
    )
    labels = inspection_of(manifests)["metadata"]["labels"].items()

    assert inspection["podSelector"]["matchLabels"].items() <= labels
    assert inspection["egress"] == daemon["egress"]
    assert inspection["ingress"] == []
    assert set(inspection["policyTypes"]) == {"Ingress", "Egress"}


def test_the_job_is_the_one_that_everything_else_expects(render: Render) -> None:
    """Whatever the Service is called: the same in each way to scrape, and in the rules."""
    monitor = one(render("everything"), "ServiceMonitor")
    probe = one(render("shared"), "Probe")
    sharded, compose = (
        yaml.safe_load((ROOT / "deploy" / file).read_text(encoding="utf-8"))["scrape_configs"]
        for file in ("prometheus/sharded.yaml", "compose/prometheus.yaml")
    )
    rules = CHART / "rules" / "goproxy.rules.yaml"
    if not rules.exists():
        pytest.skip(f"there are no rules yet: {rules}")
    (job,) = set(re.findall(r'\bjob="([^"]+)"', rules.read_text(encoding="utf-8")))

    first = monitor["spec"]["endpoints"][0]["relabelings"][0]
    assert first == {"action": "replace", "targetLabel": "job", "replacement": job}
    assert probe["spec"]["jobName"] == job
    assert sharded[0]["job_name"] == job
    assert sharded[1]["static_configs"][0]["labels"] == {"job": job}
    assert compose[0]["job_name"] == job


def test_the_operator_probes_every_mirror_of_the_configuration(render: Render) -> None:
    """At the Service of this release, by name; no names are an error, not silence."""
    spec = one(render("shared"), "Probe")["spec"]

    assert spec["targets"]["staticConfig"]["static"] == ["goproxy.cn", "proxy.golang.org"]
    assert spec["prober"]["url"] == "mirrors-goproxy-exporter.watch.svc:10130"
    assert spec["prober"]["path"] == "/probe"


def test_a_probe_without_mirrors_is_an_error(helm: Helm) -> None:
    """The built-in ones cannot be known here."""
    done = helm("template", "x", CHART, "--set", "probe.enabled=true", expect=1)
    assert "probe.enabled needs names" in done.stderr


def test_the_rules_are_the_shipped_ones(render: Render) -> None:
    """Word for word, with the labels that a Prometheus selects by."""
    rules = CHART / "rules" / "goproxy.rules.yaml"
    if not rules.exists():
        pytest.skip(f"there are no rules yet: {rules}")
    rule = one(render("everything"), "PrometheusRule")

    assert rule["spec"] == yaml.safe_load(rules.read_text(encoding="utf-8"))
    assert rule["metadata"]["labels"]["release"] == "prometheus"


def test_each_dashboard_is_a_config_map_that_grafana_s_sidecar_finds(render: Render) -> None:
    """With the file as it is in grafana/."""
    boards = sorted((ROOT / "grafana").glob("*.json"))
    if not boards:
        pytest.skip("there are no dashboards yet in grafana/")
    maps = {
        name: each
        for each in render("everything")
        if each["kind"] == "ConfigMap"
        for name in each["data"]
        if name.endswith(".json")
    }

    assert sorted(maps) == [board.name for board in boards]
    for board in boards:
        found = maps[board.name]
        assert json.loads(found["data"][board.name]) == json.loads(board.read_text("utf-8"))
        assert found["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert len({found["metadata"]["name"] for found in maps.values()}) == len(boards)


def test_the_package_holds_the_chart_and_nothing_else(helm: Helm, tmp_path: Path) -> None:
    """Real files, no links: rules and dashboards travel with it, what makes or tests them not."""
    helm("package", CHART, "--destination", tmp_path)
    (package,) = tmp_path.glob("*.tgz")
    with tarfile.open(package) as archive:
        names = {member.name for member in archive if member.isfile()}
        assert not [member.name for member in archive if member.issym()]

    boards = {f"dashboards/{board.name}" for board in (ROOT / "grafana").glob("*.json")}
    own = {
        path.relative_to(CHART).as_posix()
        for path in CHART.rglob("*")
        if path.is_file() and path.parent.name not in ("ci", "dashboards")
    }
    assert names == {f"goproxy-exporter/{name}" for name in own | boards}


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("replica=1", "additional properties 'replica' not allowed"),
        ("image={tags: x}", "additional properties 'tags' not allowed"),
        ("replicas=2", "maximum"),
        ("serviceMonitor={interval: soon}", "does not match pattern"),
        ("existingConfig={secret: a, configMap: b}", "existingConfig"),
        ("existingSecret=Not_A_Name", "existingSecret"),
        ("networkPolicy={ports: [0]}", "minimum"),
        ("podDisruptionBudget={maxUnavailable: some}", "podDisruptionBudget"),
        ("inspection={schedule: hourly}", "does not match pattern"),
        ("inspection={notify: ['teams+x']}", "does not match pattern"),
        ("inspection={outputs: [yaml]}", "does not match pattern"),
        ("inspection={failOn: slow}", "failOn"),
        ("relay={enabled: true, existingSecret: robots}", "/relay/to"),
        ("relay={enabled: true, to: ['wecom+${X}']}", "/relay/existingSecret"),
        ("relay={to: ['slack+${X}']}", "does not match pattern"),
        ("relay={to: ['dingtalk+https://robot.example/?access_token=1']}", "does not match"),
        ("relay={to: ['dingtalk+${X}#secret=SEC1']}", "does not match pattern"),
        ("relay={to: ['wecom+${X}#secret=${Y}']}", "does not match pattern"),
        ("relay={enabled: true, existingSecret: x, to: ['feishu+${X}', 'feishu+${Y}']}", "twice"),
    ],
)
def test_values_that_mean_nothing_are_refused(helm: Helm, setting: str, words: str) -> None:
    """With the place."""
    name, _, value = setting.partition("=")
    given = f"{name}={json.dumps(yaml.safe_load(value))}"
    assert words in helm("template", "x", CHART, "--set-json", given, expect=1).stderr


def test_every_value_is_in_the_schema_and_every_key_of_the_schema_has_a_value() -> None:
    """values.yaml is the list of what can be set; maps of anything end the comparison."""
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    del schema["properties"]["global"]  # Helm's own

    def compare(schema: dict[str, Any], values: dict[str, Any], path: str) -> None:
        assert schema["properties"].keys() == values.keys(), path
        for name, inner in schema["properties"].items():
            if "properties" in inner:
                assert inner["additionalProperties"] is False, name
                compare(inner, values[name], f"{path}{name}.")

    compare(schema, values, "")


def test_the_chart_has_the_version_of_the_program() -> None:
    """So that the default image is the one that was made from the same tree."""
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
    assert chart["appVersion"] == __version__


def test_a_newcomer_is_told_what_to_do_next(helm: Helm) -> None:
    """Where the page is, and what is missing for a scrape."""
    done = helm("install", "mirrors", CHART, "--dry-run=client", "--namespace", "watch")
    assert "kubectl -n watch port-forward svc/mirrors-goproxy-exporter 10130" in done.stdout
    assert "Nothing tells Prometheus of it yet" in done.stdout


def test_whoever_inspects_is_told_how_to_do_it_now(helm: Helm) -> None:
    """By the name that the CronJob has."""
    flags = ["--dry-run=client", "--namespace", "watch", "--set", "inspection.enabled=true"]
    done = helm("install", "mirrors", CHART, *flags)
    (name,) = re.findall(r"--from=cronjob/(\S+) now", done.stdout)
    assert f"kind: CronJob\nmetadata:\n  name: {name}\n" in done.stdout
