"""What has been counted for one mirror since the exporter started?"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import TypeVar

from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.names import (
    UNLABELLED,
    CheckName,
    Endpoint,
    ProberProblem,
    Reason,
    SkipReason,
)
from goproxy_exporter.model.result import Result
from goproxy_exporter.store.histogram import AGES, Histogram

BORN = ("200", "403", "404", "410", "429", "500", "502", "503", "504")
"""Status codes whose counters exist at 0 before they were ever seen."""
OTHER = "other"
"""The label of every status that is not in the fixed list."""
_SEEN_IN_THE_FIELD = (418, 430, 440, 444, 449, 450, 460, 463, 478, 494, 495, 496, 497, 498, 499)
_GATEWAYS = (509, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530, 561, 598, 599)
CODES = frozenset(str(code) for code in (*map(int, HTTPStatus), *_SEEN_IN_THE_FIELD, *_GATEWAYS))
"""The fixed list: registered status codes and those that gateways are known to invent."""
TIMED = (Endpoint.LIST, Endpoint.INFO, Endpoint.MOD, Endpoint.ZIP, Endpoint.SUMDB_LOOKUP)
"""Endpoints that have a histogram of durations."""

_Key = TypeVar("_Key")


class Tally:
    """Counters of one mirror. They only grow, and outlive changes of its checks' settings.

    Every mapping is to be read only; a key that is absent was neither born nor seen.
    """

    def __init__(self) -> None:
        self.runs: dict[CheckName, int] = {}
        """Runs that took place, skipped ones and those without a network not."""
        self.failures: dict[CheckName, int] = {}
        """Runs that asserted a cause."""
        self.skipped: dict[tuple[CheckName, SkipReason], int] = {}
        self.requests: dict[Endpoint, int] = {}
        self.responses: dict[tuple[Endpoint, str], int] = {}
        """By the final hop's status code, as the label has it."""
        self.request_failures: dict[tuple[Endpoint, Reason], int] = {}
        """Requests without a complete final answer."""
        self.durations: dict[Endpoint, Histogram] = {}
        """Of whole exchanges, redirects included, whether they ended well or not."""
        self.propagation: dict[Endpoint, Histogram] = {}
        """Of how long new versions were under way to each endpoint."""
        self.last_run: dict[CheckName, float] = {}
        """Unix seconds at which the last run that took place ended."""
        self.last_success: dict[CheckName, float] = {}
        """Unix seconds at which the last run without a cause ended."""

    def born(self, check: CheckName, endpoints: Iterable[Endpoint]) -> None:
        """Start the counters of an enabled check at 0; what has been counted stays."""
        self.runs.setdefault(check, 0)
        self.failures.setdefault(check, 0)
        for skip in SkipReason:
            self.skipped.setdefault((check, skip), 0)
        for endpoint in endpoints:
            self._born(endpoint)

    def forget(self, check: CheckName, endpoints: Iterable[Endpoint]) -> None:
        """Drop the counters of a check that is not enabled any more, and of these endpoints."""
        for counters in (self.runs, self.failures, self.last_run, self.last_success):
            counters.pop(check, None)
        for skip in SkipReason:
            self.skipped.pop((check, skip), None)
        for endpoint in endpoints:
            self._forget(endpoint)

    def follow(self, endpoints: Iterable[Endpoint]) -> None:
        """Keep a histogram of how long versions are under way to these endpoints, and no other."""
        kept = {one: self.propagation.get(one) or Histogram(AGES) for one in endpoints}
        self.propagation = kept

    def arrived(self, endpoint: Endpoint, seconds: float) -> None:
        """Count a version that became visible, so many seconds after it was published."""
        if endpoint in self.propagation:
            self.propagation[endpoint].observe(seconds)

    def add(self, result: Result) -> None:
        """Count one result. The requests of a void run say nothing about the mirror: left out."""
        check = result.check.name
        reason = _skip_reason(result)
        if reason is not None:
            _count(self.skipped, (check, reason))
            return
        _count(self.runs, check)
        self.last_run[check] = result.started + result.duration
        match result.ok:
            case True:
                self.last_success[check] = result.started + result.duration
            case False:
                _count(self.failures, check)
            case None:
                return
        for exchange in result.exchanges:
            if exchange.endpoint not in UNLABELLED:
                self._add(exchange)

    def _born(self, endpoint: Endpoint) -> None:
        self.requests.setdefault(endpoint, 0)
        for code in BORN:
            self.responses.setdefault((endpoint, code), 0)
        for reason in Reason:
            self.request_failures.setdefault((endpoint, reason), 0)
        if endpoint in TIMED:
            self.durations.setdefault(endpoint, Histogram())

    def _forget(self, endpoint: Endpoint) -> None:
        self.requests.pop(endpoint, None)
        self.durations.pop(endpoint, None)
        for answer in [key for key in self.responses if key[0] is endpoint]:
            del self.responses[answer]
        for failure in [key for key in self.request_failures if key[0] is endpoint]:
            del self.request_failures[failure]

    def _add(self, exchange: Exchange) -> None:
        endpoint = exchange.endpoint
        if endpoint not in self.requests:
            self._born(endpoint)
        _count(self.requests, endpoint)
        if exchange.failure is not None:
            _count(self.request_failures, (endpoint, exchange.failure.reason))
        elif exchange.last.status is not None:
            _count(self.responses, (endpoint, code_label(exchange.last.status)))
        if endpoint in TIMED:
            self.durations[endpoint].observe(exchange.duration)


def code_label(status: int) -> str:
    """Give the `code` label of a status: itself where it is in the fixed list, else ``other``."""
    label = str(status)
    return label if label in CODES else OTHER


def _skip_reason(result: Result) -> SkipReason | None:
    """Count a run that found no network as one that did not take place."""
    return SkipReason.OFFLINE if ProberProblem.OFFLINE in result.problems else result.skipped


def _count(counters: dict[_Key, int], key: _Key) -> None:
    counters[key] = counters.get(key, 0) + 1
