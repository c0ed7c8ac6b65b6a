"""Can `go` find and fetch another toolchain through the mirror?"""

from goproxy_exporter.diagnosis.contrast import throttled, works
from goproxy_exporter.diagnosis.looks import undecided
from goproxy_exporter.diagnosis.question import Expect, Form, Question
from goproxy_exporter.diagnosis.toolchain import unavailable
from goproxy_exporter.gomod.toolchain import FIRST, MODULE, newest
from goproxy_exporter.model.mirror import Canary, Check
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Fact
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.probes.kit import Kit, Outcome
from goproxy_exporter.probes.twins import Twins, plain_of

_LIST = Question(endpoint=Endpoint.TOOLCHAIN, form=Form.LIST, module=MODULE, expect=Expect.NAMED)
_WELL_KNOWN = Canary(module=MODULE, version=FIRST)


async def toolchain(check: Check, kit: Kit) -> Outcome:
    """Ask for the list of toolchains, and for .info and .mod of the newest: never for a zip.

    What fails counts where the same of a plain canary works.
    """
    canaries = check.mirror.canaries
    stable = (one for one in canaries.stable if one.version)
    plain = plain_of(canaries, declared=True) or next(stable, None)
    async with kit.wire.session(check.mirror.access, allowance=kit.allowance) as session:
        talk = Interview(check, kit, session)
        twins = Twins(talk)
        told = await _ask(twins, plain)
        await twins.look_again()
        exists = await _exists(check, kit, twins)
    findings = throttled(talk.series) or unavailable(twins.failing, exists=exists)
    return Outcome(
        exchanges=tuple(talk.exchanges),
        findings=findings,
        facts={**told, **twins.told(findings)},
        retry_at=talk.retry_at,
        undecided=undecided(talk.series),
    )


async def _ask(twins: Twins, plain: Canary | None) -> dict[str, Fact]:
    """Ask everything once; give what the list says."""
    listed = await twins.ask(_LIST, plain)
    versions = listed.listing.versions if listed and listed.listing else ()
    best = newest(versions)
    for form in (Form.INFO, Form.MOD):
        await twins.ask(_file(form, best), plain)
    return {"toolchain_versions": len(versions), "toolchain_newest": best} if versions else {}


def _file(form: Form, best: str | None) -> Question:
    """Ask for a file of the newest release; of a well-known one where the list names none."""
    return Question(
        endpoint=Endpoint.TOOLCHAIN,
        form=form,
        module=MODULE,
        version=best or FIRST,
        expect=Expect.LISTED if best else Expect.PRESENT,
    )


async def _exists(check: Check, kit: Kit, twins: Twins) -> bool | None:
    """Tell whether toolchains are to be had at all, where anything was answered 404."""
    if not any(bad.ruling.symptom.absent for bad in twins.failing):
        return None
    if any(works(pair.special) for pair in twins.pairs if pair.special.question.version):
        return True
    return None if check.mirror.is_reference else await kit.reference.has(_WELL_KNOWN)
