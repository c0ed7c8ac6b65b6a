"""How is one question put to a mirror, and what is heard?"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from goproxy_exporter.apart import process
from goproxy_exporter.diagnosis.answer import judge, usable
from goproxy_exporter.diagnosis.body import HEAD, Content
from goproxy_exporter.diagnosis.failure import OK
from goproxy_exporter.diagnosis.looks import Look
from goproxy_exporter.diagnosis.question import Form, Question
from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod import endpoint
from goproxy_exporter.gomod.archive import Archive, inspect
from goproxy_exporter.gomod.caps import UnjudgedError
from goproxy_exporter.gomod.endpoint import Spelling
from goproxy_exporter.gomod.listing import Listing, highest, parse_list
from goproxy_exporter.model.mirror import Mirror
from goproxy_exporter.wire.ask import Ask
from goproxy_exporter.wire.body import Body
from goproxy_exporter.wire.session import Session

_MIB = 1 << 20
LIMITS: dict[Form, int] = {
    Form.LIST: 8 * _MIB,
    Form.INFO: _MIB // 4,
    Form.MOD: 16 * _MIB,
    Form.ZIP: 500 * _MIB,
}
"""Bytes of a body that are read at most; for zips it is the go command's own limit."""


AT_ONCE = 1 << 16
"""Bytes of a body that may be judged on the loop; more goes to a thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A look, with the body it was judged by: all of it, or an archive's beginning.

    `listing` and `highest` are what a right list says, `archive` what a sound zip holds.
    """

    look: Look
    data: bytes
    archive: Archive | None = None
    listing: Listing | None = None
    highest: str | None = None

    @property
    def good(self) -> bool:
        """Whether a right answer came, with a body that can be read."""
        return self.look.symptom is None and self.look.exchange.status == OK

    @property
    def came(self) -> bool:
        """Whether what was asked for came, whole and right, be it slowly."""
        exchange = self.look.exchange
        return exchange.answered and exchange.status == OK and usable(self.look.symptom)


Then = Callable[[Heard, Body], Awaitable[Heard]]
"""Looks at a body besides, while it is still there."""


class Put(Protocol):
    """Asks a question once and judges the answer; `timeout` is seconds for all of it."""

    async def __call__(
        self, session: Session, mirror: Mirror, question: Question, *, timeout: float
    ) -> Heard:
        """Give the look."""
        ...


def url_of(base: str, question: Question, spelling: Spelling = Spelling.GO) -> str:
    """Give the URL of a question below a mirror's URL. Raises ProtocolError for a bad path."""
    if question.form is Form.LIST:
        return endpoint.list_url(base, question.module, spelling=spelling)
    if question.version is None:
        return endpoint.latest_url(base, question.module)
    files = {
        Form.INFO: endpoint.info_url,
        Form.MOD: endpoint.mod_url,
        Form.ZIP: endpoint.zip_url,
    }
    return files[question.form](base, question.module, question.version, spelling=spelling)


async def put(
    session: Session,
    mirror: Mirror,
    question: Question,
    *,
    timeout: float,
    spelling: Spelling = Spelling.GO,
    then: Then | None = None,
) -> Heard:
    """Ask once and judge the answer. `timeout` is seconds for the whole exchange."""
    answer = await session.get(
        Ask(
            endpoint=question.endpoint,
            url=url_of(mirror.url, question, spelling),
            module=str(question),
            limit=LIMITS[question.form],
            timeout=timeout,
            stall_after=mirror.thresholds.stall_after,
            spool=question.form is Form.ZIP,
        )
    )
    with answer.body as body:
        whole = answer.exchange.answered and answer.exchange.status == OK
        content, archive = await _content(question, body, whole=whole)

        def heard() -> Heard:
            symptom = judge(question, answer.exchange, content, mirror.thresholds)
            return _heard(question, Look(answer.exchange, symptom), content.data, archive)

        told = await asyncio.to_thread(heard) if len(content.data) > AT_ONCE else heard()
        return await then(told, body) if then is not None else told


def _heard(question: Question, look: Look, data: bytes, archive: Archive | None) -> Heard:
    if question.form is not Form.LIST or look.exchange.status != OK or look.symptom:
        return Heard(look=look, data=data, archive=archive)
    listing = parse_list(data)
    return Heard(look=look, data=data, listing=listing, highest=highest(listing.versions))


async def _content(
    question: Question, body: Body, *, whole: bool
) -> tuple[Content, Archive | None]:
    """Read a small body, or look into an archive: that may take seconds."""
    if question.form is not Form.ZIP:
        return Content(data=body.data), None
    head = body.file.read(HEAD)
    if not whole or question.version is None:
        return Content(data=head), None
    try:
        archive = await _inspected(body, question.module, question.version)
    except UnjudgedError:
        # Past our own limits, where the go command may still be content: nobody has looked.
        return Content(data=head), None
    except ProtocolError as error:
        return Content(data=head, refusal=str(error)), None
    return Content(data=head, sound=True), archive


async def _inspected(body: Body, module: str, version: str) -> Archive:
    """Inspect a small archive in a thread, one in a file in a process of its own.

    A thread shares the interpreter with whatever is measured meanwhile.
    """
    if body.descriptor is None:
        return await asyncio.to_thread(inspect, body.file, module=module, version=version)
    return await process.inspect(body.descriptor, module=module, version=version)
