"""Does a mirror serve the files that the checksum database has the hashes of?"""

from collections.abc import Iterator

from goproxy_exporter.diagnosis.looks import undecided
from goproxy_exporter.diagnosis.question import Form, Question, about
from goproxy_exporter.diagnosis.together import settle
from goproxy_exporter.model.mirror import Canary, Check
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.scope import codes_of
from goproxy_exporter.probes import facts
from goproxy_exporter.probes.comparing import Comparing
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.probes.kit import Kit, Outcome
from goproxy_exporter.probes.sums import rights_of


async def checksum(check: Check, kit: Kit) -> Outcome:
    """Fetch the .mod of every canary, and zips where `check.only` does not leave them out.

    Zips that the zip checks fetch are compared there. Whatever else is wrong with an answer is
    told by the checks that ask for it.
    """
    canaries = check.mirror.canaries.versions
    rights = await rights_of(check, kit, canaries)
    comparing = Comparing(rights, kit.locker)
    async with kit.wire.session(check.mirror.access, allowance=kit.allowance) as session:
        talk = Interview(check, kit, session, put=comparing.put)
        for question in _questions(check, canaries):
            if (question.form, str(question)) in rights.sums:
                await talk.ask(question)
        await talk.look_again()
    looked_for = codes_of(check)
    told = {**rights.told, **facts.of_connection(talk.exchanges)}
    if comparing.compared:
        told["compared"] = comparing.compared
    odd = facts.unsteady(talk.series)
    if odd:
        told["unsteady"] = odd
    return Outcome(
        exchanges=tuple(talk.exchanges),
        findings=tuple(one for one in settle(talk.series, {}) if one.code in looked_for),
        facts=told,
        retry_at=talk.retry_at,
        undecided=undecided(talk.series),
    )


def _questions(check: Check, canaries: tuple[Canary, ...]) -> Iterator[Question]:
    for canary in canaries:
        yield about(canary, Endpoint.MOD, Form.MOD)
    if check.only is None or Endpoint.ZIP in check.only:
        for canary in check.mirror.canaries.stable:
            yield about(canary, Endpoint.ZIP, Form.ZIP)
