"""What is in the Dockerfile? Built and run it is where an engine is: `make container`."""

import json
import re
import threading
import tomllib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import click
import pytest

from goproxy_exporter.cli.main import commands
from goproxy_exporter.cli.run import DEFAULT_PORT

ROOT = Path(__file__).parents[2]
DOCKERFILE = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
DEFAULT_CONFIG = "/etc/goproxy_exporter/config.yml"

Run = Callable[..., Any]


def instruction(name: str) -> str:
    """Give what the last stage says after a word."""
    stage = DOCKERFILE.rpartition("\nFROM ")[2]
    (found,) = re.findall(rf"^{name} (.+)$", stage, re.MULTILINE)
    return str(found)


def test_hadolint_finds_nothing(run: Run) -> None:
    """Without an exception."""
    run("hadolint", ROOT / "Dockerfile")


def test_the_build_sees_what_it_copies_and_no_more() -> None:
    """Each line of .dockerignore that lets something in is there for one COPY."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    }

    assert "*" in ignored
    assert all((ROOT / source).exists() for source in copied)
    assert let_in == {
        "requirements" if source.startswith("requirements/") else source for source in copied
    }


def test_nothing_is_installed_but_what_is_locked() -> None:
    """Every pip that installs or builds has its hashes from a lock, or no index at all."""
    steps = re.findall(r"\bpip (?:--python \S+ )?(?:install|wheel) ([^&\n]+)", DOCKERFILE)

    assert len(steps) == 4
    for step in steps:
        assert "--no-deps" in step
        assert "--require-hashes" in step or "--no-index" in step, step
        for lock in re.findall(r"-r (\S+)", step):
            pins = (ROOT / lock).read_text(encoding="utf-8")
            assert pins.count("==") > 0
            assert len(re.findall(r"==[^\n]+\\\n +--hash=sha256:", pins)) == pins.count("==")


def test_the_locked_builder_is_the_one_that_the_project_names() -> None:
    """`build-system.requires` and the group that is locked for the image say the same."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["build-system"]["requires"] == project["dependency-groups"]["build"]


def test_it_runs_as_a_number_without_a_shell() -> None:
    """A name could be root's; a shell would keep SIGTERM to itself."""
    assert instruction("USER") == "65532:65532"
    assert json.loads(instruction("ENTRYPOINT")) == ["goproxy-exporter"]


def test_the_program_takes_the_default_command() -> None:
    """It is `run` on a file that the image has, on the port that is exposed."""
    name, *flags = json.loads(instruction("CMD"))
    command = commands.get_command(click.Context(commands), name)
    assert command is not None

    given = command.make_context(name, flags).params

    assert str(given["config_file"]) == DEFAULT_CONFIG
    assert f"\nCOPY config/public-mirrors.yml {DEFAULT_CONFIG}\n" in DOCKERFILE
    assert instruction("EXPOSE") == str(DEFAULT_PORT)


def test_any_python_can_be_chosen_and_pinned() -> None:
    """Both stages stand on the same one: a release by its tag, or any image, also by digest."""
    head, *_ = DOCKERFILE.partition("\nFROM ")
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert stages == ["${BASE}", "${BASE}"]
    assert re.search(r"^ARG PYTHON_VERSION=3\.\d+$", head, re.MULTILINE)
    assert "\nARG BASE=docker.io/library/python:${PYTHON_VERSION}-slim\n" in head


@pytest.fixture
def served() -> Iterator[Callable[[int], int]]:
    """Serve a status at /-/healthy; gives the port."""
    servers: list[HTTPServer] = []

    def serve(status: int) -> int:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status if self.path == "/-/healthy" else 404)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever).start()
        servers.append(server)
        return int(server.server_address[1])

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_says_what_the_exporter_says(
    served: Callable[[int], int],
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    code: int,
) -> None:
    """Also where a forward proxy is in the environment."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    program, *arguments = json.loads(instruction("HEALTHCHECK").partition(" CMD ")[2])
    asked = [part.replace(str(DEFAULT_PORT), str(served(status))) for part in arguments]
    assert asked != arguments

    run(program, *asked, expect=code)


def test_nobody_there_is_not_healthy(run: Run, served: Callable[[int], int]) -> None:
    """The check fails by itself."""
    program, *arguments = json.loads(instruction("HEALTHCHECK").partition(" CMD ")[2])
    run(program, *(part.replace(str(DEFAULT_PORT), "9") for part in arguments), expect=1)
