"""Which mirror are the others held against?"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from goproxy_exporter.config.defaults import REFERENCE, REFERENCE_URL
from goproxy_exporter.config.gather import Item
from goproxy_exporter.config.schema import Document
from goproxy_exporter.config.tree import quote
from goproxy_exporter.config.words import suggest
from goproxy_exporter.model.mirror import Access, Mirror


def reference_of(item: Item[Document], names: Collection[str]) -> str | None:
    """Give the name of a mirror, or a URL, or None where the configuration says ``off``."""
    text = item.section.reference
    if text is None:
        return REFERENCE if REFERENCE in names else REFERENCE_URL
    if text == "off":
        return None
    if "://" not in text and text not in names:
        message = f"{quote(item.written('reference'))} is no mirror here, and no URL"
        item.complain("reference", message=f"{message}; {suggest(text, names)}")
    return text


def flagged(mirrors: Iterable[Mirror], reference: str | None) -> tuple[Mirror, ...]:
    """Mark the mirror, or mirrors, that are the reference: by name, or by the same URL."""
    known = tuple(mirrors)
    if reference is None:
        return known
    names = {reference, *(mirror.name for mirror in known if _is_at(mirror, reference))}
    return tuple(replace(mirror, is_reference=mirror.name in names) for mirror in known)


def reached(
    mirrors: Iterable[Mirror], reference: str | None, general: Access
) -> tuple[str | None, Access]:
    """Give the URL of the reference and the terms on which it is asked."""
    for mirror in mirrors:
        if mirror.name == reference:
            return mirror.url, mirror.access
    return reference, general


def _is_at(mirror: Mirror, url: str) -> bool:
    return mirror.url.rstrip("/") == url.rstrip("/")
