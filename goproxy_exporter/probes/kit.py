"""What is a probe given, and what does it bring home?"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.freshness import NOTHING, Recall, Seen
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Fact, Finding
from goproxy_exporter.probes.locker import Locker
from goproxy_exporter.reference.canary import Reference
from goproxy_exporter.reference.checksum_database import ChecksumDatabase
from goproxy_exporter.reference.module_index import ModuleIndex
from goproxy_exporter.reference.originals import Originals
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.wire import Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """The means of one run.

    `deadline` is a moment of the monotonic clock, in seconds: a probe that is out of time ends
    with what it has. `look_gap` is how many seconds pass at least before a second look.
    `database` is what the mirror's checksum database says; None where nothing is verified.
    `locker` keeps offending files; None where there is no place for them. `index` is None where
    there is no module index; `recall` is what earlier runs saw of fresh versions.
    """

    wire: Wire
    clock: Clock
    reference: Reference
    originals: Originals
    allowance: Allowance
    deadline: float
    database: ChecksumDatabase | None = None
    locker: Locker | None = None
    look_gap: float = 1.0
    index: ModuleIndex | None = None
    recall: Recall = NOTHING

    def left(self) -> float:
        """Give the seconds until the deadline; negative once it has passed."""
        return self.deadline - self.clock.monotonic()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Every exchange in its order, what the run asserts, and what it found besides.

    `retry_at` is Unix seconds before which the mirror asked not to be asked again. `undecided` are
    endpoints whose last answer was bad, with nothing asserted for want of another look. `seen` is
    what later runs are to remember of fresh versions.
    """

    exchanges: tuple[Exchange, ...] = ()
    findings: tuple[Finding, ...] = ()
    facts: dict[str, Fact] = field(default_factory=dict)
    retry_at: float | None = None
    undecided: frozenset[Endpoint] = frozenset()
    seen: Seen | None = None


Probe = Callable[[Check, Kit], Awaitable[Outcome]]
