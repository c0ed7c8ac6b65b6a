"""Does a build work with this GOPROXY list just now, and who answers what?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from goproxy_exporter.gomod import goproxy
from goproxy_exporter.gomod.chain import Verdict, Walk
from goproxy_exporter.gomod.goproxy import Entry
from goproxy_exporter.gomod.gosumdb import parse_gosumdb
from goproxy_exporter.gomod.patterns import match_prefix_patterns
from goproxy_exporter.gomod.status import Class
from goproxy_exporter.model.chain import Chain, ChainVerdict, Passage, Resource
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.verdict.chain_risks import build_success, fates, hidden
from goproxy_exporter.verdict.chain_words import summary
from goproxy_exporter.verdict.heard import Answers, Heard
from goproxy_exporter.verdict.odds import Shares

_OF_A_BUILD = (Endpoint.LIST, Endpoint.INFO, Endpoint.MOD, Endpoint.ZIP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was heard of the entries, by their URLs without a slash at the end.

    `database` tells whether the checksum database itself works from here; None: not known.
    """

    entries: Mapping[str, Answers] = field(default_factory=dict)
    failing: Mapping[str, Shares] = field(default_factory=dict)
    """How often their requests fail, where enough were seen."""
    database: bool | None = None

    def shares(self, entry: Entry) -> Shares | None:
        """Give how often requests to an entry fail."""
        return self.failing.get(str(entry).rstrip("/"))

    def of(self, entry: Entry) -> Answers:
        """Give what is known of an entry."""
        return self.entries.get(str(entry).rstrip("/"), Answers())


def judge_chain(chain: Chain, known: Known) -> ChainVerdict:
    """Walk the list for everything that a build with the chain's canaries asks for."""
    entries = goproxy.parse(chain.goproxy)
    passages = tuple(_passages(chain, entries, known))
    ok = _all(passage.ok for passage in passages)
    verdict = ChainVerdict(
        chain=chain,
        ok=ok,
        fallback=any(passage.fallback for passage in passages) if ok is not None else None,
        passages=passages,
        fates=fates(entries, known.of),
        hidden=hidden(entries, known.of),
        build_success=build_success(entries, known.shares),
    )
    return replace(verdict, summary=summary(verdict, entries))


def _all(answers: Iterable[bool | None]) -> bool | None:
    """Give False where one is; else None where one is not known, or there is none."""
    told = tuple(answers)
    if False in told:
        return False
    return None if None in told or not told else True


def _passages(chain: Chain, entries: tuple[Entry, ...], known: Known) -> Iterator[Passage]:
    for canary in chain.canaries:
        private = match_prefix_patterns(chain.gonoproxy, canary.module)
        verified = _is_verified(chain, canary.module)
        for endpoint in _OF_A_BUILD:
            module = canary.module if endpoint is Endpoint.LIST else str(canary)
            if endpoint is not Endpoint.LIST and canary.version is None:
                continue
            yield _file(
                Resource(endpoint, module), entries, known, private=private, verified=verified
            )
    if chain.missing is not None:
        private = match_prefix_patterns(chain.gonoproxy, chain.missing.module)
        yield _absence(
            Resource(Endpoint.MISSING, chain.missing.module), entries, known, private=private
        )
    verified_ones = [
        one for one in chain.canaries if one.version and _is_verified(chain, one.module)
    ]
    if verified_ones and chain.gosumdb is not None:
        lookups = [Resource(Endpoint.SUMDB_LOOKUP, str(canary)) for canary in verified_ones]
        yield from _verification(chain.gosumdb, lookups, entries, known)


def _is_verified(chain: Chain, module: str) -> bool:
    return chain.gosumdb is not None and not match_prefix_patterns(chain.gonosumdb, module)


def _file(
    resource: Resource,
    entries: tuple[Entry, ...],
    known: Known,
    *,
    private: bool,
    verified: bool,
) -> Passage:
    walk = Walk(entries, resource=str(resource), private=private)
    stopper = _walked(walk, resource, known, verified=verified)
    return _told(walk.verdict, known, resource, stopper)


def _absence(
    resource: Resource, entries: tuple[Entry, ...], known: Known, *, private: bool
) -> Passage:
    """Follow a path that is no module: the list has to say so, or `direct` has to be reached."""
    walk = Walk(entries, resource=str(resource), private=private)
    stopper = _walked(walk, resource, known, verified=False)
    passage = _told(walk.verdict, known, resource, stopper)
    if walk.verdict.over and walk.verdict.reason is Class.NOT_EXIST:
        return replace(passage, ok=True, stopped_by=None, why=None, unreached=())
    return replace(passage, fallback=False)


def _verification(
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
    stopper = _walked(walk, supported, known, verified=False)
    verdict = walk.verdict
    if verdict.over and verdict.assumed:
        failed = replace(itself, answered_by=None, stopped_by=database.name, why="cannot be used")
        yield failed if known.database is False else itself
        return
    yield _told(verdict, known, supported, stopper)
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


def _walked(walk: Walk, resource: Resource, known: Known, *, verified: bool) -> Heard | None:
    """Let the walk go as far as answers are known; give the last one heard."""
    heard = None
    while (entry := walk.next()) is not None:
        heard = known.of(entry).to(resource)
        if heard is None:
            return None
        outcome, final = heard.taken(resource.endpoint, verified=verified)
        walk.answered(outcome, final=final)
    return heard


def _told(verdict: Verdict, known: Known, resource: Resource, last: Heard | None) -> Passage:
    if not verdict.over:
        return Passage(resource=verdict.resource, ok=None)
    if verdict.ok:
        return Passage(
            resource=verdict.resource,
            ok=True,
            answered_by=str(verdict.answered_by),
            assumed=verdict.assumed,
            fallback=verdict.fallback,
        )
    by = verdict.stopped_by
    heard = known.of(by).to(resource) if by is not None else last
    return Passage(
        resource=verdict.resource,
        ok=False,
        stopped_by=None if by is None else str(by),
        why=heard.why if heard else None,
        unreached=tuple(map(str, verdict.unreached)),
    )
