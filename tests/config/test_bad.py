"""Every bad configuration in bad/ gives exactly the messages in the .txt file beside it."""

from pathlib import Path

import pytest

from goproxy_exporter.config.load import load
from goproxy_exporter.errors import ConfigError
from goproxy_exporter.model.names import CheckName

BAD = Path(__file__).parent / "bad"
FILES = sorted(path.name for path in BAD.glob("*.yml"))


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_gives_exactly_its_messages(
    name: str, monkeypatch: pytest.MonkeyPatch, implemented: frozenset[CheckName]
) -> None:
    """Every problem is told at once, in order, with file, line, column and key."""
    monkeypatch.chdir(BAD)
    with pytest.raises(ConfigError) as caught:
        load(Path(name), env={"HOME": "/nonexistent"}, implemented=implemented)
    assert f"{caught.value}\n" == Path(name).with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_no_message_holds_a_secret(
    name: str, monkeypatch: pytest.MonkeyPatch, implemented: frozenset[CheckName]
) -> None:
    """The bad files use one password throughout; no problem, however printed, shows it."""
    monkeypatch.chdir(BAD)
    with pytest.raises(ConfigError) as caught:
        load(Path(name), env={"HOME": "/nonexistent"}, implemented=implemented)
    assert "hunter2" not in f"{caught.value}{caught.value!r}{caught.value.problems!r}"


def test_there_are_enough_of_them_and_each_has_its_messages() -> None:
    """A bad file without its messages, or messages without their file, would test nothing."""
    assert len(FILES) >= 60
    assert {Path(name).stem for name in FILES} == {path.stem for path in BAD.glob("*.txt")}


def test_every_message_has_its_place() -> None:
    """A message without file, line and column sends the reader searching."""
    for path in BAD.glob("*.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            file, row, column, _ = line.split(":", 3)
            assert file.endswith((".yml", ".yaml")), line
            assert int(row) >= 1, line
            assert int(column) >= 1, line
