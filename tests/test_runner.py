"""One run of one check, whatever happens."""

import asyncio
import errno
import os
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import pytest
import structlog
import uvloop
from samples import a_mirror

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange, Failure, FailureKind, Hop, Phases
from goproxy_exporter.model.mirror import (
    Access,
    Budget,
    Check,
    Thresholds,
)
from goproxy_exporter.model.names import Blame, CheckName, Endpoint, ProberProblem, SkipReason
from goproxy_exporter.model.result import Finding
from goproxy_exporter.probes.kit import Kit, Outcome
from goproxy_exporter.reference.canary import Reference
from goproxy_exporter.reference.originals import Originals
from goproxy_exporter.runner import Allowances, Lag, Limits, Means, deadline, run
from goproxy_exporter.runner.controls import anything_answers
from goproxy_exporter.runner.lag import Lateness
from goproxy_exporter.runner.outage import Outage
from goproxy_exporter.runner.trouble import doubtful, is_near, overloaded
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.wire import Wire

Kind = FailureKind


class DeafResolver(Resolver):
    """Knows literals; for every name the nameservers stay silent."""

    async def resolve(
        self, host: str, *, family: int | None, nameservers: tuple[str, ...], timeout: float
    ) -> tuple[str, ...] | Failure:
        if host[0].isdigit():
            return (host,)
        return Failure(FailureKind.DNS_TIMEOUT, "silence")


def make_check(
    name: CheckName = CheckName.ENDPOINTS,
    *,
    url: str = "https://m.example",
    interval: float = 60.0,
    timeout: float = 10.0,
    stall_after: float = 60.0,
    budget: Budget | None = None,
) -> Check:
    mirror = a_mirror(
        url=url, thresholds=Thresholds(stall_after=stall_after), budget=budget or Budget()
    )
    return Check(name=name, mirror=mirror, interval=interval, timeout=timeout)


def make_exchange(kind: FailureKind | None = None, **hop: Any) -> Exchange:
    failure = Failure(kind, "it broke") if kind else None
    one = Hop(
        url="https://m.example/",
        host="m.example",
        status=None if kind else 200,
        failure=failure,
        **hop,
    )
    return Exchange(
        endpoint=Endpoint.LIST,
        url=one.url,
        module="example.com/a",
        started=0.0,
        duration=0.0,
        hops=(one,),
        failure=failure,
    )


def make_finding(code: Code, *, doubt: bool) -> Finding:
    return Finding(
        code=code,
        endpoint=Endpoint.LIST,
        module="example.com/a",
        summary="",
        blame=Blame.NETWORK,
        matched=2,
        looked=2,
        doubtful=doubt,
    )


Probe = Callable[[Check, Kit], Awaitable[Outcome]]


class Bench:
    """Means with one probe of the test's own."""

    def __init__(self, lag: Lag) -> None:
        self.clock = Clock()
        self.wire = Wire(self.clock, DeafResolver())
        self.allowances = Allowances(self.clock)
        self.limits = Limits()
        self.lag = lag

    def means(self, probe: Probe, **settings: Any) -> Means:
        return Means(
            wire=self.wire,
            clock=self.clock,
            reference=Reference(self.wire, self.clock, None, Access()),
            originals=Originals(self.wire, self.clock, Access()),
            allowances=self.allowances,
            limits=self.limits,
            lag=self.lag,
            probes=dict.fromkeys(CheckName, probe),
            **{"look_gap": 0.0, **settings},
        )


@pytest.fixture
async def bench() -> Bench:
    """Means of a prober whose lag nobody samples: it is never late, whatever this machine does."""
    return Bench(Lag())


@pytest.fixture
async def sampled() -> AsyncGenerator[Bench]:
    """Means of a prober that notices how late its loop is."""
    async with Lag() as lag:
        yield Bench(lag)


def bringing(*exchanges: Exchange, **more: Any) -> Probe:
    async def probe(check: Check, kit: Kit) -> Outcome:
        return Outcome(exchanges=exchanges, **more)

    return probe


async def test_what_the_probe_brings_is_the_result(bench: Bench) -> None:
    """Exchanges, findings and facts come through unchanged, with start and duration."""
    finding = make_finding(Code.TLS_EXPIRED, doubt=False)
    probe = bringing(make_exchange(), findings=(finding,), facts={"a": 1})
    before, begun = time.time(), time.monotonic()
    result = await run(make_check(), bench.means(probe))
    took = time.monotonic() - begun
    assert (result.findings, result.facts) == ((finding,), {"a": 1})
    assert len(result.exchanges) == 1
    assert before <= result.started <= time.time()
    assert 0 <= result.duration <= took
    assert result.ok is False
    assert result.problems == {}


async def test_the_kit_carries_the_deadline(bench: Bench) -> None:
    """A probe knows by when it has to be done, and whose allowance it spends."""
    kits: list[Kit] = []

    async def probe(check: Check, kit: Kit) -> Outcome:
        kits.append(kit)
        return Outcome()

    check, before = make_check(), time.monotonic()
    await run(check, bench.means(probe))
    assert before <= kits[0].deadline - deadline(check, 0.0) <= time.monotonic()
    assert kits[0].allowance is bench.allowances.of(check.mirror)


async def test_a_bug_is_a_problem_of_ours_told_without_its_text(bench: Bench) -> None:
    """An exception makes the run void; its type and place are told, what it says is not."""

    async def probe(check: Check, kit: Kit) -> Outcome:
        raise KeyError("token hunter2")

    with structlog.testing.capture_logs() as logs:
        result = await run(make_check(), bench.means(probe))
    told = result.problems[ProberProblem.INTERNAL]
    assert told.startswith("KeyError at test_runner.py:")
    assert "hunter2" not in told
    assert result.ok is None
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["check.broke"]


async def test_what_the_system_refuses_is_told_in_its_words(bench: Bench) -> None:
    """No room for an answer is ours to mend: what is missing is told, the file's name is not."""

    async def probe(check: Check, kit: Kit) -> Outcome:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/srv/hunter2")

    with structlog.testing.capture_logs():
        result = await run(make_check(), bench.means(probe))
    told = result.problems[ProberProblem.INTERNAL]
    assert told.endswith(": No space left on device")
    assert "hunter2" not in told


async def test_a_probe_that_overruns_its_deadline_is_cut_off(bench: Bench) -> None:
    """A probe that never ends is our bug, and holds nobody up for ever."""

    async def probe(check: Check, kit: Kit) -> Outcome:
        await asyncio.Event().wait()
        return Outcome()

    check = make_check(CheckName.EDGES, interval=0.01, timeout=0.01)
    result = await run(check, bench.means(probe))
    assert result.problems[ProberProblem.INTERNAL].startswith("TimeoutError")


async def test_cancellation_passes_through(bench: Bench) -> None:
    """The one thing that is no result, and that frees the place it held."""
    started = asyncio.Event()

    async def probe(check: Check, kit: Kit) -> Outcome:
        started.set()
        await asyncio.Event().wait()
        return Outcome()

    bench.limits = Limits(total=1)
    task = asyncio.create_task(run(make_check(), bench.means(probe)))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await run(make_check(), bench.means(bringing(make_exchange())))).ok is True


async def test_retry_after_is_honoured(bench: Bench) -> None:
    """What one run was told holds back the next of any check, and says until when."""
    end = time.time() + 100
    first = await run(make_check(), bench.means(bringing(make_exchange(), retry_at=end)))
    assert first.retry_at == end
    second = await run(make_check(CheckName.ZIP), bench.means(bringing()))
    assert second.skipped is SkipReason.RETRY_AFTER
    assert second.retry_at == pytest.approx(end)
    assert (second.ok, second.exchanges) == (None, ())


async def test_a_spent_budget_skips(bench: Bench) -> None:
    """A mirror that had its share is left alone."""
    check = make_check(budget=Budget(requests_per_hour=3))
    bench.allowances.of(check.mirror).spend(3, 0)
    result = await run(check, bench.means(bringing()))
    assert result.skipped is SkipReason.BUDGET


async def test_allowances_survive_a_new_configuration(bench: Bench) -> None:
    """A changed budget keeps what was spent; a mirror that vanished is forgotten."""
    old = make_check(budget=Budget(requests_per_hour=10)).mirror
    bench.allowances.of(old).spend(10, 0)
    new = make_check(budget=Budget(requests_per_hour=20)).mirror
    assert bench.allowances.of(new) is bench.allowances.of(old)
    assert bench.allowances.of(new).remaining()[0] <= 10
    bench.allowances.keep(())
    assert bench.allowances.of(old).remaining()[0] == 10


async def test_no_place_within_the_interval_is_a_skip(bench: Bench) -> None:
    """A run that would start after the next one is due does not start."""
    bench.limits = Limits(total=1)
    async with bench.limits.place("other", timeout=10):
        result = await run(make_check(interval=0.03), bench.means(bringing()))
    assert result.skipped is SkipReason.OVERLOAD


async def test_waiting_for_a_place_is_not_measured(bench: Bench) -> None:
    """The duration begins when the probe does."""
    bench.limits = Limits(total=1)
    async with bench.limits.place("other", timeout=10):
        task = asyncio.create_task(run(make_check(), bench.means(bringing(make_exchange()))))
        await asyncio.sleep(0.1)
        freed = time.monotonic()
    result = await task
    assert result.duration <= time.monotonic() - freed
    assert result.problems == {}


async def test_a_mirror_that_hangs_keeps_only_itself_waiting() -> None:
    """Its runs queue behind each other, others pass, and the wait counts as nobody's overload."""
    limits = Limits(total=3, per_mirror=2)
    full, release = asyncio.Event(), asyncio.Event()
    waits: list[float] = []

    async def hang() -> None:
        async with limits.place("hangs", timeout=10) as waited:
            waits.append(waited)
            if len(waits) == 2:
                full.set()
            await release.wait()

    hanging = [asyncio.create_task(hang()) for _ in range(4)]
    await full.wait()
    async with limits.place("fine", timeout=10) as waited:
        assert waited < 0.2
        assert len(waits) == 2
        await asyncio.sleep(0.4)
    release.set()
    await asyncio.gather(*hanging)
    assert len(waits) == 4
    assert max(waits) < 0.2


async def test_a_loop_that_is_held_up_voids_timings(sampled: Bench) -> None:
    """A run during which this process stood still says so."""

    async def probe(check: Check, kit: Kit) -> Outcome:
        time.sleep(0.3)  # noqa: ASYNC251 -- standing still is what is tested
        return Outcome(exchanges=(make_exchange(),))

    result = await run(make_check(), sampled.means(probe))
    assert "event loop" in result.problems[ProberProblem.OVERLOADED]
    assert result.ok is True


async def test_a_start_later_than_an_interval_voids_timings(bench: Bench) -> None:
    """Slip over the interval means that this process does not keep up."""
    result = await run(make_check(), bench.means(bringing(make_exchange())), late=61.0)
    assert ProberProblem.OVERLOADED in result.problems


async def test_lag_is_what_the_loop_was_late() -> None:
    """A pause that was not yet noticed by the sampler counts as well as one that was."""
    async with Lag() as lag:
        await asyncio.sleep(0.05)
        mark = lag.mark()
        time.sleep(0.2)  # noqa: ASYNC251 -- standing still is what is tested
        assert lag.since(mark).worst >= 0.15
        await asyncio.sleep(0.05)
        assert lag.since(mark).worst >= 0.15
        assert lag.recent() >= 0.15
        assert lag.since(lag.mark()).worst < 0.1


async def test_what_was_late_before_a_run_is_not_the_runs() -> None:
    """Nobody who begins while a wake-up is overdue is told of more than what came after."""
    async with Lag() as lag:
        time.sleep(0.2)  # noqa: ASYNC251 -- standing still is what is tested
        began = time.monotonic()
        worst = lag.since(lag.mark()).worst
        assert worst <= time.monotonic() - began


async def test_lag_keeps_little(bench: Bench) -> None:
    """The sampler's memory is bounded."""
    assert bench.lag._samples.maxlen is not None


DOUBT = (make_finding(Code.DNS_TIMEOUT, doubt=True),)
SILENCE = make_exchange(Kind.DNS_TIMEOUT)


async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def test_silence_everywhere_is_offline(bench: Bench) -> None:
    """Where neither the mirror nor any control answers, the run is void."""
    means = bench.means(bringing(SILENCE, findings=DOUBT), controls=(("a.example", 443),))
    result = await run(make_check(), means)
    assert ProberProblem.OFFLINE in result.problems
    assert result.ok is None


@pytest.mark.parametrize("listening", [True, False])
async def test_one_control_that_answers_or_refuses_proves_the_network(
    bench: Bench, listening: bool
) -> None:
    """Then a silent nameserver is the mirror's trouble, not ours; a refusal is an answer too."""
    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    if not listening:
        server.close()
        await server.wait_closed()
    controls = (("a.example", 443), ("127.0.0.1", port))
    result = await run(
        make_check(), bench.means(bringing(SILENCE, findings=DOUBT), controls=controls)
    )
    server.close()
    assert result.problems == {}
    assert result.ok is False


@pytest.mark.parametrize(
    ("url", "controls"),
    [
        ("https://m.example", ()),
        ("https://m.example", (("m.example", 443),)),
        ("https://127.0.0.1:1", (("a.example", 443),)),
        ("https://10.1.2.3", (("a.example", 443),)),
        ("https://localhost", (("a.example", 443),)),
    ],
)
async def test_nobody_is_offline_by_the_wrong_witness(
    bench: Bench, url: str, controls: tuple[tuple[str, int], ...]
) -> None:
    """No controls, the mirror itself, or public hosts for a private mirror prove nothing."""
    means = bench.means(bringing(SILENCE, findings=DOUBT), controls=controls)
    assert (await run(make_check(url=url), means)).problems == {}


@pytest.mark.parametrize("kind", [Kind.PROXY_REFUSED, Kind.PROXY_UNREACHABLE])
async def test_a_forward_proxy_that_fails_is_our_problem(bench: Bench, kind: FailureKind) -> None:
    """CONNECT refused accuses no mirror."""
    result = await run(make_check(), bench.means(bringing(make_exchange(kind))))
    assert result.problems == {ProberProblem.FORWARD_PROXY: "it broke"}
    assert result.ok is None


async def test_controls_stop_at_the_first_answer_and_leave_nothing_behind() -> None:
    """Whoever still tries is called off."""
    cancelled = asyncio.Event()

    async def reach(host: str, port: int, *, timeout: float) -> bool:
        if host == "slow":
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()
        return host == "good"

    targets = [("slow", 1), ("bad", 2), ("good", 3)]
    assert await anything_answers(targets, reach, timeout=10)
    assert cancelled.is_set()
    assert not await anything_answers([("bad", 2)], reach, timeout=1)
    assert not await anything_answers([], reach, timeout=1)


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (make_exchange(Kind.DNS_TIMEOUT), True),
        (make_exchange(Kind.DNS_FAILURE), True),
        (make_exchange(Kind.CONNECT_UNREACHABLE), True),
        (make_exchange(Kind.CONNECT_TIMEOUT), True),
        (make_exchange(Kind.DEADLINE, phases=Phases(resolve=0.1, connect=9.9)), True),
        (make_exchange(Kind.DEADLINE, phases=Phases(connect=0.1, processing=9.9)), False),
        (make_exchange(Kind.DEADLINE, phases=Phases(connect=0.1, tls=9.9)), False),
        (make_exchange(Kind.DNS_NXDOMAIN), False),
        (make_exchange(Kind.CONNECT_REFUSED), False),
        (make_exchange(Kind.TLS_UNTRUSTED), False),
        (make_exchange(Kind.STALL), False),
        (make_exchange(), False),
    ],
)
def test_what_an_offline_prober_would_see_too(exchange: Exchange, expected: bool) -> None:
    """A refusal, an NXDOMAIN or one byte prove that there is a network."""
    assert doubtful((), [exchange]) is expected
    assert doubtful(DOUBT, [exchange]) is expected


async def test_who_comes_back_during_a_run_is_not_believed(bench: Bench) -> None:
    """A run that began before another found no network saw the same, whoever answers now."""
    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    answering = (("127.0.0.1", server.sockets[0].getsockname()[1]),)
    outage = Outage()
    silent, mended = (
        bench.means(bringing(SILENCE, findings=DOUBT), controls=controls, outage=outage)
        for controls in ((("a.example", 443),), answering)
    )
    problems = [(await run(make_check(), means)).problems for means in (silent, mended)]
    outage.note(mended.clock.now() + 60.0)
    problems.append((await run(make_check(), mended)).problems)
    server.close()
    assert [ProberProblem.OFFLINE in each for each in problems] == [True, False, True]


def test_doubt_needs_the_last_exchange_and_every_finding() -> None:
    """An answer at the end, or one finding that is certain, ends the doubt; an early one does not."""
    certain = make_finding(Code.TLS_EXPIRED, doubt=False)
    assert not doubtful(DOUBT, [SILENCE, make_exchange()])
    assert doubtful(DOUBT, [make_exchange(), SILENCE])
    assert not doubtful((*DOUBT, certain), [SILENCE])
    assert not doubtful(DOUBT, [])


@pytest.mark.parametrize(
    ("url", "address", "near"),
    [
        ("https://goproxy.example", None, False),
        ("https://goproxy.example", "203.0.113.9", False),
        ("https://goproxy.example", "192.168.1.9", True),
        ("https://goproxy.example", "fd00::1", True),
        ("https://goproxy.example", "fe80::1%eth0", True),
        ("http://[::1]:8080", None, True),
        ("http://athens.localhost", None, True),
        ("http://172.16.0.9/x", None, True),
        ("http://172.32.0.9/x", None, False),
    ],
)
def test_who_is_near(url: str, address: str | None, near: bool) -> None:
    """Loopback and private networks, by name or by what the name led to."""
    assert is_near(url, [make_exchange(address=address)]) is near


@pytest.mark.parametrize(
    ("p99", "waited", "late"), [(0.1, 60.0, False), (0.11, 0.0, True), (0.0, 60.1, True)]
)
def test_when_timings_are_void(p99: float, waited: float, late: bool) -> None:
    """Over 100 ms of lag, or a start over an interval late; up to that timings stand."""
    said = overloaded(Lateness(p99, 9.0), waited=waited, interval=60.0)
    assert (said is not None) is late


@pytest.mark.parametrize(
    ("check", "seconds"),
    [
        pytest.param(make_check(), 92.0, id="endpoints: a hang must be told from slowness"),
        pytest.param(make_check(interval=600), 272.0, id="the sum of its questions' looks"),
        pytest.param(make_check(CheckName.CHECKSUM, interval=600), 122.0, id="the sum"),
        pytest.param(make_check(CheckName.CHECKSUM, interval=100), 100.0, id="the interval"),
        pytest.param(make_check(CheckName.ZIP, interval=1), 92.0, id="zip: a hang"),
        pytest.param(make_check(CheckName.EDGES, interval=1), 32.0, id="room for three looks"),
        pytest.param(make_check(stall_after=2, interval=1, timeout=1), 7.0, id="short beats"),
    ],
)
def test_the_deadline_of_a_run(check: Check, seconds: float) -> None:
    """The sum of the timeouts, at most the interval, at least what telling a cause takes."""
    assert deadline(check, 1.0) == seconds


@pytest.mark.parametrize("name", list(CheckName))
def test_every_check_has_a_deadline(name: CheckName) -> None:
    """No check is without one, and only telling a hang outlasts an interval of a minute."""
    assert 60 <= deadline(make_check(name), 1.0) <= 92


def test_it_runs_on_uvloop_too() -> None:
    """Nothing here depends on whose loop it is."""

    async def scenario() -> None:
        async with Lag() as lag:
            bench = Bench(lag)
            means = bench.means(bringing(SILENCE, findings=DOUBT), controls=(("a.example", 1),))
            result = await run(make_check(), means)
            assert ProberProblem.OFFLINE in result.problems

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(scenario())
