"""`check-config`, `simulate`, and what holds for every command."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from goproxy_exporter import __version__
from goproxy_exporter.cli import main
from goproxy_exporter.config.load import load
from goproxy_exporter.probes import PROBES

ROOT = Path(__file__).parents[2]


def test_a_good_file_is_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0, and what the file means in a line."""
    path = str(ROOT / "config" / "public-mirrors.yml")

    assert main(["check-config", path]) == 0
    checks = len(load(Path(path), env={}, implemented=frozenset(PROBES)).checks)
    assert f"{path}: good: 3 mirrors, {checks} checks" in capsys.readouterr().out


def test_every_problem_of_every_file_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Problems come with file, line, column and key; a good file beside does not hide them."""
    bad = tmp_path / "bad.yml"
    bad.write_text("mirrors:\n  - {name: a, url: 'ftp://a'}\ndefault: {}\n")
    good = str(ROOT / "config" / "minimal.yml")

    assert main(["check-config", good, str(bad)]) == 2

    told = capsys.readouterr()
    assert f"{bad}:2:20: mirrors[0].url: " in told.err
    assert f"{bad}:3:1: default: " in told.err
    assert f"{good}: good" in told.out


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    """The version names the release of go whose rules are followed; help lists the commands."""
    assert main(["--version"]) == 0
    assert f"goproxy-exporter {__version__} (go semantics 1." in capsys.readouterr().out
    assert main(["-h"]) == 0
    help_text = capsys.readouterr().out
    assert all(name in help_text for name in ("run", "probe", "check-config", "simulate"))


def test_a_command_may_be_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Flags alone belong to `run`."""
    assert main(["--config.file", "/nonexistent.yml"]) == 2
    assert "/nonexistent.yml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["prob"], "prob"),
        (["run", "--log.level", "loud"], "--log.level"),
        (["run", "--log.format", "xml"], "xml"),
        (["run", "--grace", "never"], "'never' is not a duration"),
        (["simulate", "--fault", "tls.expird"], "tls.expired"),
        (["simulate", "--port", "70000"], "--port"),
        (["check-config"], "FILES"),
    ],
)
def test_bad_usage_is_told(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    """Exit code 2, and the mistake named."""
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_faults_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """`simulate --list` names each fault and what it means, and starts nothing."""
    assert main(["simulate", "--list"]) == 0
    assert "tls.expired" in capsys.readouterr().out


async def test_simulate_writes_a_configuration_that_probe_understands(tmp_path: Path) -> None:
    """The printed world is up; its configuration names the fault's cause; SIGTERM ends it well."""
    config = tmp_path / "simulated.yml"
    command = [sys.executable, "-m", "goproxy_exporter"]
    process = await asyncio.create_subprocess_exec(
        *command,
        "simulate",
        "--fault",
        "http.5xx",
        "--write",
        str(config),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    while b"Watch it" not in await process.stdout.readline():
        pass

    probe = await asyncio.create_subprocess_exec(
        *command,
        "probe",
        "--config.file",
        str(config),
        "goproxy",
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await probe.communicate()
    process.send_signal(signal.SIGTERM)

    assert probe.returncode == 1
    assert b"http.5xx  unusable" in out
    assert await asyncio.wait_for(process.wait(), 60) == 0
