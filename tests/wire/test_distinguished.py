"""Distinguished names, as far as Go reads them."""

import pytest

from goproxy_exporter.simulator.keys import element, sequence
from goproxy_exporter.wire.der import MalformedError, Reader, oid
from goproxy_exporter.wire.distinguished import read_name

COMMON_NAME = element(0x06, oid("2.5.4.3"))


def name(value: bytes) -> bytes:
    return sequence(element(0x31, sequence(COMMON_NAME, value)))


@pytest.mark.parametrize(
    "value",
    [
        element(12, "bücher".encode()),
        element(18, b"12 34"),
        element(19, b"A-Z a-z 0-9 '()+,./:=?*&"),
        element(20, b"\xe4\xff"),
        element(22, b"a@b"),
        element(30, "bü".encode("utf-16-be")),
        element(30, b"\0a\0\0"),
        element(1, b"\xff"),
        element(2, b"\x7f" + b"\xff" * 7),
        element(3, b"\x00\x01"),
        element(4, b"\xff"),
        element(5, b""),
        element(6, oid("1.2.3")),
        element(0x17, b"260101000000Z"),
        element(0x18, b"20260101000000Z"),
        element(0x30, b"\xff"),
    ],
)
def test_what_is_read(value: bytes) -> None:
    """Every kind of value that Go knows, and those that it passes by; the name comes back whole."""
    encoded = name(value)
    assert read_name(Reader(encoded + b"rest")) == encoded


@pytest.mark.parametrize(
    "value",
    [
        element(12, b"\xff"),
        element(18, b"1a"),
        element(19, b"a_b"),
        element(19, b"a\n"),
        element(22, b"\x80"),
        element(30, b"\0"),
        element(30, b"\xd8\x00"),
        element(30, b"\xff\xfe"),
        element(30, b"\xfd\xd0"),
        element(1, b"\x01"),
        element(2, b""),
        element(2, b"\x00\x01"),
        element(2, b"\x00" + b"\xff" * 8),
        element(3, b""),
        element(6, b""),
        element(0x17, b"26"),
        element(0x18, b"26"),
        b"",
    ],
)
def test_what_is_refused(value: bytes) -> None:
    """Text outside its alphabet, and values that are not DER."""
    with pytest.raises(MalformedError):
        read_name(Reader(name(value)))


def test_what_is_no_name_at_all() -> None:
    """Sets where sequences belong, and attributes without a type."""
    for encoded in (b"", element(0x31, b""), sequence(sequence()), name(b"")[:-1]):
        with pytest.raises(MalformedError):
            read_name(Reader(encoded))
    assert read_name(Reader(sequence())) == sequence()
