"""What do the parts of one run about fresh versions share?"""

from dataclasses import dataclass, field

from goproxy_exporter.diagnosis.finding import found
from goproxy_exporter.diagnosis.ledger import Ledger
from goproxy_exporter.diagnosis.looks import Look, Series, rule
from goproxy_exporter.diagnosis.question import Question
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.result import Finding
from goproxy_exporter.probes.interview import Interview
from goproxy_exporter.probes.kit import Kit


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A run: who asks whom, and what is known so far."""

    check: Check
    kit: Kit
    talk: Interview
    ledger: Ledger
    elsewhere: list[Series] = field(default_factory=list)
    """Looks over other connections than the interview's."""

    @property
    def now(self) -> float:
        """The time, in Unix seconds."""
        return self.kit.clock.now()

    @property
    def over(self) -> bool:
        """Whether nothing more may be asked."""
        refused = self.kit.allowance.refusal(self.now) is not None
        return self.talk.throttled or refused or self.kit.left() <= 0

    def heard(self, question: Question, look: Look) -> None:
        """Record an answer that came over another connection."""
        self.elsewhere.append(Series(question, (look,)))
        self.talk.note(look)

    def throttling(self) -> tuple[Finding, ...]:
        """Give http.429 where the mirror asked for fewer requests."""
        for series in (*self.talk.series, *self.elsewhere):
            ruling = rule(series.looks)
            if ruling is not None and ruling.code is Code.HTTP_429:
                return (found(series, ruling),)
        return ()
