"""Buckets of requests and bytes, on a clock that only moves when told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from goproxy_exporter.model.mirror import Budget
from goproxy_exporter.model.names import SkipReason
from goproxy_exporter.wire.allowance import HOUR, LONGEST_HOLD, Allowance
from goproxy_exporter.wire.clock import Clock

START = 1_800_000_000.0


class Watch(Clock):
    """A clock to be set by hand."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.jumped = 0.0

    def now(self) -> float:
        return START + self.passed + self.jumped

    def monotonic(self) -> float:
        return 5.0 + self.passed


def allowance(requests: int = 60, size: int = 3600) -> tuple[Allowance, Watch]:
    watch = Watch()
    return Allowance(Budget(requests_per_hour=requests, bytes_per_hour=size), watch), watch


def held(share: Allowance) -> float | None:
    return share.held_until


def test_a_new_allowance_is_an_hours_budget() -> None:
    """Nothing is refused, and everything is left."""
    share, watch = allowance()
    assert share.remaining() == (60, 3600)
    assert share.refusal(watch.now()) is None
    assert share.held_until is None


@pytest.mark.parametrize(("requests", "size"), [(60, 0), (0, 3600), (1, 9000)])
def test_what_is_used_up_is_refused_until_it_is_back(requests: int, size: int) -> None:
    """Either bucket empty means no more, and the budget is what refuses."""
    share, watch = allowance()
    share.spend(requests, size)
    assert share.refusal(watch.now()) is SkipReason.BUDGET
    watch.passed += 2.5 * HOUR
    assert share.refusal(watch.now()) is None
    assert share.remaining() == (60, 3600)


def test_tokens_come_back_all_the_time() -> None:
    """A minute brings back a sixtieth of the hour."""
    share, watch = allowance()
    share.spend(60, 3600)
    watch.passed += 60.0
    assert share.remaining() == (1, 60)
    assert share.refusal(watch.now()) is None
    share.spend(1, 60)
    assert share.refusal(watch.now()) is SkipReason.BUDGET


def test_a_debt_has_to_refill_first() -> None:
    """A body larger than the budget is paid for in full."""
    share, watch = allowance()
    share.spend(1, 3 * 3600)
    assert share.remaining() == (59, 0)
    watch.passed += 1.9 * HOUR
    assert share.remaining()[1] == 0
    watch.passed += 0.2 * HOUR
    assert share.remaining()[1] == pytest.approx(360, abs=1)


def test_a_hold_goes_before_the_budget_and_ends() -> None:
    """Retry-After refuses by its own name until its moment, and not a second longer."""
    share, watch = allowance()
    share.spend(60, 0)
    share.hold_until(watch.now() + 120)
    assert share.held_until == watch.now() + 120
    assert share.refusal(watch.now()) is SkipReason.RETRY_AFTER
    watch.passed += 120
    assert held(share) is None
    assert share.refusal(watch.now()) is None
    share.hold_until(watch.now() - 5)
    assert share.refusal(watch.now()) is None


def test_a_shorter_hold_does_not_shorten_a_longer_one() -> None:
    """Two answers with Retry-After: the later moment counts."""
    share, watch = allowance()
    share.hold_until(watch.now() + 300)
    share.hold_until(watch.now() + 10)
    assert share.held_until == watch.now() + 300


def test_a_hold_lasts_an_hour_at_most() -> None:
    """Neither a mirror's year nor a clock set back holds for longer."""
    share, watch = allowance()
    share.hold_until(watch.now() + 365 * 24 * HOUR)
    assert share.held_until == watch.now() + LONGEST_HOLD
    watch.passed += LONGEST_HOLD / 2
    assert share.held_until == watch.now() + LONGEST_HOLD / 2
    watch.jumped = -10 * HOUR
    assert share.held_until == watch.now() + LONGEST_HOLD
    watch.passed += LONGEST_HOLD
    assert share.refusal(watch.now()) is None


@given(
    before=st.integers(1, 10**6),
    after=st.integers(1, 10**6),
    spent=st.integers(0, 2 * 10**6),
)
def test_what_was_spent_stays_spent_over_a_reload(before: int, after: int, spent: int) -> None:
    """A changed budget changes the size of the bucket, not what was taken out of it."""
    share, _ = allowance(requests=before)
    share.spend(spent, 0)
    share.resize(Budget(requests_per_hour=after, bytes_per_hour=1))
    assert share.remaining()[0] == max(0, after - spent)


class Spending(RuleBasedStateMachine):
    """Whatever is spent and whenever: levels stay in bounds, and no hour gives more than two."""

    def __init__(self) -> None:
        super().__init__()
        self.share, self.watch = allowance(requests=100, size=10_000)
        self.spent: list[tuple[float, int]] = []

    @rule(requests=st.integers(0, 20), size=st.integers(0, 5000))
    def spend_if_allowed(self, requests: int, size: int) -> None:
        if self.share.refusal(self.watch.now()) is None:
            self.share.spend(requests, size)
            self.spent.append((self.watch.passed, requests))

    @rule(seconds=st.floats(0, 7200, allow_nan=False))
    def wait(self, seconds: float) -> None:
        self.watch.passed += seconds

    @rule(seconds=st.floats(-7200, 7200, allow_nan=False))
    def set_the_wall_clock(self, seconds: float) -> None:
        self.watch.jumped += seconds

    @invariant()
    def is_in_bounds(self) -> None:
        requests, size = self.share.remaining()
        assert 0 <= requests <= 100
        assert 0 <= size <= 10_000
        assert (self.share.refusal(self.watch.now()) is None) == (requests > 0 and size > 0)

    @invariant()
    def an_hour_never_gives_more_than_bucket_and_refill(self) -> None:
        recent = sum(n for at, n in self.spent if at > self.watch.passed - HOUR)
        assert recent <= 200 + 20


TestSpending = Spending.TestCase
