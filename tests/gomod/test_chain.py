"""Walks along GOPROXY lists; tests against the go command are in test_go_judge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.gomod.chain import DIRECT, Walk
from goproxy_exporter.gomod.goproxy import Entry, parse
from goproxy_exporter.gomod.status import Class

A, B, C = "https://a.example", "https://b.example", "https://c.example"

separators = st.sampled_from([",", "|"])
ends = st.sampled_from(["", "direct", "off"])
outcomes = st.lists(st.sampled_from(Class), min_size=6, max_size=6)
lists = st.lists(separators, min_size=1, max_size=5)


def entries_of(marks: list[str], end: str) -> tuple[Entry, ...]:
    value = "".join(f"https://p{number}.example{mark}" for number, mark in enumerate(marks))
    return parse(value + end)


def walk(value: str, *answers: Class, relay: bool = False) -> Walk:
    one = Walk(parse(value), relay=relay)
    for answer in answers:
        one.answered(answer)
    return one


@given(lists, ends, outcomes)
def test_laws_of_falling_through(marks: list[str], end: str, answers: list[Class]) -> None:
    """A comma lets absence through and nothing else, a pipe everything; success ends the walk."""
    entries = entries_of(marks, end)
    one = Walk(entries)
    place = 0
    while entry := one.next():
        assert entry == entries[place]
        answer = answers[place]
        one.answered(answer)
        passes = answer is Class.NOT_EXIST or (answer is Class.STOP and entry.separator == "|")
        following = entries[place + 1] if place + 1 < len(entries) else None
        wanted = (
            following if passes and following and following.url not in {"direct", "off"} else None
        )
        assert one.next() == wanted
        place += 1
    verdict = one.verdict
    assert verdict.over
    assert verdict.ok == (verdict.stopped_by is None)
    assert len(verdict.asked) == place
    assert verdict.fallback == (verdict.ok and (place > 1 or (place == 1 and verdict.assumed)))


@given(lists, ends, outcomes)
def test_laws_of_the_end(marks: list[str], end: str, answers: list[Class]) -> None:
    """Reaching direct is an assumed answer, reaching off or the end is none."""
    one = Walk(entries_of(marks, end))
    for answer in answers:
        if one.next():
            one.answered(answer)
    verdict = one.verdict
    if verdict.assumed:
        assert end == "direct"
        assert verdict.answered_by == DIRECT
    elif verdict.ok:
        assert verdict.asked[-1] == (verdict.answered_by, Class.SUCCESS)
    else:
        assert end != "direct" or verdict.reason is Class.STOP


@given(lists, ends, outcomes)
def test_laws_of_the_error(marks: list[str], end: str, answers: list[Class]) -> None:
    """The error shown is the last one that is not absence, else the last absence."""
    one = Walk(entries_of(marks, end))
    for answer in answers:
        if one.next():
            one.answered(answer)
    verdict = one.verdict
    if verdict.ok:
        return
    bad = [entry for entry, outcome in verdict.asked if outcome is Class.STOP]
    off = end == "off" and not verdict.unreached
    last = Entry("off", "") if off else verdict.asked[-1][0]
    assert verdict.stopped_by == (bad[-1] if bad else last)
    assert verdict.reason is (Class.STOP if bad else Class.NOT_EXIST)


def test_first_answer() -> None:
    """Who answers first is nobody's fallback, and the rest is never reached."""
    verdict = walk(f"{A},{B}", Class.SUCCESS).verdict
    assert verdict.answered_by == Entry(A, ",")
    assert not verdict.fallback
    assert verdict.unreached == (Entry(B, ""),)


def test_direct_alone() -> None:
    """GOPROXY=direct asks nobody and falls back on nobody."""
    verdict = walk("direct").verdict
    assert verdict.over
    assert verdict.assumed
    assert not verdict.fallback


def test_off_alone() -> None:
    """GOPROXY=off asks nobody and fails."""
    verdict = walk("off").verdict
    assert verdict.over
    assert not verdict.ok
    assert verdict.stopped_by == Entry("off", "")
    assert verdict.reason is Class.NOT_EXIST


def test_final_failure() -> None:
    """A failure found after the walk ends it, even after a pipe, and its error is shown."""
    one = walk(f"{A}|{B}|{C}", Class.STOP)
    one.answered(Class.STOP, final=True)
    assert one.next() is None
    assert one.verdict.stopped_by == Entry(B, "|")
    assert one.verdict.unreached == (Entry(C, ""),)


def test_private() -> None:
    """A private module is fetched directly, whatever the list."""
    for value in (A, "off", f"{A}|direct"):
        one = Walk(parse(value), private=True)
        assert one.next() is None
        assert one.verdict.assumed
        assert one.verdict.asked == ()


def test_asking_is_patient() -> None:
    """The same proxy is given until it is answered; then nobody can be answered for."""
    one = Walk(parse(A), resource="x.y/z@v1.0.0.zip")
    assert one.next() == one.next() == Entry(A, "")
    assert not one.verdict.over
    assert one.verdict.stopped_by is None
    one.answered(Class.SUCCESS)
    assert one.verdict.resource == "x.y/z@v1.0.0.zip"
    with pytest.raises(ValueError, match="nobody"):
        one.answered(Class.SUCCESS)


@pytest.mark.parametrize(
    ("value", "answers", "way"),
    [
        (A, [Class.SUCCESS], A),
        (A, [Class.NOT_EXIST], "direct"),
        (A, [Class.STOP], None),
        (f"{A},{B}", [Class.STOP], None),
        (f"{A}|{B}", [Class.STOP, Class.SUCCESS], B),
        (f"{A}|{B}", [Class.STOP, Class.NOT_EXIST], None),
        (f"{A},off", [Class.NOT_EXIST], "direct"),
        (f"{A}|off", [Class.STOP], None),
        (f"{A}|direct", [Class.STOP], "direct"),
        (f"{A},direct", [Class.STOP], None),
        ("direct", [], "direct"),
        ("off", [], "direct"),
    ],
)
def test_relays(value: str, answers: list[Class], way: str | None) -> None:
    """The database is asked through a relay, directly, or not at all."""
    verdict = walk(value, *answers, relay=True).verdict
    assert verdict.over
    assert (verdict.answered_by and verdict.answered_by.url) == way
    assert verdict.assumed == (way == "direct")
