"""Which tree heads does a mirror show, and can they be true?"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass

from goproxy_exporter.diagnosis.contradiction import forked, stale
from goproxy_exporter.diagnosis.question import Question
from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.signed_head import SignedHead, SignedRecord, open_head, open_record
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import Blame, Endpoint, Kind
from goproxy_exporter.model.result import Finding
from goproxy_exporter.probes.asking import Heard
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.reference.checksum_database import ChecksumDatabase
from goproxy_exporter.reference.known_tree import Held

Again = Mapping[Question, Heard]
"""What was heard at the second look."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Answers that no single one of them accuses, and what they assert if they come again."""

    questions: tuple[Question, ...]
    confirm: Callable[[Again], Awaitable[Finding | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A signed head, the record that came with it if one did, and how it holds against others.

    `held` is None where nobody can tell.
    """

    question: Question
    signed: SignedHead
    answer: SignedRecord | None
    held: Held | None

    @property
    def consistent(self) -> bool:
        """Whether it is known to be a head of the tree that is known."""
        return self.held is not None and self.held.fork is None

    @property
    def forked(self) -> bool:
        """Whether it is known to be one of another tree."""
        return self.held is not None and self.held.fork is not None


class Heads:
    """Every head that is shown in one run, held against the largest one that is known."""

    def __init__(self, check: Check, database: ChecksumDatabase, talk: Interview) -> None:
        self._mirror = check.mirror
        self._database = database
        self._talk = talk
        self.said: dict[Question, Said] = {}

    async def hear(self, question: Question, heard: Heard | None) -> Said | None:
        """Take a head from an answer; None where there is none in it."""
        said = await self._read(question, heard)
        if said is not None:
            self.said[question] = said
        return said

    def doubts(self) -> Iterator[Doubt]:
        """Give what may be asserted of heads: that they contradict others, or are too old."""
        for said in self.said.values():
            if said.forked:
                yield Doubt((said.question,), self._fork_of(said))
            elif self._stale_for(said) is not None:
                yield Doubt((said.question,), self._age_of(said))

    @property
    def size(self) -> int | None:
        """Give the records of the tree that is shown: of the present head, else of any."""
        true = [said for said in self.said.values() if not said.forked]
        latest = [said for said in true if said.answer is None]
        return max((said.signed.size for said in latest or true), default=None)

    async def _read(self, question: Question, heard: Heard | None) -> Said | None:
        if heard is None or not heard.came:
            return None
        verifier = self._database.gosumdb.verifier
        try:
            if question.endpoint is Endpoint.SUMDB_LOOKUP:
                answer = open_record(heard.data, verifier)
                signed = answer.signed
            else:
                answer, signed = None, open_head(heard.data, verifier)
        except ProtocolError:
            return None
        held = await self._database.held(signed, source=self._mirror.url)
        return Said(question=question, signed=signed, answer=answer, held=held)

    def _fork_of(self, said: Said) -> Callable[[Again], Awaitable[Finding | None]]:
        async def confirm(again: Again) -> Finding | None:
            """Two signatures are a proof, whatever the second look shows."""
            assert said.held is not None and said.held.fork is not None  # noqa: PT018 - one fact
            series = self._talk.series_of(said.question)
            anew = await self._read(said.question, again.get(said.question))
            matched = series.looks[:1]
            if anew is not None and anew.forked:
                matched += series.looks[-1:]
            return forked(series, said.held.fork, matched)

        return confirm

    def _age_of(self, said: Said) -> Callable[[Again], Awaitable[Finding | None]]:
        async def confirm(again: Again) -> Finding | None:
            anew = await self._read(said.question, again.get(said.question))
            age = self._stale_for(anew) if anew else None
            if anew is None or age is None:
                return None
            series = self._talk.series_of(said.question)
            return stale(
                series,
                anew.signed,
                series.looks,
                age=age,
                known=self._database.tree.largest,
                blame=blame_of(self._mirror.kind),
            )

        return confirm

    def _stale_for(self, said: Said) -> float | None:
        """Give the seconds since when a present head is not that any more, if those are too many.

        A head that came with a record may be as old as caches keep answers.
        """
        if said.answer is not None or not said.consistent:
            return None
        age = self._database.age(said.signed.size)
        return age if age is not None and age > self._mirror.thresholds.sumdb_head_age else None


def blame_of(kind: Kind) -> Blame:
    """Tell who has to act where what was asked says something wrong."""
    return Blame.DATABASE if kind is Kind.CHECKSUMS else Blame.MIRROR
