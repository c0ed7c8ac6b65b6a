"""How long does it take until the mirror shows a new version?"""

import asyncio

from goproxy_exporter.diagnosis.ledger import Ledger
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.probes.fresh_evidence import followed_by, news_of, revisions_of
from goproxy_exporter.probes.fresh_lookups import look_up
from goproxy_exporter.probes.fresh_run import Run
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.probes.kit import Kit, Outcome
from goproxy_exporter.probes.watch import Watch


async def freshness(check: Check, kit: Kit) -> Outcome:
    """Ask for the versions that are followed, as far as the mirror did not show them before.

    A list is asked for once for all versions of its module. What would accuse is asked again, at
    every address of the mirror.
    """
    followed, news = await asyncio.gather(followed_by(check, kit), news_of(check, kit))
    revisions = revisions_of(check, kit, news)
    async with kit.wire.session(check.mirror.access, allowance=kit.allowance) as session:
        talk = Interview(check, kit, session)
        ledger = Ledger((*followed, *revisions), kit.recall)
        watch = Watch(check=check, kit=kit, talk=talk, ledger=ledger)
        run = Run(watch, news)
        await run.ask(followed, revisions)
        await look_up(watch, session)
        await run.look_again()
        findings = watch.throttling() or run.findings()
    return Outcome(
        exchanges=tuple(talk.exchanges),
        findings=findings,
        facts=run.told(followed),
        retry_at=talk.retry_at,
        seen=run.seen,
    )
