"""What the store knows, as a report."""

import socket
from collections.abc import Iterable

from goproxy_exporter.config.settings import Settings
from goproxy_exporter.model.names import Kind
from goproxy_exporter.report.report import MirrorReport, Report
from goproxy_exporter.store import Store


def report_of(
    store: Store, settings: Settings, *, started: float, now: float, rounds: int = 1
) -> Report:
    """Give a report on everything that is kept, as of `now` in Unix seconds."""
    return Report(
        vantage=vantage_of(settings),
        started=started,
        finished=now,
        mirrors=_reports(store, store.mirrors, now),
        chains=store.chains(now),
        checksum_databases=_reports(store, store.others(Kind.CHECKSUMS), now),
        vulnerability_databases=_reports(store, store.others(Kind.VULNERABILITIES), now),
        problems=tuple(store.problems(now).items()),
        rounds=rounds,
    )


def vantage_of(settings: Settings | None) -> str:
    """Give the configured vantage, else this machine's name."""
    return (settings.vantage if settings else "") or socket.gethostname()


def _reports(store: Store, keys: Iterable[str], now: float) -> tuple[MirrorReport, ...]:
    return tuple(_report(store, key, now) for key in keys)


def _report(store: Store, key: str, now: float) -> MirrorReport:
    results = (store.last(key, check.name) for check in store.checks_of(key))
    return MirrorReport(
        mirror=store.mirror(key),
        verdict=store.verdict(key, now),
        results=tuple(result for result in results if result is not None),
    )
