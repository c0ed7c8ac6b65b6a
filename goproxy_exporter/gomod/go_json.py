"""Which JSON does Go read, and which of it?

Source: encoding/json (Unmarshal, Decoder) of go 1.27.3.
"""

import json
import re
from collections.abc import Iterator
from typing import NoReturn

from goproxy_exporter.errors import ProtocolError

_BLANK = re.compile(r"[ \t\r\n]*+")
_ENDS = ("]", "}")
"""Both end the elements: a Decoder asked for More does not mind the wrong bracket."""
_SURROGATE = re.compile("[\ud800-\udfff]")


class Object(list[tuple[str, object]]):
    """The members of a JSON object in their order: Go lets the last of equal names win."""

    __slots__ = ()


def decode(body: bytes) -> object:
    """Read a body that is one JSON value; objects come as `Object`. Raises ProtocolError."""
    text = _text(body)
    value, end = _value(text, _past_blanks(text, 0))
    if end < len(text):
        raise ProtocolError(f"not JSON: more behind the value, at character {end}")
    return value


def elements(body: bytes) -> Iterator[object]:
    """Read the elements of a JSON array one by one, as a Decoder does between More and Decode.

    What stands behind the array is not looked at. Raises ProtocolError, also behind elements.
    """
    text = _text(body)
    at = _past_blanks(text, 0)
    if not text.startswith("[", at):
        raise ProtocolError("not a JSON array")
    at = _past_blanks(text, at + 1)
    first = True
    while not text.startswith(_ENDS, at):
        if not first:
            at = _past_comma(text, at)
        value, at = _value(text, at)
        first = False
        yield value


def well_formed(text: str) -> str:
    """Give a text as Go reads it: halves of a surrogate pair are replaced."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _text(body: bytes) -> str:
    """Decode UTF-8; Go puts one replacement for each byte that is wrong, Python would join them."""
    return well_formed(body.decode("utf-8", errors="surrogateescape"))


def _past_blanks(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _past_comma(text: str, at: int) -> int:
    if not text.startswith(",", at):
        raise ProtocolError(f"not JSON: no comma behind an element, at character {at}")
    return _past_blanks(text, at + 1)


def _value(text: str, at: int) -> tuple[object, int]:
    """Give a value and where the next thing behind it is."""
    try:
        value, end = _JSON.raw_decode(text, at)
    except RecursionError:
        raise ProtocolError("not JSON that go reads: nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ProtocolError(f"not JSON: {error}") from None
    return value, _past_blanks(text, end)


def _refuse_constant(name: str) -> NoReturn:
    raise ProtocolError(f"not JSON: {name}")


_JSON = json.JSONDecoder(object_pairs_hook=Object, parse_int=float, parse_constant=_refuse_constant)
