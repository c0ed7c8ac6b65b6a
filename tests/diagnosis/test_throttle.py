"""Who asks for fewer requests, and until when."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from goproxy_exporter.diagnosis.throttle import retry_at, stamp, throttled
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import FailureKind

Judge = Callable[..., Any]

DATE = "Tue, 14 Nov 2023 22:13:20 GMT"


@pytest.mark.parametrize("status", [403, 478, 503])
@pytest.mark.parametrize(
    ("headers", "limited"),
    [
        ({}, False),
        ({"retry-after": "30"}, True),
        ({"ratelimit-remaining": "0"}, True),
        ({"x-ratelimit-remaining": "0"}, True),
        ({"x-ratelimit-remaining": "10"}, False),
    ],
)
def test_signs(
    say: SimpleNamespace, symptom: Judge, status: int, headers: dict[str, str], limited: bool
) -> None:
    """403, 478 and 503 mean throttling exactly where a header says so."""
    assert (symptom(say.INFO, status, headers=headers).code is Code.HTTP_429) is limited


def test_not_a_sign_on_other_statuses(say: SimpleNamespace, symptom: Judge) -> None:
    """A 200 with an exhausted limit is a 200; a 500 with Retry-After is a 500."""
    assert symptom(say.LIST, 200, headers={"ratelimit-remaining": "0"}) is None
    assert symptom(say.LIST, 500, headers={"retry-after": "9"}).code is Code.HTTP_5XX


def test_never_asked_again(say: SimpleNamespace, symptom: Judge) -> None:
    """Who asks for fewer requests is not asked a second time."""
    assert symptom(say.LIST, 429).looks == 1
    assert symptom(say.LIST, None, kind=FailureKind.H2_ENHANCE_YOUR_CALM).looks == 1


def test_http2_may_say_so_too(say: SimpleNamespace) -> None:
    """ENHANCE_YOUR_CALM is no status, and means the same; silence and resets do not."""
    for kind in FailureKind:
        told = throttled(say.exchange(say.LIST, None, kind=kind))
        assert (told is not None) is (kind is FailureKind.H2_ENHANCE_YOUR_CALM)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "0"}, None),
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 7 "}, 7),
        ({"retry-after": "86400"}, 3600),
        ({"retry-after": "9" * 40}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "1e3"}, None),
        ({"retry-after": "Tue, 14 Nov 2023 22:15:20 GMT", "date": DATE}, 120),
        ({"retry-after": "Tue, 14 Nov 2023 22:15:20 GMT"}, 120),
        ({"retry-after": "Wed, 15 Nov 2023 22:15:20 GMT", "date": DATE}, 3600),
        ({"retry-after": "Tue, 14 Nov 2023 20:15:20 GMT", "date": DATE}, None),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "45"}, 45),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000060"}, 60),
        ({"x-ratelimit-remaining": "5", "x-ratelimit-reset": "45"}, None),
    ],
)
def test_retry_at(say: SimpleNamespace, headers: dict[str, str], seconds: float | None) -> None:
    """Retry-After counts in seconds or as a date, from the answer's end, an hour at most."""
    answer = say.exchange(say.LIST, 429, headers=headers)
    told = retry_at(answer)
    ended = answer.started + answer.duration
    assert told is None if seconds is None else told == pytest.approx(ended + seconds, abs=0.1)


def test_date_against_a_wrong_clock(say: SimpleNamespace) -> None:
    """A date is held against the answer's own Date: nobody's clock needs to be right."""
    headers = {
        "retry-after": "Thu, 01 Jan 2026 00:01:00 GMT",
        "date": "Thu, 01 Jan 2026 00:00:00 GMT",
    }
    answer = say.exchange(say.LIST, 429, headers=headers)
    assert retry_at(answer) == pytest.approx(answer.started + answer.duration + 60)


def test_stamp() -> None:
    """Moments print in UTC, and odd ones do not raise."""
    assert stamp(1_700_000_000.0) == "2023-11-14T22:13:20Z"
    assert stamp(float("inf")) == stamp(1e18) == "out of range"
