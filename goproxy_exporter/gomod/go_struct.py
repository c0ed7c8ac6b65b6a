"""Does a JSON value fit the types of a Go struct, and what are its fields then?

Source: encoding/json (Unmarshal) of go 1.27.3, time.Time.UnmarshalJSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.fold import fold
from goproxy_exporter.gomod.go_json import Object, well_formed
from goproxy_exporter.gomod.rfc3339 import parse_time


class Kind(StrEnum):
    """A type without parts."""

    TEXT = "string"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Pointer:
    """A type that null unsets; null leaves other types as they are."""

    to: "Shape"


@dataclass(frozen=True, slots=True)
class Slice:
    """Elements of one type."""

    of: "Shape"


@dataclass(frozen=True, slots=True)
class OneOf:
    """A string out of a few."""

    texts: frozenset[str]


Struct = Mapping[str, "Shape"]
"""The types of fields by their folded names."""

Shape = Kind | Pointer | Slice | OneOf | Struct


def read_struct(value: object, shape: Struct, name: str = "") -> dict[str, Any]:
    """Give the fields that were sent, by folded name: str, datetime, dict or list.

    A time is None where Python cannot tell it. Of equal names the last wins, and structs are
    merged. Unknown fields are passed over, null is an empty struct. Raises ProtocolError.
    """
    return _struct(value, shape, name, {})


def _struct(value: object, shape: Struct, name: str, before: dict[str, Any]) -> dict[str, Any]:
    if value is None:
        return before
    if not isinstance(value, Object):
        raise ProtocolError(f"{name or 'JSON, but it'} is not an object")
    fields = dict(before)
    for key, inner in value:
        field = fold(key)
        if field not in shape:
            continue
        kind = shape[field]
        if inner is not None:
            fields[field] = _read(inner, kind, f"{name}.{field}".lstrip("."), fields.get(field))
        elif isinstance(kind, Pointer | Slice):
            fields.pop(field, None)
    return fields


def _read(value: object, shape: Shape, name: str, before: Any) -> Any:
    match shape:
        case Kind.TEXT:
            return _text(value, name)
        case Kind.TIME:
            return parse_time(_text(value, name))
        case Pointer(to=inner):
            return _read(value, inner, name, before)
        case Slice(of=inner):
            return _slice(value, inner, name)
        case OneOf(texts=texts):
            return _one_of(value, texts, name)
        case _:
            return _struct(value, shape, name, before or {})


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ProtocolError(f"{name} is not a string")
    return well_formed(value)


def _slice(value: object, inner: Shape, name: str) -> list[Any]:
    if not isinstance(value, list) or isinstance(value, Object):
        raise ProtocolError(f"{name} is not an array")
    return [_read(one, inner, f"{name}[]", None) for one in value if one is not None]


def _one_of(value: object, texts: frozenset[str], name: str) -> str:
    text = _text(value, name)
    if text not in texts:
        raise ProtocolError(f"{name} is {text!r}, which is unknown")
    return text
