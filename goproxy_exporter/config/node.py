"""Which nodes does a YAML text have, and where? Bounded, whatever the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Protocol

import yaml
from yaml.error import MarkedYAMLError
from yaml.reader import ReaderError

from goproxy_exporter.config.scalar import Scalar, resolve

MOST_NODES = 50_000
DEEPEST = 24

Loader = type[yaml.SafeLoader] | type[yaml.CSafeLoader]
THOROUGH: Loader = yaml.SafeLoader
QUICK: Loader = getattr(yaml, "CSafeLoader", THOROUGH)
"""libyaml's parser, where PyYAML was built with it: many times as fast, which matters because a
configuration is read while latencies are being measured."""

_TEXT_TAG = "tag:yaml.org,2002:str"
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'")
_LONGEST_QUOTE = len("'\\t'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line and a column, both from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A scalar: what it means, and how it is written."""

    place: Place
    value: Scalar
    written: str
    tag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A list."""

    place: Place
    items: tuple["Node", ...]
    tag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A mapping, with its duplicates."""

    place: Place
    items: tuple[tuple["Node", "Node"], ...]
    tag: str | None = None


Node = Leaf | Series | Table


class _Mark(Protocol):
    """What PyYAML calls a place: line and column, both from 0."""

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


class YamlError(Exception):
    """A text that is not one bounded YAML document. Nothing of the text is quoted in it."""

    def __init__(self, place: Place, message: str) -> None:
        self.place = place
        self.message = message
        super().__init__(message)


def compose(text: str) -> Node | None:
    """Compose the one document of a text; None where it has none. Raises YamlError."""
    try:
        return Composer(text, QUICK).document()
    except (MarkedYAMLError, ReaderError):
        # libyaml refuses escapes that JSON writes, and says less about what is wrong.
        return _thorough(text)


def _thorough(text: str) -> Node | None:
    try:
        return Composer(text, THOROUGH).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = _place(mark) if mark else Place(line=1, column=1)
        raise YamlError(place, f"not YAML: {_unquoted(error)}") from error
    except ReaderError as error:
        place = _at(text, error.position)
        raise YamlError(place, f"a character that YAML forbids: U+{_code(error):04X}") from error


class Composer:
    """Turns events into nodes; anchors live here."""

    def __init__(self, text: str, loader: Loader) -> None:
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=loader)
        self.anchors: dict[str, Node] = {}
        self.counter = count(1)

    def document(self) -> Node | None:
        """Compose the root, and see that nothing follows it."""
        root: Node | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise YamlError(_place(event.start_mark), "a second document: one is the limit")
                root = self._next(next(self.events), 1)
        return root

    def _next(self, event: yaml.Event, depth: int) -> Node:
        """Compose what starts with an event."""
        assert isinstance(event, yaml.NodeEvent), "a document, list or mapping holds nodes"
        place = _place(event.start_mark)
        if depth > DEEPEST:
            raise YamlError(place, f"nested deeper than {DEEPEST} levels")
        if next(self.counter) > MOST_NODES:
            raise YamlError(place, f"more than {MOST_NODES} values")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event.anchor, place)
        node = self._compose(event, place, depth)
        # Registered when complete: an alias inside its own anchor is one without an anchor.
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _alias(self, anchor: str | None, place: Place) -> Node:
        if anchor is None or anchor not in self.anchors:
            message = "an alias without an anchor before it; a text that starts with * needs quotes"
            raise YamlError(place, message)
        return self.anchors[anchor]

    def _compose(self, event: yaml.Event, place: Place, depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return _leaf(event, place)
        assert isinstance(event, yaml.CollectionStartEvent), "aliases are dealt with"
        items = tuple(self._items(depth))
        if isinstance(event, yaml.SequenceStartEvent):
            return Series(place=place, items=items, tag=event.tag)
        pairs = tuple(zip(items[::2], items[1::2], strict=True))
        return Table(place=place, items=pairs, tag=event.tag)

    def _items(self, depth: int) -> Iterator[Node]:
        for event in self.events:
            if isinstance(event, yaml.CollectionEndEvent):
                return
            yield self._next(event, depth + 1)


def _leaf(event: yaml.ScalarEvent, place: Place) -> Leaf:
    plain = event.implicit[0] and event.tag is None
    text = event.value
    if any("\ud800" <= char <= "\udfff" for char in text):
        # JSON writes a character beyond U+FFFF as two escapes, which belong together.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    tag = None if event.tag == _TEXT_TAG else event.tag
    return Leaf(place=place, value=resolve(text) if plain else text, written=text, tag=tag)


def _place(mark: _Mark | None) -> Place:
    assert mark is not None, "the scanner marks every event"
    return Place(line=mark.line + 1, column=mark.column + 1)


def _at(text: str, position: int) -> Place:
    before = text[:position]
    return Place(line=before.count("\n") + 1, column=position - before.rfind("\n"))


def _code(error: ReaderError) -> int:
    return error.character if isinstance(error.character, int) else ord(error.character)


def _unquoted(error: MarkedYAMLError) -> str:
    """Give the parser's reason without what it quotes of the text: that may be a password."""
    words = error.problem or error.context or "cannot be parsed"
    return _QUOTED.sub(_shown, words.partition(";")[0])


def _shown(match: re.Match[str]) -> str:
    quoted = match.group()
    return quoted if len(quoted) <= _LONGEST_QUOTE or quoted.startswith("'<") else "'…'"
