"""Which sections do the main file and its fragments consist of, and where does each stand?"""

import os
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from goproxy_exporter.config.complaint import complain_all
from goproxy_exporter.config.expand import expand
from goproxy_exporter.config.fields import Section
from goproxy_exporter.config.files import LARGEST_CONFIG, FileError, Files
from goproxy_exporter.config.schema import (
    ChainSection,
    Document,
    Fragment,
    VulnerabilityDatabaseSection,
)
from goproxy_exporter.config.schema_mirror import MirrorSection
from goproxy_exporter.config.tree import Path, Tree, grow

S = TypeVar("S", bound=Section)
F = TypeVar("F", Document, Fragment)

LISTS = ("mirrors", "chains", "vulnerability_databases")
"""Keys whose items come from fragments, too."""


@dataclass(frozen=True, slots=True)
class Item(Generic[S]):
    """A section and where it stands."""

    section: S
    tree: Tree
    path: Path

    @property
    def folder(self) -> FilePath:
        """Give the folder that file names in this section are relative to."""
        return self.tree.folder

    def complain(self, *keys: str | int, message: str, at_key: bool = False) -> None:
        """Note a problem with the value of a key below the section, or with the key itself."""
        self.tree.complain((*self.path, *keys), message, at_key=at_key)

    def written(self, *keys: str | int) -> str:
        """Give the text of a key below the section as the file has it."""
        return self.tree.written((*self.path, *keys))


AnyItem = Item[Any]
"""A section of whatever kind, where only its place matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All sections that are valid by themselves. None where a key is absent everywhere."""

    main: Item[Document]
    mirrors: tuple[Item[MirrorSection], ...] | None
    chains: tuple[Item[ChainSection], ...] | None
    vulnerability_databases: tuple[Item[VulnerabilityDatabaseSection], ...] | None
    trees: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class _Part(Generic[F]):
    """One file: what of it is valid, with the index that each item of a list had in the file."""

    tree: Tree
    section: F
    indexes: Mapping[str, list[int]]


def gather(path: FilePath | None, *, env: Mapping[str, str], files: Files) -> Gathered:
    """Read a configuration with its fragments. What is wrong is in the trees' problems."""
    if path is None:
        main = _Part(Tree(file=""), Document(), {})
    else:
        main = _part(_tree(path, files.read), Document, env)
    parts: tuple[_Part[Any], ...] = (main, *_fragments(main, env, files))
    return Gathered(
        main=Item(main.section, main.tree, ()),
        mirrors=_items(parts, "mirrors"),
        chains=_items(parts, "chains"),
        vulnerability_databases=_items(parts, "vulnerability_databases"),
        trees=tuple(part.tree for part in parts),
    )


def _tree(path: FilePath, content: Callable[[FilePath, int], bytes]) -> Tree:
    shown = os.fsencode(path).decode(errors="replace")
    tree = Tree(file=shown, folder=path.parent)
    try:
        return grow(tree, content(path, LARGEST_CONFIG).decode("utf-8-sig"))
    except FileError as error:
        tree.complain((), str(error))
    except UnicodeDecodeError as error:
        tree.complain((), f"is not UTF-8 text: byte {error.start} is no part of a character")
    return tree


def _fragments(
    main: _Part[Document], env: Mapping[str, str], files: Files
) -> list[_Part[Fragment]]:
    name = main.section.config_dir
    if name is None:
        return []
    folder = main.tree.folder / name
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix in {".yml", ".yaml"})
    except OSError as error:
        main.tree.complain(("config_dir",), f"the folder cannot be read: {error.strerror}")
        return []
    shown = (path for path in paths if not path.name.startswith("."))
    return [_part(_tree(path, files.read_regular), Fragment, env) for path in shown]


def _part(tree: Tree, kind: type[F], env: Mapping[str, str]) -> _Part[F]:
    """Validate a tree; what is invalid is noted, taken out, and the rest validated alone."""
    expand(tree, env)
    rest = _Rest(deepcopy(tree.data))
    while True:
        try:
            section = kind.model_validate(rest.data)
        except ValidationError as error:
            if rest.untouched:
                complain_all(tree, kind, error)
            rest.prune(details["loc"] for details in error.errors(include_input=False))
        else:
            return _Part(tree, section, rest.indexes)


class _Rest:
    """What is left of a file without its invalid parts.

    Those are taken out whole: a key of the file, or a key of one item of a list that fragments
    share, or such an item where it cannot be without the key.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.untouched = True
        self.indexes = {
            key: list(range(len(data[key]))) for key in LISTS if isinstance(data.get(key), list)
        }

    def prune(self, places: Iterable[Path]) -> None:
        """Take out every part that has an error in it."""
        self.untouched = False
        keys: set[str] = set()
        items: dict[str, set[int]] = {}
        for place in {place[:3] for place in places}:
            match place:
                case (str(key), int(index), *rest) if key in self.indexes:
                    if not self._take_key(key, index, rest):
                        items.setdefault(key, set()).add(index)
                case (str(key), *_) if key in self.data:
                    keys.add(key)
                case _:
                    # An error that is no key's own leaves nothing that could be trusted.
                    keys.update(self.data)
        for key, positions in items.items():
            keys |= self._take_items(key, positions)
        for key in keys:
            del self.data[key]
            self.indexes.pop(key, None)

    def _take_key(self, key: str, index: int, rest: list[str | int]) -> bool:
        """Take a key out of an item, unless it is not there: then it is what is missing."""
        item = self.data[key][index]
        if not rest or not isinstance(item, dict) or rest[0] not in item:
            return False
        del item[rest[0]]
        return True

    def _take_items(self, key: str, positions: set[int]) -> set[str]:
        """Take items out of a list; give its key if nothing is left of it."""
        keep = [i for i in range(len(self.data[key])) if i not in positions]
        self.data[key] = [self.data[key][i] for i in keep]
        self.indexes[key] = [self.indexes[key][i] for i in keep]
        return set() if keep else {key}


def _items(parts: Iterable[_Part[Any]], key: str) -> tuple[Item[Any], ...] | None:
    found: list[Item[Any]] = []
    present = False
    for part in parts:
        sections = getattr(part.section, key)
        present = present or sections is not None or key in part.tree.data
        positions = part.indexes.get(key, ())
        for index, section in zip(positions, sections or (), strict=True):
            found.append(Item(section, part.tree, (key, index)))
    return tuple(found) if present else None
