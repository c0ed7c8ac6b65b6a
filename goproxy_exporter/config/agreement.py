"""Do the sections of a configuration fit together?"""

from collections.abc import Iterable, Iterator

from goproxy_exporter.config.gather import AnyItem, Item
from goproxy_exporter.config.schema import VulnerabilityDatabaseSection
from goproxy_exporter.config.tree import Path, Tree, quote
from goproxy_exporter.config.words import suggest


def names(trees: Iterable[Tree], key: str) -> frozenset[str]:
    """Give every name in a list, be the rest of its section valid or not."""
    return frozenset(name for name, _, _ in _named(trees, key))


def complain_duplicates(trees: Iterable[Tree], key: str) -> None:
    """Note every name that a list gives twice, at the later place, naming the earlier."""
    first: dict[str, str] = {}
    for name, tree, path in _named(trees, key):
        if name in first:
            tree.complain(path, f"{quote(name)} is taken; the first is at {first[name]}")
        place = tree.mark(path).place
        first.setdefault(name, f"{tree.file}:{place.line}:{place.column}")


def complain_index(items: Iterable[AnyItem]) -> None:
    """Note every section that wants fresh canaries from the module index, which is off."""
    for item in items:
        if item.section.canaries is not None and item.section.canaries.fresh == "index":
            item.complain(
                "canaries", "fresh", message="the module index is off; name versions here"
            )


def complain_strangers(
    items: Iterable[Item[VulnerabilityDatabaseSection]], known: frozenset[str]
) -> None:
    """Note every database that says to mirror one that is not configured, or itself."""
    for item in items:
        reference = item.section.reference
        if reference == item.section.name:
            item.complain("reference", message="a database cannot be its own reference")
        elif reference is not None and reference not in known:
            message = f"{quote(item.written('reference'))} is no database here"
            item.complain("reference", message=f"{message}; {suggest(reference, known)}")


def _named(trees: Iterable[Tree], key: str) -> Iterator[tuple[str, Tree, Path]]:
    for tree in trees:
        sections = tree.data.get(key)
        for index, section in enumerate(sections if isinstance(sections, list) else ()):
            name = section.get("name") if isinstance(section, dict) else None
            if isinstance(name, str):
                yield name, tree, (key, index, "name")
