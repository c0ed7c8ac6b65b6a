"""How is a process of its own asked about an archive?"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from goproxy_exporter.apart import archive
from goproxy_exporter.gomod.archive import Archive

_TREE = str(Path(__file__).parents[2])
"""Where this program's package lies: the process runs the same one, wherever it is started."""
_SHOWN = 2000


class DiedError(RuntimeError):
    """The process ended without an answer: killed, or by a bug of ours."""


async def inspect(descriptor: int, *, module: str, version: str) -> Archive:
    """Inspect the archive in an open file as `gomod.archive.inspect` does, and raise what it raises.

    Moves the file's position. Whoever stops waiting stops the process. Raises DiedError where it
    gives no answer, OSError where it cannot be started.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", archive.__name__, module, version),
        env={**os.environ, "PYTHONPATH": _TREE},
        stdin=descriptor,
        stdout=PIPE,
        stderr=PIPE,
        # Ctrl-C at a terminal is for whoever waits, who then stops this one too.
        start_new_session=True,
    )
    try:
        said, complaint = await process.communicate()
    finally:
        await _stop(process)
    if process.returncode != 0:
        words = complaint[-_SHOWN:].decode(errors="replace")
        raise DiedError(
            f"the process that inspects archives ended with {process.returncode}: {words}"
        )
    return archive.read(said)


async def _stop(process: Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()
