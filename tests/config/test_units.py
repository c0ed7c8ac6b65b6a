import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.config.units import (
    DURATION_PATTERN,
    SIZE_PATTERN,
    format_duration,
    format_size,
    parse_duration,
    parse_size,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("0s", 0.0),
        ("500ms", 0.5),
        ("30s", 30.0),
        ("1h30m", 5400.0),
        ("14d", 14 * 86400.0),
        ("2w", 14 * 86400.0),
        ("1y", 365 * 86400.0),
        ("1d2h3m4s5ms", 86400 + 7200 + 180 + 4.005),
        ("1s100ms", 1.1),
        ("1100ms", 1.1),
    ],
)
def test_durations_read_as_prometheus_reads_them(text: str, seconds: float) -> None:
    """The same instant of time is the same float, however it is written."""
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "s",
        "1",
        "60",
        "1.5s",
        "-1s",
        "+1s",
        "1m1h",
        "1h1h",
        "1 m",
        " 1m",
        "1M",
        "1m\n",
        "\N{ARABIC-INDIC DIGIT ONE}s",
    ],
)
def test_anything_else_is_no_duration(text: str) -> None:
    """No fractions, signs, blanks, bare numbers, or units out of order."""
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration(text)


def test_a_duration_has_an_end() -> None:
    """A number that would overflow later is refused here."""
    with pytest.raises(ValueError, match="longer than 100 years"):
        parse_duration("999999999y")


@given(st.integers(min_value=0, max_value=10**12))
def test_what_is_written_reads_back_to_the_millisecond(millis: int) -> None:
    """format_duration and parse_duration are inverse, and the schema's pattern agrees."""
    text = format_duration(millis / 1000)
    assert parse_duration(text) == millis / 1000
    assert re.fullmatch(DURATION_PATTERN, text)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0B", 0),
        ("1B", 1),
        ("100kB", 100_000),
        ("500MB", 500_000_000),
        ("1.5GB", 1_500_000_000),
        ("1KiB", 1024),
        ("512MiB", 512 * 1024 * 1024),
        ("0.5GiB", 2**29),
    ],
)
def test_sizes_read_in_decimal_and_binary_units(text: str, size: int) -> None:
    """k is 1000 and Ki is 1024, always."""
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "100", "100KB", "100 kB", "kB", "-1kB", "1.kB", ".5kB", "1kb"]
)
def test_anything_else_is_no_size(text: str) -> None:
    """KB is refused: half of the world takes it for 1024."""
    with pytest.raises(ValueError, match="is not an amount of bytes"):
        parse_size(text)


@given(st.integers(min_value=0, max_value=10**15))
def test_a_size_that_is_written_reads_back(size: int) -> None:
    """format_size and parse_size are inverse, and the schema's pattern agrees."""
    text = format_size(size)
    assert parse_size(text) == size
    assert re.fullmatch(SIZE_PATTERN, text)
