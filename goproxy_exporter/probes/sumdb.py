"""Can go.sum be completed through this mirror, or by this checksum database itself?"""

from collections.abc import Iterator

from goproxy_exporter.diagnosis.answer import usable
from goproxy_exporter.diagnosis.failure import unconnected
from goproxy_exporter.diagnosis.looks import Look, undecided
from goproxy_exporter.diagnosis.relay import Background, of_database, of_relay
from goproxy_exporter.diagnosis.traits import traits
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.facts import DATABASE_WORKS, REFERENCE_TREE_SIZE, TREE_SIZE
from goproxy_exporter.model.mirror import Canary, Check, Mirror
from goproxy_exporter.model.names import Endpoint, Kind
from goproxy_exporter.model.result import Fact, Finding
from goproxy_exporter.probes import facts
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.probes.kit import Kit, Outcome
from goproxy_exporter.probes.plain import Plain
from goproxy_exporter.probes.relay import Relay
from goproxy_exporter.probes.visit import Visit, may_be_looked_up
from goproxy_exporter.reference.checksum_database import ChecksumDatabase
from goproxy_exporter.reference.known_tree import Record

_MOST_FRESH = 2


async def sumdb(check: Check, kit: Kit) -> Outcome:
    """Ask what go asks to verify a module, and verify the answers as it does.

    A mirror is asked as a relay, and for something plain where that fails; a database directly.
    """
    database, mirror = kit.database, check.mirror
    if database is None:
        return Outcome()
    await database.head()
    old = may_be_looked_up(mirror, mirror.canaries.stable)
    fresh = may_be_looked_up(mirror, _fresh(mirror, kit))[:_MOST_FRESH]
    async with kit.wire.session(mirror.access, allowance=kit.allowance) as session:
        relay = Relay(database.gosumdb)
        talk = Interview(check, kit, session, put=relay.put)
        visit = Visit(check, kit, database, relay, talk)
        if mirror.kind is Kind.CHECKSUMS or await visit.is_offered():
            await visit.look_up(old)
            await visit.ask_latest()
            await visit.look_up(fresh)
            await visit.prove()
            await visit.proofs.sample()
        plain = Plain(talk, mirror)
        if mirror.kind is not Kind.CHECKSUMS and _is_doubtful(visit):
            await plain.ask()
        findings = await visit.ask_again()
        await plain.keep_up_with(visit.run)
    works = await _works(visit, database, old)
    if mirror.kind is Kind.CHECKSUMS:
        findings += of_database(visit.run, frozenset(map(str, fresh)))
        findings += traits(visit.run, mirror)
    else:
        background = await _background(visit, database, plain, fresh, works=works)
        findings += of_relay(visit.run, background)
    return _outcome(visit, database, findings, works=works)


def _fresh(mirror: Mirror, kit: Kit) -> Iterator[Canary]:
    """Give new versions: those that are named, else what is followed now, the newest first."""
    yield from mirror.canaries.fresh
    if mirror.canaries.fresh_from_index and kit.index is not None:
        followed = kit.index.standing.followed
        for one in sorted(followed, key=lambda one: -(one.published or 0.0)):
            yield Canary(module=one.module, version=one.version)


def _is_doubtful(visit: Visit) -> bool:
    """Tell whether an answer may be a fault of the relay, or of all of the mirror."""
    return any(_may_be_either(look) for series in visit.run for look in series.looks)


def _may_be_either(look: Look) -> bool:
    symptom = look.symptom
    if symptom is None or usable(symptom) or unconnected(look.exchange):
        return False
    return symptom.code not in (Code.SUMDB_NOT_PROXIED, Code.HTTP_429)


async def _works(visit: Visit, database: ChecksumDatabase, old: tuple[Canary, ...]) -> bool | None:
    """Tell whether the database works by itself; it is asked where the mirror is no relay."""
    offers = [one.looks[-1] for one in visit.run if one.question == visit.relay.supported]
    if old and any(not usable(look.symptom) for look in offers):
        return await database.works(old[0].module, old[0].version or "")
    return True if database.worked_of_late else None


async def _background(
    visit: Visit,
    database: ChecksumDatabase,
    plain: Plain,
    fresh: tuple[Canary, ...],
    *,
    works: bool | None,
) -> Background:
    missing = {
        one.question
        for one in visit.run
        if any(look.symptom is not None and look.symptom.absent for look in one.looks)
    }
    had = set()
    for canary in fresh:
        if visit.relay.lookup(canary) in missing:
            record = await database.record(canary.module, canary.version or "")
            had |= {str(canary)} if isinstance(record, Record) else set()
    return Background(
        works=works,
        plain=plain.looks,
        fresh=frozenset(map(str, fresh)),
        had=frozenset(had),
        verified=bool(visit.proofs.proven),
    )


def _outcome(
    visit: Visit,
    database: ChecksumDatabase,
    findings: tuple[Finding, ...],
    *,
    works: bool | None,
) -> Outcome:
    largest, size = database.tree.largest, visit.heads.size
    proven = visit.proofs.proven.values()
    told: dict[str, Fact] = {
        TREE_SIZE: size,
        REFERENCE_TREE_SIZE: largest.size if largest else None,
        DATABASE_WORKS: works,
        "head_age_seconds": None if size is None else round(database.age(size) or 0.0),
        "records": {str(one.question): one.answer.lookup.record for one in proven if one.answer}
        or None,
        "tiles_asked": len(visit.proofs.tiles.given) or None,
        "unsteady": facts.unsteady(visit.run) or None,
    }
    for series in visit.run:
        if series.question.endpoint in (Endpoint.SUMDB_SUPPORTED, Endpoint.SUMDB_LATEST):
            status = facts.status_of(series.looks[-1].exchange)
            told[f"{series.question.endpoint}_status"] = status
    told = {name: fact for name, fact in told.items() if fact is not None}
    return Outcome(
        exchanges=tuple(visit.talk.exchanges),
        findings=tuple(map(visit.with_need, findings)),
        facts=told | facts.of_connection(visit.talk.exchanges),
        retry_at=visit.talk.retry_at,
        undecided=undecided(visit.run),
    )
