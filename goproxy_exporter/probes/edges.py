"""Do all addresses behind the mirror's name answer alike?"""

import asyncio

from goproxy_exporter.diagnosis.edges import Edge, compare, outcomes, suspects
from goproxy_exporter.diagnosis.looks import IN_A_ROW, Series, undecided
from goproxy_exporter.diagnosis.question import Form, Question, about
from goproxy_exporter.diagnosis.throttle import retry_at
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Failure
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Fact
from goproxy_exporter.probes.asking import put
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
    heard = [each for each in asked if each.looks]
    suspected = {edge.address for edge in suspects(heard)}
    if suspected and not any(_throttled(edge) for edge in heard):
        heard = [
            edge if edge.address in suspected else await _tried(check, kit, question, edge)
            for edge in heard
        ]
    told: dict[str, Fact] = {"edges": outcomes(heard), "addresses": len(found)}
    return Outcome(
        exchanges=tuple(look.exchange for edge in heard for look in edge.looks),
        findings=compare(question, heard),
        facts=told,
        retry_at=max(_moments(heard), default=None),
        undecided=undecided(Series(question, edge.looks) for edge in heard),
    )


async def _edge(
    check: Check, kit: Kit, question: Question, address: str, gate: asyncio.Semaphore
) -> Edge:
    """Ask one address, in a session of its own; without looks where the time was over before."""
    access, allowance = check.mirror.access, kit.allowance
    async with gate, kit.wire.session(access, allowance=allowance, pin=address) as session:
        talk = Interview(check, kit, session)
        await talk.ask(question)
        await talk.look_again()
    return Edge(address, tuple(look for one in talk.series for look in one.looks))


async def _tried(check: Check, kit: Kit, question: Question, edge: Edge) -> Edge:
    """Look as often at an address that works as at one that fails: it may only have been lucky."""
    access, allowance = check.mirror.access, kit.allowance
    looks = edge.looks
    async with kit.wire.session(access, allowance=allowance, pin=edge.address) as session:
        while len(looks) < IN_A_ROW and kit.left() > 0:
            seconds = min(check.timeout, kit.left())
            heard = await put(session, check.mirror, question, timeout=seconds)
            looks = (*looks, heard.look)
    return Edge(edge.address, looks)


def _throttled(edge: Edge) -> bool:
    return any(look.symptom and look.symptom.code is Code.HTTP_429 for look in edge.looks)


def _moments(edges: list[Edge]) -> list[float]:
    """Give the moments before which addresses want no more requests."""
    asked = (retry_at(look.exchange) for edge in edges if _throttled(edge) for look in edge.looks)
    return [moment for moment in asked if moment is not None]
