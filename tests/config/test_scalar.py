import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.config.scalar import resolve


@pytest.mark.parametrize(
    "text",
    [
        "off",
        "on",
        "yes",
        "no",
        "y",
        "n",
        "Off",
        "NO",
        "1:30",
        "190:20:30",
        "2020-01-01",
        "1_000",
        "0b11",
        "=",
        "<<",
        "tRUE",
        "nul",
    ],
)
def test_what_yaml_1_1_would_have_taken_for_something_else_is_text(text: str) -> None:
    """Switches, sexagesimals, dates, underscores and binary numbers ended with YAML 1.1."""
    assert resolve(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("FALSE", False),
        ("0", 0),
        ("-12", -12),
        ("+12", 12),
        ("012", 12),
        ("0o14", 12),
        ("0xC", 12),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("-.inf", -math.inf),
    ],
)
def test_the_core_schema(text: str, value: object) -> None:
    """YAML 1.2.2, section 10.3.2."""
    found = resolve(text)
    assert found == value
    assert type(found) is type(value)


@given(st.text(max_size=60))
def test_resolving_never_fails(text: str) -> None:
    """Whatever is not a number, a truth value or nothing is itself."""
    found = resolve(text)
    assert not isinstance(found, str) or found == text


def test_a_million_digits_are_text() -> None:
    """Python would need minutes, or refuse, to make a number of them."""
    digits = "9" * 1_000_000
    assert resolve(digits) == digits
