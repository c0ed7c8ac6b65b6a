"""Do the programs that read the shipped files understand them?"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

Judge = Callable[..., str]

PROGRAM = "/opt/goproxy_exporter/bin/goproxy-exporter"
UNITS = ("goproxy-inspection.service", "goproxy-inspection.timer")
EXPOSED = 20
"""Ten times the exposure that systemd may find: below 2 it calls a unit OK."""


def test_github_understands_the_workflow(judge: Judge, folder: Path) -> None:
    """Syntax, expressions, and contexts."""
    file = folder / "github-actions.yml"

    assert judge("actionlint", "-no-color", file) == ""
    judge("check-jsonschema", "--builtin-schema", "vendor.github-workflows", file)


def test_the_workflow_gives_nothing_away(judge: Judge, folder: Path) -> None:
    """Pinned actions, no credentials left behind, no text of others in a shell, least rights."""
    file = folder / "github-actions.yml"
    said = judge("zizmor", "--offline", "--no-progress", "--persona", "pedantic", file)
    workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
    uses = re.findall(r"uses: (\S+)(.*)", file.read_text(encoding="utf-8"))

    assert "No findings to report" in said
    assert workflow["permissions"] == {}
    assert set(workflow["jobs"]["inspect"]["permissions"].values()) == {"read"}
    assert uses
    for action, comment in uses:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action)
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment)


def test_gitlab_understands_the_job(judge: Judge, folder: Path) -> None:
    """By the schema of its editor."""
    schema = ("--builtin-schema", "vendor.gitlab-ci")
    judge("check-jsonschema", *schema, folder / "gitlab-ci.yml")


def test_kubernetes_understands_the_manifests(judge: Judge, folder: Path) -> None:
    """No misspelt key, no wrong type."""
    said = judge("kubernetes-validate", "--strict", folder / "cronjob.yaml")

    assert len(re.findall(r"passed for resource (\S+)", said)) == 4


def test_the_pod_has_no_rights(folder: Path) -> None:
    """What the restricted level of the pod security standards asks for, and a read-only root."""
    *_, job = yaml.safe_load_all((folder / "cronjob.yaml").read_text(encoding="utf-8"))
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    [container] = pod["containers"]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


@pytest.fixture
def units(folder: Path, tmp_path: Path) -> Path:
    """Give the units as they are, but for a program that is installed here."""
    for name in UNITS:
        text = (folder / "systemd" / name).read_text(encoding="utf-8")
        assert (PROGRAM in text) == name.endswith(".service")
        (tmp_path / name).write_text(text.replace(PROGRAM, sys.executable), encoding="utf-8")
    return tmp_path


def test_systemd_understands_the_units(judge: Judge, units: Path) -> None:
    """An unknown key is only warned of: so silence is asked for."""
    paths = [units / name for name in UNITS]

    assert judge("systemd-analyze", "verify", "--man=no", *paths, package="systemd") == ""

    (units / UNITS[0]).write_text((units / UNITS[0]).read_text() + "MemoryMx=1\n")
    said = judge("systemd-analyze", "verify", "--man=no", *paths, package="systemd")
    assert "MemoryMx" in said, "the silence means something"


def test_the_service_is_hardly_exposed(judge: Judge, units: Path) -> None:
    """Below 2 of 10."""
    options = ("--offline=true", f"--threshold={EXPOSED}")
    judge("systemd-analyze", "security", *options, units / UNITS[0], package="systemd")


def test_nobody_starts_at_the_full_hour(judge: Judge, folder: Path) -> None:
    """Everybody does: GitHub is late then, and mirrors are busy. All four start alike."""

    def read(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8")

    workflow: dict[Any, Any] = yaml.safe_load(read("github-actions.yml"))
    # YAML 1.1 takes the key `on` for true.
    crons = {one["cron"] for one in workflow[True]["schedule"]}
    *_, job = yaml.safe_load_all(read("cronjob.yaml"))
    [calendar] = re.findall(r"OnCalendar=(.*)", read("systemd/goproxy-inspection.timer"))

    assert crons == {job["spec"]["schedule"]} == {"17,47 * * * *"}
    assert "17,47 * * * *" in read("gitlab-ci.yml")
    said = judge("systemd-analyze", "calendar", calendar, package="systemd")
    assert "*-*-* *:17,47:00" in said


def test_the_user_of_the_service_can_be_made(judge: Judge, folder: Path) -> None:
    """systemd-sysusers reads the line, and the service names the same user."""
    file = folder / "systemd" / "goproxy-inspection.conf"
    service = (folder / "systemd" / UNITS[0]).read_text(encoding="utf-8")

    said = judge("systemd-sysusers", "--dry-run", file, package="systemd")

    assert "Creating user 'goproxy-inspection'" in said
    assert "\nUser=goproxy-inspection\n" in service
