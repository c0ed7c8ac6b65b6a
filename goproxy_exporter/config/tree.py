"""What does a configuration file say, key by key, and where does it say so?"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath

from goproxy_exporter.config.node import Leaf, Node, Place, Series, Table, YamlError, compose
from goproxy_exporter.config.scalar import Scalar
from goproxy_exporter.errors import Problem

Value = Scalar | list["Value"] | dict[str, "Value"]
Path = tuple[str | int, ...]

MOST_VALUES = 50_000
"""After aliases are followed: anchors of anchors cannot grow beyond this."""

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_LONGEST_KEY = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where a value stands, where its key stands, and how it is written if it is a scalar."""

    place: Place
    key: Place | None = None
    written: str | None = None


@dataclass(slots=True, kw_only=True)
class Tree:
    """The content of one file: plain data, and a mark for every path in it.

    `problems` grows as more is learnt; `spoilt` are the paths that already have one.
    """

    file: str
    """Its name as it is shown."""
    folder: FilePath = FilePath()
    data: dict[str, Value] = field(default_factory=dict, repr=False)
    marks: dict[Path, Mark] = field(default_factory=dict, repr=False)
    problems: list[Problem] = field(default_factory=list)
    spoilt: set[Path] = field(default_factory=set)

    def complain(self, path: Path, message: str, *, at_key: bool = False) -> None:
        """Note a problem at a path, or at the nearest one above that is written in the file."""
        mark = self.mark(path)
        place = mark.key if at_key and mark.key is not None else mark.place
        self.spoilt.add(path)
        self.complain_at(path, place, message)

    def complain_at(self, path: Path, place: Place, message: str) -> None:
        """Note a problem at a place of its own, which leaves the value at the path usable."""
        self.problems.append(Problem(self.file, place.line, place.column, spell(path), message))

    def mark(self, path: Path) -> Mark:
        """Give the mark of a path, or of the nearest one above."""
        while path not in self.marks and path:
            path = path[:-1]
        return self.marks.get(path, Mark(place=Place(line=1, column=1)))

    def written(self, path: Path) -> str:
        """Give a scalar as the file has it, before ``${…}`` is expanded; else nothing."""
        mark = self.marks.get(path)
        return (mark.written or "") if mark else ""


def spell(path: Iterable[str | int]) -> str:
    """Write a path as a reader would: ``mirrors[0].url``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _PLAIN_KEY.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f"[{quote(part)}]"
    return text


def quote(text: str) -> str:
    """Write a text in quotes, on one line, short."""
    cut = text if len(text) <= _LONGEST_KEY else text[: _LONGEST_KEY - 1] + "…"
    quoted = json.dumps(cut, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in quoted)


def grow(tree: Tree, text: str) -> Tree:
    """Read a file's text into its tree. Whatever is wrong with it is in the tree's problems."""
    try:
        root = compose(text)
    except YamlError as error:
        tree.complain_at((), error.place, error.message)
        return tree
    if root is None:
        tree.complain((), "the file says nothing; write {} to accept every default")
    elif not isinstance(root, Table) or root.tag is not None:
        tree.complain_at((), root.place, "must be a mapping of keys to values")
    else:
        _Growth(tree).root(root)
    return tree


class _Full(Exception):  # noqa: N818 - not an error by itself: it ends the walk
    """The aliases of a file make more of it than is sane."""


class _Growth:
    """Walks nodes into a tree."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.left = MOST_VALUES

    def root(self, table: Table) -> None:
        """Walk everything."""
        try:
            self.tree.data = self._table(table, ())
        except _Full:
            self.tree.data = {}
            message = f"aliases make more than {MOST_VALUES} values of this file"
            self.tree.complain_at((), table.place, message)

    def _value(self, node: Node, path: Path, key: Place | None) -> Value:
        self.left -= 1
        if self.left < 0:
            raise _Full
        self.tree.marks[path] = Mark(place=node.place, key=key)
        if node.tag is not None:
            self.tree.complain(path, "a YAML tag; only !!str is known here")
            return None
        match node:
            case Leaf():
                return self._leaf(node, path)
            case Series(items=items):
                return [self._value(item, (*path, i), None) for i, item in enumerate(items)]
            case Table():
                return self._table(node, path)

    def _leaf(self, leaf: Leaf, path: Path) -> Scalar:
        self.tree.marks[path] = replace(self.tree.marks[path], written=leaf.written)
        if leaf.value is None:
            self.tree.complain(path, "has no value; give one or leave the key out")
        elif isinstance(leaf.value, str) and not _encodable(leaf.value):
            self.tree.complain(path, "holds half of a surrogate pair, which is not a character")
            return None
        return leaf.value

    def _table(self, table: Table, path: Path) -> dict[str, Value]:
        self.tree.marks.setdefault(path, Mark(place=table.place))
        data: dict[str, Value] = {}
        for key, node in table.items:
            name = self._key(key, path, data)
            if name is not None:
                data[name] = self._value(node, (*path, name), key.place)
        return data

    def _key(self, key: Node, path: Path, seen: Mapping[str, Value]) -> str | None:
        """Give a key that can be used, or note why it cannot."""
        if not isinstance(key, Leaf) or key.tag is not None or not isinstance(key.value, str):
            self.tree.complain_at(path, key.place, "a key must be text; put it in quotes")
            return None
        name = key.value
        if not _encodable(name):
            self.tree.complain_at(path, key.place, "a key holds half of a surrogate pair")
        elif name == "<<":
            message = "merge keys (<<) are not known in YAML 1.2; use an alias for a whole value"
            self.tree.complain_at((*path, name), key.place, message)
        elif name in seen:
            first = self.tree.marks[(*path, name)].key
            message = f"is here twice; the first is on line {first.line if first else 1}"
            self.tree.complain_at((*path, name), key.place, message)
        else:
            return name
        return None


def _encodable(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)
