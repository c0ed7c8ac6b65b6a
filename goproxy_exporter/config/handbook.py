"""The reference of configuration keys, in Markdown."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from goproxy_exporter.config.defaults import FLOOR
from goproxy_exporter.config.json_schema import fragment_keys, json_schema
from goproxy_exporter.model.names import DEFAULT_INTERVALS
from goproxy_exporter.probes import PROBES

Schema = Mapping[str, Any]

MANY = 20
"""Words beyond which a set is named, not listed: only the causes are that many."""

_HEAD = f"""# Configuration

<!-- Made by `make docs` from the models in the code. -->

YAML 1.2, strict: an unknown key, a duplicate, a value out of range are errors, all told at once as
`file:line:column: key: message`; `goproxy-exporter check-config FILE` does nothing else. Without a file, three public
mirrors are watched. [`config/`](../config) has commented examples and the JSON Schema.

* Durations are written as Prometheus writes them: `500ms`, `30s`, `1h30m`, `14d`. Sizes: `100kB`, `500MB`, `1GiB`.
* `${{NAME}}` inside a string is replaced by the environment variable, which must be set; `$$` is a dollar sign.
* Secrets may be given as `file:PATH`, read anew at every load, relative to the configuration's folder.
* `config_dir` names a folder of fragments, merged in the order of their file names; a fragment may have
  {", ".join(f"`{key}`" for key in fragment_keys())}.
* No interval may be below {FLOOR:g} s.

SIGHUP, `POST /-/reload` and `--config.enable-auto-reload` load the files again. Checks that did not change keep running
and keep their counters. A file with problems changes nothing; `goproxy_exporter_config_last_reload_successful` is then 0.

"""


def configuration_reference() -> str:
    """Write docs/configuration.md: every key of every section, then the checks."""
    schema = json_schema()
    parts = [_HEAD, "## The file\n\n", *_keys(schema, schema)]
    for name in _sections(schema):
        section = schema["$defs"][name]
        parts += [f"\n## {_heading(name)}\n\n", _words(section), *_keys(section, schema)]
    return "".join([*parts, "\n## Checks\n\n", *_checks()])


def _sections(schema: Schema) -> list[str]:
    """Give the names of sections in the order in which a reader meets them."""
    found: list[str] = []
    queue = _referred(schema["properties"])
    while queue:
        name = queue.pop(0)
        if name not in found:
            found.append(name)
            queue += _referred(schema["$defs"][name].get("properties", {}))
    return found


def _referred(node: object) -> list[str]:
    if isinstance(node, Mapping):
        own = node.get("$ref")
        names = [own.rpartition("/")[2]] if isinstance(own, str) else []
        return names + [name for part in node.values() for name in _referred(part)]
    if isinstance(node, list):
        return [name for part in node for name in _referred(part)]
    return []


def _heading(name: str) -> str:
    return name.removesuffix("Section")


def _words(section: Schema) -> str:
    text = section.get("description")
    return f"{text}\n\n" if text else ""


def _keys(section: Schema, schema: Schema) -> Iterator[str]:
    yield "| key | type | meaning |\n|---|---|---|\n"
    required = section.get("required", ())
    for key, value in section.get("properties", {}).items():
        needed = " (required)" if key in required else ""
        meaning = str(value.get("description", "")).replace("|", "\\|")
        yield f"| `{key}`{needed} | {_type(value, schema)} | {meaning} |\n"


def _type(value: Schema, schema: Schema) -> str:
    for key, written in _TYPES:
        if key in value:
            return written(value, schema)
    kind = value.get("type", "any")
    return kind if isinstance(kind, str) else " or ".join(kind)


def _reference(value: Schema, schema: Schema) -> str:
    name = value["$ref"].rpartition("/")[2]
    target = schema["$defs"][name]
    if "properties" not in target:
        return _type(target, schema)
    return f"[{_heading(name)}](#{_heading(name).lower()})"


def _either(value: Schema, schema: Schema) -> str:
    parts = value.get("anyOf") or value.get("oneOf") or value.get("allOf") or ()
    return " or ".join(_type(part, schema) for part in parts)


def _words_of(value: Schema, _: Schema) -> str:
    words = value["enum"]
    if len(words) > MANY:
        return "one of the [causes](causes.md)"
    return ", ".join(f"`{word}`" for word in words)


def _list(value: Schema, schema: Schema) -> str:
    return f"list of {_type(value['items'], schema)}"


def _map(value: Schema, schema: Schema) -> str:
    inner = value["additionalProperties"]
    return f"map to {_type(inner, schema)}" if inner else "map"


_TYPES: tuple[tuple[str, Callable[[Schema, Schema], str]], ...] = (
    ("$ref", _reference),
    ("anyOf", _either),
    ("oneOf", _either),
    ("allOf", _either),
    ("enum", _words_of),
    ("items", _list),
    ("additionalProperties", _map),
)
"""How a value is described, by the first of these keys that its schema has."""


def _checks() -> Iterator[str]:
    yield "| check | default interval |\n|---|---|\n"
    for name, seconds in DEFAULT_INTERVALS.items():
        if name in PROBES:
            yield f"| `{name}` | {seconds / 60:g} m |\n"
    later = [f"`{name}`" for name in DEFAULT_INTERVALS if name not in PROBES]
    if later:
        yield f"\nAccepted as keys, but not run by this version: {', '.join(later)}.\n"
