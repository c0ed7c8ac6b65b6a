"""What is the hash of a record, of an inner node and of a whole tree?

Source: RFC 6962 section 2.1, golang.org/x/mod/sumdb/tlog (RecordHash, NodeHash, TreeHash).
"""

import hashlib
from collections.abc import Sequence

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without records."""


def record_hash(text: bytes) -> bytes:
    """Hash a record: its text with the last line feed, without its number."""
    return hashlib.sha256(b"\0" + text).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash an inner node over the hashes of its two children."""
    return hashlib.sha256(b"\1" + left + right).digest()


def subtrees(size: int) -> tuple[tuple[int, int], ...]:
    """Give the complete subtrees that make up a tree, from left to right, each once.

    Each is a level and an index: subtree (l, i) holds the records from i * 2**l on, 2**l of them.
    """
    levels = (level for level in reversed(range(size.bit_length())) if size >> level & 1)
    return tuple((level, (size >> level) - 1) for level in levels)


def fold(hashes: Sequence[bytes]) -> bytes:
    """Hash a complete subtree over 2**n neighbouring hashes of one level."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [node_hash(left, right) for left, right in pairs]
    return hashes[0]


def join(hashes: Sequence[bytes]) -> bytes:
    """Hash a tree over the hashes of its `subtrees`."""
    if not hashes:
        return EMPTY_ROOT
    *others, whole = hashes
    for left in reversed(others):
        whole = node_hash(left, whole)
    return whole


def root(hashes: Sequence[bytes]) -> bytes:
    """Hash a tree over the hashes of all its records."""
    parts = subtrees(len(hashes))
    return join([fold(hashes[index << level : (index + 1) << level]) for level, index in parts])
