"""How does one thing that a build asks for fare on its way through a GOPROXY list?"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from goproxy_exporter.gomod.chain import Verdict, Walk
from goproxy_exporter.gomod.goproxy import Entry
from goproxy_exporter.gomod.gosumdb import parse_gosumdb
from goproxy_exporter.gomod.patterns import match_prefix_patterns
from goproxy_exporter.gomod.status import Class
from goproxy_exporter.model.chain import Chain, Passage, Resource
from goproxy_exporter.model.mirror import Canary
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.verdict.chain_known import Hearing, Known
from goproxy_exporter.verdict.heard import Heard


def file(
    resource: Resource,
    entries: tuple[Entry, ...],
    known: Known,
    *,
    private: bool,
    verified: bool,
) -> Passage:
    """Follow a file or a list. `private`: no proxy is asked; `verified`: sums are looked up."""
    walk = Walk(entries, resource=str(resource), private=private)
    return _walked(walk, resource.endpoint, known.hearing(resource), verified=verified)


def search(missing: Canary, entries: tuple[Entry, ...], known: Known, chain: Chain) -> Passage:
    """Follow the search for the module of a package, whose own path is no module.

    `go` puts the question for every prefix of the path to one entry at a time. It goes to the next
    only where that one has no module to offer, or, after ``|``, fails on a longer prefix.
    Source: cmd/go/internal/modload/query.go (QueryPattern, queryPrefixModules).
    """
    resource, above = Resource(Endpoint.MISSING, missing.module), _above(missing, chain.canaries)

    def searched(entry: Entry) -> Heard | None:
        heard = known.of(entry).to(resource)
        if heard is None or heard.outcome is not Class.NOT_EXIST or above is None:
            return heard
        return known.of(entry).to(above)

    private = match_prefix_patterns(chain.gonoproxy, missing.module)
    walk = Walk(entries, resource=str(resource), private=private)
    passage = _walked(walk, resource.endpoint, searched, verified=False)
    if above is None and walk.verdict.reason is Class.NOT_EXIST:
        return replace(passage, ok=True, stopped_by=None, why=None, unreached=())
    return passage


def _above(missing: Canary, canaries: Iterable[Canary]) -> Resource | None:
    """Give what an entry has to have of the module that the path lies in; None: of none known."""
    for canary in canaries:
        if canary.version and missing.module.startswith(f"{canary.module}/"):
            return Resource(Endpoint.INFO, str(canary))
    return None


def verification(
    gosumdb: str, lookups: Iterable[Resource], entries: tuple[Entry, ...], known: Known
) -> Iterator[Passage]:
    """Find out who stands for the checksum database; who does is not replaced by anybody."""
    database = parse_gosumdb(gosumdb)
    if database is None:
        return
    supported = Resource(Endpoint.SUMDB_SUPPORTED, database.name)
    itself = Passage(resource=str(supported), ok=known.database, answered_by=database.name)
    if database.url is not None:
        yield itself
        return
    walk = Walk(entries, resource=str(supported), relay=True)
    passage = _walked(walk, supported.endpoint, known.hearing(supported), verified=False)
    verdict = walk.verdict
    if verdict.assumed:
        failed = replace(itself, answered_by=None, stopped_by=database.name, why="cannot be used")
        yield failed if known.database is False else itself
        return
    yield passage
    if verdict.answered_by is not None:
        relay = known.of(verdict.answered_by)
        for lookup in lookups:
            yield _lookup(lookup, str(verdict.answered_by), relay.to(lookup))


def _lookup(resource: Resource, relay: str, heard: Heard | None) -> Passage:
    if heard is None:
        return Passage(resource=str(resource), ok=None)
    if heard.outcome is Class.SUCCESS and heard.code is None:
        return Passage(resource=str(resource), ok=True, answered_by=relay)
    return Passage(resource=str(resource), ok=False, stopped_by=relay, why=heard.why)


def _walked(walk: Walk, endpoint: Endpoint, hear: Hearing, *, verified: bool) -> Passage:
    """Let the walk go as far as answers are known, and tell how it ended."""
    while (entry := walk.next()) is not None:
        heard = hear(entry)
        if heard is None:
            return Passage(resource=walk.verdict.resource, ok=None)
        outcome, final = heard.taken(endpoint, verified=verified)
        walk.answered(outcome, final=final)
    return _told(walk.verdict, hear)


def _told(verdict: Verdict, hear: Hearing) -> Passage:
    if verdict.ok:
        return Passage(
            resource=verdict.resource,
            ok=True,
            answered_by=str(verdict.answered_by),
            assumed=verdict.assumed,
            fallback=verdict.fallback,
        )
    by = verdict.stopped_by
    heard = None if by is None else hear(by)
    return Passage(
        resource=verdict.resource,
        ok=False,
        stopped_by=None if by is None else str(by),
        why=heard.why if heard else None,
        unreached=tuple(map(str, verdict.unreached)),
    )
