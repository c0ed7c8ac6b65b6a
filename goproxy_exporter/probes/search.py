"""What does a mirror answer about a path that is no module, where `go` looks for one?"""

from goproxy_exporter.diagnosis.failure import OK
from goproxy_exporter.diagnosis.question import Expect, Form, Question
from goproxy_exporter.model.mirror import Canary
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.probes.asking import Heard
from goproxy_exporter.probes.interview import Interview


async def search(talk: Interview, path: Canary) -> Heard | None:
    """Ask for the list and, where something came that names no version, for @latest, as `go` does.

    Gives what was heard of the list.
    """
    listed = await talk.ask(_absent(path, Form.LIST))
    if listed is not None and listed.look.exchange.status == OK:
        await talk.ask(_absent(path, Form.INFO))
    return listed


def _absent(path: Canary, form: Form) -> Question:
    return Question(endpoint=Endpoint.MISSING, form=form, module=path.module, expect=Expect.ABSENT)
