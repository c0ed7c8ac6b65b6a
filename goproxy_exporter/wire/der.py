"""How is DER read as strictly as Go reads it?

Source: golang.org/x/crypto/cryptobyte as vendored by Go; X.690.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET = 0x17, 0x18, 0x30, 0x31
CONTEXT, CONSTRUCTED = 0x80, 0x20

_LONG_FORM = 0x80
_HIGH_TAG = 0x1F
_MOST_LENGTH_OCTETS = 4
_UTC_TIME = re.compile(rb"(\d\d)(\d{4}\d{4})(\d\d)?(Z|[+-]\d{4})")
_GENERALIZED_TIME = re.compile(rb"(\d{4})(\d{4}\d{4})(\d\d)(Z|[+-]\d{4})")
_PIVOT = 50
_NUMBER = re.compile(rb"[\x80-\xff]*[\x00-\x7f]", re.DOTALL)
_MOST_BITS = 31


class MalformedError(ValueError):
    """Bytes that Go's parser refuses; says what they should have been."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element: `raw` with tag and length, `content` without."""

    tag: int
    raw: bytes
    content: bytes


class Reader:
    """Reads one element after the other; every method raises `MalformedError`."""

    __slots__ = ("_data", "_position")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def __bool__(self) -> bool:
        """Say whether anything is left."""
        return self._position < len(self._data)

    @property
    def tag(self) -> int | None:
        """The next element's tag."""
        return self._data[self._position] if self else None

    def element(self, what: str, tag: int | None = None) -> Element:
        """Read the next element, which must have `tag` if one is given; `what` names it."""
        found = self.tag
        if found is None or found & _HIGH_TAG == _HIGH_TAG or tag not in (None, found):
            raise MalformedError(f"malformed {what}")
        start = self._position
        begin, length = self._length(what)
        end = begin + length
        if end > len(self._data):
            raise MalformedError(f"malformed {what}")
        self._position = end
        return Element(found, self._data[start:end], self._data[begin:end])

    def read(self, what: str, tag: int) -> bytes:
        """Read the content of the next element."""
        return self.element(what, tag).content

    def inside(self, what: str, tag: int = SEQUENCE) -> "Reader":
        """Step into the next element."""
        return Reader(self.read(what, tag))

    def optional(self, what: str, tag: int) -> bytes | None:
        """Read the content of the next element if it has this tag."""
        return self.read(what, tag) if self.tag == tag else None

    def integer(self, what: str) -> int:
        """Read a minimally encoded INTEGER."""
        content = self.read(what, INTEGER)
        padded = len(content) > 1 and content[0] in (0, 0xFF) and not (content[0] ^ content[1]) >> 7
        if not content or padded:
            raise MalformedError(f"malformed {what}")
        return int.from_bytes(content, "big", signed=True)

    def boolean(self, what: str) -> bool:
        """Read a BOOLEAN, which is 0x00 or 0xff in DER."""
        content = self.read(what, BOOLEAN)
        if content not in (b"\x00", b"\xff"):
            raise MalformedError(f"malformed {what}")
        return content == b"\xff"

    def identifier(self, what: str) -> bytes:
        """Read an OBJECT IDENTIFIER, encoded; to compare with what `oid` gives."""
        content = self.read(what, OID)
        numbers = _numbers(content)
        if not content or content[-1] & 0x80 or any(map(_is_odd_number, numbers)):
            raise MalformedError(f"malformed {what}")
        return content

    def aligned_bits(self, what: str) -> bytes:
        """Read a BIT STRING shifted so that no bit at its end is unused."""
        octets, unused = self.bits(what)
        if not unused:
            return octets
        return (int.from_bytes(octets, "big") >> unused).to_bytes(len(octets), "big")

    def bits(self, what: str) -> tuple[bytes, int]:
        """Read a BIT STRING: its octets, and how many bits at the end are unused."""
        content = self.read(what, BIT_STRING)
        unused = content[0] if content else 8
        octets = content[1:]
        if unused > 7 or (unused and (not octets or octets[-1] & ((1 << unused) - 1))):  # noqa: PLR2004 - bits
            raise MalformedError(f"malformed {what}")
        return octets, unused

    def time(self, what: str) -> float:
        """Read a UTCTime or a GeneralizedTime, in Unix seconds."""
        element = self.element(what)
        try:
            return _time(element)
        except (ValueError, OverflowError) as error:
            raise MalformedError(f"malformed {what}") from error

    def _length(self, what: str) -> tuple[int, int]:
        """Give where the content begins, and its length, which must be in the shortest form."""
        data, position = self._data, self._position + 1
        if position >= len(data):
            raise MalformedError(f"malformed {what}")
        first = data[position]
        if first < _LONG_FORM:
            return position + 1, first
        count = first & 0x7F
        begin = position + 1 + count
        if not 0 < count <= _MOST_LENGTH_OCTETS or begin > len(data):
            raise MalformedError(f"malformed {what}")
        length = int.from_bytes(data[position + 1 : begin], "big")
        if length < _LONG_FORM or not length >> (8 * (count - 1)):
            raise MalformedError(f"malformed {what}")
        return begin, length


def oid(dotted: str) -> bytes:
    """Encode an object identifier's content, to compare with."""
    first, second, *rest = map(int, dotted.split("."))
    return b"".join(map(_base128, (first * 40 + second, *rest)))


def dotted(content: bytes) -> str:
    """Decode an object identifier's content, for display."""
    first, *rest = (
        sum((octet & 0x7F) << 7 * at for at, octet in enumerate(reversed(number)))
        for number in _numbers(content)
    )
    top = min(first // 40, 2)
    return ".".join(map(str, (top, first - top * 40, *rest)))


def _numbers(content: bytes) -> list[bytes]:
    """Split an object identifier into its encoded numbers."""
    return _NUMBER.findall(content)


def _is_odd_number(number: bytes) -> bool:
    """Say whether Go refuses a number: not the shortest form, or over 31 bits."""
    bits = len(number) * 7 - 7 + (number[0] & 0x7F).bit_length()
    return number[0] == 0x80 or bits > _MOST_BITS  # noqa: PLR2004 - X.690, 8.19.2


def _base128(number: int) -> bytes:
    octets = [number & 0x7F]
    while number := number >> 7:
        octets.append(number & 0x7F | 0x80)
    return bytes(reversed(octets))


def _time(element: Element) -> float:
    pattern = {UTC_TIME: _UTC_TIME, GENERALIZED_TIME: _GENERALIZED_TIME}.get(element.tag)
    match = pattern.fullmatch(element.content) if pattern else None
    if match is None:
        raise ValueError("not a time")
    year, middle, seconds, zone = match[1].decode(), match[2].decode(), match[3], match[4].decode()
    if element.tag == UTC_TIME:
        year = f"{19 if int(year) >= _PIVOT else 20}{year}"
    text = year + middle + (seconds.decode() if seconds else "00")
    moment = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=_zone(zone))
    return moment.timestamp()


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[3:5])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
