"""Does every endpoint of the protocol answer what the go command needs?"""

from collections.abc import Iterable, Iterator

from goproxy_exporter.diagnosis.question import Expect, Form, Question, about, latest
from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.listing import decider
from goproxy_exporter.gomod.path import check_path, split_path_version
from goproxy_exporter.model.mirror import Canaries, Canary, Check
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Fact
from goproxy_exporter.probes import facts
from goproxy_exporter.probes.asking import Heard
from goproxy_exporter.probes.conclude import conclude
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.probes.kit import Kit, Outcome
from goproxy_exporter.probes.search import search

_MOST_PREFIXES = 2


async def endpoints(check: Check, kit: Kit) -> Outcome:
    """Ask list, @latest, .info and .mod of the stable canaries, and for what cannot exist."""
    canaries = check.mirror.canaries
    told: dict[str, Fact] = {}
    async with kit.wire.session(check.mirror.access, allowance=kit.allowance) as session:
        talk = Interview(check, kit, session)
        for canary in canaries.stable:
            told = {**await _canary(talk, canary), **told}
        told |= await _absent(talk, canaries)
        await talk.look_again()
    told |= facts.of_connection(talk.exchanges)
    odd = facts.unsteady(talk.series)
    if odd:
        told["unsteady"] = odd
    return await conclude(check, kit, talk, canaries=canaries.stable, facts=told)


async def _canary(talk: Interview, canary: Canary) -> dict[str, Fact]:
    """Ask for everything about one module, in the order of a build that has nothing cached."""
    listed = await talk.ask(about(canary, Endpoint.LIST, Form.LIST))
    told = facts.of_list(listed) if listed else {}
    for promised in _promised(canary, listed):
        await talk.ask(promised)
    newest = await talk.ask(latest(canary.module))
    if newest is not None:
        told["latest_status"] = facts.status_of(newest.look.exchange)
        told |= facts.of_info(newest, "latest") if newest.good else {}
    if canary.version is None:
        return told
    info = await talk.ask(about(canary, Endpoint.INFO, Form.INFO))
    told |= facts.of_info(info, "info") if info and info.good else {}
    mod = await talk.ask(about(canary, Endpoint.MOD, Form.MOD))
    if mod and mod.good:
        told["mod_bytes"] = len(mod.data)
    return told


def _promised(canary: Canary, listed: Heard | None) -> Iterator[Question]:
    """Ask for the version that ``@latest`` would pick, if that is another than the canary's.

    Where the list has +incompatible ones, `go` first reads a go.mod to learn whether they count.
    """
    best = listed.highest if listed else None
    if listed is None or listed.listing is None or best is None:
        return
    if best != canary.version:
        yield _listed(canary, best, Endpoint.INFO, Form.INFO)
    deciding = decider(listed.listing.versions)
    if deciding not in (None, canary.version):
        yield _listed(canary, deciding, Endpoint.MOD, Form.MOD)


def _listed(canary: Canary, version: str, endpoint: Endpoint, form: Form) -> Question:
    return Question(
        endpoint=endpoint, form=form, module=canary.module, version=version, expect=Expect.LISTED
    )


async def _absent(talk: Interview, canaries: Canaries) -> dict[str, Fact]:
    """Ask for a path below a module, for a version, and for prefixes that cannot exist."""
    told: dict[str, Fact] = {}
    missing = await search(talk, canaries.missing)
    if missing is not None:
        told["missing_status"] = facts.status_of(missing.look.exchange)
    for canary in canaries.stable[:1]:
        heard = await talk.ask(_impossible(canary))
        if heard is not None:
            told["missing_version_status"] = facts.status_of(heard.look.exchange)
    prefixes: dict[str, Fact] = {}
    for prefix in _prefixes(canaries.stable):
        heard = await talk.ask(_prefix(prefix))
        if heard is not None:
            prefixes[prefix] = facts.status_of(heard.look.exchange)
    return {**told, "prefix_status": prefixes} if prefixes else told


def _impossible(canary: Canary) -> Question:
    """Name a version that fits the path, and that nobody would ever tag."""
    major = split_path_version(canary.module)[1].lstrip("/.").removesuffix("-unstable") or "v0"
    return Question(
        endpoint=Endpoint.MISSING_VERSION,
        form=Form.INFO,
        module=canary.module,
        version=f"{major}.0.0-zz.none",
        expect=Expect.ANYTHING,
    )


def _prefixes(canaries: Iterable[Canary]) -> list[str]:
    """Give the bare first elements of the canaries' paths, where they can be asked for."""
    firsts = dict.fromkeys(canary.module.partition("/")[0] for canary in canaries)
    return [name for name in firsts if _can_be_asked(name)][:_MOST_PREFIXES]


def _can_be_asked(path: str) -> bool:
    try:
        check_path(path)
    except ProtocolError:
        return False
    return True


def _prefix(path: str) -> Question:
    return Question(
        endpoint=Endpoint.PREFIX,
        form=Form.LIST,
        module=path,
        expect=Expect.ANYTHING,
    )
