"""What is kept of one mirror?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from goproxy_exporter import verdict
from goproxy_exporter.model.exchange import Exchange, Hop, TlsFacts
from goproxy_exporter.model.mirror import Check, Mirror
from goproxy_exporter.model.names import UNLABELLED, CheckName, Endpoint
from goproxy_exporter.model.result import Result
from goproxy_exporter.model.standing import Verdict
from goproxy_exporter.store.asked import arrives_at_all, endpoints_of, endpoints_of_all
from goproxy_exporter.store.history import History
from goproxy_exporter.store.tally import Tally

HOSTS = 8
"""Hosts whose TLS facts are kept apart; what comes on top shares one place."""
OTHER = "other"

_ORDER = {name: rank for rank, name in enumerate(CheckName)}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Kept(Generic[_T]):
    """A value, which check brought it, and until when (Unix seconds) it says something."""

    value: _T
    check: CheckName
    until: float


class Shelf:
    """Counters, results and memory of one mirror; all of bounded size."""

    def __init__(self, mirror: Mirror, *, recent: int, failures: int) -> None:
        self._sizes = (recent, failures)
        self.mirror = mirror
        self.checks: dict[CheckName, Check] = {}
        self.tally = Tally()
        self.memory = verdict.EMPTY
        self.reported = Verdict(mirror=mirror.key)
        self.histories: dict[CheckName, History] = {}
        self.requests: dict[Endpoint, Kept[Exchange]] = {}
        self.hosts: dict[str, Kept[TlsFacts]] = {}

    def keep(self, mirror: Mirror, checks: Iterable[Check]) -> None:
        """Follow a configuration: counters stay, what was found out elsewhere goes."""
        if (mirror.url, mirror.access) != (self.mirror.url, self.mirror.access):
            self._start_afresh(mirror)
        self.mirror = mirror
        wanted = {check.name: check for check in checks}
        self._forget(self.checks, wanted)
        self.checks = {name: wanted[name] for name in CheckName if name in wanted}
        for check in self.checks.values():
            self.tally.born(check.name, endpoints_of(check))
            self.histories.setdefault(check.name, self._history())
        self.tally.follow(arrives_at_all(self.checks.values()))

    def put(self, result: Result, now: float, *, timed: bool = True) -> None:
        """Fold one result in; without `timed` the clock is not to be trusted."""
        self.tally.add(result)
        self.histories[result.check.name].add(result)
        before, self.memory = self.memory, verdict.step(self.memory, result, now)
        if timed:
            for endpoint, seconds in verdict.arrivals(before.freshness, self.memory.freshness):
                self.tally.arrived(endpoint, seconds)
        if result.ok is not None:
            self._note(result, now)

    def current(self, name: CheckName, now: float) -> Result | None:
        """Give the last result of a check that says something, or None where it is too old."""
        history = self.histories.get(name)
        result = None if history is None else history.judged
        if result is None:
            return None
        age = now - (result.started + result.duration)
        return result if age <= verdict.lifetime(self.checks[name], result.duration) else None

    def _history(self) -> History:
        recent, failures = self._sizes
        return History(recent=recent, failures=failures)

    def _start_afresh(self, mirror: Mirror) -> None:
        self.memory = verdict.EMPTY
        self.reported = Verdict(mirror=mirror.key)
        self.histories.clear()
        self.requests.clear()
        self.hosts.clear()

    def _forget(self, known: dict[CheckName, Check], wanted: dict[CheckName, Check]) -> None:
        """Drop what checks left behind that are not enabled any more."""
        still_asked = endpoints_of_all(wanted.values())
        for name, check in known.items():
            gone = endpoints_of(check) - still_asked
            if name not in wanted:
                self.tally.forget(name, gone)
                self.histories.pop(name, None)
            for endpoint in gone:
                self.requests.pop(endpoint, None)
        self.memory = verdict.forget(self.memory, wanted)
        self.requests = {key: one for key, one in self.requests.items() if one.check in wanted}
        self.hosts = {key: one for key, one in self.hosts.items() if one.check in wanted}

    def _note(self, result: Result, now: float) -> None:
        """Remember the first request per endpoint, and the TLS facts of every host."""
        seen: set[Endpoint] = set()
        until = now + verdict.lifetime(result.check, result.duration)
        for exchange in result.exchanges:
            if exchange.endpoint not in seen | UNLABELLED:
                seen.add(exchange.endpoint)
                self._note_request(Kept(exchange, result.check.name, until), now)
            for hop in exchange.hops:
                self._note_host(hop, Kept(hop.tls, result.check.name, until), now)

    def _note_request(self, fresh: Kept[Exchange], now: float) -> None:
        """Let a check give way to one that comes before it, so that series do not flicker."""
        endpoint = fresh.value.endpoint
        known = self.requests.get(endpoint)
        if known is None or known.until < now or _ORDER[fresh.check] <= _ORDER[known.check]:
            self.requests[endpoint] = fresh

    def _note_host(self, hop: Hop, fresh: Kept[TlsFacts | None], now: float) -> None:
        if fresh.value is None:
            return
        if hop.host not in self.hosts and len(self.hosts.keys() - {OTHER}) >= HOSTS:
            self.hosts = {name: one for name, one in self.hosts.items() if now <= one.until}
        crowded = hop.host not in self.hosts and len(self.hosts.keys() - {OTHER}) >= HOSTS
        self.hosts[OTHER if crowded else hop.host] = Kept(fresh.value, fresh.check, fresh.until)
