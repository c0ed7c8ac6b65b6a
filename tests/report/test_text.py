"""The report for people: complete, and harmless to a terminal."""

import io
import re

from goproxy_exporter.model.exchange import Phases
from goproxy_exporter.report.plain import duration, printable, size
from goproxy_exporter.report.report import Report
from goproxy_exporter.report.text import print_text, render_text
from goproxy_exporter.report.waterfall import CELLS, waterfall


def test_everything_that_matters_is_said(report: Report) -> None:
    """State, cause, evidence, advice, hops, certificate and the prober's own problems are there."""
    text = render_text(report)

    for words in (
        "UNUSABLE",
        "UNKNOWN",
        "tls.expired",
        "the certificate of broken has expired",
        "2026-11-17",
        "-> cdn.example",
        "certificate has expired",
        "CN=Example CA",
        "1 days ago",
        "put aside: http.5xx: a symptom",
        "skipped: retry_after",
        "clock_skew: 90 s behind",
        "2 mirrors: 1 unknown, 1 unusable",
        "docs/causes.md#tlsexpired",
    ):
        assert words in text, words


def test_nothing_that_a_mirror_says_reaches_a_terminal_as_control(report: Report) -> None:
    """Escape sequences, line ends and direction overrides in foreign text become U+FFFD."""
    text = render_text(report)

    assert "\ufffd" in text
    assert all(char.isprintable() or char == "\n" for char in text)


def test_plain_text_has_no_trailing_blanks_and_bounded_lines(report: Report) -> None:
    """What is piped into a file diffs well."""
    lines = render_text(report).splitlines()

    assert [line for line in lines if line != line.rstrip()] == []
    assert max(map(len, lines)) <= 110


def test_a_terminal_gets_colour(report: Report) -> None:
    """On a terminal the same words come with colour, and only colour."""
    out = io.StringIO()

    print_text(report, out, terminal=True)

    escapes = set(re.findall(r"\x1b(\[[0-9;]*[A-Za-z])?", out.getvalue()))
    assert any(each.endswith("m") for each in escapes)
    assert all(each.endswith("m") for each in escapes)


def test_each_phase_that_happened_can_be_seen() -> None:
    """A phase too short for a cell gets one all the same; one that did not happen gets none."""
    bar = waterfall(Phases(connect=0.000001, processing=1.0), 1.0).plain

    assert bar == "c" + "p" * CELLS
    assert waterfall(Phases(), 0.0).plain == ""


def test_numbers_are_written_for_people() -> None:
    """Three significant digits, and a unit."""
    assert [duration(each) for each in (0.0, 1e-9, 0.00079, 0.0456, 1.234, 75.0)] == [
        "0 s",
        "<1 µs",
        "790 µs",
        "45.6 ms",
        "1.23 s",
        "75.0 s",
    ]
    assert [size(each) for each in (21, 2648, 31_862_485, 2_000_000_000)] == [
        "21 B",
        "2.65 kB",
        "31.9 MB",
        "2.00 GB",
    ]
    assert printable("a\tb\x00") == "a\ufffdb\ufffd"
