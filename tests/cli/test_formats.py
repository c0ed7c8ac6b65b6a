"""`probe --output`: every format of one inspection, as those who read it find it."""

import json
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import click
import pytest
from programs import needed
from prometheus_client.parser import text_string_to_metric_families

from goproxy_exporter.app.inspection import Inspection
from goproxy_exporter.cli.output import Output, write_all
from goproxy_exporter.metrics import Snapshot
from goproxy_exporter.report.report import Report
from goproxy_exporter.simulator.world import World

Run = Callable[..., Awaitable[Any]]


@pytest.fixture
def promtool() -> str:
    return needed("promtool")


async def test_all_formats_tell_of_one_inspection(
    run: Run, world: World, config: str, tmp_path: Path, promtool: str
) -> None:
    """They agree on what is wrong; the file of outputs is added to, the others are whole."""
    world.switch("goproxy", "tls.expired")
    step = tmp_path / "step"
    step.write_text("before=1\n")
    paths = {name: tmp_path / f"report.{name}" for name in ("json", "markdown", "junit", "prom")}
    files = [f"--output={name}={path}" for name, path in paths.items()]

    done = await run(
        "probe",
        "--config.file",
        config,
        "--output",
        "github",
        *files,
        env={"GITHUB_OUTPUT": str(step)},
    )

    written = {name: path.read_text(encoding="utf-8") for name, path in paths.items()}
    assert (done.code, done.err) == (1, "")
    document = json.loads(written["json"])
    assert [one["primary"] for one in document["mirrors"]] == ["tls.expired", None]
    assert "🔴 Go module mirrors: unusable" in written["markdown"]
    [failure] = ET.fromstring(written["junit"]).iter("failure")
    assert failure.attrib["type"] == "tls.expired"
    assert done.out.startswith("::error title=goproxy%3A tls.expired::")
    assert step.read_text().startswith("before=1\nstate=unusable\nexit-code=1\nmirrors=2\n")
    _check_prom(written["prom"], promtool)


def _check_prom(text: str, promtool: str) -> None:
    """Hold the textfile to promtool's judgement, and to what /probe promises: gauges alone."""
    judged = subprocess.run(
        [promtool, "check", "metrics", "--extended"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (judged.returncode, judged.stderr) == (0, "")
    families = {one.name: one for one in text_string_to_metric_families(text)}
    assert {one.type for one in families.values()} == {"gauge"}
    states = {
        (sample.labels["mirror"], sample.labels["state"]): sample.value
        for sample in families["goproxy_mirror_state"].samples
    }
    assert states["goproxy", "unusable"] == states["golang", "healthy"] == 1
    assert states["goproxy", "healthy"] == states["golang", "unusable"] == 0
    [success] = families["goproxy_probe_success"].samples
    assert (success.labels, success.value) == ({}, 0)
    assert families["goproxy_probe_duration_seconds"].samples[0].value > 0


def test_outputs_that_cannot_be_added_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with every report that cannot be written: all others are."""
    report = Report(vantage="lab", started=0.0, finished=1.0, mirrors=())
    inspection = Inspection(report, Snapshot(mirrors=()))
    path = tmp_path / "report.json"
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "nowhere" / "step"))

    with pytest.raises(click.ClickException, match=r"cannot write .*/nowhere/step: No such file"):
        write_all([Output("github"), Output("json", str(path))], inspection)

    assert json.loads(path.read_text())["exit_code"] == 0
