"""The rules as they are shipped, and the programs that judge them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from programs import needed
from source import Source, read

DEPLOY = Path(__file__).parents[2] / "deploy"


@pytest.fixture(scope="session")
def source() -> Source:
    """What the rules are made from."""
    return read()


@pytest.fixture(scope="session")
def rules() -> list[dict[str, Any]]:
    """Every rule of the plain file, in order."""
    text = (DEPLOY / "prometheus" / "goproxy.rules.yaml").read_text(encoding="utf-8")
    return [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]


@pytest.fixture(scope="session")
def config() -> dict[str, Any]:
    """The shipped configuration of Alertmanager."""
    document: dict[str, Any] = yaml.safe_load(
        (DEPLOY / "alertmanager" / "alertmanager.yaml").read_text(encoding="utf-8")
    )
    return document


@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """Find a program, or skip and say which Debian package has it."""
    return needed
