"""What do valid sections mean together?"""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from goproxy_exporter.config import defaults
from goproxy_exporter.config.access import absolute
from goproxy_exporter.config.agreement import (
    complain_duplicates,
    complain_index,
    complain_strangers,
    names,
)
from goproxy_exporter.config.beats import checks_of, complain_checks, complain_general
from goproxy_exporter.config.beyond import (
    chain_of,
    checks_of_databases,
    checks_of_entries,
    checksum_databases,
    vulnerability_databases,
)
from goproxy_exporter.config.fields import Section
from goproxy_exporter.config.gather import LISTS, Gathered, Item
from goproxy_exporter.config.hosts import parse_target
from goproxy_exporter.config.reference import flagged, reached, reference_of
from goproxy_exporter.config.schema import (
    ChainSection,
    Document,
    VulnerabilityDatabaseSection,
)
from goproxy_exporter.config.schema_mirror import MirrorSection
from goproxy_exporter.config.settings import Settings, Terms, VulnerabilityDatabase
from goproxy_exporter.config.surroundings import Surroundings
from goproxy_exporter.config.terms import general_terms, mirror_of, module_index
from goproxy_exporter.config.tree import Tree
from goproxy_exporter.model.chain import Chain
from goproxy_exporter.model.mirror import Check, Mirror

S = TypeVar("S", bound=Section)


def build(gathered: Gathered, around: Surroundings) -> Settings:
    """Give the settings that sections amount to.

    What is wrong is in the trees' problems: the settings are good only where there are none.
    """
    main = gathered.main
    document = main.section
    terms = general_terms(main, around)
    items = _or_built_in(gathered.mirrors, defaults.MIRRORS)
    reference = reference_of(main, _mirror_names(gathered))
    mirrors = flagged((mirror_of(item, terms, around) for item in items), reference)
    reference_url, reference_access = reached(mirrors, reference, terms.access)
    complain_general(main, around.floor)
    if module_index(document) is None:
        complain_index((main, *items))
    for key in LISTS:
        complain_duplicates(gathered.trees, key)
    chains = _chains(gathered, terms)
    vulnerabilities = _databases(gathered)
    databases = (
        *checksum_databases((terms.checksum_database, *(one.gosumdb for one in chains)), terms),
        *vulnerability_databases(vulnerabilities, terms),
    )
    checks = _checks(items, mirrors, terms, around)
    checks |= set(checks_of_databases(databases, terms, implemented=around.implemented))
    checks |= set(checks_of_entries(chains, checks, terms, implemented=around.implemented))
    return Settings(
        mirrors=mirrors,
        checks=frozenset(checks),
        terms=terms,
        vantage=document.vantage or "",
        state_dir=_state_dir(main),
        concurrency=_concurrency(document),
        control_targets=tuple(map(parse_target, document.control_targets or ())),
        nameservers=terms.access.nameservers,
        reference=reference,
        reference_url=reference_url,
        reference_access=reference_access,
        checksum_database=terms.checksum_database,
        module_index=module_index(document),
        databases=databases,
        chains=chains,
        vulnerability_databases=vulnerabilities,
        files=tuple(tree.file for tree in gathered.trees if tree.file),
        digest=around.files.digest,
    )


def _or_built_in(items: tuple[Item[S], ...] | None, sections: Iterable[S]) -> tuple[Item[S], ...]:
    if items is not None:
        return items
    return tuple(Item(section, Tree(file=""), ()) for section in sections)


def _mirror_names(gathered: Gathered) -> frozenset[str]:
    if gathered.mirrors is None:
        return frozenset(section.name for section in defaults.MIRRORS)
    return names(gathered.trees, "mirrors")


def _checks(
    items: tuple[Item[MirrorSection], ...],
    mirrors: tuple[Mirror, ...],
    terms: Terms,
    around: Surroundings,
) -> set[Check]:
    checks: set[Check] = set()
    for item, mirror in zip(items, mirrors, strict=True):
        complain_checks(item, terms, around.floor)
        sections = item.section.checks
        checks.update(checks_of(mirror, terms, implemented=around.implemented, sections=sections))
    return checks


def _chains(gathered: Gathered, terms: Terms) -> tuple[Chain, ...]:
    """Give the chains; the built-in one goes with the built-in mirrors."""
    built_in = defaults.CHAINS if gathered.mirrors is None else ()
    items = _or_built_in(gathered.chains, built_in)
    return tuple(_chain(item.section, terms) for item in items)


def _chain(section: ChainSection, terms: Terms) -> Chain:
    return chain_of(
        section.name,
        section.goproxy,
        terms,
        gonoproxy=section.gonoproxy or "",
        gonosumdb=section.gonosumdb or "",
        gosumdb=section.gosumdb,
    )


def _databases(gathered: Gathered) -> tuple[VulnerabilityDatabase, ...]:
    """Give the vulnerability databases; the built-in one goes with the built-in mirrors."""
    built_in = defaults.VULNERABILITY_DATABASES if gathered.mirrors is None else ()
    items = _or_built_in(gathered.vulnerability_databases, built_in)
    complain_strangers(items, names(gathered.trees, "vulnerability_databases"))
    return tuple(_database(item.section) for item in items)


def _database(section: VulnerabilityDatabaseSection) -> VulnerabilityDatabase:
    return VulnerabilityDatabase(name=section.name, url=section.url, reference=section.reference)


def _state_dir(item: Item[Document]) -> str | None:
    if item.section.state_dir is None:
        return None
    path = Path(absolute(item, item.section.state_dir))
    try:
        if path.exists() and not path.is_dir():
            item.complain("state_dir", message="is there already, and is not a folder")
    except OSError as error:
        item.complain("state_dir", message=f"cannot be used: {error.strerror}")
    return str(path)


def _concurrency(document: Document) -> int:
    given = document.defaults.concurrency if document.defaults else None
    return defaults.CONCURRENCY if given is None else given
