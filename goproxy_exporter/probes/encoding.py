"""Do paths with capital letters and versions with ``+incompatible`` come through unchanged?"""

from dataclasses import dataclass, replace

from goproxy_exporter.diagnosis.contrast import Failing, proven, throttled
from goproxy_exporter.diagnosis.escapes import OTHERWISE, Mark, Witness, stumbles, told
from goproxy_exporter.diagnosis.looks import undecided
from goproxy_exporter.diagnosis.question import Form, about
from goproxy_exporter.model.mirror import Canaries, Canary, Check
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Finding
from goproxy_exporter.probes import facts
from goproxy_exporter.probes.comparing import Comparing
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.probes.kit import Kit, Outcome
from goproxy_exporter.probes.sums import rights_of
from goproxy_exporter.probes.twins import Twins, plain_of


@dataclass(frozen=True, slots=True)
class _Case:
    """A canary, what of its paths gateways misread, and the endpoint that questions count as.

    `plain` is what it is compared with.
    """

    mark: Mark
    canary: Canary
    endpoint: Endpoint
    plain: Canary | None


_FILES = {Mark.CASE: (Form.INFO, Form.MOD, Form.ZIP), Mark.PLUS: (Form.INFO, Form.MOD)}
"""Files of a canary. Zips lie in stores of their own, where capital letters may get lost."""


async def encoding(check: Check, kit: Kit) -> Outcome:
    """Ask list, .info and .mod of the upper-case and of the +incompatible canary.

    Of the upper-case one the zip is asked for, too, and held against the hash that it has to have.

    What fails counts where the same of a plain canary works. Then the other spelling of the path
    is tried once: if that works, it shows what is wrong.
    """
    cases = _cases(check.mirror.canaries)
    findings: tuple[Finding, ...] = ()
    zips = [case.canary for case in cases if Form.ZIP in _FILES[case.mark]]
    comparing = Comparing(await rights_of(check, kit, zips, Form.ZIP), kit.locker)
    async with kit.wire.session(check.mirror.access, allowance=kit.allowance) as session:
        talk = Interview(check, kit, session, put=comparing.put)
        twins = Twins(talk)
        named = [case for case in cases if await _ask(twins, case)]
        await twins.look_again()
        for case in cases:
            findings += await _judged(check, kit, twins, case, named=case in named)
    findings = (*proven(talk.series), *(throttled(talk.series) or findings))
    return Outcome(
        exchanges=tuple(talk.exchanges),
        findings=findings,
        facts=twins.told(findings),
        retry_at=talk.retry_at,
        undecided=undecided(talk.series),
    )


def _cases(canaries: Canaries) -> list[_Case]:
    named = (
        (Mark.CASE, canaries.uppercase, Endpoint.UPPERCASE),
        (Mark.PLUS, canaries.incompatible, Endpoint.INCOMPATIBLE),
    )
    return [
        _Case(mark, canary, endpoint, plain_of(canaries, declared=canary.declared))
        for mark, canary, endpoint in named
        if canary
    ]


async def _ask(twins: Twins, case: _Case) -> bool:
    """Ask everything about one canary; tell whether the mirror's own list names its version."""
    listed = await twins.ask(about(case.canary, case.endpoint, Form.LIST), case.plain)
    if case.canary.version is not None:
        for form in _FILES[case.mark]:
            await twins.ask(about(case.canary, case.endpoint, form), case.plain)
    listing = listed.listing if listed else None
    return listing is not None and case.canary.version in listing.versions


async def _judged(
    check: Check, kit: Kit, twins: Twins, case: _Case, *, named: bool
) -> tuple[Finding, ...]:
    """Conclude about one canary; nothing more is asked about one that works."""
    bad = [each for each in twins.failing if each.series.question.endpoint is case.endpoint]
    if not bad:
        return ()
    asked = [pair.special for pair in twins.pairs]
    mine = [one for one in asked if one.question.endpoint is case.endpoint]
    suspects = stumbles(case.mark, mine, bad)
    witness = Witness(exists=True, comparable=True)
    if not named:
        witness = await _witness(check, kit, case)
    if suspects:
        witness = await _tried(twins, case.mark, suspects[0], witness)
    return told(case.mark, bad, suspects, witness)


async def _witness(check: Check, kit: Kit, case: _Case) -> Witness:
    """Tell whether the canary exists, and whether who has the plain one should have it too.

    The reference is asked of no module that the operator named: its name may be private.
    """
    canary, plain = case.canary, case.plain
    if canary.declared:
        return Witness(exists=True, comparable=True)
    exists = None if check.mirror.is_reference else await kit.reference.has(canary)
    return Witness(exists=exists, comparable=plain is not None and not plain.declared)


async def _tried(twins: Twins, mark: Mark, bad: Failing, witness: Witness) -> Witness:
    """Ask once in the other spelling, which `go` never sends."""
    otherwise = OTHERWISE[mark]
    heard = await twins.try_spelling(bad.series.question, otherwise.spelling)
    if heard is None:
        return witness
    return replace(
        witness,
        spellings={
            otherwise.usual: facts.status_of(bad.ruling.look.exchange),
            otherwise.other: facts.status_of(heard.look.exchange),
        },
        works_as=otherwise.other if heard.good else None,
    )
