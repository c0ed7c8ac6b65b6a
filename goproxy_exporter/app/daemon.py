"""The daemon: follow a configuration, serve what is seen, stop cleanly."""

import asyncio
import gc
import os
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import structlog

from goproxy_exporter import __version__
from goproxy_exporter.app.app import App, running
from goproxy_exporter.app.chains import telling_chains
from goproxy_exporter.app.problems import telling_problems
from goproxy_exporter.app.reload import Reload
from goproxy_exporter.app.reporting import vantage_of
from goproxy_exporter.app.sd_notify import notify
from goproxy_exporter.app.watchdog import feeding_watchdog
from goproxy_exporter.config.effective import effective
from goproxy_exporter.config.load import load
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.metrics import ExporterFacts
from goproxy_exporter.probes import PROBES
from goproxy_exporter.web import ListenError, Serving, Site, Sources

EXIT_STOPPED, EXIT_CANNOT_LISTEN = 0, 1

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The flags of `run`. Times in seconds."""

    config_file: Path | None
    listen: tuple[str, ...]
    web_config_file: Path | None
    systemd_socket: bool
    schedule: bool
    auto_reload_interval: float | None
    """None: files are not looked at until somebody asks for a reload."""
    grace: float


async def serve(options: Options) -> int:
    """Run until SIGTERM or Ctrl-C; gives the exit code. Raises ConfigError for a bad start."""
    stop = _stop_signals()
    app = App(beating=options.schedule)
    reload = Reload(app, lambda: _load(options))
    reload.heed()
    settings = await _load(options)
    async with AsyncExitStack() as stack:
        # The site goes up first and down last: what is measured can be seen until the end. What
        # it shows is complete from its first answer on, because the app knows its mirrors then.
        await app.adopt(settings)
        try:
            site = await stack.enter_async_context(_site(app, reload, options))
        except ListenError as error:
            log.error("web.cannot_listen", error=str(error))  # noqa: TRY400 - no trace is needed
            return EXIT_CANNOT_LISTEN
        await stack.enter_async_context(running(app, grace=options.grace))
        await stack.enter_async_context(telling_problems(app.store, app.clock))
        await stack.enter_async_context(telling_chains(app.store, app.clock))
        reload.succeeded()
        # What start made stays: a full collection that walks it would hold up the loop for 10 ms.
        gc.freeze()
        await stack.enter_async_context(reload.watching(options.auto_reload_interval))
        log.info("started", version=__version__, mirrors=len(settings.mirrors), urls=site.urls)
        notify("READY=1")
        await stack.enter_async_context(feeding_watchdog(lambda: checks_are_run(app)))
        await stop.wait()
        notify("STOPPING=1")
        log.info("stopping")
    return EXIT_STOPPED


def checks_are_run(app: App) -> bool:
    """Tell what /-/healthy tells: whether every check keeps its beat."""
    return app.schedule.alive(app.clock.monotonic())


def _stop_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


async def _load(options: Options) -> Settings:
    return await asyncio.to_thread(
        load, options.config_file, env=os.environ, implemented=frozenset(PROBES)
    )


def _site(app: App, reload: Reload, options: Options) -> Site:
    def exporter() -> ExporterFacts:
        return ExporterFacts(
            vantage=vantage_of(app.settings),
            loop_lag=app.lag.recent(),
            slip=app.schedule.slip,
            reload_ok=reload.ok,
            reloaded_at=reload.at,
        )

    sources = Sources(
        store=app.store,
        schedule=app.schedule,
        clock=app.clock,
        exporter=exporter,
        budgets=app.budget,
        effective_config=lambda: effective(app.settings) if app.settings else "",
        reload=reload,
        scheduled=options.schedule,
    )
    web_config = options.web_config_file
    serving = Serving(
        listen=options.listen,
        systemd_socket=options.systemd_socket,
        config_file=None if web_config is None else str(web_config),
        grace=options.grace,
    )
    return Site(sources, serving)
