"""DER, read strictly."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.simulator.keys import element
from goproxy_exporter.wire.der import BIT_STRING, INTEGER, MalformedError, Reader, dotted, oid


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "30",
        "3001",
        "30800000",
        "308100",
        "30817f" + "00" * 127,
        "30820080" + "00" * 128,
        "3085000000000100",
        "1f0100",
        "3084ffffffff",
    ],
)
def test_lengths_that_are_not_der(encoded: str) -> None:
    """Cut off, indefinite, longer than needed, over four octets, high tags: all refused."""
    with pytest.raises(MalformedError, match="malformed thing"):
        Reader(bytes.fromhex(encoded)).element("thing")


@given(st.integers(0, 30), st.binary(max_size=300), st.binary(max_size=5))
def test_an_element_gives_back_what_went_in(tag: int, content: bytes, rest: bytes) -> None:
    """Reading what was encoded gives tag, content and raw bytes, and stops behind it."""
    encoded = element(tag, content)
    reader = Reader(encoded + rest)
    found = reader.element("thing", tag)
    assert (found.tag, found.content, found.raw) == (tag, content, encoded)
    assert bool(reader) == bool(rest)
    with pytest.raises(MalformedError):
        Reader(encoded).element("thing", tag ^ 1)


@given(st.integers(-(2**80), 2**80))
def test_integers(number: int) -> None:
    """The shortest form is read; one octet more is refused."""
    shortest = number.to_bytes(
        (number if number >= 0 else ~number).bit_length() // 8 + 1, "big", signed=True
    )
    assert Reader(element(INTEGER, shortest)).integer("number") == number
    longer = (b"\xff" if number < 0 else b"\0") + shortest
    with pytest.raises(MalformedError):
        Reader(element(INTEGER, longer)).integer("number")


@given(
    st.tuples(
        st.integers(0, 2), st.integers(0, 39), st.lists(st.integers(0, 2**31 - 1), max_size=8)
    )
)
def test_object_identifiers(parts: tuple[int, int, list[int]]) -> None:
    """Encoding and decoding are inverse, and a reader takes what was encoded."""
    text = ".".join(map(str, (parts[0], parts[1], *parts[2])))
    assert dotted(oid(text)) == text
    assert Reader(element(0x06, oid(text))).identifier("OID") == oid(text)


@pytest.mark.parametrize("content", ["", "80", "2a80", "2a8001", "2a8880808000", "2aff"])
def test_odd_object_identifiers(content: str) -> None:
    """Empty, cut off, padded or over 31 bits: refused."""
    with pytest.raises(MalformedError):
        Reader(element(0x06, bytes.fromhex(content))).identifier("OID")


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        (0x17, "490101000000Z", datetime(2049, 1, 1, tzinfo=UTC)),
        (0x17, "500101000000Z", datetime(1950, 1, 1, tzinfo=UTC)),
        (0x17, "2601010203Z", datetime(2026, 1, 1, 2, 3, tzinfo=UTC)),
        (0x17, "260101000000+0130", datetime(2025, 12, 31, 22, 30, tzinfo=UTC)),
        (0x18, "99991231235959Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (0x18, "202601010000Z", None),
        (0x18, "20260101000000.5Z", None),
        (0x17, "260230000000Z", None),
        (0x17, "20260101000000Z", None),
        (0x17, "260101000000", None),
        (0x0C, "20260101000000Z", None),
    ],
)
def test_times(tag: int, text: str, expected: datetime | None) -> None:
    """Both kinds of time, with the pivot of two-digit years; what is no moment is refused."""
    reader = Reader(element(tag, text.encode()))
    if expected is None:
        with pytest.raises(MalformedError):
            reader.time("time")
    else:
        assert reader.time("time") == expected.timestamp()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("00", b""),
        ("00ab", b"\xab"),
        ("04a0", b"\x0a"),
        ("0407a0", b"\x00\x7a"),
        ("04a8", None),
        ("08ab", None),
        ("01", None),
        ("", None),
    ],
)
def test_bit_strings(content: str, expected: bytes | None) -> None:
    """Unused bits are shifted away, and have to be zero."""
    reader = Reader(element(BIT_STRING, bytes.fromhex(content)))
    if expected is None:
        with pytest.raises(MalformedError):
            reader.aligned_bits("bits")
    else:
        assert reader.aligned_bits("bits") == expected


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    """Nothing but MalformedError comes out."""
    for method in (Reader.integer, Reader.boolean, Reader.bits, Reader.time, Reader.identifier):
        try:
            method(Reader(data), "thing")
        except MalformedError as refusal:
            assert "thing" in str(refusal)  # noqa: PT017 - either way is right
