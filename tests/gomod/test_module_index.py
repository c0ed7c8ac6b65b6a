from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.module_index import (
    MOST_LINES,
    IndexLine,
    index_url,
    parse_index,
)

BASE = "https://index.golang.org/index"
FIRST = (
    b'{"Path":"golang.org/x/text","Version":"v0.3.0","Timestamp":"2019-04-10T19:08:52.997264Z"}\n'
)


def line(module: str, version: str, time: str = "2019-04-10T19:08:52Z", more: str = "") -> bytes:
    return f'{{"Path":"{module}","Version":"{version}","Timestamp":"{time}"{more}}}\n'.encode()


def test_the_first_line_of_the_index() -> None:
    """The service began with this one."""
    page = parse_index(FIRST)
    time = datetime(2019, 4, 10, 19, 8, 52, 997264, tzinfo=UTC)
    assert page.lines == (IndexLine(module="golang.org/x/text", version="v0.3.0", time=time),)
    assert (page.skipped, page.cut) == (0, False)


@pytest.mark.parametrize("body", [b"", b"\n", b"\r\n \n"])
def test_an_empty_page(body: bytes) -> None:
    """Nothing new is an answer; an Athens without an index gives it too."""
    page = parse_index(body)
    assert (page.lines, page.skipped, page.cut) == ((), 0, False)


def test_lines_as_they_come() -> None:
    """Order and repetitions stay, unknown fields and missing line ends do not matter."""
    body = FIRST + line("a.b/c", "v1.0.0", more=',"Extra":[{}]') + b"\r\n" + FIRST.strip()
    assert [one.module for one in parse_index(body).lines] == [
        "golang.org/x/text",
        "a.b/c",
        "golang.org/x/text",
    ]


@pytest.mark.parametrize(
    ("module", "version"),
    [
        ("a.b/c", "v0.0.0-20191399999999-0123456789ab"),
        ("a.b/c", "v2.0.0"),
        ("a.b/c", "v1.0"),
        ("a.b/c", "master"),
        ("a.b/c", ""),
        ("nodot", "v1.0.0"),
        ("", "v1.0.0"),
        ("a.b/\\ud800", "v1.0.0"),
    ],
)
def test_old_mistakes_are_skipped(module: str, version: str) -> None:
    """What go cannot ask for is counted, and spoils nothing else."""
    page = parse_index(line(module, version) + FIRST)
    assert (len(page.lines), page.skipped) == (1, 1)


@pytest.mark.parametrize("version", ["v2.0.0+incompatible", "v0.0.0-20191109021931-daa7c04131f5"])
def test_odd_versions_are_kept(version: str) -> None:
    """Pseudo-versions and incompatible ones are versions like others."""
    assert parse_index(line("a.b/c", version)).lines[0].version == version


def test_times() -> None:
    """Offsets are read; a time that Python cannot tell is skipped."""
    east = parse_index(line("a.b/c", "v1.0.0", "2020-01-01T01:00:00+01:00")).lines[0].time
    assert east == datetime(2020, 1, 1, tzinfo=UTC)
    assert parse_index(line("a.b/c", "v1.0.0", "0000-01-01T00:00:00Z")).skipped == 1


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html>",
        b"not found",
        b"null",
        b"{}",
        b"[" + FIRST.strip() + b"]",
        FIRST[:-20],
        line("a.b/c", "v1.0.0", "yesterday"),
        b'{"Path":"a.b/c","Version":1,"Timestamp":"2019-04-10T19:08:52Z"}',
        b'{"Path":"a.b/c","Version":"v1.0.0"}',
    ],
)
def test_what_is_not_the_index(body: bytes) -> None:
    """Another kind of answer is refused, wherever it begins."""
    for page in (body, FIRST + body):
        with pytest.raises(ProtocolError):
            parse_index(page)


def test_a_long_page_is_cut() -> None:
    """A server that knows no limit costs no more than one that does."""
    page = parse_index(FIRST * MOST_LINES)
    assert (len(page.lines), page.cut) == (MOST_LINES, False)
    page = parse_index(FIRST * MOST_LINES + b"anything")
    assert (len(page.lines), page.cut) == (MOST_LINES, True)
    assert parse_index(FIRST.strip() + b"\n" * 100_000).cut is False


def test_urls() -> None:
    """A moment is given in UTC, to the microsecond."""
    assert index_url(BASE) == f"{BASE}?limit=2000"
    moment = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=timezone(timedelta(hours=1)))
    assert (
        index_url(BASE, since=moment, limit=10)
        == f"{BASE}?since=2026-01-02T02:04:05.000006Z&limit=10"
    )


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_can_be_given_back(moment: datetime) -> None:
    """What was read as a time asks for itself again."""
    stamp = index_url(BASE, since=moment).partition("since=")[2].partition("&")[0]
    assert parse_index(line("a.b/c", "v1.0.0", stamp)).lines[0].time == moment


@given(st.binary() | st.binary().map(lambda more: FIRST[:-2] + more + b"}\n"))
def test_nothing_but_protocol_errors(body: bytes) -> None:
    """Whatever the bytes, the only error is ProtocolError."""
    try:
        page = parse_index(body)
    except ProtocolError:
        return
    assert len(page.lines) + page.skipped <= body.count(b"\n") + 1
