"""When is which check run?"""

from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Protocol, Self

from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.result import Result
from goproxy_exporter.store import Store
from goproxy_exporter.wire.clock import Clock


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
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        raise NotImplementedError

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        raise NotImplementedError

    def follow(self, checks: Iterable[Check]) -> None:
        """Run these checks from now on: equal ones keep their beat, others stop, new ones start."""
        raise NotImplementedError

    def alive(self, now: float) -> bool:
        """Tell whether every beat made progress in time; `now` is monotonic (for /-/healthy)."""
        raise NotImplementedError

    @property
    def slip(self) -> float:
        """How many seconds the latest of all beats is behind its time."""
        raise NotImplementedError

    async def run_now(self, mirror: str, *, timeout: float) -> tuple[Result, ...]:
        """Run the checks of a mirror, for /probe: what ended within `timeout` seconds is given.

        Runs that did not fit go on, and their results reach the store. Checks that are rare by
        design (an interval above an hour) are not repeated before their interval has passed.
        Raises KeyError for a mirror that has no check.
        """
        raise NotImplementedError

    async def run_once(
        self, checks: Iterable[Check], on_progress: Callable[[Result], None] | None = None
    ) -> tuple[Result, ...]:
        """Run each check once, for the command line; `on_progress` hears of each result at once."""
        raise NotImplementedError

    async def stop(self, grace: float = 5.0) -> None:
        """Start nothing more; what runs may end within `grace` seconds, then is cancelled."""
        raise NotImplementedError
