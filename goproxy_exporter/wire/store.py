"""Where do the bytes of a body go while they arrive, and what is their digest?"""

import asyncio
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol, cast

from goproxy_exporter.wire.body import Body

IN_MEMORY = 1 << 20
"""Bytes of a spooled body that stay in memory; with more, all of it goes to a file."""
HEAD = 1024
"""Bytes of the beginning that are kept for showing."""
_BATCH = 256 << 10
_MOST_WAITING = 1 << 20
_PIECE = 64 << 10
_HOLD = "store"


class Store:
    """Bytes in memory, or in a temporary file once they are more than `in_memory`; digested."""

    def __init__(self, *, in_memory: int | None = None) -> None:
        self.size = 0
        self.head = b""
        self._digest = hashlib.sha256()
        self._in_memory = in_memory
        self._pieces: list[bytes | bytearray] = []
        self._file: BinaryIO | None = None

    def write(self, data: bytes | bytearray) -> None:
        """Keep these bytes. Raises OSError where the disk does not take them."""
        if len(self.head) < HEAD:
            self.head += bytes(data[: HEAD - len(self.head)])
        self.size += len(data)
        self._digest.update(data)
        if self._file is None:
            self._pieces.append(data)
            if self._in_memory is not None and self.size > self._in_memory:
                self._spill()
        else:
            self._file.write(data)

    @property
    def sha256(self) -> str:
        """The digest of all bytes, in lower-case hex."""
        return self._digest.hexdigest()

    def pieces(self) -> Iterator[bytes]:
        """Give all bytes again, in pieces that fit in memory."""
        if self._file is None:
            yield from map(bytes, self._pieces)
            return
        self._file.seek(0)
        while piece := self._file.read(_PIECE):
            yield piece

    def body(self) -> Body:
        """Hand the bytes over: whoever gets the body closes it."""
        file, self._file = self._file, None
        if file is not None:
            return Body(file=file)
        pieces, self._pieces = self._pieces, []
        return Body(bytes(pieces[0]) if len(pieces) == 1 else b"".join(pieces))

    def close(self) -> None:
        """Drop the bytes, unless they were handed over."""
        self._pieces = []
        if self._file is not None:
            self._file.close()

    def _spill(self) -> None:
        # The file outlives this function: `body` hands it over or `close` closes it.
        self._file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - see above
        pieces, self._pieces = self._pieces, []
        self._file.writelines(pieces)


class Gate(Protocol):
    """What holds back the peer: the stream that fills a spool."""

    def hold(self, reason: str) -> None:
        """Let nothing more in."""

    def release(self, reason: str) -> None:
        """Let more in."""


class Spool:
    """A store whose disk never holds up the loop: beyond the first MiB a thread writes.

    While the thread is behind by a MiB nothing more is read from the peer.
    """

    def __init__(self) -> None:
        self.store = Store(in_memory=IN_MEMORY)
        self.gate: Gate | None = None
        self.on_error: Callable[[OSError], None] | None = None
        self._waiting: list[bytes | bytearray] = []
        self._amount = 0
        self._total = 0
        self._busy: asyncio.Future[None] | None = None
        self._error: OSError | None = None
        self._closed = False

    def write(self, data: bytes | bytearray) -> None:
        """Keep these bytes, now or soon."""
        self._total += len(data)
        if self._total <= IN_MEMORY:
            self.store.write(data)
            return
        if self._error is not None:
            return
        self._waiting.append(data)
        self._amount += len(data)
        if self._busy is None and self._amount >= _BATCH:
            self._flush()
        elif self._amount >= _MOST_WAITING and self.gate is not None:
            self.gate.hold(_HOLD)

    async def drain(self) -> None:
        """Wait until everything is where it belongs. Raises OSError where the disk refused."""
        while self._busy is not None or self._waiting:
            if self._busy is None:
                self._flush()
            assert self._busy is not None
            await asyncio.wait([self._busy])
            await asyncio.sleep(0)
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """Drop everything, at once or as soon as the thread lets go of it."""
        self._closed = True
        self._waiting = []
        self.gate = self.on_error = None
        if self._busy is None:
            self.store.close()

    def _flush(self) -> None:
        batch, self._waiting, self._amount = self._waiting, [], 0
        self._busy = asyncio.get_running_loop().run_in_executor(None, self._keep, batch)
        self._busy.add_done_callback(self._kept)

    def _keep(self, batch: list[bytes | bytearray]) -> None:
        for data in batch:
            self.store.write(data)

    def _kept(self, done: "asyncio.Future[None]") -> None:
        self._busy = None
        error = None if done.cancelled() else done.exception()
        if isinstance(error, OSError):
            self._error, self._waiting = error, []
            if self.on_error is not None:
                self.on_error(error)
        if self._closed:
            self.store.close()
        elif self._amount >= _BATCH and self._error is None:
            self._flush()
        if self.gate is not None:
            self.gate.release(_HOLD)
