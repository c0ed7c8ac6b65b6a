"""Tree heads; more is in test_sumdb_judge."""

from base64 import b64decode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.tree_head import TreeHead, parse_tree_head

ROOT = b"TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0="


def test_vectors(vectors: dict[str, Any]) -> None:
    """The tlog package's own texts."""
    section = vectors["tree_text"]
    for case in section["valid"]:
        head = parse_tree_head(case["text"].encode())
        assert head == TreeHead(size=case["size"], root=b64decode(case["hash"]))
        assert case["text"].encode().startswith(head.text)
    for text in section["invalid"]:
        with pytest.raises(ProtocolError):
            parse_tree_head(text.encode())


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.binary(max_size=9))
def test_heads_come_back(size: int, root: bytes, more: bytes) -> None:
    """What is written is read again; what follows is for later versions."""
    head = TreeHead(size=size, root=root)
    assert parse_tree_head(head.text + more) == head


@pytest.mark.parametrize(
    ("size", "root"),
    [
        *[(size, ROOT) for size in (b"", b"+1", b"-0", b"-1", b"01", b"1 ", b"1e3", b"1\r")],
        (b"%d" % 2**63, ROOT),
        (b"9" * 10_000, ROOT),
        *[(b"1", root) for root in (b"", ROOT[:-4], ROOT + b"AAAA", ROOT[:-1], b"\xff" * 44)],
    ],
)
def test_bad_heads(size: bytes, root: bytes) -> None:
    """The size is a plain number of 63 bits, the root is 32 bytes."""
    with pytest.raises(ProtocolError):
        parse_tree_head(b"go.sum database tree\n" + size + b"\n" + root + b"\n")


def test_a_long_text() -> None:
    """A million bytes are read, and no more."""
    text = b"go.sum database tree\n1\n" + ROOT + b"\n"
    assert parse_tree_head(text.ljust(1_000_000)).size == 1
    with pytest.raises(ProtocolError):
        parse_tree_head(text.ljust(1_000_001))


@given(st.binary() | st.binary().map(b"go.sum database tree\n".__add__))
def test_nothing_but_protocol_errors(text: bytes) -> None:
    """Whatever the bytes, the only error is ProtocolError."""
    with pytest.raises(ProtocolError):
        parse_tree_head(text)
