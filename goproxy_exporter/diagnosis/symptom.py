"""What is wrong with one answer?"""

from dataclasses import dataclass, field

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.names import Blame
from goproxy_exporter.model.result import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """The one thing wrong with one answer, from the first stage that fails.

    `code` is what the answer asserts if every look shows it; None asserts nothing by itself (our
    own time limit), while `fits` names the codes that such an answer goes with. `looks` is how
    often the question should be asked in all.
    """

    code: Code | None
    summary: str
    blame: Blame = Blame.MIRROR
    looks: int = 2
    fits: frozenset[Code] = frozenset()
    doubtful: bool = False
    retryable: bool = False
    """The go command asks again by itself: three such answers in a row make a cause."""
    absent: bool = False
    """404 or 410 where the resource must exist: what it means depends on the second look."""
    evidence: dict[str, Fact] = field(default_factory=dict, hash=False)

    def shows(self, code: Code) -> bool:
        """Whether this answer counts as a sighting of `code`."""
        return code is self.code or code in self.fits
