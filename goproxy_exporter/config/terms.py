"""Which terms hold in general, and which for one mirror?"""

from dataclasses import replace

from goproxy_exporter.config import defaults
from goproxy_exporter.config.access import general_access, mirror_access
from goproxy_exporter.config.canaries import built_in, merged
from goproxy_exporter.config.gather import Item
from goproxy_exporter.config.gosumdb import is_public
from goproxy_exporter.config.schema import Document
from goproxy_exporter.config.schema_mirror import BudgetSection, MirrorSection, ThresholdsSection
from goproxy_exporter.config.settings import Terms
from goproxy_exporter.config.surroundings import Surroundings
from goproxy_exporter.config.urls import parse_url
from goproxy_exporter.model.mirror import Budget, Canaries, Mirror, Thresholds


def general_terms(item: Item[Document], around: Surroundings) -> Terms:
    """Give what holds for everything that has no terms of its own."""
    document = item.section
    pinned = is_public(checksum_database(document))
    beats = document.defaults
    base = built_in(pinned=pinned, indexed=module_index(document) is not None)
    return Terms(
        access=general_access(item, around.files),
        canaries=_canaries(item, base),
        thresholds=_thresholds(document.thresholds, Thresholds()),
        checksum_database=checksum_database(document),
        interval=beats.interval if beats else None,
        timeout=beats.timeout if beats else None,
    )


def checksum_database(document: Document) -> str | None:
    """Give the GOSUMDB value, None where it is off."""
    text = document.checksum_database or defaults.CHECKSUM_DATABASE
    return None if text == "off" else text


def module_index(document: Document) -> str | None:
    """Give the URL of the module index, None where it is off."""
    text = document.module_index or defaults.MODULE_INDEX
    return None if text == "off" else text


def mirror_of(item: Item[MirrorSection], terms: Terms, around: Surroundings) -> Mirror:
    """Give a mirror; problems are noted at their keys."""
    section = item.section
    url = parse_url(section.url)
    return Mirror(
        name=section.name,
        url=str(url),
        access=mirror_access(item, url, terms.access, env=around.env, files=around.files),
        canaries=_canaries(item, terms.canaries),
        thresholds=_thresholds(section.thresholds, terms.thresholds),
        budget=_budget(section.budget, terms.budget),
        accept=frozenset(section.accept or ()),
        edges=section.edges is not False,
        require_http2=section.require_http2 is True,
        private_patterns=tuple(section.private_patterns or ()),
        labels=tuple(sorted((section.labels or {}).items())),
        checksum_database=terms.checksum_database,
    )


def _canaries(item: Item[Document] | Item[MirrorSection], base: Canaries) -> Canaries:
    try:
        return merged(item.section.canaries, base)
    except ValueError as error:
        item.complain("canaries", "stable", message=str(error))
        return base


def _thresholds(section: ThresholdsSection | None, base: Thresholds) -> Thresholds:
    changes = section.model_dump(exclude_none=True) if section else {}
    return replace(base, **{key: float(value) for key, value in changes.items()})


def _budget(section: BudgetSection | None, base: Budget) -> Budget:
    return replace(base, **section.model_dump(exclude_none=True)) if section else base
