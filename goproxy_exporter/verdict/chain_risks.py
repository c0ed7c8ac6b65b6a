"""What about a GOPROXY list may turn bad, though it works?"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

from goproxy_exporter.gomod import goproxy
from goproxy_exporter.gomod.goproxy import Entry
from goproxy_exporter.gomod.patterns import match_prefix_patterns
from goproxy_exporter.gomod.status import Class
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.chain import Chain, Fate, Leak, Resource
from goproxy_exporter.model.mirror import Mirror
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.verdict.heard import Answers
from goproxy_exporter.verdict.odds import Shares, survival

_SPECIAL = frozenset({"direct", "off"})


def fates(entries: Iterable[Entry], of: Callable[[Entry], Answers]) -> tuple[Fate, ...]:
    """Give pairs of entries that are served from one address, or lead to one host."""
    found = []
    for one, other in combinations([each for each in entries if each.url not in _SPECIAL], 2):
        shared = of(one).places & of(other).places
        if shared:
            found.append(Fate(entries=(str(one), str(other)), common=", ".join(sorted(shared))))
    return tuple(found)


def hidden(
    chain: Chain, entries: Sequence[Entry], of: Callable[[Entry], Answers]
) -> tuple[tuple[str, Code], ...]:
    """Give entries whose tampered go.mod files nobody notices, because ``|`` goes on.

    Of any module that was asked for, unless an entry before has the right one. A zip is refused
    for good, and what is not verified is taken: neither is hidden by a bar.
    """
    spoilt = {
        resource
        for entry in entries
        for resource, heard in of(entry).heard.items()
        if resource.endpoint is Endpoint.MOD and heard.code is Code.INTEGRITY_MOD_HASH_MISMATCH
    }
    told = (
        pair
        for resource in sorted(spoilt, key=str)
        for pair in _passed_over(chain, resource, entries, of)
        if pair[1] is Code.INTEGRITY_MOD_HASH_MISMATCH
    )
    return tuple(dict.fromkeys(told))


def refused(
    chain: Chain, entries: Sequence[Entry], of: Callable[[Entry], Answers]
) -> tuple[tuple[str, Code], ...]:
    """Give entries over whose go.mod of a canary `go get` fails, though ``|`` goes on.

    When it writes go.sum, the sum that was refused counts as used, and contradicts the right one.
    Source: cmd/go/internal/modfetch/fetch.go (tidyGoSum).
    """
    told = (
        pair
        for canary in chain.canaries
        if canary.version is not None
        for pair in _passed_over(chain, Resource(Endpoint.MOD, str(canary)), entries, of)
    )
    return tuple(dict.fromkeys(told))


def _passed_over(
    chain: Chain, resource: Resource, entries: Sequence[Entry], of: Callable[[Entry], Answers]
) -> Iterator[tuple[str, Code]]:
    """Give who answers with what is refused before somebody else is asked, as far as is known."""
    module = resource.module.partition("@")[0]
    unchecked = f"{chain.gonoproxy},{chain.gonosumdb}"
    if chain.gosumdb is None or match_prefix_patterns(unchecked, module):
        return
    for entry in entries:
        heard = of(entry).to(resource)
        if heard is None:
            continue
        outcome, final = heard.taken(resource.endpoint, verified=True)
        if final or outcome is Class.SUCCESS:
            return
        if outcome is Class.STOP and not entry.falls_back_on_error:
            return
        if heard.outcome is Class.SUCCESS and heard.code is not None:
            yield str(entry), heard.code


def build_success(
    entries: Iterable[Entry], of: Callable[[Entry], Shares | None]
) -> tuple[float, float] | None:
    """Give the chance that a build of a hundred requests survives, and its lower bound.

    A request fails with the first entry that fails it, unless ``|`` lets it go on; `direct` is
    taken to work. None where too little is known of an entry that matters.
    """
    risk = bound = 1.0
    for entry in entries:
        if entry.url in _SPECIAL:
            risk, bound = (0.0, 0.0) if entry.url == "direct" else (risk, bound)
            break
        shares = of(entry)
        if shares is None:
            return None
        risk, bound = risk * shares.risk, bound * shares.risk_bound
        if not entry.falls_back_on_error:
            break
    return survival(risk), survival(bound)


def leaks(chain: Chain, mirrors: Iterable[Mirror]) -> tuple[Leak, ...]:
    """Give private names that builds with this list tell strangers; nothing is asked for it.

    What is private is what mirrors of the list declare in `private_patterns`; strangers are the
    other entries and the checksum database.
    """
    return tuple(_leaks(chain, tuple(mirrors)))


def _leaks(chain: Chain, mirrors: tuple[Mirror, ...]) -> Iterator[Leak]:
    entries = goproxy.parse(chain.goproxy)
    urls = [str(entry).rstrip("/") for entry in entries]
    for mirror in mirrors:
        if mirror.private_patterns and mirror.url.rstrip("/") in urls:
            place = urls.index(mirror.url.rstrip("/"))
            for pattern in mirror.private_patterns:
                yield from _leaks_of(chain, entries, place, pattern)


def _leaks_of(chain: Chain, entries: tuple[Entry, ...], place: int, pattern: str) -> Iterator[Leak]:
    if not _covered(pattern, chain.gonoproxy):
        for number, entry in enumerate(entries):
            if number != place and entry.url not in _SPECIAL:
                yield Leak(pattern=pattern, to=str(entry), why=_why(entries, place, number))
    if chain.gosumdb is not None and not _covered(pattern, chain.gonosumdb):
        name = chain.gosumdb.split()[0].partition("+")[0]
        yield Leak(
            pattern=pattern, to=name, why="is asked for the checksums of what GONOSUMDB leaves out"
        )


def _why(entries: tuple[Entry, ...], place: int, number: int) -> str:
    if number < place:
        return f"is asked before {entries[place]}"
    return f"is asked for what {entries[place]} does not have, and for every path below a module"


def _covered(pattern: str, patterns: str) -> bool:
    """Tell whether a list of globs holds this one, or matches the name that it begins with."""
    return pattern in patterns.split(",") or match_prefix_patterns(
        patterns, pattern.replace("*", "x").replace("?", "x")
    )
