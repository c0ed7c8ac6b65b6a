"""What does an entry of a GOPROXY list answer that no check of a mirror asks it?"""

from collections.abc import Iterator
from dataclasses import replace

from goproxy_exporter.diagnosis.question import Form, Question, about, latest
from goproxy_exporter.diagnosis.relay import Background, of_relay
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Finding
from goproxy_exporter.probes.asking import put
from goproxy_exporter.probes.conclude import conclude
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.probes.kit import Kit, Outcome
from goproxy_exporter.probes.relay import ENDPOINTS, Relay
from goproxy_exporter.probes.search import search
from goproxy_exporter.probes.visit import Visit, may_be_looked_up

_FORMS = {
    Endpoint.LIST: Form.LIST,
    Endpoint.INFO: Form.INFO,
    Endpoint.MOD: Form.MOD,
    Endpoint.ZIP: Form.ZIP,
}
_MOST_CANARIES = 8


async def chain(check: Check, kit: Kit) -> Outcome:
    """Ask for what a build needs, as far as `check.only` wants the endpoints.

    That is files and, where the entry relays a checksum database, records and their proofs.
    """
    canaries = check.mirror.canaries
    relay = Relay(kit.database.gosumdb) if kit.database and _wants_relay(check) else None
    async with kit.wire.session(check.mirror.access, allowance=kit.allowance) as session:
        talk = Interview(check, kit, session, put=relay.put if relay else put)
        for question in _questions(check):
            heard = await talk.ask(question)
            if heard is not None and question.form is Form.LIST and not heard.good:
                await talk.ask(latest(question.module))
        if _wanted(check, Endpoint.MISSING):
            await search(talk, canaries.missing)
        verified: tuple[Finding, ...] = ()
        if kit.database and relay:
            verified = await _verified(check, Visit(check, kit, kit.database, relay, talk))
        else:
            await talk.look_again()
    files = [one for one in talk.series if one.question.endpoint not in ENDPOINTS]
    outcome = await conclude(check, kit, talk, canaries=canaries.stable, facts={}, run=files)
    return replace(outcome, findings=(*outcome.findings, *verified))


async def _verified(check: Check, visit: Visit) -> tuple[Finding, ...]:
    """Complete a go.sum through the entry. Whatever fails here fails a build, for any reason."""
    if await visit.is_offered():
        await visit.look_up(may_be_looked_up(check.mirror, check.mirror.canaries.stable))
        await visit.prove()
    findings = await visit.ask_again()
    findings += of_relay(visit.run, Background(regardless=True))
    return tuple(map(visit.with_need, findings))


def _questions(check: Check) -> Iterator[Question]:
    canaries = check.mirror.canaries
    for canary in canaries.stable[:_MOST_CANARIES]:
        for endpoint, form in _FORMS.items():
            if _wanted(check, endpoint) and (form is Form.LIST or canary.version is not None):
                yield about(canary, endpoint, form)


def _wants_relay(check: Check) -> bool:
    return _wanted(check, Endpoint.SUMDB_SUPPORTED) or _wanted(check, Endpoint.SUMDB_LOOKUP)


def _wanted(check: Check, endpoint: Endpoint) -> bool:
    return check.only is None or endpoint in check.only
