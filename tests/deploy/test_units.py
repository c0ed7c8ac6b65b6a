"""What does systemd make of the units?"""

import re
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from goproxy_exporter.cli.main import commands
from goproxy_exporter.cli.run import DEFAULT_PORT

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
PROGRAM = "/opt/goproxy_exporter/bin/goproxy-exporter"
SERVICE = "goproxy-exporter.service"
RELAY = "goproxy-exporter-relay.service"
SERVICES = (SERVICE, RELAY)
EXPOSED = 20
"""Ten times the exposure that systemd may find: below 2 it calls a unit OK."""

Run = Callable[..., Any]


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as they are, but for a program that is installed here."""
    shutil.copytree(UNITS, tmp_path, dirs_exist_ok=True)
    for name in SERVICES:
        service = tmp_path / name
        text = service.read_text(encoding="utf-8")
        assert PROGRAM in text
        service.write_text(text.replace(PROGRAM, sys.executable), encoding="utf-8")
    return tmp_path


def values(file: str, key: str) -> list[str]:
    """Give what a unit says for a key, each time."""
    lines = (UNITS / file).read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{key}=")]


@pytest.mark.parametrize(
    "unit", sorted(path.name for path in UNITS.iterdir() if path.suffix != ".d")
)
def test_systemd_understands_every_line(run: Run, units: Path, unit: str) -> None:
    """An unknown key is only warned of: so silence is asked for. Drop-ins are read as well."""
    done = run("systemd-analyze", "verify", "--man=no", units / unit, package="systemd")
    assert done.stderr == ""


def test_an_unknown_key_of_a_drop_in_would_be_found(run: Run, units: Path) -> None:
    """The silence above means something."""
    (units / f"{SERVICE}.d" / "socket.conf").write_text("[Service]\nEnvironmentt=X=y\n")
    done = run("systemd-analyze", "verify", "--man=no", units / SERVICE, package="systemd")
    assert "Environmentt" in done.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_the_service_is_hardly_exposed(run: Run, units: Path, service: str) -> None:
    """Below 2 of 10."""
    options = ["--offline=true", f"--threshold={EXPOSED}"]
    run("systemd-analyze", "security", *options, units / service, package="systemd")


def test_the_relay_may_no_more_than_the_exporter() -> None:
    """What confines the one confines the other, which has no folder and no metrics of /proc."""
    own = {"Description", "Type", "ExecStart", "ExecReload", "EnvironmentFile", "WatchdogSec"}
    own |= {"StateDirectory", "StateDirectoryMode", "MemoryMax", "TasksMax"}
    keys = re.findall(r"^(\w+)=", (UNITS / SERVICE).read_text("utf-8"), re.MULTILINE)

    for key in set(keys) - own:
        assert values(RELAY, key) == values(SERVICE, key), key
    assert values(RELAY, "ProcSubset") == ["pid"]


@pytest.mark.parametrize("listen", ["", "--web.systemd-socket"])
def test_the_program_takes_its_commands(listen: str) -> None:
    """To start, with a socket of systemd's or without, and to check before a reload."""
    (start,), (check, signal) = values(SERVICE, "ExecStart"), values(SERVICE, "ExecReload")

    for line in (start, check):
        program, name, *arguments = line.split()
        given = [word for word in arguments if not word.startswith("$")]
        if listen and name == "run":
            given.append(listen)
        command = commands.get_command(click.Context(commands), name)
        assert program == PROGRAM
        assert command is not None
        command.make_context(name, given)
    assert start.endswith(" $LISTEN $ARGS")
    assert signal == "/bin/kill -HUP $MAINPID"


def test_the_socket_is_the_program_s_and_its_service_uses_it() -> None:
    """The drop-in gives the flag; the port is the one that everybody knows."""
    assert values("goproxy-exporter.socket", "ListenStream") == [str(DEFAULT_PORT)]
    drop_in = f"{SERVICE}.d/socket.conf"
    assert values(drop_in, "Environment") == ["LISTEN=--web.systemd-socket"]
    assert values(drop_in, "Requires") == ["goproxy-exporter.socket"]


def test_systemd_waits_for_the_word_of_the_program() -> None:
    """Ready, and alive: what the program tells is asked for."""
    assert values(SERVICE, "Type") == ["notify"]
    assert values(SERVICE, "WatchdogSec") == ["60s"]
    assert values(SERVICE, "Restart") == ["on-failure"]


def test_the_relay_takes_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """A robot that the file of secrets does not name is switched off; one that it names is told."""
    (variables,) = values(RELAY, "Environment")
    for variable in variables.split():
        name, _, value = variable.partition("=")
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DINGTALK_URL", "https://robot.example/send")
    (start,) = values(RELAY, "ExecStart")
    program, name, *arguments = shlex.split(start)
    command = commands.get_command(click.Context(commands), name)
    assert command is not None

    # As systemd does: $$ becomes $, and a variable that is not set leaves nothing.
    given = [word.replace("$$", "$") for word in arguments if word != "$ARGS"]
    robots = command.make_context(name, given).params["destinations"]

    assert program == PROGRAM
    assert [each and str(each.kind) for each in robots] == ["dingtalk", None, None]
    used = set(re.findall(r"\$\$\{(\w+)\}", start))
    assert used == {variable.partition("=")[0] for variable in variables.split()}
    assert not re.search(r"(?<!\$)\$\{", start), "systemd would put a secret in the command line"


def test_the_secrets_of_the_relay_have_to_be_there() -> None:
    """The file of flags does not."""
    secrets, flags = values(RELAY, "EnvironmentFile")
    assert not secrets.startswith("-")
    assert flags == f"-/etc/default/{RELAY.removesuffix('.service')}"
