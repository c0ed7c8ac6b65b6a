"""Where does everything that is known at the moment live?"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from goproxy_exporter import verdict
from goproxy_exporter.model.chain import Chain, ChainVerdict
from goproxy_exporter.model.exchange import Exchange, TlsFacts
from goproxy_exporter.model.freshness import NOTHING, Recall
from goproxy_exporter.model.mirror import Check, Mirror
from goproxy_exporter.model.names import CheckName, Endpoint, Kind, ProberProblem
from goproxy_exporter.model.result import Result
from goproxy_exporter.model.standing import Verdict
from goproxy_exporter.store.chains import judged
from goproxy_exporter.store.change import Change
from goproxy_exporter.store.crowd import Crowd
from goproxy_exporter.store.history import History
from goproxy_exporter.store.shelf import Shelf
from goproxy_exporter.store.tally import Tally

RECENT = 10
FAILURES = 5


class Store:
    """The one mutable place: counters, last results, bounded history, and memory for verdicts.

    Used from one thread; nothing here waits. Times are Unix seconds and passed in: `put` takes
    them from the result. Methods that take a mirror's key (of a mirror of modules: its name) raise
    KeyError for one that is not kept. What is given back is a value or is to be read only.
    """

    def __init__(self, *, recent: int = RECENT, failures: int = FAILURES) -> None:
        self._sizes = (recent, failures)
        self._shelves: dict[str, Shelf] = {}
        self._mirrors: dict[str, Mirror] = {}
        self._named: dict[str, Mirror] = {}
        self._chains: tuple[Chain, ...] = ()
        self._checks: frozenset[Check] = frozenset()
        self._crowd = Crowd()

    def keep(
        self, checks: Iterable[Check], mirrors: Iterable[Mirror], chains: Iterable[Chain] = ()
    ) -> None:
        """Follow a configuration: forget what vanished, keep the counters of the same names.

        What was found out about a mirror is forgotten too when its URL or its access changed.
        """
        self._mirrors = {mirror.key: mirror for mirror in mirrors}
        self._named = {key: self._mirrors[key] for key in self.others(Kind.MODULES)}
        self._chains = tuple(chains)
        self._checks = frozenset(check for check in checks if check.mirror.key in self._mirrors)
        by_mirror: dict[str, list[Check]] = {name: [] for name in self._mirrors}
        for check in self._checks:
            by_mirror[check.mirror.key].append(check)
        self._shelves = {name: self._shelf(mirror) for name, mirror in self._mirrors.items()}
        for name, shelf in self._shelves.items():
            shelf.keep(self._mirrors[name], by_mirror[name])
        self._crowd.keep(frozenset(self._mirrors))

    def put(self, result: Result) -> Change | None:
        """Fold one result in; None where its check is no longer kept (a run that came too late)."""
        if result.check not in self._checks:
            return None
        now = result.started + result.duration
        shelf = self._shelves[result.check.mirror.key]
        shelf.put(result, now, timed=ProberProblem.CLOCK_SKEW not in self._crowd.problems(now))
        if result.skipped is None:
            self._crowd.add(result, now)
        return self._report(shelf, now)

    def review(self, now: float) -> tuple[Change, ...]:
        """Judge every mirror anew and give those whose state the mere passing of time changed."""
        changes = (self._report(shelf, now) for shelf in self._shelves.values())
        return tuple(change for change in changes if change.state_changed)

    @property
    def mirrors(self) -> Mapping[str, Mirror]:
        """The mirrors of modules by name, in the order of the configuration."""
        return MappingProxyType(self._named)

    def others(self, kind: Kind) -> tuple[str, ...]:
        """Give the keys of what else is asked, of one kind."""
        return tuple(key for key, mirror in self._mirrors.items() if mirror.kind is kind)

    def keeps(self, key: str) -> bool:
        """Tell whether anything is kept under a key."""
        return key in self._mirrors

    def mirror(self, key: str) -> Mirror:
        """Give what is asked under a key."""
        return self._mirrors[key]

    def chains(self, now: float) -> tuple[ChainVerdict, ...]:
        """Judge every GOPROXY list by what its entries answered and that is not too old at `now`."""
        problems = self._crowd.problems(now)
        return tuple(judged(chain, self._shelves, problems, now) for chain in self._chains)

    @property
    def checks(self) -> frozenset[Check]:
        """Every enabled check."""
        return self._checks

    def checks_of(self, mirror: str) -> tuple[Check, ...]:
        """Give the enabled checks of a mirror, in the order of CheckName."""
        return tuple(self._shelves[mirror].checks.values())

    def verdict(self, mirror: str, now: float) -> Verdict:
        """Judge a mirror by what is known and not too old at `now`."""
        return self._judge(self._shelves[mirror], now)

    def last(self, mirror: str, check: CheckName) -> Result | None:
        """Give the last result of any kind, skipped and void ones too; None before the first."""
        history = self._shelves[mirror].histories.get(check)
        return None if history is None else history.last

    def current(self, mirror: str, check: CheckName, now: float) -> Result | None:
        """Give the last result that says something, or None where it is too old at `now`.

        This is what gauges are made of: neither skipped nor void, within the evidence window.
        """
        return self._shelves[mirror].current(check, now)

    def history(self, mirror: str, check: CheckName) -> History:
        """Give the results that are remembered of one check; empty where it is not enabled."""
        return self._shelves[mirror].histories.get(check) or History(recent=1, failures=1)

    def tally(self, mirror: str) -> Tally:
        """Give the counters of a mirror."""
        return self._shelves[mirror].tally

    def requests(self, mirror: str, now: float) -> Mapping[Endpoint, Exchange]:
        """Give the last request per endpoint that is not too old at `now`, for phase gauges.

        Of a run that asked an endpoint more than once it is the first request; of the checks that
        ask it, the first in the order of CheckName that has a current one. So the phases that
        opened the connection stay where they are from run to run.
        """
        kept = self._shelves[mirror].requests
        return {endpoint: one.value for endpoint, one in kept.items() if now <= one.until}

    def hosts(self, mirror: str, now: float) -> Mapping[str, TlsFacts]:
        """Give the TLS facts per host that are not too old: at most eight, then ``other``."""
        kept = self._shelves[mirror].hosts
        return {host: one.value for host, one in kept.items() if now <= one.until}

    def build_success(self, mirror: str, now: float) -> float | None:
        """Give the chance that 100 requests of a build survive; None below 40 requests."""
        problems = self._crowd.problems(now)
        return verdict.build_success(self._shelves[mirror].memory, now, problems)

    def build_success_bound(self, mirror: str, now: float) -> float | None:
        """Give what that chance is at least, at 95 % confidence."""
        problems = self._crowd.problems(now)
        return verdict.build_success_bound(self._shelves[mirror].memory, now, problems)

    def problems(self, now: float) -> Mapping[ProberProblem, str]:
        """Give the problems of the prober that stand at `now`, each with one line of text."""
        found: dict[ProberProblem, str] = {}
        for shelf in self._shelves.values():
            found.update(verdict.standing(shelf.memory, now))
        return found | self._crowd.problems(now)

    def recall(self, check: Check) -> Recall:
        """Give what a run of this check may know of fresh versions; nothing where it needs none."""
        shelf = self._shelves.get(check.mirror.key)
        if shelf is None or check.name is not CheckName.FRESHNESS:
            return NOTHING
        watching = [one for one in self._shelves.values() if CheckName.FRESHNESS in one.checks]
        return verdict.recall(
            shelf.memory.freshness,
            [one.memory.freshness for one in watching if one is not shelf],
            [one.memory.freshness for one in watching if one.mirror.canaries.fresh_from_index],
        )

    @property
    def ready(self) -> bool:
        """Whether the first results are in: each mirror that has a check has one."""
        return all(
            any(history.last is not None for history in shelf.histories.values())
            for shelf in self._shelves.values()
            if shelf.checks and shelf.mirror.kind is Kind.MODULES
        )

    def _shelf(self, mirror: Mirror) -> Shelf:
        recent, failures = self._sizes
        known = self._shelves.get(mirror.key)
        return known or Shelf(mirror, recent=recent, failures=failures)

    def _judge(self, shelf: Shelf, now: float) -> Verdict:
        problems = self._crowd.problems(now)
        return verdict.decide(shelf.mirror, shelf.memory, shelf.checks.values(), problems, now)

    def _report(self, shelf: Shelf, now: float) -> Change:
        change = Change(shelf.reported, self._judge(shelf, now))
        shelf.reported = change.new
        return change
