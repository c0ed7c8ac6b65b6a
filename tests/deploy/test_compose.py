"""What does one command bring up?"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from goproxy_exporter.cli.main import commands
from goproxy_exporter.simulator.serve import assigned

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = DEPLOY / "compose.yaml"
STACK = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = STACK["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
SCRAPED = yaml.safe_load((DEPLOY / "compose" / "prometheus.yaml").read_text(encoding="utf-8"))

Run = Callable[..., Any]


def defaulted(text: str) -> str:
    """Give a text as it is without variables: ``${NAME:-this}``."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def mounts(service: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give source and target of each mount."""
    for mount in service.get("volumes", ()):
        source, target, *_ = defaulted(mount).split(":")
        yield source, target


def test_it_is_a_compose_file(run: Run) -> None:
    """By the specification's schema."""
    run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE)


def test_no_service_has_more_rights_than_it_needs(run: Run) -> None:
    """Not even a low finding is left: rights, limits, ports, health."""
    options = ["--config", DEPLOY / ".compose-lint.yml", "--strict-config", "--fail-on", "low"]
    run("compose-lint", "check", *options, COMPOSE)


@pytest.mark.parametrize("name", OURS)
def test_the_program_takes_its_commands(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the defaults of every variable; faults are known, at hosts that there are."""
    # Compose makes one of two: the program reads the variable itself.
    command, *flags = (defaulted(word).replace("$$", "$") for word in OURS[name]["command"])
    for variable, value in OURS[name].get("environment", {}).items():
        monkeypatch.setenv(variable, defaulted(value))
    found = commands.get_command(click.Context(commands), command)
    assert found is not None

    given = found.make_context(command, flags).params

    if command == "simulate":
        assert assigned(given["faults"])
    elif name == "exporter":
        folder = {target: DEPLOY / source for source, target in mounts(OURS[name])}
        file = given["config_file"]
        assert (folder[str(file.parent)] / file.name).is_file()


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_mounted_is_there(name: str) -> None:
    """Files of this tree, or a volume that is declared."""
    for source, _ in mounts(SERVICES[name]):
        if source.startswith("."):
            assert (DEPLOY / source).exists(), f"{name} mounts {source}"
        else:
            assert source in STACK["volumes"]


def test_prometheus_takes_its_configuration(run: Run, tmp_path: Path) -> None:
    """With the rules where they are mounted."""
    mounted = {target: DEPLOY / source for source, target in mounts(SERVICES["prometheus"])}
    document = SCRAPED | {"rule_files": [str(mounted[rule]) for rule in SCRAPED["rule_files"]]}
    (tmp_path / "prometheus.yaml").write_text(yaml.safe_dump(document))

    run("promtool", "check", "config", tmp_path / "prometheus.yaml", package="prometheus")


def test_who_is_asked_is_a_service() -> None:
    """Each address that Prometheus and Grafana know is a service, at a port of its own."""
    asked = set(
        re.findall(r"(?<![\w/])([a-z]+):(\d+)", (DEPLOY / "compose/prometheus.yaml").read_text())
    )
    provisioned = DEPLOY / "grafana" / "provisioning" / "datasources" / "prometheus.yaml"
    asked |= set(re.findall(r"http://([a-z]+):(\d+)", provisioned.read_text()))
    asked.discard(("localhost", "9090"))  # Prometheus itself
    for job in SCRAPED["scrape_configs"]:
        for names in job.get("dns_sd_configs", ()):
            asked |= {(name, str(names["port"])) for name in names["names"]}

    assert {"exporter", "simulator", "alertmanager", "prometheus"} == {name for name, _ in asked}
    for name, port in asked:
        (published,) = SERVICES[name]["ports"]
        assert published.rpartition(":")[2] == port


@pytest.mark.parametrize("name", ["exporter", "simulator", "demo"])
def test_archives_find_room(name: str) -> None:
    """The root is read-only: temporary files go to a volume that can be written, or to a /tmp."""
    service = OURS[name]
    writable = [
        defaulted(mount).split(":")[1] for mount in service["volumes"] if not mount.endswith(":ro")
    ]
    assert service["read_only"]
    assert service.get("environment", {}).get("TMPDIR") in writable or "/tmp" in service["tmpfs"]


def test_alertmanager_knows_the_relay() -> None:
    """Its receiver for robots writes to the service, and to robots that it knows."""
    config = yaml.safe_load((DEPLOY / "alertmanager" / "alertmanager.yaml").read_text("utf-8"))
    (receiver,) = (each for each in config["receivers"] if each["name"] == "robots")
    command = " ".join(SERVICES["relay"]["command"])
    port = re.findall(r"--web.listen-address=:(\d+)", command)
    kinds = re.findall(r"--to=(\w+)\+", command)

    asked = [each["api_url"] for each in receiver["slack_configs"]]

    assert asked == [f"http://relay:{port[0]}/{kind}" for kind in kinds]


def test_nothing_is_published_beyond_this_machine() -> None:
    """And nothing twice."""
    published = [port for service in SERVICES.values() for port in service.get("ports", ())]

    assert all(port.startswith("127.0.0.1:") for port in published)
    assert len({port.rpartition(":")[0] for port in published}) == len(published)


def test_grafana_begins_with_the_overview() -> None:
    """The provider reads the folder that is mounted, and the home page is a board in it."""
    provider = yaml.safe_load(
        (DEPLOY / "grafana" / "provisioning" / "dashboards" / "goproxy.yaml").read_text()
    )["providers"][0]
    mounted = {target: DEPLOY / source for source, target in mounts(SERVICES["grafana"])}
    home = Path(SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])

    assert str(home.parent) == provider["options"]["path"]
    assert (mounted[str(home.parent)] / home.name).exists()


def test_the_demonstration_needs_nobody_outside() -> None:
    """Its services depend on none that is not in the profile, and watch where the world is."""
    demo = {name for name, service in SERVICES.items() if service.get("profiles") == ["demo"]}

    assert demo == {"simulator", "demo"}
    assert set(SERVICES["demo"]["depends_on"]) == {"simulator"}
    assert SERVICES["demo"]["network_mode"] == "service:simulator"
    assert dict(mounts(SERVICES["demo"])) == dict(mounts(SERVICES["simulator"]))
