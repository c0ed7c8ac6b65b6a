"""What is the ``h1:`` hash of an archive or of a go.mod file?

Source: golang.org/x/mod/sumdb/dirhash (Hash1).
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable

from goproxy_exporter.errors import ProtocolError

EMPTY_GO_MOD = "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY="
"""The hash of an empty go.mod file: `go` ignores go.sum lines that carry it."""


def hash1(names_and_digests: Iterable[tuple[str | bytes, bytes]]) -> str:
    """Hash files, each given as its whole name and the 32 bytes of the SHA-256 of its content.

    Names sort and count by their bytes; text counts as UTF-8. Order does not matter, repeated
    names count as often as they are given. Raises ProtocolError for a name with a line feed.
    """
    whole = hashlib.sha256()
    for name, digest in sorted((_raw(name), digest) for name, digest in names_and_digests):
        if b"\n" in name:
            raise ProtocolError("a file name holds a line feed")
        whole.update(b"%s  %s\n" % (digest.hex().encode("ascii"), name))
    return "h1:" + b64encode(whole.digest()).decode("ascii")


def hash_go_mod(content: bytes) -> str:
    """Hash a go.mod file as go.sum and the checksum database record it."""
    return hash1([("go.mod", hashlib.sha256(content).digest())])


def _raw(name: str | bytes) -> bytes:
    return name.encode() if isinstance(name, str) else name
