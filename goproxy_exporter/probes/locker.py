"""Where are files kept that contradict the checksum database?"""

import asyncio
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import structlog

from goproxy_exporter.wire.body import Body

FOLDER = "evidence"
"""Where they are, in the state directory."""
MOST = 16
"""Files that are kept. Nothing is replaced: who needs room takes away what he has seen."""
LARGEST = 32 << 20
"""Bytes of a file that is kept."""

log = structlog.get_logger(__name__)


class Locker:
    """Keeps a few offending files, each once. What cannot be kept is logged, and no more."""

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir / FOLDER
        self._turn = asyncio.Lock()

    async def keep(self, name: str, body: Body) -> str | None:
        """Keep the bytes of a body under a name; give the path, None where they are not kept."""
        async with self._turn:
            return await asyncio.to_thread(self._keep, name, body)

    def _keep(self, name: str, body: Body) -> str | None:
        path = self._folder / name
        try:
            if path.exists():
                return str(path)
            self._folder.mkdir(parents=True, exist_ok=True)
            if len(list(self._folder.iterdir())) >= MOST or _size(body) > LARGEST:
                return None
            self._write(path, body)
        except OSError as error:
            log.warning("evidence.not_kept", file=str(path), error=error.strerror or str(error))
            return None
        return str(path)

    def _write(self, path: Path, body: Body) -> None:
        """Put the file there whole."""
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as file:
            temporary = Path(file.name)
            try:
                shutil.copyfileobj(body.file, file)
                file.flush()
                temporary.replace(path)
            except BaseException:
                with suppress(OSError):
                    temporary.unlink()
                raise


def _size(body: Body) -> int:
    return body.file.seek(0, 2)
