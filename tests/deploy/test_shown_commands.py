"""Do the commands work that docs/deployment.md and docs/scaling.md show?"""

import re
import shlex
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import promql_parser
import pytest
import yaml

from goproxy_exporter.cli.main import commands
from goproxy_exporter.config.load import load
from goproxy_exporter.metrics import FAMILIES
from goproxy_exporter.probes import PROBES

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy" / "helm" / "goproxy-exporter"
PAGES = ("deployment.md", "scaling.md")
VERBS = (ROOT / "Makefile").read_text(encoding="utf-8")
STACK = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
MIRRORS = "mirrors.yaml"
DIGESTS = "digests.yaml"
"""Files of the reader's own."""

Run = Callable[..., Any]


def blocks(page: str, language: str) -> list[str]:
    """Give the blocks of a page in a language."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.+?)^```", text, re.DOTALL | re.MULTILINE)


def shown() -> Iterator[list[str]]:
    """Give each command line as words."""
    for page in PAGES:
        for block in blocks(page, "sh"):
            for line in block.replace("\\\n", " ").splitlines():
                words = shlex.split(line)
                yield words[1:] if words[0] == "sudo" else words


def commands_of(program: str) -> list[list[str]]:
    """Give the lines of a program, each once."""
    lines = [words for words in shown() if words[0] == program]
    return [words for at, words in enumerate(lines) if words not in lines[:at]]


def takes(arguments: list[str]) -> None:
    """Hold a command line of ours to what the program takes."""
    name, *flags = arguments
    command = commands.get_command(click.Context(commands), name)
    assert command is not None, name
    command.make_context(name, flags)


def test_every_program_that_is_shown_is_tried_here() -> None:
    """A command that nobody checks would be the first to rot."""
    tried = {"make", "docker", "helm", "kubectl", "python3", "install", "systemctl"}
    pip = "/opt/goproxy_exporter/bin/pip"
    assert {words[0] for words in shown()} == tried | {pip}


@pytest.mark.parametrize("words", commands_of("make"), ids=" ".join)
def test_make_has_the_verb(words: list[str]) -> None:
    """As `make help` lists it."""
    assert re.search(rf"^{words[1]}:.*## ", VERBS, re.MULTILINE)


@pytest.mark.parametrize(
    "words", [each for each in commands_of("docker") if each[1] == "run"], ids=" ".join
)
def test_the_image_takes_what_follows_its_name(words: list[str]) -> None:
    """And what is mounted from this tree is there; on a read-only root archives find room."""
    at = words.index("goproxy-exporter")
    assert ("--read-only" in words) == ("--tmpfs" in words)
    if words[at + 1 :]:
        takes(words[at + 1 :])
    for flag, value in pairwise(words[:at]):
        if flag == "-v" and value.startswith("$PWD/"):
            assert (ROOT / value.removeprefix("$PWD/").split(":")[0]).exists()


@pytest.mark.parametrize(
    "words", [each for each in commands_of("docker") if each[1] == "compose"], ids=" ".join
)
def test_compose_has_what_is_brought_up(words: list[str]) -> None:
    """The file, the profile and the services; a second file is one of the reader's own."""
    first, *more = (value for flag, value in pairwise(words) if flag == "-f")
    assert (ROOT / first).samefile(ROOT / "deploy" / "compose.yaml")
    assert more in ([], [DIGESTS])
    named = set(words[words.index("up") + 1 :])
    assert named <= STACK["services"].keys()
    if "--profile" in words:
        profile = words[words.index("--profile") + 1]
        assert [one for one in STACK["services"].values() if profile in one.get("profiles", ())]


def test_the_digest_that_is_looked_up_is_that_of_the_base() -> None:
    """The image that is inspected is the default one, and the argument is one of the Dockerfile."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    arguments = dict(re.findall(r"^ARG (\w+)=(.*)$", text, re.MULTILINE))
    default = arguments["BASE"].replace("${PYTHON_VERSION}", arguments["PYTHON_VERSION"])
    (inspected,) = (each[-1] for each in commands_of("docker") if each[1] == "buildx")
    (given,) = (each[-1] for each in commands_of("make") if "--build-arg BASE=" in each[-1])

    assert inspected == default
    assert given.partition("BASE=")[2] == f"{default.rpartition(':')[0]}@sha256:DIGEST"


def test_every_foreign_image_is_pinned_in_the_example() -> None:
    """By the release that the stack names, and a digest."""
    (example,) = (each for each in blocks("deployment.md", "yaml") if "@sha256:" in each)
    foreign = {
        name: {"image": f"{service['image']}@sha256:DIGEST"}
        for name, service in STACK["services"].items()
        if "build" not in service
    }

    assert yaml.safe_load(example)["services"] == foreign


@pytest.mark.parametrize("words", commands_of("helm"), ids=" ".join)
def test_helm_installs_what_is_shown(
    helm: Run, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the root of this tree, with a file of mirrors where one is named."""
    monkeypatch.chdir(ROOT)
    (tmp_path / MIRRORS).write_text("config: {}\n")
    own = [str(tmp_path / MIRRORS) if word == MIRRORS else word for word in words[1:]]

    assert helm(*own, "--dry-run=client").stdout


@pytest.mark.parametrize("words", commands_of("kubectl"), ids=" ".join)
def test_kubectl_finds_what_it_applies(kubectl: Run, words: list[str]) -> None:
    """A folder that kustomize can build, or a file."""
    _, verb, flag, place = words
    assert verb == "apply"
    if not (ROOT / place).exists():
        pytest.skip(f"{place} is not here yet")
    if flag == "--kustomize":
        assert kubectl("kustomize", ROOT / place).stdout
    else:
        assert (flag, (ROOT / place).is_file()) == ("--filename", True)


@pytest.mark.parametrize("words", commands_of("install"), ids=" ".join)
def test_what_is_installed_is_there(words: list[str]) -> None:
    """From this tree, under the name that systemd and the unit look for."""
    source, target = words[-2:]
    assert (ROOT / source).is_file()
    if source.startswith("deploy/systemd/"):
        below = source.removeprefix("deploy/systemd/")
        assert target in ("/etc/systemd/system/", f"/etc/systemd/system/{below}")


@pytest.mark.parametrize("words", commands_of("systemctl"), ids=" ".join)
def test_systemctl_is_told_of_units_that_there_are(words: list[str]) -> None:
    """Services and sockets of deploy/systemd."""
    for word in words:
        if word.endswith((".service", ".socket")):
            assert (ROOT / "deploy" / "systemd" / word).is_file()


def test_pip_installs_what_is_locked() -> None:
    """The lock by hash, then the program where the unit starts it."""
    lines = commands_of("/opt/goproxy_exporter/bin/pip")
    service = (ROOT / "deploy" / "systemd" / "goproxy-exporter.service").read_text("utf-8")

    assert [words[-1] for words in lines] == ["requirements/run.txt", "."]
    assert all("--no-deps" in words for words in lines)
    assert "ExecStart=/opt/goproxy_exporter/bin/goproxy-exporter run " in service


def test_the_chart_takes_the_values_that_are_shown(helm: Run, tmp_path: Path) -> None:
    """The example for Kubernetes, as it stands."""
    (values,) = (each for each in blocks("deployment.md", "yaml") if "existingSecret" in each)
    (tmp_path / "values.yaml").write_text(values)
    if not (CHART / "rules" / "goproxy.rules.yaml").exists():
        pytest.skip("there are no rules yet")

    done = helm("template", "x", CHART, "--values", tmp_path / "values.yaml")

    objects = [one for one in yaml.safe_load_all(done.stdout) if one]
    assert {"ServiceMonitor", "PrometheusRule", "NetworkPolicy"} <= {one["kind"] for one in objects}
    config = tmp_path / "config.yml"
    config.write_text(
        next(
            one["data"]["config.yml"]
            for one in objects
            if one["kind"] == "ConfigMap" and "config.yml" in one["data"]
        )
    )
    assert load(config, env={"ATHENS_PASSWORD": "x"}, implemented=frozenset(PROBES)).mirrors


def test_queries_that_are_shown_can_be_asked() -> None:
    """They parse, and ask for metrics that there are."""
    known = {family.name for family in FAMILIES}
    queries = [
        re.sub(r" *#.*", "", query)
        for block in blocks("scaling.md", "promql")
        for query in re.split(r"\n(?! )", block.strip())
    ]

    assert queries
    for query in queries:
        promql_parser.parse(query)
        assert set(re.findall(r"goproxy_\w+", query)) <= known
