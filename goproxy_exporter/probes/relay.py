"""How is a question put to a mirror's relay of a checksum database, or to the database itself?"""

from goproxy_exporter.diagnosis.database_answer import judge_answer
from goproxy_exporter.diagnosis.looks import Look
from goproxy_exporter.diagnosis.question import Expect, Form, Question
from goproxy_exporter.gomod.endpoint import database_url, relay_url
from goproxy_exporter.gomod.gosumdb import Gosumdb
from goproxy_exporter.gomod.lookup import lookup_path
from goproxy_exporter.gomod.tile import WIDTH, Tile
from goproxy_exporter.model.mirror import Canary, Mirror
from goproxy_exporter.model.names import Endpoint, Kind
from goproxy_exporter.probes import asking
from goproxy_exporter.probes.asking import Heard
from goproxy_exporter.wire.ask import Ask
from goproxy_exporter.wire.session import Session

ENDPOINTS = frozenset(
    {
        Endpoint.SUMDB_SUPPORTED,
        Endpoint.SUMDB_LATEST,
        Endpoint.SUMDB_LOOKUP,
        Endpoint.SUMDB_TILE,
    }
)
LIMIT = 1 << 16
"""Bytes of an answer that are read at most: tiles have 8192, records some hundred."""


class Relay:
    """The questions that a database answers at its own URL, a mirror below ``/sumdb/NAME``."""

    def __init__(self, gosumdb: Gosumdb) -> None:
        self._gosumdb = gosumdb

    @property
    def supported(self) -> Question:
        """Ask a mirror whether it relays the database."""
        return self._about(Endpoint.SUMDB_SUPPORTED, Expect.OPTIONAL)

    @property
    def latest(self) -> Question:
        """Ask for the present head, which the go command never does."""
        return self._about(Endpoint.SUMDB_LATEST, Expect.OPTIONAL)

    def lookup(self, canary: Canary) -> Question:
        """Ask for the record of a version."""
        return Question(
            endpoint=Endpoint.SUMDB_LOOKUP,
            form=Form.FILE,
            module=canary.module,
            version=canary.version,
        )

    def tile(self, tile: Tile) -> Question:
        """Ask for a tile. A partial one may be gone: then the full one has to be there."""
        expect = Expect.PRESENT if tile.width == WIDTH else Expect.OPTIONAL
        return Question(
            endpoint=Endpoint.SUMDB_TILE, form=Form.FILE, module=tile.path, expect=expect
        )

    async def put(
        self, session: Session, mirror: Mirror, question: Question, *, timeout: float
    ) -> Heard:
        """Ask once and judge the answer. What is no database's is asked as of any mirror."""
        if question.endpoint not in ENDPOINTS:
            return await asking.put(session, mirror, question, timeout=timeout)
        answer = await session.get(
            Ask(
                endpoint=question.endpoint,
                url=self._url(mirror, question),
                module=str(question),
                limit=LIMIT,
                timeout=timeout,
                stall_after=mirror.thresholds.stall_after,
            )
        )
        with answer.body as body:
            data = body.data
        verifier = self._gosumdb.verifier
        symptom = judge_answer(question, answer.exchange, data, mirror.thresholds, verifier)
        return Heard(look=Look(answer.exchange, symptom), data=data)

    def _about(self, endpoint: Endpoint, expect: Expect) -> Question:
        name = self._gosumdb.name
        return Question(endpoint=endpoint, form=Form.FILE, module=name, expect=expect)

    def _url(self, mirror: Mirror, question: Question) -> str:
        path = _path(question)
        if mirror.kind is Kind.CHECKSUMS:
            return database_url(mirror.url, path)
        return relay_url(mirror.url, self._gosumdb.name, path)


def _path(question: Question) -> str:
    match question.endpoint:
        case Endpoint.SUMDB_SUPPORTED:
            return "supported"
        case Endpoint.SUMDB_LATEST:
            return "latest"
        case Endpoint.SUMDB_TILE:
            return question.module
        case _:
            return lookup_path(question.module, question.version or "")
