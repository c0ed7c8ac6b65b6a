"""Files that reports go to."""

import errno
import os
from pathlib import Path
from threading import Thread

import pytest

from goproxy_exporter.cli.destination import check_destination, put


def test_a_file_is_whole_and_readable_by_others(tmp_path: Path) -> None:
    """Nothing but the file is there afterwards, however often it is written."""
    path = tmp_path / "report.json"
    for text in ("first", "é"):
        put(path, text)
    assert path.read_text(encoding="utf-8") == "é"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it leads to is replaced, be it there yet or not."""
    link = tmp_path / "latest.json"
    link.symlink_to("report.json")
    for text in ("first", "second"):
        put(link, text)
    assert link.is_symlink()
    assert (tmp_path / "report.json").read_text() == "second"


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    """What is no regular file is never replaced by one: not a pipe, and not /dev/null."""
    pipe, heard = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = Thread(target=lambda: heard.append(pipe.read_text()))
    reader.start()
    put(pipe, "text")
    reader.join()
    assert heard == ["text"]
    assert pipe.is_fifo()
    put(Path("/dev/null"), "text")
    assert Path("/dev/null").is_char_device()


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    """A name that cannot be taken after all costs no litter, and the old file stays."""
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(OSError, match="directory"):
        put(folder / ".." / "folder", "text")
    assert list(tmp_path.iterdir()) == [folder]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("", errno.EISDIR),
        ("nowhere/report.json", errno.ENOENT),
        ("file/report.json", errno.ENOTDIR),
        ("n" * 300, errno.ENAMETOOLONG),
    ],
)
def test_what_can_be_no_file_is_told_before(tmp_path: Path, name: str, number: int) -> None:
    """A folder, or a file in what is none, is refused while nothing was spent yet."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError) as caught:  # noqa: PT011 - its number is looked at
        check_destination(tmp_path / name)
    assert caught.value.errno == number
    check_destination(tmp_path / "report.json")
