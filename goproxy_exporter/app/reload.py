"""Another configuration, while everything runs: taken over whole, or not at all."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from goproxy_exporter.app.app import App
from goproxy_exporter.app.sd_notify import telling_reload
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.errors import ConfigError

log = structlog.get_logger(__name__)


class Reload:
    """Loads the configuration again on demand. Await it: ``await reload()``.

    `ok` tells whether the last attempt succeeded, `at` when the configuration in use was loaded,
    in Unix seconds; both are None before the first.
    """

    def __init__(self, app: App, load: Callable[[], Awaitable[Settings]]) -> None:
        self._app = app
        self._load = load
        self._turn = asyncio.Lock()
        self._wanted = asyncio.Event()
        self.ok: bool | None = None
        self.at: float | None = None

    async def __call__(self) -> None:
        """Load and follow; raises ConfigError with every problem, and then nothing has changed.

        Whatever else is raised is a bug of ours.
        """
        async with self._turn:
            with telling_reload():
                await self._follow()

    async def _follow(self) -> None:
        try:
            settings = await self._load()
            changed = settings != self._app.settings
            if changed:
                await self._app.apply(settings)
        except ConfigError as error:
            self.ok = False
            problems = [str(problem) for problem in error.problems]
            log.error("config.reload_failed", problems=problems)  # noqa: TRY400 - said in full
            raise
        except Exception:
            self.ok = False
            raise
        self.succeeded()
        log.info("config.reloaded", changed=changed, mirrors=len(settings.mirrors))

    def succeeded(self) -> None:
        """Note that the configuration in use was loaded now."""
        self.ok = True
        self.at = self._app.clock.now()

    def heed(self) -> None:
        """Take SIGHUP for the wish to reload, from now until the loop ends.

        Before `watching` it is kept in mind: whoever sends it does not know how far we are.
        """
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._wanted.set)

    @asynccontextmanager
    async def watching(self, interval: float | None) -> AsyncGenerator[None]:
        """Reload on SIGHUP and, every `interval` seconds unless None, when files have changed."""
        self.heed()
        tasks = [asyncio.create_task(self._on_wish())]
        if interval is not None:
            tasks.append(asyncio.create_task(self._poll(interval)))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _on_wish(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            await self._attempt()

    async def _poll(self, interval: float) -> None:
        """Load again and again; only what differs from the settings in use is followed."""
        told: Exception | None = None
        while True:
            await asyncio.sleep(interval)
            try:
                settings = await self._load()
            except Exception as error:  # noqa: BLE001 - the attempt meets it again, and tells
                # The same mistake is told once, not every interval.
                if told is None or str(error) != str(told):
                    await self._attempt()
                told = error
                continue
            told = None
            if settings != self._app.settings or self.ok is False:
                await self._attempt()

    async def _attempt(self) -> None:
        try:
            await self()
        except ConfigError:
            # Told by log and metric already; there is nobody here to answer to.
            return
        except Exception:
            # The next attempt must still take place.
            log.exception("config.reload_broke")
