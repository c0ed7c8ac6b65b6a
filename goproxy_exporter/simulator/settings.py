"""Writes configurations for the exporter, as YAML that any reader takes."""

import json
from collections.abc import Iterator, Mapping, Sequence

_PLAIN = (str, int, float, bool, type(None))


def yaml_text(document: Mapping[str, object]) -> str:
    """Write mappings, sequences and scalars in block style; every string is quoted as in JSON."""
    return "".join(f"{line}\n" for line in _mapping(document, ""))


def _mapping(mapping: Mapping[str, object], indent: str) -> Iterator[str]:
    for key, value in mapping.items():
        yield from _entry(f"{indent}{key}:", value, indent)


def _entry(start: str, value: object, indent: str) -> Iterator[str]:
    match value:
        case str() | int() | float() | None:
            yield f"{start} {json.dumps(value)}"
        case Mapping() if value:
            yield start
            yield from _mapping(value, indent + "  ")
        case Sequence() if value:
            yield start
            for item in value:
                yield from _item(item, indent + "  ")
        case _:
            yield f"{start} {json.dumps(value)}"


def _item(item: object, indent: str) -> Iterator[str]:
    if not isinstance(item, Mapping):
        yield f"{indent}- {json.dumps(item)}"
        return
    first, *rest = _mapping(item, indent + "  ")
    yield f"{indent}- {first.removeprefix(indent + '  ')}"
    yield from rest
