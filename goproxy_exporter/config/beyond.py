"""What is asked besides the mirrors: databases, and entries of chains that are no mirrors here?"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from goproxy_exporter.config.beats import beat
from goproxy_exporter.config.goproxy import web_urls
from goproxy_exporter.config.schema_mirror import CheckSection
from goproxy_exporter.config.settings import Terms, VulnerabilityDatabase
from goproxy_exporter.config.urls import parse_url
from goproxy_exporter.gomod.gosumdb import parse_gosumdb, relayed
from goproxy_exporter.model.chain import Chain
from goproxy_exporter.model.mirror import Canaries, Canary, Check, Mirror
from goproxy_exporter.model.names import CheckName, Endpoint, Kind

OFF = "off"

_NOTHING = CheckSection()

_ASKED_BY: dict[CheckName, tuple[Endpoint, ...]] = {
    CheckName.ENDPOINTS: (Endpoint.LIST, Endpoint.INFO, Endpoint.MOD, Endpoint.MISSING),
    CheckName.ZIP: (Endpoint.ZIP,),
    CheckName.SUMDB: (Endpoint.SUMDB_SUPPORTED, Endpoint.SUMDB_LOOKUP),
}
"""Which checks of a mirror bring the answers that a build needs."""


def checksum_databases(gosumdbs: Iterable[str | None], terms: Terms) -> tuple[Mirror, ...]:
    """Give every checksum database that GOSUMDB values name, once."""
    found: dict[str, Mirror] = {}
    for text in gosumdbs:
        named = parse_gosumdb(text or OFF)
        if named is not None:
            database = _database(named.name, named.base, Kind.CHECKSUMS, terms, text)
            found.setdefault(named.name, database)
    return tuple(found.values())


def vulnerability_databases(
    databases: Iterable[VulnerabilityDatabase], terms: Terms
) -> tuple[Mirror, ...]:
    """Give the vulnerability databases as what they are asked as."""
    known = tuple(databases)
    urls = {each.name: each.url for each in known}
    return tuple(
        replace(
            _database(each.name, each.url, Kind.VULNERABILITIES, terms, None),
            original=urls.get(each.reference or ""),
        )
        for each in known
    )


def chain_of(
    name: str,
    goproxy: str,
    terms: Terms,
    *,
    gonoproxy: str = "",
    gonosumdb: str = "",
    gosumdb: str | None = None,
) -> Chain:
    """Give a chain that is walked for the general canaries.

    `gosumdb` is as in the variable; None means the general checksum database.
    """
    general = terms.checksum_database
    return Chain(
        name=name,
        goproxy=goproxy,
        gonoproxy=gonoproxy,
        gonosumdb=gonosumdb,
        gosumdb=general if gosumdb is None else None if gosumdb == OFF else gosumdb,
        canaries=tuple(map(_bare, terms.canaries.stable)),
        missing=_bare(terms.canaries.missing),
    )


def checks_of_entries(
    chains: Iterable[Chain],
    checks: Iterable[Check],
    terms: Terms,
    *,
    implemented: Collection[CheckName],
) -> Iterator[Check]:
    """Give, for every entry of a chain, a check that asks what no check of a mirror asks already."""
    known: dict[str, Mirror] = {}
    enabled: dict[str, set[CheckName]] = {}
    for check in checks:
        if check.mirror.kind is Kind.MODULES:
            known[check.mirror.url.rstrip("/")] = check.mirror
            enabled.setdefault(check.mirror.name, set()).add(check.name)
    if CheckName.CHAIN not in implemented:
        return
    for chain in chains:
        for url in dict.fromkeys(web_urls(chain.goproxy)):
            mirror = known.get(url.rstrip("/"))
            names = enabled[mirror.name] if mirror else ()
            wanted = _unanswered(chain, mirror, names)
            if wanted:
                yield _entry(chain, url, mirror, wanted, terms)


def checks_of_databases(
    databases: Iterable[Mirror], terms: Terms, *, implemented: Collection[CheckName]
) -> Iterator[Check]:
    """Give the one check of each database."""
    names = {Kind.CHECKSUMS: CheckName.SUMDB, Kind.VULNERABILITIES: CheckName.VULNDB}
    for database in databases:
        name = names[database.kind]
        if name in implemented:
            interval, timeout = beat(name, _NOTHING, terms)
            yield Check(name=name, mirror=database, interval=interval, timeout=timeout)


def _database(name: str, url: str, kind: Kind, terms: Terms, gosumdb: str | None) -> Mirror:
    return Mirror(
        name=name,
        url=url,
        kind=kind,
        access=terms.access,
        canaries=terms.canaries,
        thresholds=terms.thresholds,
        budget=terms.budget,
        checksum_database=gosumdb,
    )


def _unanswered(
    chain: Chain, mirror: Mirror | None, enabled: Collection[CheckName]
) -> frozenset[Endpoint]:
    """Give the endpoints that a chain needs answers of, and no enabled check asks."""
    verified = relayed(chain.gosumdb) is not None
    wanted = {
        endpoint
        for name, asked in _ASKED_BY.items()
        if name is not CheckName.SUMDB or verified
        for endpoint in asked
    }
    if mirror is None or not _same_canaries(chain, mirror.canaries):
        return frozenset(wanted)
    for name in enabled:
        if name is not CheckName.SUMDB or mirror.checksum_database == chain.gosumdb:
            wanted -= set(_ASKED_BY.get(name, ()))
    return frozenset(wanted)


def _same_canaries(chain: Chain, canaries: Canaries) -> bool:
    asked = set(map(_bare, canaries.stable))
    return set(chain.canaries) <= asked and chain.missing == _bare(canaries.missing)


def _bare(canary: Canary) -> Canary:
    return Canary(module=canary.module, version=canary.version)


def _entry(
    chain: Chain, url: str, mirror: Mirror | None, wanted: frozenset[Endpoint], terms: Terms
) -> Check:
    parsed = parse_url(url)
    base = mirror or Mirror(
        name=url,
        url=url,
        access=terms.access,
        canaries=terms.canaries,
        thresholds=terms.thresholds,
        budget=terms.budget,
    )
    missing = chain.missing or terms.canaries.missing
    entry = replace(
        base,
        name=f"{chain.name} {parsed}",
        url=str(parsed),
        kind=Kind.ENTRY,
        canaries=Canaries(stable=chain.canaries, missing=missing),
        checksum_database=chain.gosumdb,
        gonosumdb=chain.gonosumdb,
        spends=mirror.key if mirror else f"{Kind.ENTRY} {parsed.scheme}://{parsed.origin}",
    )
    interval, timeout = beat(CheckName.CHAIN, _NOTHING, terms)
    return Check(
        name=CheckName.CHAIN, mirror=entry, interval=interval, timeout=timeout, only=wanted
    )
