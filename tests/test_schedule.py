"""Which check runs when."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import structlog
import uvloop
from hypothesis import given
from hypothesis import strategies as st
from samples import a_mirror

from goproxy_exporter.model.exchange import Exchange, Hop
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import CheckName, Endpoint, State
from goproxy_exporter.model.result import Result
from goproxy_exporter.schedule import Schedule, plan
from goproxy_exporter.schedule.beat import SLACK
from goproxy_exporter.schedule.rhythm import FIRST_LOOK, first_due, next_due, offset, second_due
from goproxy_exporter.schedule.schedule import GRACE
from goproxy_exporter.store import Store
from goproxy_exporter.wire.clock import Clock

QUICK = 0.03
"""Seconds between two beats in these tests."""


def make_check(
    name: CheckName = CheckName.ENDPOINTS, mirror: str = "m", interval: float = QUICK
) -> Check:
    return Check(name=name, mirror=a_mirror(mirror), interval=interval, timeout=1.0)


def make_result(check: Check) -> Result:
    hop = Hop(url="https://m.example/", host="m.example", status=200)
    exchange = Exchange(
        endpoint=Endpoint.LIST, url=hop.url, module="a", started=0, duration=0, hops=(hop,)
    )
    return Result(check=check, started=time.time(), duration=0.0, exchanges=(exchange,))


class Runs:
    """Performs checks by doing what the test says, and tells how often each ran."""

    def __init__(self) -> None:
        self.started: list[Check] = []
        self.began: list[float] = []
        self.ended: list[Check] = []
        self.cancelled: list[Check] = []
        self.late: list[float] = []
        self.at_once = 0
        self.most_at_once = 0
        self.work: Callable[[Check], Awaitable[None]] = self.nothing
        self._news = asyncio.Condition()

    async def nothing(self, check: Check) -> None:
        """End at once."""

    async def hang(self, check: Check) -> None:
        """Never end."""
        await asyncio.Event().wait()

    async def __call__(self, check: Check, *, late: float) -> Result:
        self.started.append(check)
        self.began.append(time.monotonic())
        self.late.append(late)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await self._tell()
        try:
            await self.work(check)
        except asyncio.CancelledError:
            self.cancelled.append(check)
            raise
        finally:
            self.at_once -= 1
        self.ended.append(check)
        await self._tell()
        return make_result(check)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something to become true; a test that waits in vain fails."""
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(condition)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


def make_store(checks: Iterable[Check]) -> Store:
    store = Store()
    keep(store, checks)
    return store


def keep(store: Store, checks: Iterable[Check]) -> None:
    known = tuple(checks)
    store.keep(known, {check.mirror.name: check.mirror for check in known}.values())


@asynccontextmanager
async def scheduled(runs: Any, *checks: Check, beating: bool = True) -> AsyncGenerator[Any]:
    async with Schedule(runs, make_store(checks), Clock(), beating=beating) as schedule:
        schedule.follow(checks)
        yield schedule
    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert not others, "a schedule that was left has no tasks"


def test_plan_is_set_arithmetic() -> None:
    """What is gone stops, what is new starts, what is equal is left alone."""
    old, same, new = make_check(mirror="a"), make_check(mirror="b"), make_check(mirror="c")
    assert plan({old, same}, {same, new}) == (frozenset({old}), frozenset({new}))
    assert plan({same}, {make_check(mirror="b")}) == (frozenset(), frozenset())
    slower = make_check(mirror="b", interval=9)
    assert plan({same}, {slower}) == (frozenset({same}), frozenset({slower}))


names = st.text(min_size=1, max_size=20)
intervals = st.floats(0.1, 86400)


@given(names, st.sampled_from(CheckName), intervals, st.floats(0, 1e6))
def test_beats_are_spread_and_start_soon(
    mirror: str, name: CheckName, interval: float, now: float
) -> None:
    """The same offset every time; the first look within seconds; no gap over 1.5 intervals."""
    check = make_check(name, mirror, interval)
    assert 0 <= offset(check) == offset(make_check(name, mirror, interval)) < interval
    first = first_due(check, now)
    spread = FIRST_LOOK if name is CheckName.ENDPOINTS else max(30.0, interval / 10)
    assert now <= first <= now + min(spread, interval)
    second = second_due(check, first, now)
    assert 0.499 * interval <= second - first <= 1.501 * interval
    beats = (second - now - offset(check)) / interval
    assert beats == pytest.approx(round(beats), abs=1e-3)


@given(st.floats(0, 1e6), intervals, st.floats(0, 1e6))
def test_no_drift_and_no_pile_up(due: float, interval: float, now: float) -> None:
    """On time the beat is exact; who is late starts at once and owes nothing."""
    following = next_due(due, interval, now)
    assert following >= now
    assert following == due + interval or following == now


def test_fifty_mirrors_do_not_start_together() -> None:
    """First looks come spread over seconds, steady beats over the interval."""
    checks = [make_check(mirror=f"mirror-{number}", interval=60) for number in range(50)]
    firsts = sorted(first_due(check, 0) for check in checks)
    assert firsts[-1] - firsts[0] > FIRST_LOOK / 2
    tenths = Counter(int(offset(check) / 6) for check in checks)
    assert max(tenths.values()) <= 15


async def test_a_check_runs_again_and_again() -> None:
    """Each run is put into the store."""
    runs, check = Runs(), make_check()
    async with scheduled(runs, check) as schedule:
        await runs.until(lambda: len(runs.ended) >= 3)
        assert schedule.alive(time.monotonic())
        assert schedule.slip < 5
        assert schedule._store.tally("m").runs[check.name] >= 2
    assert runs.most_at_once == 1


async def test_equal_checks_keep_their_beat() -> None:
    """A reload that changes nothing for a check does not touch its run."""
    runs, stays, goes = Runs(), make_check(mirror="stays"), make_check(mirror="goes")
    runs.work = runs.hang
    async with scheduled(runs, stays, goes) as schedule:
        await runs.until(lambda: len(runs.started) == 2)
        new = make_check(mirror="new")
        keep(schedule._store, [stays, new])
        schedule.follow([make_check(mirror="stays"), new])
        await runs.until(lambda: new in runs.started)
        assert runs.cancelled == [goes]
        assert runs.started.count(stays) == 1
        await schedule.stop(grace=0)


async def test_a_run_longer_than_its_interval_is_not_repeated_at_once_twice() -> None:
    """Beats that were missed are not caught up with."""
    runs = Runs()
    release = asyncio.Event()

    async def first_is_slow(check: Check) -> None:
        if len(runs.started) == 1:
            await release.wait()

    runs.work = first_is_slow
    async with scheduled(runs, make_check()) as schedule:
        await runs.until(lambda: len(runs.started) == 1)
        await asyncio.sleep(QUICK * 10)
        assert len(runs.started) == 1
        assert schedule.slip > QUICK * 5
        released = time.monotonic()
        release.set()
        await runs.until(lambda: len(runs.ended) >= 2)
        before = len(runs.started)
        await asyncio.sleep(QUICK * 2)
        assert len(runs.started) - before <= 3
    waited = runs.began[1] - released
    assert runs.late[1] <= waited, "its own length makes a check late, not the prober"


async def test_a_run_that_never_ends_is_noticed() -> None:
    """The watchdog gives a run its deadline, and a sleeping beat its due time, with slack."""
    runs = Runs()
    runs.work = runs.hang
    async with scheduled(runs, make_check()) as schedule:
        await runs.until(lambda: len(runs.started) == 1)
        now = time.monotonic()
        assert schedule.alive(now)
        assert schedule.alive(now + SLACK)
        assert not schedule.alive(now + 1000)
        await schedule.stop(grace=0)


async def test_a_loop_that_died_is_noticed_and_told() -> None:
    """A beat that ends by a bug makes the schedule sick, and the exception is logged."""
    runs = Runs()
    with structlog.testing.capture_logs() as logs:
        async with scheduled(runs, make_check(interval=3600)) as schedule:
            assert schedule.alive(time.monotonic())

            class BrokenClock(Clock):
                def monotonic(self) -> float:
                    raise ZeroDivisionError

            ((beat, task),) = schedule._beats.values()
            beat._clock = BrokenClock()
            await asyncio.wait({task}, timeout=10)
            assert not schedule.alive(time.monotonic())
    assert [entry["event"] for entry in logs] == ["schedule.loop_died"]


async def test_a_lost_run_is_told_and_stops_no_loop() -> None:
    """If performing or keeping breaks, the next beat comes all the same."""
    runs = Runs()

    async def broken(check: Check) -> None:
        if len(runs.started) == 1:
            raise ZeroDivisionError

    runs.work = broken
    with structlog.testing.capture_logs() as logs:
        async with scheduled(runs, make_check()):
            await runs.until(lambda: len(runs.ended) >= 1)
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == [
        "schedule.run_lost"
    ]


async def test_a_change_of_state_is_one_line() -> None:
    """However many runs say the same, the log says it once."""
    runs = Runs()
    with structlog.testing.capture_logs() as logs:
        async with scheduled(runs, make_check()):
            await runs.until(lambda: len(runs.ended) >= 4)
    (entry,) = [entry for entry in logs if entry["event"] == "mirror.state_changed"]
    assert (entry["mirror"], entry["old"], entry["state"]) == ("m", "unknown", "healthy")


async def test_run_now_runs_the_mirrors_checks_and_keeps_their_results() -> None:
    """One mirror's checks, all at once, without waiting for a beat."""
    runs = Runs()
    mine = [make_check(interval=60), make_check(CheckName.ZIP, interval=600)]
    other = make_check(mirror="other", interval=60)
    async with scheduled(runs, *mine, other, beating=False) as schedule:
        results = await schedule.run_now("m", timeout=5)
        assert [result.check for result in results] == mine
        assert runs.started == mine
        assert schedule._store.verdict("m", time.time()).state is State.HEALTHY
        with pytest.raises(KeyError):
            await schedule.run_now("nobody", timeout=5)


async def test_callers_share_a_run() -> None:
    """Two probes at once, or a probe during a beat, ask the mirror once."""
    runs, check = Runs(), make_check(interval=60)
    release = asyncio.Event()

    async def wait(check: Check) -> None:
        await release.wait()

    runs.work = wait
    async with scheduled(runs, check, beating=False) as schedule:
        callers = [asyncio.create_task(schedule.run_now("m", timeout=5)) for _ in range(3)]
        await runs.until(lambda: len(runs.started) == 1)
        release.set()
        answers = await asyncio.gather(*callers)
    assert len(runs.started) == 1
    assert len(set(map(id, (answer[0] for answer in answers)))) == 1


async def test_what_does_not_fit_goes_on() -> None:
    """A probe that runs out of time gets what ended; the rest reaches the store later."""
    runs = Runs()
    release = asyncio.Event()

    async def slow_zip(check: Check) -> None:
        if check.name is CheckName.ZIP:
            await release.wait()

    runs.work = slow_zip
    checks = [make_check(interval=60), make_check(CheckName.ZIP, interval=600)]
    async with scheduled(runs, *checks, beating=False) as schedule:
        results = await schedule.run_now("m", timeout=2.0)
        assert [result.check.name for result in results] == [CheckName.ENDPOINTS]
        release.set()
        await runs.until(lambda: len(runs.ended) == 2)
    assert schedule._store.last("m", CheckName.ZIP) is not None
    assert runs.cancelled == []


async def test_a_caller_that_goes_away_stops_nobody() -> None:
    """A scrape that is cut off does not spoil the run that others wait for."""
    runs, check = Runs(), make_check(interval=60)
    release = asyncio.Event()

    async def wait(check: Check) -> None:
        await release.wait()

    runs.work = wait
    async with scheduled(runs, check, beating=False) as schedule:
        caller = asyncio.create_task(schedule.run_now("m", timeout=5))
        await runs.until(lambda: len(runs.started) == 1)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        release.set()
        await runs.until(lambda: len(runs.ended) == 1)


async def test_rare_checks_are_not_repeated_on_demand() -> None:
    """A large download every six hours is not made every minute by a scrape."""
    runs, check = Runs(), make_check(CheckName.LARGE_ZIP, interval=21600)
    async with scheduled(runs, check, beating=False) as schedule:
        assert len(await schedule.run_now("m", timeout=5)) == 1
        assert await schedule.run_now("m", timeout=5) == ()
    assert len(runs.started) == 1


async def test_run_once_runs_each_check_once_and_tells_progress() -> None:
    """What the command line does: no beats, every result in the order of the checks."""
    runs = Runs()
    checks = [make_check(mirror=name, interval=60) for name in "abc"]
    heard: list[Result] = []
    async with scheduled(runs, *checks, beating=False) as schedule:
        results = await schedule.run_once(checks, heard.append)
        assert [result.check for result in results] == checks
        assert sorted(map(id, heard)) == sorted(map(id, results))
        assert await schedule.run_once([], heard.append) == ()
    assert len(runs.started) == 3


async def test_stopping_lets_runs_end_within_the_grace() -> None:
    """What is nearly done is not wasted, and its result is kept."""
    runs = Runs()
    release = asyncio.Event()

    async def wait(check: Check) -> None:
        await release.wait()

    runs.work = wait
    async with scheduled(runs, make_check()) as schedule:
        await runs.until(lambda: len(runs.started) == 1)
        asyncio.get_running_loop().call_later(0.05, release.set)
        await schedule.stop(grace=5)
        assert len(runs.ended) == 1
        assert schedule._store.ready
        schedule.follow([make_check(mirror="late")])
        assert await schedule.run_now("m", timeout=1) == ()
        assert await schedule.run_once([make_check()]) == ()
    assert len(runs.started) == 1


async def test_stopping_cancels_what_does_not_end() -> None:
    """After the grace nothing is waited for."""
    runs, check = Runs(), make_check()
    runs.work = runs.hang
    async with scheduled(runs, check) as schedule:
        await runs.until(lambda: len(runs.started) == 1)
        await schedule.stop(grace=0.01)
    assert runs.cancelled == [check]
    assert schedule._store.last("m", check.name) is None


async def test_an_error_in_the_block_stops_at_once() -> None:
    """Who leaves by an exception gets it back without waiting for the grace."""
    runs = Runs()
    runs.work = runs.hang
    raised = 0.0

    async def scenario() -> None:
        nonlocal raised
        async with scheduled(runs, make_check()):
            await runs.until(lambda: len(runs.started) == 1)
            raised = time.monotonic()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await scenario()
    assert time.monotonic() - raised < GRACE - 1


async def test_without_beats_nothing_runs_by_itself() -> None:
    """--no-schedule: checks are known, and wait to be asked for."""
    runs = Runs()
    async with scheduled(runs, make_check(interval=0.001), beating=False) as schedule:
        await asyncio.sleep(0.05)
        assert schedule.alive(time.monotonic())
        assert schedule.slip == 0
    assert runs.started == []


def test_it_runs_on_uvloop_too() -> None:
    """Nothing here depends on whose loop it is."""

    async def scenario() -> None:
        runs = Runs()
        async with scheduled(runs, make_check()):
            await runs.until(lambda: len(runs.ended) >= 3)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(scenario())
