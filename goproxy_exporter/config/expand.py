"""Which environment variables does a configuration name, and what do they hold?"""

import re
from collections.abc import Mapping

from goproxy_exporter.config.tree import Path, Tree, Value

_REFERENCE = re.compile(r"\$(?:\$|\{([^}]*)(\})?)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_MALFORMED = (
    '"${" starts the name of an environment variable, as in ${TOKEN}; write $${ for the text'
)


def expand(tree: Tree, env: Mapping[str, str]) -> None:
    """Put the values of ``${NAME}`` into every text of a tree, in place; ``$$`` becomes ``$``.

    Keys are left alone. What was expanded is never looked at again. A variable that is unset is
    a problem, and its text becomes None; one that is set and empty is not.
    """
    for key, value in tree.data.items():
        tree.data[key] = _expanded(tree, (key,), value, env)


def references(written: str) -> tuple[str, ...]:
    """Give the names of the variables that a text refers to, in its order."""
    return tuple(match[1] for match in _REFERENCE.finditer(written) if match[1] and match[2])


def _expanded(tree: Tree, path: Path, value: Value, env: Mapping[str, str]) -> Value:
    match value:
        case str():
            return _text(tree, path, value, env)
        case list():
            return [_expanded(tree, (*path, i), item, env) for i, item in enumerate(value)]
        case dict():
            return {key: _expanded(tree, (*path, key), item, env) for key, item in value.items()}
        case _:
            return value


def _text(tree: Tree, path: Path, text: str, env: Mapping[str, str]) -> str | None:
    expanded, messages = expand_text(text, env)
    for message in messages:
        tree.complain(path, message)
    return None if messages else expanded


def expand_text(text: str, env: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Put the values of ``${NAME}`` into one text; say what is wrong with it, each thing once."""
    messages: list[str] = []

    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        if not match[2] or not _NAME.fullmatch(match[1]):
            messages.append(_MALFORMED)
        elif match[1] not in env:
            messages.append(f"the environment variable {match[1]} is not set")
        else:
            return _clean(env[match[1]], match[1], messages)
        return ""

    expanded = _REFERENCE.sub(value, text)
    return expanded, tuple(dict.fromkeys(messages))


def _clean(value: str, name: str, messages: list[str]) -> str:
    # os.environ gives bytes that are not UTF-8 as lone surrogates.
    if any("\ud800" <= char <= "\udfff" for char in value):
        messages.append(f"the environment variable {name} is not UTF-8 text")
    return value
