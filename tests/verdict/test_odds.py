"""The chance that a build survives."""

from typing import Any

import pytest

from goproxy_exporter.model.names import CheckName, Endpoint, ProberProblem
from goproxy_exporter.verdict import EMPTY, build_success


def after(make: Any, *exchanges: Any, at: float = 0.0, onto: Any = None) -> Any:
    return make.fold(make.result(make.check(), exchanges=exchanges, at=at), onto=onto)


def good(make: Any, count: int) -> list[Any]:
    return [make.exchange(Endpoint.INFO, module=f"m{number}") for number in range(count)]


def test_below_forty_requests_there_is_no_ratio(make: Any) -> None:
    """39 requests are too few to speak of chances, 40 are enough."""
    assert build_success(EMPTY, 0) is None
    assert build_success(after(make, *good(make, 39)), 0) is None
    assert build_success(after(make, *good(make, 40)), 0) == 1.0


@pytest.mark.parametrize(
    ("bad", "chance"),
    [
        pytest.param({"status": 503}, 0.98**100, id="5xx is asked once"),
        pytest.param({"status": None, "kind": "reset"}, 0.98**100, id="so is a reset"),
        pytest.param({"status": 403}, (1 - 0.02**2) ** 100, id="4xx over https is asked twice"),
        pytest.param(
            {"status": 403, "url": "http://m.example/x"}, 0.98**100, id="4xx over http once"
        ),
    ],
)
def test_what_fails_how_often(make: Any, bad: Any, chance: float) -> None:
    """Two failures in a hundred, by what the go command does about them."""
    failing = [make.exchange(Endpoint.INFO, **bad)] * 2
    memory = after(make, *good(make, 98), *failing)
    assert build_success(memory, 0) == pytest.approx(chance)


def test_absence_is_no_accident(make: Any) -> None:
    """A module that is steadily missing is left out; one that comes at the second ask counts."""
    missing = [make.exchange(Endpoint.INFO, 404, module="gone")] * 2
    assert build_success(after(make, *good(make, 98), *missing), 0) == 1.0
    cold = [make.exchange(Endpoint.INFO, status, module="cold") for status in (404, 200)]
    memory = after(make, *good(make, 98), *cold)
    assert build_success(memory, 0) == pytest.approx((1 - 0.01**2) ** 100)


def test_our_own_limits_and_other_questions_are_left_out(make: Any) -> None:
    """A deadline of ours fails no build, and no build asks for what cannot exist."""
    ours = [make.exchange(Endpoint.INFO, kind="deadline"), make.exchange(Endpoint.MISSING, 500)]
    assert build_success(after(make, *good(make, 40), *ours), 0) == 1.0


def test_what_an_overloaded_run_did_not_hear_is_left_out(make: Any) -> None:
    """A hang that only a late prober saw fails no imagined build; a reset does."""
    late = {ProberProblem.OVERLOADED: "late"}
    stalls = [make.exchange(Endpoint.INFO, kind="stall")] * 3
    asked = [*good(make, 40), *stalls]
    calm = make.fold(make.result(make.check(), exchanges=asked))
    loaded = make.fold(make.result(make.check(), exchanges=asked, problems=late))
    assert build_success(calm, 0) == pytest.approx((40 / 43) ** 100)
    assert build_success(loaded, 0) == 1.0


def test_five_minutes_count_where_they_hold_enough(make: Any) -> None:
    """An old outage is forgotten as soon as there are forty newer requests."""
    failing = [make.exchange(Endpoint.INFO, 503)] * 40
    old = after(make, *failing, at=0)
    assert build_success(old, 0) == 0.0
    new = after(make, *good(make, 40), at=301, onto=old)
    assert build_success(new, 301) == 1.0


def test_a_slow_beat_looks_back_up_to_an_hour(make: Any) -> None:
    """Where five minutes hold too few requests, older ones fill up, but none over an hour old."""
    memory = EMPTY
    for at in range(0, 3600, 900):
        memory = after(make, *good(make, 10), at=at, onto=memory)
    assert build_success(memory, 3500) == 1.0
    assert build_success(memory, 3601) is None


def test_checks_add_up(make: Any) -> None:
    """The requests of all checks of a mirror are one sample."""
    infos = make.result(make.check(), exchanges=good(make, 20))
    zips = make.result(make.check(CheckName.ZIP), exchanges=[make.exchange(Endpoint.ZIP)] * 20)
    assert build_success(make.fold(infos, zips), 0) == 1.0


@pytest.mark.parametrize("kind", ["tls_expired", "tls_not_yet_valid"])
def test_what_a_wrong_clock_condemned_is_left_out(make: Any, kind: str) -> None:
    """As long as the clock is wrong: a certificate that only our own date refuses fails no build.

    What was counted before that was known counts again once the clock is right.
    """
    refused = [make.exchange(Endpoint.INFO, status=None, kind=kind)] * 2
    reset = [make.exchange(Endpoint.INFO, status=None, kind="reset")]
    memory = after(make, *good(make, 97), *reset, *refused)
    assert build_success(memory, 0) == pytest.approx(0.97**100)
    skewed = {ProberProblem.CLOCK_SKEW: "an hour"}
    assert build_success(memory, 0, skewed) == pytest.approx((1 - 1 / 98) ** 100)
    few = after(make, *good(make, 38), *refused)
    assert build_success(few, 0) is not None
    assert build_success(few, 0, skewed) is None
