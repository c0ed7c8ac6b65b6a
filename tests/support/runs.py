"""One run of a check, with the means of a test."""

from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.result import Result
from goproxy_exporter.probes import PROBES
from goproxy_exporter.probes.kit import Kit


async def result_of(check: Check, kit: Kit) -> Result:
    """Run a check once; what it brings home is a result, as the runner would make it."""
    started = kit.clock.now()
    outcome = await PROBES[check.name](check, kit)
    return Result(
        check=check,
        started=started,
        duration=kit.clock.now() - started,
        exchanges=outcome.exchanges,
        findings=outcome.findings,
        facts=outcome.facts,
        retry_at=outcome.retry_at,
        seen=outcome.seen,
    )
