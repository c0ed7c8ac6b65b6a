"""Do all addresses behind the mirror's name answer alike?"""

import asyncio

from goproxy_exporter.diagnosis.edges import Edge, compare, outcomes
from goproxy_exporter.diagnosis.question import Form, Question, about
from goproxy_exporter.model.exchange import Failure
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Fact
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.probes.kit import Kit, Outcome

_MOST = 16
"""Addresses that are asked at most."""
_AT_ONCE = 4
"""Addresses that are asked at the same time, so that hanging ones do not eat the deadline."""


async def edges(check: Check, kit: Kit) -> Outcome:
    """Ask every address, IPv4 and IPv6, for the list of a canary.

    A name that does not resolve is no finding here: the endpoints say so.
    """
    mirror = check.mirror
    if not mirror.canaries.stable:
        return Outcome()
    seconds = min(check.timeout, kit.left())
    found = await kit.wire.addresses(mirror.url, mirror.access, timeout=seconds)
    if isinstance(found, Failure):
        return Outcome(facts={"edges": {}, "resolve_failure": str(found.kind)})
    question = about(mirror.canaries.stable[0], Endpoint.LIST, Form.LIST)
    gate = asyncio.Semaphore(_AT_ONCE)
    asked = await asyncio.gather(
        *(_edge(check, kit, question, each, gate) for each in found[:_MOST])
    )
    heard = [(edge, talk) for edge, talk in asked if edge is not None]
    told: dict[str, Fact] = {
        "edges": outcomes([edge for edge, _ in heard]),
        "addresses": len(found),
    }
    moments = [talk.retry_at for _, talk in heard if talk.retry_at is not None]
    return Outcome(
        exchanges=tuple(exchange for _, talk in heard for exchange in talk.exchanges),
        findings=compare(question, [edge for edge, _ in heard]),
        facts=told,
        retry_at=max(moments, default=None),
    )


async def _edge(
    check: Check, kit: Kit, question: Question, address: str, gate: asyncio.Semaphore
) -> tuple[Edge | None, Interview]:
    """Ask one address, in a session of its own; None where the time was over before."""
    access, allowance = check.mirror.access, kit.allowance
    async with gate, kit.wire.session(access, allowance=allowance, pin=address) as session:
        talk = Interview(check, kit, session)
        await talk.ask(question)
        await talk.look_again()
    series = talk.series
    return (Edge(address, series[0].looks) if series else None), talk
