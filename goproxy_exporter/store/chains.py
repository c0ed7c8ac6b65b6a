"""What do the results that are kept say about a GOPROXY list?"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from goproxy_exporter import verdict
from goproxy_exporter.gomod.gosumdb import parse_gosumdb
from goproxy_exporter.model.chain import Chain, ChainVerdict
from goproxy_exporter.model.facts import DATABASE_WORKS
from goproxy_exporter.model.mirror import Mirror
from goproxy_exporter.model.names import CheckName, Kind, ProberProblem, State
from goproxy_exporter.model.result import Result
from goproxy_exporter.store.shelf import Shelf

_ASKS_NO_CONTENT = CheckName.FRESHNESS
"""What does not judge the answers that it gets: others may know better what is wrong with them."""
_WORKS = {State.HEALTHY: True, State.DEGRADED: True, State.UNUSABLE: False, State.DANGEROUS: False}


def judged(
    chain: Chain,
    shelves: Mapping[str, Shelf],
    problems: Mapping[ProberProblem, str],
    now: float,
) -> ChainVerdict:
    """Judge a list by what its entries answered and that is not too old at `now`.

    `problems` of the prober are those that only many mirrors together show.
    """
    serving = [shelf for shelf in shelves.values() if _serves(shelf.mirror, chain)]
    results: dict[str, list[Result]] = {}
    failing: dict[str, verdict.Shares] = {}
    for shelf in serving:
        url = shelf.mirror.url.rstrip("/")
        results.setdefault(url, []).extend(_current(shelf, now))
        shares = verdict.failing(shelf.memory, now, problems)
        if shares is not None:
            failing[url] = shares
    known = verdict.Known(
        entries={url: verdict.answers(each, problems) for url, each in results.items()},
        failing=failing,
        database=_database_works(chain, shelves, problems, now),
    )
    mirrors = [shelf.mirror for shelf in serving if shelf.mirror.kind is Kind.MODULES]
    return replace(verdict.judge_chain(chain, known), leaks=verdict.leaks(chain, mirrors))


def _serves(mirror: Mirror, chain: Chain) -> bool:
    """Whether what is known of a mirror may count for a list: an entry of another does not."""
    if mirror.kind is Kind.ENTRY:
        return mirror.name == f"{chain.name} {mirror.url}"
    return mirror.kind is Kind.MODULES


def _current(shelf: Shelf, now: float) -> Iterable[Result]:
    results = (shelf.current(name, now) for name in shelf.checks if name is not _ASKS_NO_CONTENT)
    return (result for result in results if result is not None)


def _database_works(
    chain: Chain,
    shelves: Mapping[str, Shelf],
    problems: Mapping[ProberProblem, str],
    now: float,
) -> bool | None:
    """Tell by its own state; where that is not known, by what checks of relays found out."""
    database = parse_gosumdb(chain.gosumdb or "off")
    if database is None:
        return None
    for shelf in shelves.values():
        mirror = shelf.mirror
        if mirror.kind is Kind.CHECKSUMS and mirror.name == database.name:
            told = verdict.decide(mirror, shelf.memory, shelf.checks.values(), problems, now)
            if told.state in _WORKS:
                return _WORKS[told.state]
    for shelf in shelves.values():
        result = shelf.current(CheckName.SUMDB, now)
        if result is not None and result.check.mirror.checksum_database == chain.gosumdb:
            works = result.facts.get(DATABASE_WORKS)
            if isinstance(works, bool):
                return works
    return None
