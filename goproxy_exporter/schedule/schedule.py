"""When is which check run?"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from types import TracebackType
from typing import Any, Protocol, Self

import structlog

from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.result import Result
from goproxy_exporter.runner.deadline import LOOK_GAP, deadline
from goproxy_exporter.schedule.arithmetic import plan
from goproxy_exporter.schedule.beat import SLACK, Beat
from goproxy_exporter.schedule.flights import Flights
from goproxy_exporter.store import Change, Store
from goproxy_exporter.wire.clock import Clock

RARE = 3600.0
"""A check with a longer interval (seconds) is not repeated on demand before it has passed."""
REVIEW = 5.0
"""Seconds between two looks at what became too old."""
GRACE = 5.0
"""Seconds that runs have to end when everything stops."""

log = structlog.get_logger(__name__)


class Perform(Protocol):
    """Run one check, whatever happens: `runner.run` with its means bound."""

    def __call__(self, check: Check, *, late: float) -> Awaitable[Result]:
        """Give the result; `late` is how many seconds after its beat the run is started."""
        ...


class Schedule:
    """Runs checks on their beats, or when somebody asks, and puts every result into the store.

    Use it as an async context manager: leaving the block stops everything. A check never runs
    twice at once: who asks for one that is running gets that run's result.
    """

    def __init__(
        self, perform: Perform, store: Store, clock: Clock, *, beating: bool = True
    ) -> None:
        """Make a schedule; with `beating` false (--no-schedule) checks only run when asked for."""
        self._perform = perform
        self._store = store
        self._clock = clock
        self._beating = beating
        self._beats: dict[Check, tuple[Beat, asyncio.Task[None]]] = {}
        self._flights: Flights[Check, Result | None] = Flights()
        self._retired: set[asyncio.Task[None]] = set()
        self._review: asyncio.Task[None] | None = None
        self._stopped = False

    async def __aenter__(self) -> Self:
        if self._beating:
            self._review = _watched(self._review_for_ever())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop(GRACE if kind is None else 0.0)

    def follow(self, checks: Iterable[Check]) -> None:
        """Run these checks from now on: equal ones keep their beat, others stop, new ones start.

        The store must keep the same checks. Once stopped, a schedule follows nothing.
        """
        if self._stopped:
            return
        change = plan(self._beats.keys(), frozenset(checks) if self._beating else frozenset())
        for check in change.stop:
            self._retire(check)
        self._flights.cancel(change.stop)
        for check in sorted(change.start, key=_name):
            self._beats[check] = self._beat(check)

    def alive(self, now: float) -> bool:
        """Tell whether every beat made progress in time; `now` is monotonic (for /-/healthy)."""
        if self._review is not None and self._review.done():
            return False
        return all(beat.alive(now) and not task.done() for beat, task in self._beats.values())

    @property
    def slip(self) -> float:
        """How many seconds the latest of all beats is behind its time."""
        now = self._clock.monotonic()
        return max((beat.slip(now) for beat, _ in self._beats.values()), default=0.0)

    async def run_now(self, mirror: str, *, timeout: float) -> tuple[Result, ...]:
        """Run the checks of a mirror, for /probe: what ended within `timeout` seconds is given.

        Runs that did not fit go on, and their results reach the store. Checks that are rare by
        design (an interval above an hour) are not repeated before their interval has passed.
        Raises KeyError for a mirror that the store does not keep.
        """
        checks = self._store.checks_of(mirror)
        if self._stopped:
            return ()
        tasks = [self._flight(check) for check in checks if not self._too_soon(check)]
        if tasks:
            await asyncio.wait(tasks, timeout=timeout)
        return _results(tasks)

    async def run_once(
        self, checks: Iterable[Check], on_progress: Callable[[Result], None] | None = None
    ) -> tuple[Result, ...]:
        """Run each check once, for the command line; `on_progress` hears of each result at once."""
        if self._stopped:
            return ()
        tasks = [self._flight(check) for check in checks]
        pending = set(tasks)
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for result in _results(done):
                if on_progress is not None:
                    on_progress(result)
        return _results(tasks)

    async def stop(self, grace: float = GRACE) -> None:
        """Start nothing more; what runs may end within `grace` seconds, then is cancelled."""
        self._stopped = True
        for check in tuple(self._beats):
            self._retire(check)
        if self._review is not None:
            self._review.cancel()
            self._retired.add(self._review)
            self._review = None
        await self._flights.land(grace)
        while self._retired:
            await asyncio.wait(self._retired)
            self._retired = {task for task in self._retired if not task.done()}

    def _beat(self, check: Check) -> tuple[Beat, asyncio.Task[None]]:
        """Start the loop of a check; a run may wait an interval for its place before it starts."""
        patience = check.interval + deadline(check, LOOK_GAP) + SLACK
        beat = Beat(check, self._turn, self._clock, patience=patience)
        return beat, _watched(beat.run())

    def _retire(self, check: Check) -> None:
        _, task = self._beats.pop(check)
        task.cancel()
        self._retired.add(task)
        task.add_done_callback(self._retired.discard)

    async def _turn(self, check: Check, late: float) -> None:
        await asyncio.wait({self._flight(check, late)})

    def _flight(self, check: Check, late: float = 0.0) -> asyncio.Task[Result | None]:
        """Give the run that is under way, or a new one."""
        known = self._flights.get(check)
        return known or self._flights.start(check, self._run_and_put(check, late))

    async def _run_and_put(self, check: Check, late: float) -> Result | None:
        """Run a check and keep its result; a bug on the way is told and stops no loop."""
        try:
            result = await self._perform(check, late=late)
            change = self._store.put(result)
        except Exception:
            log.exception("schedule.run_lost", mirror=check.mirror.key, check=check.name.value)
            return None
        if change is not None:
            _tell(change)
        return result

    async def _review_for_ever(self) -> None:
        while True:
            await asyncio.sleep(REVIEW)
            for change in self._store.review(self._clock.now()):
                _tell(change)

    def _too_soon(self, check: Check) -> bool:
        last = self._store.tally(check.mirror.key).last_run.get(check.name)
        return (
            check.interval > RARE and last is not None and self._clock.now() - last < check.interval
        )


def _name(check: Check) -> tuple[str, str]:
    return check.key


def _results(tasks: Iterable[asyncio.Task[Result | None]]) -> tuple[Result, ...]:
    """Give what the runs brought that ended and were not cancelled."""
    ended = (task.result() for task in tasks if task.done() and not task.cancelled())
    return tuple(result for result in ended if result is not None)


def _watched(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Start a loop whose death is told."""
    task = asyncio.create_task(work)
    task.add_done_callback(_mourn)
    return task


def _mourn(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("schedule.loop_died", exc_info=error)


def _tell(change: Change) -> None:
    if change.state_changed:
        log.info(
            "mirror.state_changed",
            mirror=change.new.mirror,
            old=change.old.state.value,
            state=change.new.state.value,
            primary=change.new.primary.value if change.new.primary else None,
        )
