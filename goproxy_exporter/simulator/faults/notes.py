"""The words in which faults say how what a checksum database answers is spoilt."""

from base64 import b64decode, b64encode
from collections.abc import Callable

from goproxy_exporter.simulator.conduct import Scene
from goproxy_exporter.simulator.faults.bends import Test
from goproxy_exporter.simulator.inquiry import Resource
from goproxy_exporter.simulator.request import Request

_DASH = "\u2014 ".encode()
Change = Callable[[bytes], bytes]


def asking(*resources: Resource) -> Test:
    """Only these resources of a checksum database; none named: all."""

    def test(request: Request, _: Scene) -> bool:
        inquiry = request.inquiry
        return inquiry is not None and (not resources or inquiry.resource in resources)

    return test


def signatures(change: Change) -> Change:
    """Change every signature line of an answer."""

    def changed(body: bytes) -> bytes:
        lines = body.splitlines(keepends=True)
        return b"".join(change(line) if line.startswith(_DASH) else line for line in lines)

    return changed


def forged(line: bytes) -> bytes:
    """Change the last bit of a signature."""
    start, _, encoded = line.rstrip(b"\n").rpartition(b" ")
    raw = b64decode(encoded)
    return start + b" " + b64encode(raw[:-1] + bytes((raw[-1] ^ 1,))) + b"\n"


def by_another(line: bytes) -> bytes:
    """Sign in another name."""
    return line.replace(_DASH, _DASH + b"other.")


def head_moved(body: bytes) -> bytes:
    """State a size that is larger by one than what was signed."""
    lines = body.split(b"\n")
    at = lines.index(b"go.sum database tree") + 1
    lines[at] = b"%d" % (int(lines[at]) + 1)
    return b"\n".join(lines)


def flipped(body: bytes) -> bytes:
    """Change one bit of the first hash of a tile."""
    return bytes((body[0] ^ 1,)) + body[1:]


def sums_changed(body: bytes) -> bytes:
    """State another sum in a record than was logged."""
    start, mark, rest = body.partition(b" h1:")
    return start + mark + (b"B" if rest[:1] == b"A" else b"A") + rest[1:]


def number_changed(body: bytes) -> bytes:
    """Give a record the number of the one before it."""
    number, _, rest = body.partition(b"\n")
    return b"%d\n%s" % (int(number) - 1, rest)
