"""How is something special asked for, with something plain beside it where it fails?"""

from collections.abc import Iterable
from functools import partial

from goproxy_exporter.diagnosis.contrast import Failing, Pair, failing
from goproxy_exporter.diagnosis.escapes import marks
from goproxy_exporter.diagnosis.question import Form, Question, about
from goproxy_exporter.gomod.endpoint import Spelling
from goproxy_exporter.model.mirror import Canaries, Canary
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Fact, Finding
from goproxy_exporter.probes import facts
from goproxy_exporter.probes.asking import Heard, put
from goproxy_exporter.probes.interview import Interview

_ENDPOINTS = {
    Form.LIST: Endpoint.LIST,
    Form.INFO: Endpoint.INFO,
    Form.MOD: Endpoint.MOD,
    Form.ZIP: Endpoint.ZIP,
}


def plain_of(canaries: Canaries, *, declared: bool) -> Canary | None:
    """Choose a canary that nothing is special about: no capital letter and no ``+``.

    `declared` tells whether one that the operator named will do as well as any other. To compare
    a public module with, a public one is better: who has a private one need not have either.
    """
    named = (*canaries.stable, *((canaries.large,) if canaries.large else ()))
    plain = [one for one in named if one.version and not marks(_twin(one, Form.INFO))]
    public = [one for one in plain if not one.declared]
    return next(iter(plain if declared else (*public, *plain)), None)


class Twins:
    """Asks questions; each that is not answered well is followed by its twin about what is plain.

    Twins are looked at as often and at the same time, so that a passing trouble shows in both.
    A mirror where everything works is asked for nothing plain.
    """

    def __init__(self, talk: Interview) -> None:
        self._talk = talk
        self._asked: dict[Question, Question | None] = {}

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Every question that was asked, with its twin where that was asked too."""
        known = {series.question: series for series in self._talk.series}
        return tuple(
            Pair(known[question], known.get(twin) if twin else None)
            for question, twin in self._asked.items()
        )

    @property
    def failing(self) -> tuple[Failing, ...]:
        """What steadily fails where its twin works."""
        return failing(self.pairs)

    async def ask(self, question: Question, plain: Canary | None) -> Heard | None:
        """Put a question for the first time, then its twin if that is called for."""
        heard = await self._talk.ask(question)
        if heard is None:
            return None
        twin = self._asked[question] = _twin(plain, question.form) if plain else None
        if heard.look.symptom is not None and twin is not None:
            await self._talk.ask(twin)
        return heard

    async def look_again(self) -> None:
        """Put doubtful questions again, then the twins of those that go on to fail."""
        await self._talk.look_again()
        for pair in self.pairs:
            if pair.plain is not None:
                for _ in range(len(pair.special.looks) - len(pair.plain.looks)):
                    await self._talk.repeat(pair.plain.question)

    async def try_spelling(self, question: Question, spelling: Spelling) -> Heard | None:
        """Ask in another spelling of the URL, once."""
        return await self._talk.ask_otherwise(question, partial(put, spelling=spelling))

    def told(self, findings: Iterable[Finding]) -> dict[str, Fact]:
        """Give how each question was last answered, by endpoint and form, and what stays open."""
        told = {
            f"{one.question.endpoint}_{one.question.form}": facts.status_of(one.looks[-1].exchange)
            for one in (pair.special for pair in self.pairs)
        }
        told |= facts.of_connection(self._talk.exchanges)
        odd = facts.unsteady(self._talk.series)
        if odd:
            told["unsteady"] = odd
        accused = {finding.endpoint for finding in findings}
        undecided = [one for one in self.failing if one.series.question.endpoint not in accused]
        if undecided:
            told["undecided"] = [facts.seen(one.series, one.ruling.symptom) for one in undecided]
        return told


def _twin(plain: Canary, form: Form) -> Question:
    return about(plain, _ENDPOINTS[form], form)
