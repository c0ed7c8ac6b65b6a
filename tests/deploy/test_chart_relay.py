"""What does the Helm chart become for robots that Alertmanager does not know?"""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from goproxy_exporter.cli.main import commands

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy" / "helm" / "goproxy-exporter"
NAME = "mirrors-goproxy-exporter-relay"
TO = ["dingtalk+${DINGTALK_URL}#secret=${DINGTALK_SECRET}", "wecom+${WECOM_URL}"]
USUAL = "relay=" + json.dumps({"enabled": True, "to": TO, "existingSecret": "robots"})
SECRETS = {
    "DINGTALK_URL": "https://robot.example/send?access_token=0123456789abcdef",
    "DINGTALK_SECRET": "SEC0123456789",
    "FEISHU_URL": "https://robot.example/hook/0123456789abcdef",
    "WECOM_URL": "",
}
"""What the Secret holds; the robot of WeCom is switched off."""

Manifest = dict[str, Any]
Render = Callable[..., list[Manifest]]
Helm = Callable[..., subprocess.CompletedProcess[str]]

EITHER = pytest.mark.parametrize("settings", [(None, USUAL), ("everything",)], ids=["usual", "all"])
"""With what has to be set and nothing else, and with everything."""


def relays_of(manifests: list[Manifest]) -> dict[str, Manifest]:
    """Give the objects of the relay, by kind."""
    found = [each for each in manifests if each["metadata"]["name"] == NAME]
    kinds = {each["kind"]: each for each in found}
    assert len(kinds) == len(found)
    return kinds


def container_of(manifests: list[Manifest]) -> Manifest:
    (container,) = relays_of(manifests)["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert isinstance(container, dict)
    return container


def named(text: str) -> set[str]:
    """Give the variables that a text names."""
    return set(re.findall(r"\$\{(\w+)\}", text))


def test_nothing_is_relayed_unless_it_is_asked_for(render: Render) -> None:
    """Neither by default, nor because there is a network policy."""
    assert not relays_of(render(None, 'networkPolicy={"enabled":true}'))


@EITHER
def test_the_program_takes_its_arguments(
    render: Render, monkeypatch: pytest.MonkeyPatch, settings: tuple[str | None, ...]
) -> None:
    """They are flags of `relay`, on the port that the Service and the probes ask for."""
    for variable, value in SECRETS.items():
        monkeypatch.setenv(variable, value)
    container = container_of(render(*settings))
    name, *flags = container["args"]
    command = commands.get_command(click.Context(commands), name)
    assert command is not None

    given = command.make_context(name, list(flags)).params

    (port,) = container["ports"]
    assert given["listen"] == f":{port['containerPort']}"
    kinds = [each and str(each.kind) for each in given["destinations"]]
    assert kinds == [None if "wecom" in flag else flag[5:].split("+")[0] for flag in to(flags)]


def to(flags: list[str]) -> list[str]:
    """Give the robots of a command line."""
    return [flag for flag in flags if flag.startswith("--to=")]


@EITHER
def test_secrets_are_variables_from_one_secret(
    render: Render, settings: tuple[str | None, ...]
) -> None:
    """Which has to be there. That of the daemon is not for the relay, nor is its folder of files."""
    manifests = render(*settings)
    container = container_of(manifests)
    pod = relays_of(manifests)["Deployment"]["spec"]["template"]["spec"]

    secret = "robots" if settings[0] is None else "group-robots"
    assert container["envFrom"] == [{"secretRef": {"name": secret}}]
    assert named(" ".join(to(container["args"]))) <= SECRETS.keys()
    assert not [volume for volume in pod.get("volumes", ()) if "secret" in volume]
    assert not [each for each in manifests if each["kind"] == "Secret"]


@EITHER
def test_whoever_selects_the_relay_finds_it_alone(
    render: Render, settings: tuple[str | None, ...]
) -> None:
    """Service and network policy; and what selects the daemon knows neither its pods nor it."""
    manifests = render(*settings)
    relays = relays_of(manifests)
    template = relays["Deployment"]["spec"]["template"]
    labels = template["metadata"]["labels"]
    selectors = [
        relays["Service"]["spec"]["selector"],
        relays["Deployment"]["spec"]["selector"]["matchLabels"],
    ]
    if "NetworkPolicy" in relays:
        selectors.append(relays["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"])

    assert labels["app.kubernetes.io/component"] == "relay"
    for selector in selectors:
        assert selector["app.kubernetes.io/component"] == "relay"
        assert selector.items() <= labels.items()
    for other in selectors_of(each for each in manifests if each not in relays.values()):
        assert not other.items() <= labels.items()


def selectors_of(manifests: Any) -> list[dict[str, str]]:
    """Give what objects select pods or Services by."""
    found = []
    for each in manifests:
        spec = each.get("spec", {})
        selector = spec.get("selector") or spec.get("podSelector") or {}
        if selector := selector.get("matchLabels", selector):
            found.append(selector)
    assert found
    return found


def test_a_service_is_asked_where_the_newcomer_is_told(helm: Helm, render: Render) -> None:
    """One address for each robot, and the port of the Service leads to that of the program."""
    flags = ["--dry-run=client", "--namespace", "watch", "--set-json", USUAL]
    done = helm("install", "mirrors", CHART, *flags)
    relays = relays_of(render(None, USUAL))
    (port,) = relays["Service"]["spec"]["ports"]
    (container,) = relays["Deployment"]["spec"]["template"]["spec"]["containers"]

    told = re.findall(r"^  (http://\S+-relay\S*)$", done.stdout, re.MULTILINE)

    assert told == [f"http://{NAME}.watch.svc:8060/{kind}" for kind in ("dingtalk", "wecom")]
    assert (port["port"], relays["Service"]["spec"]["type"]) == (8060, "ClusterIP")
    assert port["targetPort"] == container["ports"][0]["name"]


def test_the_network_lets_alertmanager_in_and_the_relay_out_to_robots(render: Render) -> None:
    """As far as the daemon comes, and no other pod in: whoever is let in writes to robots."""
    enabled = 'networkPolicy={"enabled":true}'

    def policies(*settings: str | None) -> tuple[Manifest, Manifest]:
        manifests = render(*settings)
        (daemon,) = (
            each["spec"]
            for each in manifests
            if each["kind"] == "NetworkPolicy" and each["metadata"]["name"] == NAME[:-6]
        )
        return daemon, relays_of(manifests)["NetworkPolicy"]["spec"]

    daemon, usual = policies(None, USUAL, enabled)
    _, foreign = policies("everything")
    everybody = json.loads(USUAL.partition("=")[2]) | {"from": []}
    _, open_ = policies(None, f"relay={json.dumps(everybody)}", enabled)

    assert set(usual["policyTypes"]) == {"Ingress", "Egress"}
    assert usual["egress"] == daemon["egress"]
    alertmanager = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "alertmanager"}}}
    port = {"port": "http", "protocol": "TCP"}
    assert usual["ingress"] == [{"ports": [port], "from": [alertmanager]}]
    (rule,) = foreign["ingress"]
    assert [set(peer) for peer in rule["from"]] == [{"namespaceSelector"}]
    assert open_["ingress"] == [{"ports": [port]}]


@EITHER
def test_the_kubelet_is_answered_where_it_asks(
    render: Render, settings: tuple[str | None, ...]
) -> None:
    """The program runs as in the pod, but for a free port, and ends when it is told to.

    A web configuration of the daemon is none of the relay's, so that it is asked over HTTP.
    """
    container = container_of(render(*settings))
    arguments = [re.sub(r"(?<=-address=):8060$", "127.0.0.1:0", each) for each in container["args"]]
    command = [sys.executable, "-m", "goproxy_exporter", *arguments]
    pipe, environment = subprocess.PIPE, {**os.environ, **SECRETS}

    with subprocess.Popen(
        command, stdout=pipe, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            line = next(line for line in process.stdout if "relay.started" in line)
            (url,) = re.findall(r"http://127\.0\.0\.1:\d+", line)
            for probe in ("livenessProbe", "readinessProbe"):
                path = container[probe]["httpGet"]["path"]
                assert container[probe]["httpGet"]["port"] == container["ports"][0]["name"]
                with urllib.request.urlopen(f"{url}{path}", timeout=60) as answer:
                    assert answer.status == 200
        finally:
            process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()

    assert process.returncode == 0, rest
    assert not [value for value in SECRETS.values() if value and value in line + rest]
