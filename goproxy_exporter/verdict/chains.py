"""Does a build work with this GOPROXY list just now, and who answers what?"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from goproxy_exporter.gomod import goproxy
from goproxy_exporter.gomod.goproxy import Entry
from goproxy_exporter.gomod.patterns import match_prefix_patterns
from goproxy_exporter.model.chain import Chain, ChainVerdict, Passage, Resource
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.verdict.chain_known import Known
from goproxy_exporter.verdict.chain_risks import build_success, fates, hidden, refused
from goproxy_exporter.verdict.chain_walks import file, search, verification
from goproxy_exporter.verdict.chain_words import summary

_OF_A_BUILD = (Endpoint.LIST, Endpoint.INFO, Endpoint.MOD, Endpoint.ZIP)


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
        hidden=hidden(chain, entries, known.of),
        refused=refused(chain, entries, known.of) if ok else (),
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
            yield file(
                Resource(endpoint, module), entries, known, private=private, verified=verified
            )
    if chain.missing is not None:
        yield search(chain.missing, entries, known, chain)
    verified_ones = [
        one for one in chain.canaries if one.version and _is_verified(chain, one.module)
    ]
    if verified_ones and chain.gosumdb is not None:
        lookups = [Resource(Endpoint.SUMDB_LOOKUP, str(canary)) for canary in verified_ones]
        yield from verification(chain.gosumdb, lookups, entries, known)


def _is_verified(chain: Chain, module: str) -> bool:
    return chain.gosumdb is not None and not match_prefix_patterns(chain.gonosumdb, module)
