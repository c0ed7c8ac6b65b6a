from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.gomod.merkle import EMPTY_ROOT, fold, record_hash, root, subtrees


def test_certificate_transparency_vectors(vectors: dict[str, Any]) -> None:
    """The classic trees of RFC 6962."""
    section = vectors["rfc6962"]
    hashes = [record_hash(bytes.fromhex(leaf)) for leaf in section["leaf_inputs_hex"]]
    for size, expected in enumerate(section["root_hash_hex_by_size"]):
        assert root(hashes[:size]).hex() == expected


def test_small_log(vectors: dict[str, Any]) -> None:
    """The roots of a log as x/mod computes them."""
    section = vectors["small_log"]
    hashes = [record_hash(text.encode()) for text in section["leaf_text"]]
    for size, expected in enumerate(section["root_b64_by_size"], 1):
        assert b64encode(root(hashes[:size])).decode() == expected


@given(st.lists(st.binary(max_size=3), max_size=40))
def test_roots_follow_the_definition(log_of: Callable[..., Any], records: list[bytes]) -> None:
    """Cutting into complete subtrees gives what splitting in two by RFC 6962 gives."""
    log = log_of(len(records), dict(enumerate(records)))
    assert root([record_hash(record) for record in records]) == log.root()


@given(st.integers(0, 2**63 - 1))
def test_subtrees_cover_a_tree(size: int) -> None:
    """They follow each other without a gap, from the largest to the smallest."""
    parts = subtrees(size)
    end = 0
    for level, index in parts:
        assert index << level == end
        end += 1 << level
    assert end == size
    assert sorted(parts, reverse=True) == list(parts)


def test_an_empty_tree() -> None:
    """A tree without records has the hash of nothing as its root."""
    assert root([]) == EMPTY_ROOT
    assert EMPTY_ROOT.hex().startswith("e3b0c442")


def test_only_complete_subtrees_fold() -> None:
    """A number of hashes that is no power of two is a mistake of ours."""
    with pytest.raises(ValueError, match="zip"):
        fold([bytes(32)] * 3)
