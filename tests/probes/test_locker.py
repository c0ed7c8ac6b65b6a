"""Offending files are kept within bounds."""

from pathlib import Path

import structlog

from goproxy_exporter.probes import locker
from goproxy_exporter.probes.locker import FOLDER, MOST, Locker
from goproxy_exporter.wire.body import Body


async def test_a_file_is_kept_once_and_whole(tmp_path: Path) -> None:
    """The same name is the same file; nothing else is left in the folder."""
    keeper = Locker(tmp_path / "state")
    first = await keeper.keep("a.zip", Body(b"bytes"))
    assert first == str(tmp_path / "state" / FOLDER / "a.zip")
    assert await keeper.keep("a.zip", Body(b"others")) == first
    assert [path.read_bytes() for path in (tmp_path / "state" / FOLDER).iterdir()] == [b"bytes"]


async def test_there_are_bounds(tmp_path: Path) -> None:
    """Of more files the first are kept; what is too large is not."""
    keeper = Locker(tmp_path)
    kept = [await keeper.keep(f"{number}.mod", Body(b"x")) for number in range(MOST + 5)]
    assert [path is not None for path in kept] == [True] * MOST + [False] * 5
    assert len(list((tmp_path / FOLDER).iterdir())) == MOST
    other = Locker(tmp_path / "other")
    assert await other.keep("large.zip", Body(bytes(locker.LARGEST + 1))) is None


async def test_a_folder_that_cannot_be_made_stops_nothing(tmp_path: Path) -> None:
    """It is told in the log."""
    (tmp_path / FOLDER).write_text("in the way")
    with structlog.testing.capture_logs() as told:
        assert await Locker(tmp_path).keep("a.zip", Body(b"x")) is None
    assert [one["event"] for one in told] == ["evidence.not_kept"]
