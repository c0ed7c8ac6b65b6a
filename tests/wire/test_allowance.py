"""An hour's requests and bytes, on a clock that only moves when told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from goproxy_exporter.model.mirror import Budget
from goproxy_exporter.model.names import SkipReason
from goproxy_exporter.wire.allowance import HOUR, LONGEST_HOLD, Allowance
from goproxy_exporter.wire.clock import Clock

START = 1_800_000_000.0
MINUTE = 60.0


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


@pytest.mark.parametrize(("requests", "size"), [(60, 0), (0, 3600), (1, 9000), (3000, 1)])
def test_what_is_used_up_is_refused_until_it_is_an_hour_old(requests: int, size: int) -> None:
    """Nothing left of either means no more, by whatever it was overdrawn."""
    share, watch = allowance()
    share.spend(requests, size)
    assert share.refusal(watch.now()) is SkipReason.BUDGET
    watch.passed += HOUR - 1
    assert share.refusal(watch.now()) is SkipReason.BUDGET
    watch.passed += MINUTE + 1
    assert share.refusal(watch.now()) is None
    assert share.remaining() == (60, 3600)


def test_what_was_spent_comes_back_as_it_was_spent() -> None:
    """What is an hour and a minute old no longer counts; what is younger does."""
    share, watch = allowance()
    for _ in range(30):
        share.spend(2, 100)
        watch.passed += 2 * MINUTE
    assert share.remaining() == (0, 600)
    for returned in range(1, 31):
        watch.passed += MINUTE
        assert share.remaining() == (2 * returned, 600 + 100 * returned)
        watch.passed += MINUTE


def test_a_hold_goes_before_the_budget_and_ends() -> None:
    """Retry-After refuses by its own name until its moment, and not a second longer."""
    share, watch = allowance()
    share.spend(60, 0)
    share.hold_until(watch.now() + 120)
    assert share.held_until == watch.now() + 120
    assert share.refusal(watch.now()) is SkipReason.RETRY_AFTER
    watch.passed += 120
    assert held(share) is None
    assert share.refusal(watch.now()) is SkipReason.BUDGET
    watch.passed += HOUR
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
    """A changed budget changes how much an hour has, not what was taken out of it."""
    share, _ = allowance(requests=before)
    share.spend(spent, 0)
    share.resize(Budget(requests_per_hour=after, bytes_per_hour=1))
    assert share.remaining()[0] == max(0, after - spent)


class Spending(RuleBasedStateMachine):
    """Whatever is spent and whenever: no hour gives more than the budget and the last spending."""

    def __init__(self) -> None:
        super().__init__()
        self.share, self.watch = allowance(requests=100, size=10_000)
        self.spent: list[tuple[float, int, int]] = []

    @rule(requests=st.integers(0, 20), size=st.integers(0, 5000))
    def spend_if_allowed(self, requests: int, size: int) -> None:
        if self.share.refusal(self.watch.now()) is None:
            self.share.spend(requests, size)
            self.spent.append((self.watch.passed, requests, size))

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
    def no_hour_gives_more_than_the_budget(self) -> None:
        ages = [(self.watch.passed - at, requests, size) for at, requests, size in self.spent]
        recent = [(requests, size) for age, requests, size in ages if age < HOUR]
        assert sum(requests for requests, _ in recent[:-1]) < 100
        assert sum(size for _, size in recent[:-1]) < 10_000

    @invariant()
    def what_is_older_than_an_hour_and_a_minute_is_forgotten(self) -> None:
        if all(self.watch.passed - at >= HOUR + MINUTE for at, *_ in self.spent):
            assert self.share.remaining() == (100, 10_000)


TestSpending = Spending.TestCase
