"""Where does the body of an answer stay until it is judged?"""

import io
from types import TracebackType
from typing import BinaryIO, Self


class Body:
    """A body of bounded size, in memory or in a temporary file. Whoever asked closes it."""

    __slots__ = ("_data", "_file")

    def __init__(self, data: bytes = b"", file: BinaryIO | None = None) -> None:
        self._data = data
        self._file = file

    @property
    def data(self) -> bytes:
        """Every byte. Reads a spooled body into memory: meant for small ones."""
        if self._file is None:
            return self._data
        self._file.seek(0)
        return self._file.read()

    @property
    def file(self) -> BinaryIO:
        """A file at its start, seekable; the same one each time where the body was spooled."""
        if self._file is None:
            return io.BytesIO(self._data)
        self._file.seek(0)
        return self._file

    @property
    def descriptor(self) -> int | None:
        """The open file of a spooled body, None for one in memory."""
        return None if self._file is None else self._file.fileno()

    def close(self) -> None:
        """Let go of the bytes; more than once does no harm."""
        self._data = b""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
