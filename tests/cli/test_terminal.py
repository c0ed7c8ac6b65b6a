"""What somebody at a terminal sees."""

import asyncio
import fcntl
import os
import re
import struct
import sys
import termios
from collections.abc import Iterator

import pytest

COLUMNS = 100
SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """A terminal of a hundred columns: our end, and the end of the program."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    yield ours, theirs
    os.close(ours)


async def test_a_report_in_colour_with_progress_before_it(
    terminal: tuple[int, int], config: str
) -> None:
    """Progress is shown while it works and wiped out then; the report fits the terminal."""
    ours, theirs = terminal
    shown, complete = bytearray(), asyncio.Event()

    def read() -> None:
        shown.extend(os.read(ours, 65536))
        if b"2 mirrors: " in shown and shown.endswith(b"\r\n"):
            complete.set()

    loop = asyncio.get_running_loop()
    loop.add_reader(ours, read)
    env = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS"}}
    command = (sys.executable, "-m", "goproxy_exporter", "probe", "--config.file", config)
    process = await asyncio.create_subprocess_exec(
        *command, stdout=theirs, stderr=theirs, env={**env, "TERM": "xterm-256color"}
    )
    code = await process.wait()
    await asyncio.wait_for(complete.wait(), 60)
    loop.remove_reader(ours)
    os.close(theirs)

    text = shown.decode()
    progress, report = text.split("\x1b[?25h", 1)
    assert code == 0
    assert "asking" in progress
    assert "14/14" in progress
    assert "\x1b[1;32mHEALTHY" in report
    lines = [line.strip("\r") for line in SEQUENCE.sub("", report).split("\n")]
    assert max(map(len, lines)) <= COLUMNS
    assert "2 mirrors: 2 healthy" in lines[-2]
