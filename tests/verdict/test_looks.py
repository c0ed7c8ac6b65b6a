"""Steady 5xx and intermittent 5xx, told apart over runs."""

from typing import Any

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.names import CheckName, Endpoint


def codes(memory: Any) -> set[Code]:
    return {key[1] for key in memory.sightings}


def flapping(make: Any, **more: Any) -> Any:
    return make.finding(Code.HTTP_5XX_INTERMITTENT, matched=1, looked=2, **more)


def test_three_bad_looks_after_a_healthy_time_are_steady(make: Any) -> None:
    """How long things went well before does not delay the alarm."""
    check = make.check()
    healthy = [make.result(check, at=at) for at in range(0, 300, 60)]
    down = make.result(check, make.finding(Code.HTTP_5XX, matched=3), at=300)
    assert codes(make.fold(*healthy, down)) == {Code.HTTP_5XX}


def test_ninety_percent_is_steady_and_less_is_not(make: Any) -> None:
    """One good look among ten bad ones is still an outage; among eight it is not."""
    check = make.check()
    bad = [make.result(check, make.finding(Code.HTTP_5XX, matched=3), at=at) for at in (0, 10, 20)]
    last = make.result(check, flapping(make), at=30)
    assert codes(make.fold(*bad, last)) == {Code.HTTP_5XX}
    assert codes(make.fold(*bad[:2], last)) == {Code.HTTP_5XX_INTERMITTENT}


def test_bad_runs_among_good_ones_are_intermittent(make: Any) -> None:
    """Three bad looks in a row are not steady where good ones lie between such runs."""
    check = make.check()
    memory = None
    for at in range(0, 240, 30):
        bad = (at // 30) % 2 == 0
        findings = (make.finding(Code.HTTP_5XX, matched=3),) if bad else ()
        memory = make.fold(make.result(check, *findings, at=at), onto=memory)
    assert codes(memory) == {Code.HTTP_5XX_INTERMITTENT}


def test_looks_older_than_five_minutes_do_not_count(make: Any) -> None:
    """Trouble that is over leaves no trace in the share."""
    check = make.check()
    old = make.result(check, flapping(make), at=0)
    new = make.result(check, make.finding(Code.HTTP_5XX, matched=3), at=301)
    assert codes(make.fold(old, new)) == {Code.HTTP_5XX}


def test_luck_amid_flapping_is_not_steady(make: Any) -> None:
    """Where another endpoint fails and works in the same run, three bad looks prove nothing."""
    check = make.check()
    lucky = make.finding(Code.HTTP_5XX, Endpoint.INFO, matched=3)
    once = make.fold(make.result(check, flapping(make), lucky, at=0))
    assert codes(once) == {Code.HTTP_5XX_INTERMITTENT}
    twice = make.fold(make.result(check, flapping(make), lucky, at=60), onto=once)
    assert (CheckName.ENDPOINTS, Code.HTTP_5XX, Endpoint.INFO) in twice.sightings


def test_the_same_trouble_under_another_name_goes_on(make: Any) -> None:
    """Reclassified, a cause keeps its beginning and its counts, and leaves no twin behind."""
    check = make.check()
    memory = make.fold(
        make.result(check, flapping(make), at=10),
        make.result(check, make.finding(Code.HTTP_5XX, matched=3), at=70),
    )
    (sighting,) = memory.sightings.values()
    assert sighting.code is Code.HTTP_5XX_INTERMITTENT
    assert (sighting.since, sighting.matched, sighting.looked) == (10, 4, 5)
    assert "4 times out of 5" in sighting.summary


def test_resources_are_counted_apart(make: Any) -> None:
    """One module that fails steadily is not excused by another that works."""
    check = make.check()
    looks = [make.exchange(Endpoint.INFO, 500, module="a")] * 3
    looks += [make.exchange(Endpoint.INFO, 200, module="b")] * 3
    finding = make.finding(Code.HTTP_5XX, Endpoint.INFO, matched=3, module="a")
    assert codes(make.fold(make.result(check, finding, exchanges=looks))) == {Code.HTTP_5XX}


def test_a_finding_without_matching_exchanges_speaks_for_itself(make: Any) -> None:
    """Where the record does not name the module as the finding does, its own count decides."""
    finding = make.finding(Code.HTTP_5XX, matched=3, module="somewhere else")
    assert codes(make.fold(make.result(make.check(), finding))) == {Code.HTTP_5XX}


def test_a_look_that_broke_off_is_no_good_one(make: Any) -> None:
    """Two 5xx and a silence are three bad looks: nothing came and went."""
    check = make.check()
    found = make.finding(Code.HTTP_5XX, matched=2, looked=3)
    answers = [
        make.exchange(Endpoint.LIST, 503),
        make.exchange(Endpoint.LIST, kind="deadline"),
        make.exchange(Endpoint.LIST, 503),
    ]
    memory = make.fold(make.result(check, found, exchanges=answers))
    assert [key[1] for key in memory.sightings] == [Code.HTTP_5XX]
