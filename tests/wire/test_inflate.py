"""gzip as compress/gzip reads it, within bounds."""

import gzip
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.wire.inflate import CorruptError, OverLimitError, inflate

LIMIT = 1 << 20


def whole(raw: bytes, limit: int = LIMIT, piece: int = 65536) -> bytes:
    pieces = [raw[start : start + piece] for start in range(0, len(raw), piece)]
    return b"".join(inflate(pieces, limit=limit))


@given(st.lists(st.binary(max_size=300), max_size=4), st.integers(1, 50))
def test_members_in_a_row_are_one_text(texts: list[bytes], piece: int) -> None:
    """However they are cut into pieces."""
    raw = b"".join(gzip.compress(text) for text in texts)
    assert whole(raw, piece=piece) == b"".join(texts)


@given(st.binary(min_size=1, max_size=300), st.data())
def test_a_part_is_not_the_whole(text: bytes, data: st.DataObject) -> None:
    """Any proper prefix but the empty one is corrupt."""
    raw = gzip.compress(text)
    cut = data.draw(st.integers(1, len(raw) - 1))
    with pytest.raises(CorruptError):
        whole(raw[:cut])


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """Nothing else is raised."""
    try:
        whole(raw)
    except CorruptError:
        return


@pytest.mark.parametrize("tail", [b"\x00", b"junk", b"\x1f\x8b"])
def test_nothing_may_follow(tail: bytes) -> None:
    """Go wants another member there; zeros are none."""
    with pytest.raises(CorruptError):
        whole(gzip.compress(b"text") + tail)


def test_the_limit_is_exact() -> None:
    """As many bytes as wanted are fine, one more is not."""
    raw = gzip.compress(bytes(200_000))
    assert len(whole(raw, 200_000)) == 200_000
    with pytest.raises(OverLimitError):
        whole(raw, 199_999)


def test_a_bomb_costs_little_memory() -> None:
    """A thousandfold bomb is never unpacked in one piece."""
    raw = gzip.compress(bytes(50_000_000), 9)
    tracemalloc.start()
    total = sum(map(len, inflate([raw], limit=1 << 30)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 50_000_000
    assert peak < 2_000_000


def test_members_without_end_are_refused() -> None:
    """Empty members cost time for nothing."""
    with pytest.raises(CorruptError):
        whole(gzip.compress(b"") * 20_000)
