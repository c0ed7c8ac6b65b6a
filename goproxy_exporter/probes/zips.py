"""Is the zip of a canary a module zip, and how fast does it come?"""

from collections.abc import Iterable

from goproxy_exporter.diagnosis.question import Form, about
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.mirror import Canary, Check
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Fact
from goproxy_exporter.probes import facts
from goproxy_exporter.probes.asking import Heard
from goproxy_exporter.probes.comparing import Comparing
from goproxy_exporter.probes.conclude import conclude
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.probes.kit import Kit, Outcome
from goproxy_exporter.probes.sums import rights_of


async def small_zip(check: Check, kit: Kit) -> Outcome:
    """Fetch the zips of the stable canaries and hold them against every rule of the format.

    What is sound is held against the hash that it has to have: to download it once is enough.
    """
    return await _zips(check, kit, check.mirror.canaries.stable, Endpoint.ZIP)


async def large_zip(check: Check, kit: Kit) -> Outcome:
    """Fetch a zip that is large enough for mirrors to redirect to their storage."""
    large = check.mirror.canaries.large
    return await _zips(check, kit, (large,) if large else (), Endpoint.LARGE_ZIP)


async def _zips(check: Check, kit: Kit, canaries: Iterable[Canary], endpoint: Endpoint) -> Outcome:
    wanted = [canary for canary in canaries if canary.version is not None]
    rights = await rights_of(check, kit, wanted)
    told: dict[str, Fact] = dict(rights.told)
    comparing = Comparing(rights, kit.locker)
    async with kit.wire.session(check.mirror.access, allowance=kit.allowance) as session:
        talk = Interview(check, kit, session, put=comparing.put)
        for canary in wanted:
            heard = await talk.ask(about(canary, endpoint, Form.ZIP))
            told = {**_facts(heard), **told}
            if heard is not None and _denied(heard):
                # Whether that is a policy or only the zip's fault, the .info shows.
                await talk.ask(about(canary, Endpoint.INFO, Form.INFO))
        await talk.look_again()
    told |= facts.of_connection(talk.exchanges)
    odd = facts.unsteady(talk.series)
    if odd:
        told["unsteady"] = odd
    return await conclude(check, kit, talk, canaries=wanted, facts=told)


def _facts(heard: Heard | None) -> dict[str, Fact]:
    if heard is None:
        return {}
    told = facts.of_zip(heard) if heard.good else {}
    return {**told, "redirects": len(heard.look.exchange.hops) - 1}


def _denied(heard: Heard) -> bool:
    symptom = heard.look.symptom
    return symptom is not None and symptom.code is Code.HTTP_403_POLICY
