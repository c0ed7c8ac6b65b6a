"""What is wrong with a section, in our words and with its place?"""

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from goproxy_exporter.config.fields import LIST, MAPPING, TEXT, Section
from goproxy_exporter.config.tree import Path, Tree, quote
from goproxy_exporter.config.words import suggest
from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.wire.redact import redact

_WORDS = {
    "literal_error": "must be true",
    "missing": "is missing",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "list_type": "must be a list",
    "dict_type": "must be a mapping of keys to values",
    "model_type": "must be a mapping of keys to values",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "too_short": "must have at least {min_length} item",
    "too_long": "must have at most {max_length} items",
    "string_too_long": "must have at most {max_length} characters",
}
"""By pydantic's type of error; names in braces come from the error's context."""

MOST = 500
"""Problems of one file that are told."""

_USERINFO = re.compile(r"^([A-Za-z]+://)?.*@", re.DOTALL)


def complain_all(tree: Tree, kind: type[Section], error: ValidationError) -> None:
    """Note every error of a validation in the tree, except where a value has a problem already."""
    already = frozenset(tree.spoilt)
    errors = error.errors(include_url=False)
    if len(errors) > MOST:
        tree.complain((), f"{len(errors)} problems, of which the first {MOST} are told")
    for details in errors[:MOST]:
        path, at_key = _path(details["loc"])
        if not any(path[:cut] in already for cut in range(1, len(path) + 1)):
            unknown = details["type"] == "extra_forbidden"
            tree.complain(path, _message(tree, kind, path, details), at_key=at_key or unknown)


def shown(text: str) -> str:
    """Quote a text as written, without what looks like credentials."""
    if "@" in text:
        text = _USERINFO.sub(r"\1…@", text)
    return quote(redact(text) if "://" in text else text)


def _path(place: tuple[str | int, ...]) -> tuple[Path, bool]:
    """Take out what is not in the file: tags of unions, and the mark that a key is meant."""
    parts = tuple(part for part in place if part not in {TEXT, MAPPING, LIST})
    if parts and parts[-1] == "[key]":
        return parts[:-1], True
    return parts, False


def _message(tree: Tree, kind: type[Section], path: Path, details: ErrorDetails) -> str:
    what = details["type"]
    if what == "extra_forbidden":
        return f"is no key here; {suggest(str(path[-1]), _section(kind, path).model_fields)}"
    context: dict[str, Any] = details.get("ctx", {})
    if what == "value_error":
        return _reason(tree, path, context["error"], details["input"])
    if what in _WORDS:
        quotes = "; put it in quotes" if _is_number(what, details["input"]) else ""
        return _WORDS[what].format_map(context) + quotes
    return details["msg"]


def _reason(tree: Tree, path: Path, error: Exception, value: object) -> str:
    """Put the value as written into a validator's reason, and never as expanded."""
    written = tree.written(path)
    if isinstance(error, ProtocolError) and _expanded(tree, path, value):
        return "is refused by the go command's rules once ${…} is expanded"
    return str(error).replace("{}", shown(written) if written else "it")


def _expanded(tree: Tree, path: Path, value: object) -> bool:
    """Tell whether a value, or one of those in it, is not what the file says."""
    if isinstance(value, dict):
        return any(_expanded(tree, (*path, key), inner) for key, inner in value.items())
    return isinstance(value, str) and value != tree.written(path)


def _is_number(what: str, value: object) -> bool:
    return what == "string_type" and isinstance(value, bool | int | float)


def _section(kind: type[Section], path: Path) -> type[Section]:
    """Give the section that a path's last key would belong to."""
    for part in path[:-1]:
        field = kind.model_fields.get(str(part))
        if field is not None:
            kind = next(_sections(field.annotation), kind)
    return kind


def _sections(annotation: object) -> Iterator[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for inner in get_args(annotation):
        yield from _sections(inner)
