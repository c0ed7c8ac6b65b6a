"""Is this a distinguished name that Go can read?

Source: crypto/x509, parser.go (parseName, readASN1Any, parseASN1String).
"""

import re
from collections.abc import Callable

from goproxy_exporter.wire.der import (
    BIT_STRING,
    BOOLEAN,
    GENERALIZED_TIME,
    INTEGER,
    OID,
    SEQUENCE,
    SET,
    UTC_TIME,
    MalformedError,
    Reader,
)

_UTF8_STRING, _NUMERIC_STRING, _PRINTABLE_STRING, _IA5_STRING, _BMP_STRING = 12, 18, 19, 22, 30
_NUMERIC = re.compile(rb"[0-9 ]*")
_PRINTABLE = re.compile(rb"[A-Za-z0-9'()+,./:=?*& -]*")
_MOST_INTEGER_BITS = 63


def read_name(reader: Reader) -> bytes:
    """Read a Name and give it encoded, because Go compares names byte by byte.

    Raises `MalformedError` where Go's parser would.
    """
    name = reader.element("name", SEQUENCE)
    sets = Reader(name.content)
    while sets:
        attributes = sets.inside("RDNSequence", SET)
        while attributes:
            attribute = attributes.inside("RDNSequence attribute")
            attribute.identifier("RDNSequence attribute type")
            _check_value(attribute)
    return name.raw


def _check_value(reader: Reader) -> None:
    value = reader.element("RDNSequence attribute value")
    check = _CHECKS.get(value.tag)
    if check is not None and not check(value.raw, value.content):
        raise MalformedError("invalid RDNSequence: invalid attribute value")


def _is_integer(raw: bytes, content: bytes) -> bool:
    Reader(raw).integer("integer")
    return int.from_bytes(content, "big", signed=True).bit_length() <= _MOST_INTEGER_BITS


def _is_utf8(raw: bytes, content: bytes) -> bool:
    del raw
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_bmp(raw: bytes, content: bytes) -> bool:
    """Follow parseASN1String: UCS-2 without surrogates and noncharacters."""
    del raw
    points = [content[at] << 8 | content[at + 1] for at in range(0, len(content) - 1, 2)]
    reserved = (0xFFFE, 0xFFFF)
    odd = (0xD800 <= one <= 0xDFFF or 0xFDD0 <= one <= 0xFDEF or one in reserved for one in points)  # noqa: PLR2004 - Unicode's ranges
    return len(content) % 2 == 0 and not any(odd)


def _reads(method: Callable[[Reader, str], object]) -> Callable[[bytes, bytes], bool]:
    """Make a check of what a reader's method accepts; it raises by itself."""

    def check(raw: bytes, content: bytes) -> bool:
        del content
        method(Reader(raw), "attribute value")
        return True

    return check


_CHECKS: dict[int, Callable[[bytes, bytes], bool]] = {
    BOOLEAN: _reads(Reader.boolean),
    INTEGER: _is_integer,
    BIT_STRING: _reads(Reader.bits),
    OID: _reads(Reader.identifier),
    UTC_TIME: _reads(Reader.time),
    GENERALIZED_TIME: _reads(Reader.time),
    _UTF8_STRING: _is_utf8,
    _NUMERIC_STRING: lambda _, content: _NUMERIC.fullmatch(content) is not None,
    _PRINTABLE_STRING: lambda _, content: _PRINTABLE.fullmatch(content) is not None,
    _IA5_STRING: lambda _, content: content.isascii(),
    _BMP_STRING: _is_bmp,
}
