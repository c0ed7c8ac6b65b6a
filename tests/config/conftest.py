"""Ways to load a configuration in a test."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from goproxy_exporter.config.load import load
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.errors import ConfigError
from goproxy_exporter.model.names import CheckName

Load = Callable[..., Settings]
Refuse = Callable[..., list[str]]


@pytest.fixture(scope="session")
def implemented() -> frozenset[CheckName]:
    """The checks that the tests take for implemented."""
    return frozenset(
        {CheckName.ENDPOINTS, CheckName.ZIP, CheckName.LARGE_ZIP, CheckName.EDGES}
    )


@pytest.fixture
def loaded(tmp_path: Path, implemented: frozenset[CheckName]) -> Load:
    """Load a text as ``config.yml`` in `tmp_path`."""

    def load_text(text: str, env: Mapping[str, str] | None = None) -> Settings:
        path = tmp_path / "config.yml"
        path.write_text(text, encoding="utf-8")
        return load(path, env=env or {}, implemented=implemented)

    return load_text


@pytest.fixture
def refused(tmp_path: Path, loaded: Load) -> Refuse:
    """Load a text that must be refused; give its problems without the folder's name."""

    def refuse_text(text: str, env: Mapping[str, str] | None = None) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            loaded(text, env)
        return [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems]

    return refuse_text
