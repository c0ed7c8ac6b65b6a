"""One run of a check with the means of a test, and the world that checks are run in."""

from dataclasses import replace

from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.result import Result
from goproxy_exporter.probes import PROBES
from goproxy_exporter.probes.kit import Kit
from goproxy_exporter.simulator.modules import CATALOGUE, Catalogue


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


def lighter() -> Catalogue:
    """The usual modules; the large one is just large enough to be redirected."""
    releases = (
        replace(one, ballast=(1 << 20) + 1) if one.ballast else one for one in CATALOGUE.releases
    )
    return Catalogue(tuple(releases))
