"""What the store knows, as a report."""

import socket
from collections.abc import Iterable

from goproxy_exporter.config.settings import Settings
from goproxy_exporter.report.report import EXIT_OK, MirrorReport, Report
from goproxy_exporter.store import Store


def report_of(
    store: Store,
    settings: Settings,
    *,
    started: float,
    now: float,
    names: Iterable[str] | None = None,
    rounds: int = 1,
    exit_code: int = EXIT_OK,
) -> Report:
    """Give a report on these mirrors (all without `names`), as of `now` in Unix seconds."""
    wanted = tuple(store.mirrors) if names is None else tuple(names)
    return Report(
        vantage=vantage_of(settings),
        started=started,
        finished=now,
        mirrors=tuple(_mirror(store, name, now) for name in wanted),
        problems=tuple(store.problems(now).items()),
        rounds=rounds,
        exit_code=exit_code,
    )


def vantage_of(settings: Settings | None) -> str:
    """Give the configured vantage, else this machine's name."""
    return (settings.vantage if settings else "") or socket.gethostname()


def _mirror(store: Store, name: str, now: float) -> MirrorReport:
    results = (store.last(name, check.name) for check in store.checks_of(name))
    return MirrorReport(
        mirror=store.mirrors[name],
        verdict=store.verdict(name, now),
        results=tuple(result for result in results if result is not None),
    )
