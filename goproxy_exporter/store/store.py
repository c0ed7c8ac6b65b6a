"""Where does everything that is known at the moment live?"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from goproxy_exporter.model.exchange import Exchange, TlsFacts
from goproxy_exporter.model.mirror import Check, Mirror
from goproxy_exporter.model.names import CheckName, Endpoint, ProberProblem
from goproxy_exporter.model.result import Result
from goproxy_exporter.model.standing import Verdict
from goproxy_exporter.store.history import History
from goproxy_exporter.store.tally import Tally

RECENT = 10
FAILURES = 5


class Change(NamedTuple):
    """The verdict on a mirror as it was last given out, and as it is now."""

    old: Verdict
    new: Verdict

    @property
    def state_changed(self) -> bool:
        """Whether the state is another one: worth one line of log."""
        return self.old.state is not self.new.state


class Store:
    """The one mutable place: counters, last results, bounded history, and memory for verdicts.

    Used from one thread; nothing here waits. Times are Unix seconds and passed in: `put` takes
    them from the result. Methods that take a mirror's name raise KeyError for one that is not
    kept. What is given back is a value or is to be read only.
    """

    def __init__(self, *, recent: int = RECENT, failures: int = FAILURES) -> None:
        raise NotImplementedError

    def keep(self, checks: Iterable[Check], mirrors: Iterable[Mirror]) -> None:
        """Follow a configuration: forget what vanished, keep the counters of the same names.

        What was found out about a mirror is forgotten too when its URL or its access changed.
        """
        raise NotImplementedError

    def put(self, result: Result) -> Change | None:
        """Fold one result in; None where its check is no longer kept (a run that came too late)."""
        raise NotImplementedError

    @property
    def mirrors(self) -> Mapping[str, Mirror]:
        """The mirrors by name, in the order of the configuration."""
        raise NotImplementedError

    @property
    def checks(self) -> frozenset[Check]:
        """Every enabled check."""
        raise NotImplementedError

    def checks_of(self, mirror: str) -> tuple[Check, ...]:
        """Give the enabled checks of a mirror, in the order of CheckName."""
        raise NotImplementedError

    def verdict(self, mirror: str, now: float) -> Verdict:
        """Judge a mirror by what is known and not too old at `now`."""
        raise NotImplementedError

    def last(self, mirror: str, check: CheckName) -> Result | None:
        """Give the last result of any kind, skipped and void ones too; None before the first."""
        raise NotImplementedError

    def current(self, mirror: str, check: CheckName, now: float) -> Result | None:
        """Give the last result that says something, or None where it is too old at `now`.

        This is what gauges are made of: neither skipped nor void, within the evidence window.
        """
        raise NotImplementedError

    def history(self, mirror: str, check: CheckName) -> History:
        """Give the results that are remembered of one check."""
        raise NotImplementedError

    def tally(self, mirror: str) -> Tally:
        """Give the counters of a mirror."""
        raise NotImplementedError

    def requests(self, mirror: str, now: float) -> Mapping[Endpoint, Exchange]:
        """Give the last request per endpoint that is not too old at `now`, for phase gauges.

        Of a run that asked an endpoint more than once it is the first request; of the checks that
        ask it, the first in the order of CheckName that has a current one. So the phases that
        opened the connection stay where they are from run to run.
        """
        raise NotImplementedError

    def hosts(self, mirror: str, now: float) -> Mapping[str, TlsFacts]:
        """Give the TLS facts per host that are not too old: at most eight, then ``other``."""
        raise NotImplementedError

    def build_success(self, mirror: str, now: float) -> float | None:
        """Give the chance that 100 requests of a build survive; None below 40 requests."""
        raise NotImplementedError

    def problems(self, now: float) -> Mapping[ProberProblem, str]:
        """Give the problems of the prober that stand at `now`, each with one line of text."""
        raise NotImplementedError

    @property
    def ready(self) -> bool:
        """Whether the first results are in: each mirror with an enabled check has one."""
        raise NotImplementedError
