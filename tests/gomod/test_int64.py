import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.int64 import MAX, parse_int64


@given(st.integers(-MAX - 1, MAX), st.integers(0, 40))
def test_numbers_of_64_bits(number: int, zeros: int) -> None:
    """Every one is read, with any number of zeros before it."""
    sign = b"-" if number < 0 else b"+"
    assert parse_int64(b"%d" % number) == number
    assert parse_int64(sign + b"0" * zeros + b"%d" % abs(number)) == number


@pytest.mark.parametrize(
    "text",
    [
        *[b"", b"-", b"+", b"--1", b"1_0", b"0x1", b" 1", b"1\n", b"1.0", "\u0661".encode()],
        *[b"%d" % (MAX + 1), b"%d" % (-MAX - 2), b"9" * 100_000],
    ],
)
def test_what_go_refuses(text: bytes) -> None:
    """Anything but decimal digits with a sign, and what does not fit."""
    with pytest.raises(ProtocolError):
        parse_int64(text)
