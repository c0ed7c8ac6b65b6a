"""What is written agrees with what is built."""

import importlib.util
import re
import subprocess
from pathlib import Path
from types import ModuleType

import click
import pytest
from programs import PACKAGES, needed

from goproxy_exporter.cli.main import COMMANDS as NAMES
from goproxy_exporter.cli.main import commands
from goproxy_exporter.model.cause import Code
from goproxy_exporter.report.runbook import anchor

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("bench/*.md")])
CONTEXT = click.Context(commands)
COMMANDS = {name: command for name in NAMES if (command := commands.get_command(CONTEXT, name))}
LINK = re.compile(r"\]\((?!https?://)([^)#]*)(#[^)]*)?\)")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_references_are_up_to_date(generator: ModuleType) -> None:
    """Causes, keys, metrics and the schema are what the code says: `make docs` changes nothing."""
    assert generator.main(check=True) == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link names a file, and every anchor a heading."""
    for path, fragment in LINK.findall(page.read_text(encoding="utf-8")):
        target = page.parent / path if path else page
        assert target.exists(), path
        if fragment:
            assert fragment[1:] in _anchors(target.read_text(encoding="utf-8")), fragment


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("code", Code)
def test_every_cause_has_its_section_where_reports_point(code: Code) -> None:
    """The place that a cause's report names is a heading of docs/causes.md."""
    assert anchor(code) in _anchors((ROOT / "docs" / "causes.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_option_is_described(command: click.Command) -> None:
    """Each flag of each command has its row in docs/command-line.md, and no row is left over."""
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {command.name}\n")[2].partition("\n## ")[0]

    flags = {
        option
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
    }

    assert flags == set(re.findall(r"`(--[a-z.-]+)", section)) - {"--help"}


@pytest.mark.parametrize("language", ["README.md", "README.zh-CN.md"])
def test_readmes_show_the_two_commands(language: str) -> None:
    """A newcomer finds `make run` and `make test` in either language."""
    text = (ROOT / language).read_text(encoding="utf-8")

    assert re.search(r"^make run\b", text, re.MULTILINE)
    assert re.search(r"^make test\b", text, re.MULTILINE)


def test_shown_options_exist() -> None:
    """Each flag in a command line that the READMEs show is a flag of that command."""
    for language in ("README.md", "README.zh-CN.md"):
        text = (ROOT / language).read_text(encoding="utf-8")
        for name, rest in re.findall(r"^goproxy-exporter (\S+)(.*)$", text, re.MULTILINE):
            command = COMMANDS[name]
            known = {option for parameter in command.params for option in parameter.opts}
            assert set(re.findall(r"--[a-z.-]+", rest)) <= known


def test_makefile_verbs_are_described() -> None:
    """`make help` has a line for each verb."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    declared = set(re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)[1].split())  # type: ignore[index]  # there is such a line

    assert declared == set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE))


def test_continuous_integration_installs_what_a_skipped_test_names() -> None:
    """A program is of the same Debian package for both."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    installed = dict(re.findall(r"^  \[(\S+)\]=(\S+)$", script, re.MULTILINE))

    both = installed.keys() & PACKAGES.keys()

    assert {"promtool", "nginx", "ip"} <= both
    assert {name: installed[name] for name in both} == {name: PACKAGES[name] for name in both}


@pytest.mark.parametrize("verb", ["run", "test"])
def test_a_machine_without_python_is_told_what_to_install(verb: str, tmp_path: Path) -> None:
    """One line that can be pasted; nothing is made."""
    make = needed("make")
    venv = tmp_path / "venv"

    done = subprocess.run(
        [make, "-C", str(ROOT), verb, "PYTHON=", f"VENV={venv}"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "    sudo apt-get install -y python3 python3-venv\n" in done.stdout
    assert not venv.exists()
