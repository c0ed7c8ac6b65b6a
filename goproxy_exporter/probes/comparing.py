"""How is a file held against its right hash in the moment that it comes?"""

import asyncio
from dataclasses import replace
from functools import partial

from goproxy_exporter.diagnosis.looks import Look
from goproxy_exporter.diagnosis.question import Form, Question
from goproxy_exporter.diagnosis.sums import other_file
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.gomod.dirhash import hash_go_mod
from goproxy_exporter.model.mirror import Mirror
from goproxy_exporter.model.result import Fact
from goproxy_exporter.probes import asking
from goproxy_exporter.probes.asking import AT_ONCE, Heard
from goproxy_exporter.probes.locker import Locker
from goproxy_exporter.probes.sums import Rights
from goproxy_exporter.wire.body import Body
from goproxy_exporter.wire.session import Session


class Comparing:
    """Asks as ever, and holds every file that came well against its right hash."""

    def __init__(self, rights: Rights, locker: Locker | None) -> None:
        self._rights = rights
        self._locker = locker
        self.compared: list[Fact] = []
        """What was found to be right."""

    async def put(
        self, session: Session, mirror: Mirror, question: Question, *, timeout: float
    ) -> Heard:
        """Ask once and judge the answer; then its hash, unless it is wrong anyway."""
        compare = partial(self._compare, question)
        return await asking.put(session, mirror, question, timeout=timeout, then=compare)

    async def _compare(self, question: Question, heard: Heard, body: Body) -> Heard:
        right = self._rights.sums.get((question.form, str(question)))
        h1 = await _hash(question, heard) if right is not None and heard.came else None
        if right is None or h1 is None:
            return heard
        symptom = other_file(question, heard.look.exchange, h1, right)
        if symptom is None:
            self.compared.append(f"{question.form} of {question}")
            return heard
        symptom = await self._kept(question, symptom, heard, body)
        return replace(heard, look=Look(heard.look.exchange, symptom))

    async def _kept(
        self, question: Question, symptom: Symptom, heard: Heard, body: Body
    ) -> Symptom:
        """Keep the bytes, and say where."""
        digest = heard.look.exchange.sha256
        if self._locker is None or digest is None:
            return symptom
        path = await self._locker.keep(f"{digest}.{question.form}", body)
        return replace(symptom, evidence={**symptom.evidence, "kept": path}) if path else symptom


async def _hash(question: Question, heard: Heard) -> str | None:
    """Hash a file as go.sum does; None for what nobody looked into."""
    if question.form is Form.ZIP:
        return heard.archive.h1 if heard.archive else None
    if question.form is not Form.MOD:
        return None
    if len(heard.data) > AT_ONCE:
        return await asyncio.to_thread(hash_go_mod, heard.data)
    return hash_go_mod(heard.data)
