"""A process of its own says what this one would say, and ends with whoever asked it."""

import asyncio
import io
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import pytest

from goproxy_exporter.apart import archive, process
from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.archive import inspect
from goproxy_exporter.gomod.caps import MAX_NAME

MODULE, VERSION = "example.com/m", "v1.0.0"
PREFIX = f"{MODULE}@{VERSION}/"


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, f"in {name[:20]}\n")
    return out.getvalue()


ARCHIVES = {
    "sound": packed(f"{PREFIX}go.mod", f"{PREFIX}é.go"),
    "without go.mod, with a directory": packed(f"{PREFIX}m.go", f"{PREFIX}d/"),
    "another prefix": packed("example.com/other@v1.0.0/go.mod"),
    "no zip": b"<html>\xff</html>",
    "nothing": b"",
    "a name past our limits": packed(PREFIX + "n" * MAX_NAME),
}


def outcome(file: BinaryIO) -> object:
    """Give what this process finds: an archive, or the kind and words of a refusal."""
    try:
        return inspect(file, module=MODULE, version=VERSION)
    except ProtocolError as error:
        return type(error), str(error)


async def apart(file: BinaryIO) -> object:
    """Give what another process finds."""
    try:
        return await process.inspect(file.fileno(), module=MODULE, version=VERSION)
    except ProtocolError as error:
        return type(error), str(error)


@pytest.fixture
def file() -> Iterator[BinaryIO]:
    with TemporaryFile() as spool:
        yield spool


@pytest.mark.parametrize("name", ARCHIVES)
async def test_both_say_the_same(name: str, file: BinaryIO) -> None:
    """Every field of a sound archive, every word of a refusal; in this process too."""
    file.write(ARCHIVES[name])
    file.flush()
    here = outcome(file)
    assert await apart(file) == here
    try:
        again: object = archive.read(archive.found(file, module=MODULE, version=VERSION))
    except ProtocolError as error:
        again = type(error), str(error)
    assert again == here


async def test_it_runs_this_tree_wherever_it_is_started(
    file: BinaryIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module of the same name in the current folder is not taken for ours, or for Python's."""
    for name in ("zlib.py", "json.py", "goproxy_exporter.py"):
        tmp_path.joinpath(name).write_text("raise SystemExit(7)\n")
    monkeypatch.chdir(tmp_path)
    file.write(ARCHIVES["sound"])
    file.flush()
    assert await apart(file) == outcome(file)


async def test_it_ends_with_whoever_asked(
    file: BinaryIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits, nothing goes on, not even a process that hangs."""
    hanging = tmp_path / "python"
    hanging.write_text("#!/bin/sh\nkill -STOP $$\n")
    hanging.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(hanging))
    others = _children()
    asked = asyncio.create_task(process.inspect(file.fileno(), module=MODULE, version=VERSION))
    while not any(map(_hangs, children := _children() - others)):  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.001)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert not children & _children()


async def test_no_answer_is_told(tmp_path: Path) -> None:
    """A process that breaks down says why; that is never taken for what it found."""
    path = tmp_path / "only written"
    path.write_bytes(ARCHIVES["sound"])
    unreadable = os.open(path, os.O_WRONLY)
    try:
        with pytest.raises(process.DiedError, match=r"ended with 1: (?s:.)*Bad file"):
            await process.inspect(unreadable, module=MODULE, version=VERSION)
    finally:
        os.close(unreadable)


def _hangs(process: int) -> bool:
    """Tell whether a process has stopped, by its state: proc_pid_stat(5)."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].startswith("T")


def _children() -> set[int]:
    """Give the processes that this one has started and that still are."""
    text = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return set(map(int, text.split()))
