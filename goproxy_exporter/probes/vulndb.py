"""Is this a vulnerability database that govulncheck can use, and has it what it should have?"""

import asyncio
from urllib.parse import urlsplit

from goproxy_exporter.diagnosis.looks import Look, undecided
from goproxy_exporter.diagnosis.question import Form, Question
from goproxy_exporter.diagnosis.together import settle
from goproxy_exporter.diagnosis.traits import traits
from goproxy_exporter.diagnosis.vulndb import Context, Edition, behind, judge_file, newest
from goproxy_exporter.gomod.vulndb import DB_PATH, MODULES_PATH, entry_path
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.mirror import Check, Mirror
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Fact
from goproxy_exporter.probes import facts
from goproxy_exporter.probes.asking import Heard
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.probes.kit import Kit, Outcome
from goproxy_exporter.wire.ask import Ask
from goproxy_exporter.wire.session import Session

OFFICIAL = "vuln.go.dev"
"""The one host that govulncheck takes for a database without asking it HEAD."""
LAG = "lag_seconds"
LIMIT = 8 << 20
"""Bytes of a compressed file that are read at most."""


class Reading:
    """The files of a database, each judged by what was read before it."""

    def __init__(self, original: Edition | None) -> None:
        self.context = Context(original=original)

    async def put(
        self, session: Session, mirror: Mirror, question: Question, *, timeout: float
    ) -> Heard:
        """Ask once and judge the answer; an index may be large, so that is done in a thread."""
        head = question.endpoint is Endpoint.VULNDB_HEAD
        answer = await session.get(
            Ask(
                endpoint=question.endpoint,
                url=f"{mirror.url.rstrip('/')}/{question.module}",
                module=question.module,
                limit=LIMIT,
                timeout=timeout,
                stall_after=mirror.thresholds.stall_after,
                head=head,
            )
        )
        with answer.body as body:
            data = body.data

        def heard() -> tuple[Heard, Context]:
            symptom = judge_file(question, answer.exchange, data, mirror.thresholds, self.context)
            known = Heard(look=Look(answer.exchange, symptom), data=data)
            # An old date is a date all the same: how far behind it is can be told.
            old = symptom is not None and symptom.code is Code.VULNDB_STALE
            told = (known.good or old) and not head
            return known, self.context.reading(question, data) if told else self.context

        known, self.context = await asyncio.to_thread(heard)
        return known


async def vulndb(check: Check, kit: Kit) -> Outcome:
    """Read the database as govulncheck does, and its newest entry; hold it against its original."""
    mirror = check.mirror
    original = await kit.originals.edition(mirror.original) if mirror.original else None
    reading = Reading(original)
    async with kit.wire.session(mirror.access, allowance=kit.allowance) as session:
        talk = Interview(check, kit, session, put=reading.put)
        if urlsplit(mirror.url).hostname != OFFICIAL:
            await talk.ask(_file(Endpoint.VULNDB_HEAD, MODULES_PATH))
        await talk.ask(_file(Endpoint.VULNDB_DB, DB_PATH))
        await talk.ask(_file(Endpoint.VULNDB_MODULES, MODULES_PATH))
        name = newest(reading.context.index) if reading.context.index else None
        if name is not None:
            await talk.ask(_file(Endpoint.VULNDB_ENTRY, entry_path(name)))
        await talk.look_again()
    return Outcome(
        exchanges=tuple(talk.exchanges),
        findings=(*settle(talk.series, {}), *traits(talk.series, mirror)),
        facts=_facts(reading.context) | facts.of_connection(talk.exchanges),
        retry_at=talk.retry_at,
        undecided=undecided(talk.series),
    )


def _file(endpoint: Endpoint, path: str) -> Question:
    return Question(endpoint=endpoint, form=Form.FILE, module=path)


def _facts(context: Context) -> dict[str, Fact]:
    told: dict[str, Fact] = {}
    if context.modified is not None:
        told["modified"] = context.modified.isoformat()
        if context.original is not None:
            told[LAG] = behind(context.modified, context.original)
    if context.index is not None:
        told["vulnerabilities"] = len(context.index.modified)
        told["modules"] = len(context.index.modules)
    return told
