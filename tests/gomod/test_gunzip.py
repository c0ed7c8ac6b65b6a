"""Gzip files; more is in test_vuln_judge."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.gunzip import gunzip


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


FILE = packed(b"content")


@given(st.lists(st.binary(), min_size=1, max_size=4))
def test_all_members_are_unpacked(parts: list[bytes]) -> None:
    """Files put one behind the other are one file."""
    assert gunzip(b"".join(map(packed, parts)), most=10_000) == b"".join(parts)


def test_a_bomb_is_not_unpacked() -> None:
    """No more is unpacked than may be, however small the file, and however it is divided."""
    bomb = packed(bytes(50_000_000))
    for body in (bomb, packed(b"x" * 900) + packed(b"x" * 101)):
        with pytest.raises(ProtocolError, match="more in it"):
            gunzip(body, most=1000)
    assert len(gunzip(packed(bytes(1000)), most=1000)) == 1000


def test_many_members() -> None:
    """A file of very many members is not followed."""
    with pytest.raises(ProtocolError, match="members"):
        gunzip(packed(b"") * 100_000, most=1000)


def test_a_cut_file() -> None:
    """A file that ends anywhere before its end is refused."""
    for length in range(len(FILE)):
        with pytest.raises(ProtocolError):
            gunzip(FILE[:length], most=1000)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        FILE + b"\0" * 8,
        FILE + b"x",
        FILE[:-8] + b"\0" * 8,
        FILE[:-1] + b"\1",
        zlib.compress(b"content"),
        packed(FILE)[:20],
    ],
)
def test_what_go_refuses(body: bytes) -> None:
    """Not gzip, something behind it, and sums that do not fit."""
    with pytest.raises(ProtocolError):
        gunzip(body, most=1000)


def test_it_is_unpacked_once() -> None:
    """A file that was packed twice is still packed."""
    assert gunzip(packed(FILE), most=1000) == FILE


@given(st.binary() | st.binary().map(FILE[:3].__add__) | st.binary().map(FILE[:10].__add__))
def test_nothing_but_protocol_errors(body: bytes) -> None:
    """Whatever the bytes, the only error is ProtocolError."""
    try:
        assert len(gunzip(body, most=1000)) <= 1000
    except ProtocolError:
        return
