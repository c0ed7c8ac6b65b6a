"""Which verified tree head was known before the program was started?"""

import asyncio
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import structlog

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.note_key import Verifier
from goproxy_exporter.gomod.signed_head import SignedHead, open_head
from goproxy_exporter.reference.growth import Point

FOLDER = "sumdb"
"""Where heads are, in the state directory."""
CORRUPT = ".corrupt"
"""What is put behind the name of a file that could not be read."""
_LONGEST = 1 << 20
_DIGEST = "sha256"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept: the largest verified head, and when the tree was seen at which size."""

    signed: SignedHead
    points: tuple[Point, ...] = ()


class HeadFile:
    """A file of JSON, named after the database's name and key. What is wrong with it is logged.

    A digest tells whether the file is what was written, and the head has its own signature. One
    that is not is moved aside, so that it can be looked at; whatever happens, nothing is raised.
    """

    def __init__(self, state_dir: Path, verifier: Verifier) -> None:
        name = quote(f"{verifier.name}+{verifier.key_id:08x}", safe="+")
        self.path = state_dir / FOLDER / f"{name}.json"
        self._verifier = verifier
        self._turn = asyncio.Lock()

    async def load(self) -> Kept | None:
        """Read what was kept; None where there is nothing, or nothing that can be believed."""
        return await asyncio.to_thread(self._load)

    async def save(self, kept: Kept) -> None:
        """Put the file there whole, or leave the one that is there."""
        async with self._turn:
            await asyncio.to_thread(self._save, kept)

    def _load(self) -> Kept | None:
        try:
            with self.path.open("rb") as file:
                raw = file.read(_LONGEST)
            return _read(raw, self._verifier)
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("sumdb.head_unread", file=str(self.path), error=_reason(error))
            return None
        except ValueError as error:
            self._set_aside(error)
            return None

    def _set_aside(self, error: ValueError) -> None:
        aside = self.path.with_name(self.path.name + CORRUPT)
        log.warning("sumdb.head_corrupt", file=str(self.path), aside=str(aside), error=str(error))
        try:
            self.path.replace(aside)
        except OSError as trouble:
            log.warning("sumdb.head_not_moved", file=str(self.path), error=_reason(trouble))

    def _save(self, kept: Kept) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _put(self.path, _written(kept))
        except OSError as error:
            log.warning("sumdb.head_not_kept", file=str(self.path), error=_reason(error))


def _written(kept: Kept) -> bytes:
    document: dict[str, object] = {
        "note": kept.signed.note.decode(),
        "seen": [{"at": point.at, "size": point.size} for point in kept.points],
    }
    document[_DIGEST] = _digest(document)
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"


def _digest(document: Mapping[str, object]) -> str:
    """Hash everything in a document but its digest."""
    rest = {key: value for key, value in document.items() if key != _DIGEST}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _read(raw: bytes, verifier: Verifier) -> Kept:
    """Read a file. Raises ValueError for what was not written like this, or not signed."""
    try:
        document = json.loads(raw)
        if document[_DIGEST] != _digest(document):
            raise ProtocolError("its digest is another one")
        points = tuple(Point(at=one["at"], size=one["size"]) for one in document["seen"])
        signed = open_head(document["note"].encode(), verifier)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ProtocolError(f"it is not what was written: {error!r}") from error
    return Kept(signed=signed, points=points)


def _put(path: Path, data: bytes) -> None:
    """Write to a file of another name, have it on the disk, and then give it the right one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)  # noqa: PTH105 - the temporary file has no Path
    except BaseException:
        with suppress(OSError):
            os.unlink(name)  # noqa: PTH108 - as above
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Have the new name on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
