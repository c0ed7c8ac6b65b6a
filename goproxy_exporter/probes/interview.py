"""How are questions asked, and asked again where an answer would accuse?"""

import asyncio
from collections.abc import Collection

from goproxy_exporter.diagnosis.failure import unconnected
from goproxy_exporter.diagnosis.looks import Look, Series, wanted_looks
from goproxy_exporter.diagnosis.question import Question
from goproxy_exporter.diagnosis.throttle import retry_at
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.probes.asking import Heard, Put, put
from goproxy_exporter.probes.kit import Kit
from goproxy_exporter.wire.ask import CONNECT_LIMIT, TLS_LIMIT
from goproxy_exporter.wire.session import Session

_MOST_ROUNDS = 2
"""Rounds of further looks: three looks at most."""
_SILENCES = 2
"""Questions that may end in silence before no more are asked."""
_TOO_LITTLE = 0.05
"""Seconds for which it is not worth asking any more."""
_LEAST = 1.0
"""Seconds that a first look should have at least."""
_MARGIN = 0.5
"""Seconds that a hang takes to prove itself beyond the patience: connecting, for one."""


class Interview:
    """The questions of one run over one session, every answer recorded in its order.

    First each question is put once. Then, after the gap, those whose answers would accuse are put
    again. A mirror that cannot be reached, that stays silent twice, or that asks for fewer
    requests is asked no more.
    """

    def __init__(self, check: Check, kit: Kit, session: Session, *, put: Put = put) -> None:
        self._check = check
        self._kit = kit
        self._session = session
        self._ask_once = put
        self._looks: dict[Question, list[Look]] = {}
        self._silences = 0
        self._closed = False
        self._hangs = False
        self.exchanges: list[Exchange] = []
        self.retry_at: float | None = None
        self.throttled = False

    @property
    def series(self) -> tuple[Series, ...]:
        """Every question that was asked, with the looks at it."""
        return tuple(Series(question, tuple(looks)) for question, looks in self._looks.items())

    def series_of(self, question: Question) -> Series:
        """Give the looks at a question that was asked."""
        return Series(question, tuple(self._looks[question]))

    async def ask(self, question: Question) -> Heard | None:
        """Put a question for the first time; None where no more questions are asked."""
        if self._closed or question in self._looks:
            return None
        heard = await self._put(question, self._share())
        if heard is not None and self._in_vain(heard.look):
            self._closed = True
        return heard

    async def repeat(self, question: Question) -> Heard | None:
        """Look at a question once more, whatever was answered; None where nothing is asked now."""
        return await self._put(question, self._check.timeout) if self._may_go_on() else None

    async def ask_otherwise(self, question: Question, put: Put) -> Heard | None:
        """Ask once in another way: recorded, but not a look at the question."""
        return await self._hear(question, self._check.timeout, put) if self._may_go_on() else None

    def note(self, look: Look) -> None:
        """Record an answer that came over another connection, and heed it as one's own."""
        self.exchanges.append(look.exchange)
        self._heed(look)

    async def look_again(self, suspects: Collection[Question] = ()) -> dict[Question, Heard]:
        """Put the questions whose answers would accuse again, at least a gap later.

        `suspects` are those whose answers do so together with others. Gives what was heard now.
        """
        heard: dict[Question, Heard] = {}
        for number in range(_MOST_ROUNDS):
            doubtful = [question for question, looks in self._looks.items() if wanted_looks(looks)]
            if number == 0:
                doubtful += [question for question in suspects if question not in doubtful]
            if not doubtful or not self._may_go_on():
                break
            await asyncio.sleep(min(self._kit.look_gap, max(0.0, self._kit.left())))
            heard |= await self._round(doubtful)
        return heard

    async def _round(self, doubtful: list[Question]) -> dict[Question, Heard]:
        """Ask the quick ones first; of the silent ones only until one proves to hang."""
        silent = [question for question in doubtful if self._was_silent(question)]
        told: dict[Question, Heard | None] = {}
        for question in doubtful:
            if question not in silent:
                told[question] = await self._put(question, self._check.timeout)
        while silent and not self._hangs:
            question = silent.pop(0)
            heard = told[question] = await self._put(question, self._patience())
            self._hangs = heard is None or _shows_a_hang(heard.look)
        return {question: heard for question, heard in told.items() if heard is not None}

    async def _put(self, question: Question, timeout: float) -> Heard | None:
        heard = await self._hear(question, timeout, self._ask_once)
        if heard is not None:
            self._looks.setdefault(question, []).append(heard.look)
        return heard

    async def _hear(self, question: Question, timeout: float, put: Put) -> Heard | None:
        seconds = min(timeout, self._kit.left())
        if self.throttled or seconds < _TOO_LITTLE:
            return None
        heard = await put(self._session, self._check.mirror, question, timeout=seconds)
        self.exchanges.append(heard.look.exchange)
        self._heed(heard.look)
        return heard

    def _heed(self, look: Look) -> None:
        """Stop where the mirror asks for it."""
        if look.symptom is not None and look.symptom.code is Code.HTTP_429:
            self.throttled = self._closed = True
            self.retry_at = retry_at(look.exchange)

    def _in_vain(self, look: Look) -> bool:
        """Tell whether further questions would only wait for the same failure."""
        if look.symptom is not None and look.symptom.code is None:
            self._silences += 1
        return unconnected(look.exchange) or self._silences >= _SILENCES

    def _was_silent(self, question: Question) -> bool:
        symptom = self._looks[question][-1].symptom
        return symptom is not None and symptom.code is None

    def _share(self) -> float:
        """Seconds for a first look, such that one silent question can still prove to hang.

        That takes the go command's patience after the gap. Where the deadline leaves no room for
        it anyway, a first look gets its whole timeout, and no question follows a silent one.
        """
        stall = self._check.mirror.thresholds.stall_after
        spare = self._kit.left() - self._kit.look_gap - stall - _MARGIN
        if spare >= min(_LEAST, self._check.timeout):
            return min(self._check.timeout, spare)
        return 0.0 if self._silences else self._check.timeout

    def _patience(self) -> float:
        """Seconds after which the go command itself would have given up, or never will."""
        stall = self._check.mirror.thresholds.stall_after
        return CONNECT_LIMIT + TLS_LIMIT + stall + 1.0

    def _may_go_on(self) -> bool:
        clock = self._kit.clock
        return not self.throttled and self._kit.allowance.refusal(clock.now()) is None


def _shows_a_hang(look: Look) -> bool:
    return look.symptom is not None and look.symptom.shows(Code.TRANSPORT_TIMEOUT)
