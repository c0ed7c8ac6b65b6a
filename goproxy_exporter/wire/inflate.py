"""What is inside a gzip body, as far as anybody may want it?"""

import zlib
from collections.abc import Iterable, Iterator

from goproxy_exporter.errors import GoproxyError

_PIECE = 64 << 10
_GZIP = 16 + zlib.MAX_WBITS
_MOST_MEMBERS = 16384


class CorruptError(GoproxyError):
    """Not gzip, or not all of it."""


class OverLimitError(GoproxyError):
    """More than was wanted."""


def inflate(pieces: Iterable[bytes], *, limit: int) -> Iterator[bytes]:
    """Decompress as compress/gzip does: members in a row are one text, nothing may follow them.

    Never holds more than a piece, whatever the bytes promise. An empty body is empty. Raises
    CorruptError where Go's reader would fail, OverLimitError after `limit` bytes.
    """
    members = _Members()
    given = 0
    for piece in pieces:
        for start in range(0, len(piece), _PIECE):
            for text in members.feed(piece[start : start + _PIECE]):
                yield text[: limit - given]
                given += len(text)
                if given > limit:
                    raise OverLimitError
    members.finish()


class _Members:
    """The members of a gzip file (RFC 1952, 2.2)."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(_GZIP)
        self._begun = False
        self._count = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        more = False
        try:
            while data or more:
                if self._inner.eof:
                    self._next_member()
                self._begun = True
                text = self._inner.decompress(data, _PIECE)
                data = self._inner.unused_data if self._inner.eof else self._inner.unconsumed_tail
                more = len(text) == _PIECE and not self._inner.eof
                if text:
                    yield text
        except zlib.error as error:
            raise CorruptError(str(error)) from None

    def finish(self) -> None:
        if self._begun and not self._inner.eof:
            raise CorruptError("ends too early")

    def _next_member(self) -> None:
        self._count += 1
        if self._count > _MOST_MEMBERS:
            raise CorruptError(f"more than {_MOST_MEMBERS} members")
        self._inner = zlib.decompressobj(_GZIP)
