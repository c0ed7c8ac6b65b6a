import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.config.hosts import check_nameserver, parse_target


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("a.example:443", ("a.example", 443)),
        ("192.0.2.1:80", ("192.0.2.1", 80)),
        ("[2001:db8::1]:65535", ("2001:db8::1", 65535)),
    ],
)
def test_targets(text: str, target: tuple[str, int]) -> None:
    """A target is a host and a port, without brackets."""
    assert parse_target(text) == target


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("192.0.2.53", "192.0.2.53"),
        ("192.0.2.53:5353", "192.0.2.53:5353"),
        ("2001:DB8::53", "2001:db8::53"),
        ("[2001:db8::53]:5353", "[2001:db8::53]:5353"),
        ("[2001:db8::53]", "2001:db8::53"),
    ],
)
def test_nameservers(text: str, kept: str) -> None:
    """An address with or without a port, in one form."""
    assert check_nameserver(text) == kept


@pytest.mark.parametrize("host", ["é" * 64, "a\u2024\u2024b.é", "faß.example"])
def test_international_names_that_cannot_be_encoded(host: str) -> None:
    """Too long, with an empty label, or encoded differently by Go."""
    with pytest.raises(ValueError, match=r"host"):
        parse_target(f"{host}:443")


@given(st.text(alphabet="0123456789abcdef.:[]%x-", max_size=24))
def test_checks_give_a_value_or_a_reason(text: str) -> None:
    """Nothing but ValueError leaves a check, and what is kept is kept as it is."""
    for check in (check_nameserver, parse_target):
        try:
            kept = check(text)
        except ValueError:
            continue
        if isinstance(kept, str):
            assert check_nameserver(kept) == kept
