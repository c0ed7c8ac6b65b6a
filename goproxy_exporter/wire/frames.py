"""Where does one HTTP/2 frame end, and what says a GOAWAY?"""

import struct
from dataclasses import dataclass

LARGEST = 16384
"""The longest payload of a frame that we allow: the protocol's default (RFC 9113, 4.2)."""
DATA, GOAWAY = 0x0, 0x7
"""The types of frames that are looked at here."""

_HEADER = struct.Struct(">HBB")
_HEADER_LENGTH = 9
_GOAWAY = struct.Struct(">LL")
_STREAM_MASK = 0x7FFFFFFF


class FrameTooLongError(ValueError):
    """A frame that claims to be longer than it may be."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as it came, header included."""

    kind: int
    raw: bytes

    @property
    def is_idle(self) -> bool:
        """Whether it carries no data: what a peer may send without end at no cost."""
        return self.kind != DATA or len(self.raw) == _HEADER_LENGTH

    @property
    def going(self) -> tuple[int, int] | None:
        """The last stream that is processed and the error code, if this is a GOAWAY (6.8)."""
        if self.kind != GOAWAY or len(self.raw) < _HEADER_LENGTH + _GOAWAY.size:
            return None
        last_stream, code = _GOAWAY.unpack_from(self.raw, _HEADER_LENGTH)
        return last_stream & _STREAM_MASK, code


class Splitter:
    """Cuts bytes into frames, one when asked for one."""

    __slots__ = ("_data", "_position")

    def __init__(self) -> None:
        self._data = b""
        self._position = 0

    def add(self, data: bytes) -> None:
        """Take bytes as they came."""
        left = self._data[self._position :]
        self._data, self._position = (left + data if left else data), 0

    def next(self) -> Frame | None:
        """Give the next frame, None while it is not whole. Raise FrameTooLongError."""
        data, start = self._data, self._position
        if len(data) - start < _HEADER_LENGTH:
            return None
        high, low, kind = _HEADER.unpack_from(data, start)
        length = high << 8 | low
        if length > LARGEST:
            raise FrameTooLongError(f"a frame of {length} bytes")
        end = start + _HEADER_LENGTH + length
        if end > len(data):
            return None
        self._position = end
        return Frame(kind, data[start:end])
