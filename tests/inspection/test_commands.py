"""Do the shipped command lines, and those that docs/inspection.md shows, work?"""

import asyncio
import json
import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from goproxy_exporter.cli.main import commands
from goproxy_exporter.config.beats import OF_MIRRORS
from goproxy_exporter.model.names import CheckName
from goproxy_exporter.notify.destination import Destination, Kind, Occasion
from goproxy_exporter.simulator.world import World

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "ci"
CALL = re.compile(r"(?:goproxy-exporter|python -m goproxy_exporter) (probe(?:\\\n|[^\n])*)")
FILES = (
    "github-actions.yml",
    "gitlab-ci.yml",
    "cronjob.yaml",
    "systemd/goproxy-inspection.service",
)
SECRETS = ("SLACK_URL", "WECOM_URL", "DINGTALK_URL", "FEISHU_URL", "DASHBOARD_URL")
KEYS = ("DINGTALK_SECRET", "FEISHU_SECRET", "DASHBOARD_SECRET")


def read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def script(name: str) -> str:
    """Give what a CI system hands to its shell for the inspection itself."""
    document: dict[str, Any] = yaml.safe_load(read(name))
    if name == "gitlab-ci.yml":
        job = document["goproxy-inspection"]
        made = [line for line in job["before_script"] if line.startswith("mkdir")]
        return "\n".join((*made, *job["script"]))
    [step] = [one for one in document["jobs"]["inspect"]["steps"] if one.get("id") == "probe"]
    return str(step["run"])


def calls(name: str) -> Iterator[list[str]]:
    """Give the arguments of every call of the program in a file."""
    if name == "cronjob.yaml":
        *_, job = yaml.safe_load_all(read(name))
        yield job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["args"]
        return
    for call in CALL.findall(read(name)):
        words = shlex.split(call.replace("\\\n", " "))
        # systemd makes one of two.
        yield [word.replace("$$", "$") if name.endswith(".service") else word for word in words]


@pytest.fixture
def _told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, f"https://{name.lower().replace('_', '-')}.example/x")
    for name in KEYS:
        monkeypatch.setenv(name, f"of {name}")


def parsed(arguments: list[str]) -> dict[str, Any]:
    name, *rest = arguments
    rest = [word.replace("$FAIL_ON", "unusable") for word in rest]
    command = commands.get_command(click.Context(commands), name)
    assert command is not None
    return command.make_context(name, rest).params


@pytest.mark.usefixtures("_told")
@pytest.mark.parametrize("name", FILES)
def test_every_file_calls_the_program_as_it_is(name: str) -> None:
    """One inspection, the last report at hand, and everybody who may be told."""
    [call] = calls(name)

    options = parsed(call)

    destinations: list[Destination] = list(options["destinations"])
    written = {output.format for output in options["outputs"]}
    assert options["previous"].name == "report.json"
    assert options["deadline"] == 600.0
    assert "json" in written
    assert {each.kind: each.on for each in destinations} == {
        Kind.SLACK: Occasion.CHANGE,
        Kind.WECOM: Occasion.CHANGE,
        Kind.DINGTALK: Occasion.CHANGE,
        Kind.FEISHU: Occasion.CHANGE,
        Kind.JSON: Occasion.SUCCESS,
    }
    assert [each.secret for each in destinations if each.secret] == [f"of {key}" for key in KEYS]


def test_together_they_use_every_format() -> None:
    """What the command line can write, somebody reads."""
    told = {word for name in FILES for call in calls(name) for word in call}
    formats = {word.removeprefix("--output=").partition("=")[0] for word in told}

    assert formats >= {"text", "json", "markdown", "junit", "github", "prom"}


@pytest.mark.parametrize("name", FILES)
def test_a_secret_that_is_missing_switches_its_destination_off(name: str) -> None:
    """Each variable that a command names is there, and empty, where nobody has set it."""
    text = read(name)
    used = set(
        re.findall(r"\$\{([A-Z_]+)\}", " ".join(word for one in calls(name) for word in one))
    )

    assert used == {*SECRETS, *KEYS}
    for variable in used:
        if name == "github-actions.yml":
            assert f"{variable}: ${{{{ secrets.GOPROXY_{variable} }}}}" in text
        elif name.endswith(".service"):
            assert re.search(rf"^Environment=.*\b{variable}=( |$)", text, re.MULTILINE)
        elif name == "cronjob.yaml":
            _, nobody, *_ = yaml.safe_load_all(text)
            assert nobody["data"][variable] == ""
        else:
            assert f'{variable}: ""' in text


@pytest.mark.parametrize("name", ["github-actions.yml", "gitlab-ci.yml"])
async def test_the_script_runs_where_ci_systems_run_it(name: str, tmp_path: Path) -> None:
    """In a shell, in the tree, with nobody to tell and no earlier report."""
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "config").mkdir()
    step, summary = tmp_path / "outputs", tmp_path / "summary"
    env = {
        **os.environ,
        **dict.fromkeys((*SECRETS, *KEYS), ""),
        "PYTHONPATH": str(ROOT),
        "FAIL_ON": "unusable",
        "GITHUB_OUTPUT": str(step),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    async with World.open(
        mirrors=("goproxy", "golang"), faults={"goproxy": ("tls.expired",)}, directory=tmp_path
    ) as world:
        document = yaml.safe_load(world.config_yaml())
        off = {str(one): {"enabled": False} for one in OF_MIRRORS if one is not CheckName.ENDPOINTS}
        document["mirrors"] = [{**one, "checks": off} for one in document["mirrors"]]
        (tmp_path / "config" / "public-mirrors.yml").write_text(yaml.safe_dump(document))
        shell = await asyncio.create_subprocess_exec(
            "bash",
            "--noprofile",
            "--norc",
            "-eo",
            "pipefail",
            "-c",
            script(name),
            cwd=tmp_path,
            env=env,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await shell.communicate()

    assert (shell.returncode, err.decode()) == (1, "")
    report = json.loads((tmp_path / "inspection" / "report.json").read_text())
    assert [one["state"] for one in report["mirrors"]] == ["unusable", "healthy"]
    assert (tmp_path / "inspection" / "junit.xml").exists()
    if name == "github-actions.yml":
        assert out.decode().startswith("::error title=goproxy%3A tls.expired::")
        assert "state=unusable" in step.read_text()
        assert "## 🔴 Go module mirrors: unusable" in summary.read_text()
    else:
        assert "2 mirrors: 1 healthy, 1 unusable" in out.decode()


@pytest.mark.usefixtures("_told")
def test_what_the_documentation_shows_is_understood() -> None:
    """Every command line of docs/inspection.md is one that this program takes."""
    text = (ROOT / "docs" / "inspection.md").read_text(encoding="utf-8")
    calls = re.findall(r"^goproxy-exporter (probe(?:\\\n|[^\n])*)", text, re.MULTILINE)
    shown = [shlex.split(call.replace("\\\n", " "), comments=True) for call in calls]

    assert len(shown) > 3
    for arguments in shown:
        assert parsed(arguments)
