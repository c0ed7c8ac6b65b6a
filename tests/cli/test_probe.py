"""`probe`: what it prints, writes, and tells the shell."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from goproxy_exporter.cli import main
from goproxy_exporter.config.beats import OF_MIRRORS
from goproxy_exporter.model.names import CheckName
from goproxy_exporter.probes import PROBES
from goproxy_exporter.simulator.world import World

Run = Callable[..., Awaitable[Any]]


async def test_a_healthy_world_exits_with_0(run: Run, config: str) -> None:
    """Everything holds: healthy, nothing on standard error, exit code 0."""
    done = await run("probe", "--config.file", config)

    assert (done.code, done.err) == (0, "")
    assert "2 mirrors: 2 healthy" in done.out


async def test_what_is_piped_is_plain(run: Run, config: str) -> None:
    """No control sequence reaches a pipe."""
    done = await run("probe", "--config.file", config)

    assert all(char.isprintable() or char == "\n" for char in done.out)


async def test_a_fault_is_named_and_exits_with_1(run: Run, world: World, config: str) -> None:
    """The cause, its evidence and advice are printed; the threshold decides the exit code."""
    world.switch("goproxy", "tls.expired")

    done = await run("probe", "--config.file", config, "goproxy")
    never = await run("probe", "--config.file", config, "goproxy", "--fail-on", "never")

    assert (done.code, never.code) == (1, 0)
    assert "tls.expired  unusable, blame: mirror" in done.out
    assert "advice" in done.out


async def test_json_goes_to_a_file_and_text_to_the_terminal(
    run: Run, config: str, tmp_path: Path
) -> None:
    """Several reports of one inspection; a file is whole, and readable by others."""
    path = tmp_path / "report.json"

    done = await run(
        "probe", "--config.file", config, "--output", f"json={path}", "--output", "text"
    )

    document = json.loads(path.read_text())
    assert [mirror["state"] for mirror in document["mirrors"]] == ["healthy", "healthy"]
    assert {check["check"] for check in document["mirrors"][0]["checks"]} == {
        str(name)
        for name in PROBES
        if name in OF_MIRRORS and name not in {CheckName.CHECKSUM, CheckName.SUMDB}
    }, "nothing is verified in this world"
    assert path.stat().st_mode & 0o777 == 0o644
    assert "2 healthy" in done.out


async def test_goproxy_entries_become_mirrors(run: Run, world: World, config: str) -> None:
    """Each URL of the list is judged; direct and off are not mirrors."""
    value = f"{world.url('goproxy')},{world.url('golang')},direct"

    done = await run("probe", "--config.file", config, "--goproxy", value, "--output", "json")

    names = [mirror["url"] for mirror in json.loads(done.out)["mirrors"]]
    assert names == [world.url("goproxy"), world.url("golang")]


async def test_goproxy_env_asks_go(run: Run, world: World, config: str) -> None:
    """``--goproxy env`` takes the value that the go command here would use."""
    go = Path(sys.executable).parent
    if not (go / "go").exists():
        pytest.skip("no go command in the virtual environment")
    env = {"GOPROXY": f"{world.url('golang')},direct", "PATH": f"{go}:{os.environ['PATH']}"}

    done = await run(
        "probe", "--config.file", config, "--goproxy", "env", "--output", "json", env=env
    )

    assert [mirror["url"] for mirror in json.loads(done.out)["mirrors"]] == [world.url("golang")]


def test_goproxy_env_without_go_says_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without Go gets a way out, not a traceback."""
    monkeypatch.setenv("PATH", "/nonexistent")

    code = main(["probe", "--goproxy", "env"])

    assert code == 2
    assert "give the list itself: --goproxy URL,URL,direct" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("#!/bin/sh\necho no json", "does not say what it is set to"),
        ("#!/bin/sh\necho '[]'", "does not say what it is set to"),
        ("#!/bin/sh\nprintf '\\377'", "does not say what it is set to"),
        ("#!/bin/sh\nprintf '\\377\\033 no' >&2; exit 3", "env failed: \ufffd\ufffd no"),
        ("not a program", "cannot be run: Exec format error"),
    ],
)
def test_goproxy_env_with_an_odd_go_is_told(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    script: str,
    words: str,
) -> None:
    """Whatever is called go: a sentence with its place, not a traceback."""
    go = tmp_path / "go"
    go.write_text(script)
    go.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    code = main(["probe", "--goproxy", "env"])

    told = capsys.readouterr()
    assert (code, told.out) == (2, "")
    assert told.err.startswith(f"Error: {go} ")
    assert words in told.err


async def test_deadline_leaves_the_rest_unknown(run: Run, world: World, config: str) -> None:
    """What did not end in time is unknown, and that has an exit code of its own."""
    world.switch("goproxy", "transport.timeout")

    hurried = ("probe", "--config.file", config, "goproxy", "--deadline", "1s")
    done, allowed = await asyncio.gather(run(*hurried), run(*hurried, "--allow-unknown"))

    assert (done.code, allowed.code) == (3, 0)
    assert "UNKNOWN" in done.out


@pytest.mark.parametrize("told", [[signal.SIGINT], [signal.SIGINT, signal.SIGTERM]])
async def test_ctrl_c_writes_the_partial_report(
    world: World, config: str, told: list[signal.Signals]
) -> None:
    """Interrupted, also by somebody impatient: what was seen is written, and the exit code is 130."""
    world.switch("goproxy", "transport.timeout")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "goproxy_exporter",
        "probe",
        "--config.file",
        config,
        "--log.level",
        "debug",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    while b"golang" not in await process.stderr.readline():
        pass

    # Two of a kind might be taken for one.
    for one in told:
        process.send_signal(one)
    out, _ = await asyncio.wait_for(process.communicate(), 60)

    assert process.returncode == 130
    assert "2 mirrors" in out.decode()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--output", "yaml"], "unknown format 'yaml'; there is: text, json"),
        (["--output", "json="], "names no file after the ="),
        (["--output", "text", "--output", "json"], "two reports for standard output"),
        (["--rounds", "0"], "--rounds"),
        (["--deadline", "soon"], "'soon' is not a duration"),
        (["--deadline", "0s"], "no time at all"),
        (["--fail-on", "healthy"], "--fail-on"),
        (["goprxy.cn"], "did you mean 'goproxy.cn'?"),
        (["ftp://goproxy.cn"], "ftp"),
        (["--goproxy", "foo"], "missing scheme"),
        (["--goproxy", "direct"], "direct names no mirror to look at"),
        (["--goproxy", "file:///srv/go,off"], "file:///srv/go,off names no mirror to look at"),
        (["--config.file", "/nonexistent.yml"], "/nonexistent.yml"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_bad_usage_is_told_and_exits_with_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    """Each mistake is named in words; nothing is asked of any mirror."""
    code = main(["probe", *arguments])

    told = capsys.readouterr()
    assert (code, told.out) == (2, "")
    assert words in told.err


def test_a_report_that_cannot_be_written_is_told_before_anything_is_asked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Unwritable destinations are errors with their names, all of them; no mirror is asked."""
    folder = tmp_path / "folder"
    folder.mkdir()

    code = main(["probe", "--output=json=/dev/null/r.json", "--output", f"text={folder}"])

    told = capsys.readouterr()
    assert (code, told.out) == (2, "")
    assert "cannot write /dev/null/r.json: Not a directory" in told.err
    assert f"cannot write {folder}: Is a directory" in told.err


def test_one_file_under_two_names_is_one_destination(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A report that would overwrite another is refused."""
    outputs = [f"--output=json={tmp_path}/r", f"--output=text={tmp_path}/./r"]

    assert main(["probe", *outputs]) == 2
    assert "give all but one a file of its own" in capsys.readouterr().err


async def test_a_destination_that_fails_costs_no_other(
    run: Run, world: World, config: str, tmp_path: Path
) -> None:
    """Standard output without room, or without a reader: the file is written all the same."""
    world.switch("goproxy", "http.5xx")
    path = tmp_path / "report.json"
    arguments = ("probe", "--config.file", config, "goproxy")
    outputs = ("--output", "text", "--output", f"json={path}")

    full = os.open("/dev/full", os.O_WRONLY)
    no_room = await run(*arguments, *outputs, stdout=full)
    os.close(full)
    assert (no_room.code, no_room.err) == (
        2,
        "Error: cannot write standard output: No space left on device\n",
    )
    assert json.loads(path.read_text())["exit_code"] == 1
    path.unlink()

    reading, writing = os.pipe()
    os.close(reading)
    no_reader = await run(*arguments, *outputs, stdout=writing)
    os.close(writing)
    assert (no_reader.code, no_reader.err) == (1, "")
    assert json.loads(path.read_text())["exit_code"] == 1


async def test_any_locale_will_do(run: Run, world: World, tmp_path: Path) -> None:
    """Text shows what the encoding has; JSON is UTF-8 everywhere."""
    config = tmp_path / "elsewhere.yml"
    config.write_text(world.config_yaml().replace("simulated", "Büro…"), encoding="utf-8")
    env = {"PYTHONIOENCODING": "latin-1"}

    shown = await run("probe", "--config.file", str(config), "golang", env=env, encoding="latin-1")
    document = await run(
        "probe", "--config.file", str(config), "golang", "--output", "json", env=env
    )

    assert (shown.code, shown.err) == (0, "")
    assert "from Büro?" in shown.out
    assert json.loads(document.out)["vantage"] == "Büro…"
