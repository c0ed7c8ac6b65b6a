"""Which versions does a page of the module index tell of?

Source: the service description at https://index.golang.org; Athens has the same lines.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.go_json import decode
from goproxy_exporter.gomod.go_struct import Kind, read_struct
from goproxy_exporter.gomod.version import (
    check_path_version,
    is_canonical,
    is_pseudo,
    pseudo_time,
)

MOST_LINES = 2000
"""Lines of a page: the most that index.golang.org gives, and that we read."""

_LINE = {"path": Kind.TEXT, "version": Kind.TEXT, "timestamp": Kind.TIME}


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexLine:
    """A version that a mirror has come to know."""

    module: str
    version: str
    """Canonical, and one that the module can have."""
    time: datetime
    """When it was first seen there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPage:
    """A page of the index, in the order of the page."""

    lines: tuple[IndexLine, ...]
    skipped: int
    """Lines that name what `go` cannot ask for; the real index has some old pseudo-versions."""
    cut: bool
    """Whether there are more lines than `MOST_LINES`, which are not read."""


def index_url(base: str, *, since: datetime | None = None, limit: int = MOST_LINES) -> str:
    """Give the URL of a page: at most `limit` lines, from this moment on, itself included.

    Without `since` the page is the first one ever.
    """
    query = {"limit": str(limit)}
    if since is not None:
        moment = since.astimezone(UTC).replace(tzinfo=None)
        query = {"since": f"{moment.isoformat(timespec='microseconds')}Z"} | query
    return f"{base}?{urlencode(query, safe=':')}"


def parse_index(body: bytes) -> IndexPage:
    """Read a page; an empty one is a page too. Blank lines do not matter.

    Raises ProtocolError where a line is not an object with a path, a version and a time: then the
    answer is not the index. A version that cannot be is only skipped, and counted.
    """
    *lines, rest = body.split(b"\n", MOST_LINES)
    if rest and len(lines) < MOST_LINES:
        lines.append(rest)
        rest = b""
    read = [_line(line) for line in lines if line.strip()]
    kept = tuple(line for line in read if line is not None)
    return IndexPage(lines=kept, skipped=len(read) - len(kept), cut=bool(rest.strip()))


def _line(text: bytes) -> IndexLine | None:
    """Read a line; None for a version that cannot be asked for or a time beyond Python."""
    fields = read_struct(decode(text), _LINE, "a line")
    if missing := _LINE.keys() - fields.keys():
        raise ProtocolError(f"a line has no {min(missing)}")
    module, version, time = fields["path"], fields["version"], fields["timestamp"]
    if time is None or not _can_be(module, version):
        return None
    return IndexLine(module=module, version=version, time=time)


def _can_be(module: str, version: str) -> bool:
    try:
        check_path_version(module, version)
        if is_pseudo(version):
            pseudo_time(version)
    except ProtocolError:
        return False
    return is_canonical(version)
