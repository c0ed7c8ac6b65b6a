"""What is wired together while the program runs?"""

from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

from goproxy_exporter.app.controls import control_targets
from goproxy_exporter.app.trees import Trees
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.model.mirror import Access, Check
from goproxy_exporter.model.names import CheckName
from goproxy_exporter.model.result import Result
from goproxy_exporter.probes import PROBES
from goproxy_exporter.probes.kit import Probe
from goproxy_exporter.probes.locker import Locker
from goproxy_exporter.reference.canary import Reference
from goproxy_exporter.reference.module_index import ModuleIndex
from goproxy_exporter.reference.originals import Originals
from goproxy_exporter.runner.allowances import Allowances
from goproxy_exporter.runner.lag import Lag
from goproxy_exporter.runner.limits import Limits
from goproxy_exporter.runner.means import Means
from goproxy_exporter.runner.once import run
from goproxy_exporter.schedule import Schedule
from goproxy_exporter.store import Store
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.wire import Wire


class App:
    """The rooms, wired; they know what they `adopt`, and work while `running`."""

    def __init__(
        self, *, beating: bool, probes: Mapping[CheckName, Probe] = MappingProxyType(PROBES)
    ) -> None:
        self.clock = Clock()
        self.lag = Lag()
        self.store = Store()
        self.allowances = Allowances(self.clock)
        self.schedule = Schedule(self._perform, self.store, self.clock, beating=beating)
        self.settings: Settings | None = None
        self._means: Means | None = None
        self._trees = Trees(self.clock)
        self._probes = probes

    async def apply(self, settings: Settings) -> None:
        """Follow these settings from now on; what they leave as it is keeps running.

        Raises ConfigError where trust cannot be loaded, and then nothing has changed.
        """
        await self.adopt(settings)
        self.schedule.follow(settings.checks)

    async def adopt(self, settings: Settings) -> None:
        """Know these settings, with everything that can be served about them, but run nothing yet.

        Trust is loaded anew, in a thread, before anything changes.
        """
        self._means = await self._means_of(settings)
        self.settings = settings
        self.allowances.keep({mirror.spends or mirror.key for mirror in settings.watched})
        self.store.keep(settings.checks, settings.watched, settings.chains)

    def budget(self, name: str) -> tuple[int, int] | None:
        """Give the requests and bytes that are left of a mirror's hour."""
        mirror = self.store.mirrors.get(name)
        return None if mirror is None else self.allowances.of(mirror).remaining()

    async def _perform(self, check: Check, *, late: float) -> Result:
        assert self._means is not None, "settings are applied before anything is scheduled"
        return await run(check, self._means, late=late)

    async def _means_of(self, settings: Settings) -> Means:
        wire = Wire(self.clock, Resolver(), nameservers=settings.nameservers)
        await wire.warm(_accesses(settings))
        reference = Reference(
            wire,
            self.clock,
            url=settings.reference_url,
            access=settings.reference_access,
            named=frozenset(_named(settings)),
        )
        index = self._index_of(settings, wire)
        return Means(
            wire=wire,
            clock=self.clock,
            reference=reference,
            originals=Originals(wire, self.clock, settings.terms.access),
            allowances=self.allowances,
            limits=Limits(total=settings.concurrency),
            lag=self.lag,
            controls=control_targets(settings),
            databases=self._trees.databases(settings, wire, self.allowances),
            locker=Locker(Path(settings.state_dir)) if settings.state_dir else None,
            probes=self._probes,
            index=index,
            recall=self.store.recall,
        )

    def _index_of(self, settings: Settings, wire: Wire) -> ModuleIndex | None:
        """Follow the versions that are followed already, where the index stays the same."""
        if settings.module_index is None:
            return None
        private = [each for mirror in settings.mirrors for each in mirror.private_patterns]
        access = settings.terms.access
        index = ModuleIndex(wire, self.clock, settings.module_index, access, private=private)
        if self._means is not None and self._means.index is not None:
            index.go_on(self._means.index.standing)
        return index


def _named(settings: Settings) -> Iterator[str]:
    """Give the modules that the reference is asked for as one of the mirrors."""
    for mirror in settings.mirrors:
        if mirror.is_reference:
            canaries = mirror.canaries
            untagged = (canaries.untagged,) if canaries.untagged else ()
            yield from (one.module for one in (*canaries.fresh, *untagged))


def _accesses(settings: Settings) -> list[Access]:
    general = settings.terms.access, settings.reference_access
    return [*general, *(mirror.access for mirror in settings.watched)]


@asynccontextmanager
async def running(app: App, *, grace: float) -> AsyncGenerator[None]:
    """Run what an App has adopted; leaving the block stops its checks within `grace` seconds."""
    async with app.lag, app.schedule:
        try:
            app.schedule.follow(app.store.checks)
            yield
        finally:
            await app.schedule.stop(grace)
