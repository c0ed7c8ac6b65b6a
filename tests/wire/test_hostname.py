"""Names in certificates against names of hosts, by the rules of Go's VerifyHostname."""

import string
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.wire.extensions import Names
from goproxy_exporter.wire.hostname import is_for, literal, matches, server_name

label = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=8)
host = st.lists(label, min_size=1, max_size=4).map(".".join)


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("a.test", "a.test", True),
        ("A.Test", "a.tESt", True),
        ("a.test", "a.test.", True),
        ("a.test.", "a.test", False),
        ("a.test.", "a.test.", True),
        ("*.test", "a.test", True),
        ("*.test", "a.b.test", False),
        ("*.test", ".test", False),
        ("*.test", "test", False),
        ("*", "test", False),
        ("*.", "test.", False),
        ("*.*.test", "a.b.test", False),
        ("a*.test", "ab.test", False),
        ("b.*.test", "b.a.test", False),
        ("-a.test", "-a.test", True),
        ("a b.test", "a b.test", True),
        ("*.a b.test", "x.a b.test", False),
        ("", "", False),
        (".", ".", False),
        ("xn--bcher-kva.test", "xn--bcher-kva.test", True),
    ],
)
def test_the_table(pattern: str, name: str, expected: bool) -> None:
    """Whole labels, the leftmost wildcard alone, dots and case; odd names match themselves."""
    assert matches(pattern, name) is expected


@given(host, label)
def test_a_wildcard_stands_for_exactly_one_label(below: str, first: str) -> None:
    """One label more matches; the name itself and two labels more do not."""
    assert matches(f"*.{below}", f"{first}.{below}")
    assert not matches(f"*.{below}", below)
    assert not matches(f"*.{below}", f"x.{first}.{below}")


def test_addresses_are_matched_as_addresses() -> None:
    """An address is never a DNS name, however it is written; brackets, zones, mapped ones."""
    names = Names(
        dns=("127.0.0.1", "::1"), addresses=(ip_address("10.0.0.1"), ip_address("fe80::1"))
    )
    assert not is_for("127.0.0.1", names)
    assert not is_for("[::1]", names)
    for same in ("10.0.0.1", "[::ffff:10.0.0.1]", "fe80::1%eth0", "[fe80:0::1]"):
        assert is_for(same, names), same
    assert not is_for("10.0.0.1", None)
    assert literal("a.test") is None


@pytest.mark.parametrize(
    ("url_host", "sni"),
    [("a.test", "a.test"), ("a.test.", "a.test"), ("10.0.0.1", None), ("[::1]", None), (".", None)],
)
def test_server_name(url_host: str, sni: str | None) -> None:
    """SNI has neither addresses nor a trailing dot."""
    assert server_name(url_host) == sni
