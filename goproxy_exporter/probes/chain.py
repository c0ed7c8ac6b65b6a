"""What does an entry of a GOPROXY list answer that no check of a mirror asks it?"""

from collections.abc import Iterator

from goproxy_exporter.diagnosis.question import Expect, Form, Question, about
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.probes.conclude import conclude
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.probes.kit import Kit, Outcome

_FORMS = {
    Endpoint.LIST: Form.LIST,
    Endpoint.INFO: Form.INFO,
    Endpoint.MOD: Form.MOD,
    Endpoint.ZIP: Form.ZIP,
}
_MOST_CANARIES = 8


async def chain(check: Check, kit: Kit) -> Outcome:
    """Ask for the files that a build needs, as far as `check.only` wants their endpoints."""
    canaries = check.mirror.canaries
    async with kit.wire.session(check.mirror.access, allowance=kit.allowance) as session:
        talk = Interview(check, kit, session)
        for question in _questions(check):
            await talk.ask(question)
        await talk.look_again()
    return await conclude(check, kit, talk, canaries=canaries.stable, facts={})


def _questions(check: Check) -> Iterator[Question]:
    canaries = check.mirror.canaries
    for canary in canaries.stable[:_MOST_CANARIES]:
        for endpoint, form in _FORMS.items():
            if _wanted(check, endpoint) and (form is Form.LIST or canary.version is not None):
                yield about(canary, endpoint, form)
    if _wanted(check, Endpoint.MISSING):
        yield Question(
            endpoint=Endpoint.MISSING,
            form=Form.LIST,
            module=canaries.missing.module,
            expect=Expect.ABSENT,
        )


def _wanted(check: Check, endpoint: Endpoint) -> bool:
    return check.only is None or endpoint in check.only
