"""Which size and which root does the text of a signed tree head state?

Source: golang.org/x/mod/sumdb/tlog (ParseTree, FormatTree) of go 1.27.3.
"""

from base64 import b64encode
from dataclasses import dataclass

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.int64 import parse_int64
from goproxy_exporter.gomod.merkle import HASH_SIZE
from goproxy_exporter.gomod.std_base64 import decode

_PREFIX = b"go.sum database tree\n"
_LONGEST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeHead:
    """What a checksum database says of itself: how many records, and the hash over all of them."""

    size: int
    root: bytes
    """32 bytes."""

    @property
    def text(self) -> bytes:
        """Give the text that is signed."""
        return _PREFIX + b"%d\n%s\n" % (self.size, b64encode(self.root))


def parse_tree_head(text: bytes) -> TreeHead:
    """Read the text of a note; lines behind the first three are for later versions.

    Raises ProtocolError. The size is at most 2**63 - 1.
    """
    if not text.startswith(_PREFIX) or len(text) > _LONGEST:
        raise ProtocolError("malformed tree head: its first line is another one")
    size, first, rest = text.removeprefix(_PREFIX).partition(b"\n")
    root, second, _ = rest.partition(b"\n")
    if not first or not second:
        raise ProtocolError("malformed tree head: fewer than three lines")
    return TreeHead(size=_size(size), root=_root(root))


def _size(text: bytes) -> int:
    size = parse_int64(text)
    if size < 0 or text != b"%d" % size:
        raise ProtocolError("malformed tree head: its size is not a plain number")
    return size


def _root(text: bytes) -> bytes:
    root = decode(text)
    if len(root) != HASH_SIZE:
        raise ProtocolError(f"malformed tree head: its root has {len(root)} bytes")
    return root
