"""What does `go` read in a ``.info`` or ``@latest`` body, and which bodies does it refuse?

Source: cmd/go/internal/modfetch (RevInfo, proxyRepo.Stat and Latest, codehost.Origin),
encoding/json and time.Time.UnmarshalJSON of go 1.27.3.
"""

from dataclasses import dataclass
from datetime import datetime

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.fold import fold
from goproxy_exporter.gomod.go_json import Object, decode, well_formed
from goproxy_exporter.gomod.go_struct import Kind, Pointer, Shape, read_struct
from goproxy_exporter.gomod.version import is_canonical

_FIELDS = {fold(name): name for name in ("Version", "Time", "Origin")}
_ORIGIN = {
    fold(name): name
    for name in ("VCS", "URL", "Subdir", "Hash", "TagPrefix", "TagSum", "Ref", "RepoSum")
}
_REV_INFO: dict[str, Shape] = {
    "version": Kind.TEXT,
    "time": Kind.TIME,
    "origin": Pointer(dict.fromkeys(_ORIGIN, Kind.TEXT)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """What a proxy says about a version."""

    version: str
    time: datetime | None
    """With the offset that was sent, cut to microseconds; None where absent or in the year 0."""
    origin: tuple[tuple[str, str], ...] = ()
    """Where the mirror took it from (VCS, URL, Hash …); nobody signs it."""
    other_fields: tuple[str, ...] = ()
    """Names that `go` does not read."""
    odd_case: bool = False
    """Whether a field is spelled in a case that only Go's reader forgives."""


def parse_info(body: bytes, requested: str | None) -> Info:
    """Read a ``.info`` body as an answer to a request for a version.

    `requested` is None for ``@latest``; it may be a query, such as a branch. A canonical version
    has to be answered with itself, anything else with some canonical version: `go` refuses the
    rest at once, or as soon as it asks for the ``.mod`` of it. Raises ProtocolError.
    """
    members = decode(body)
    fields = read_struct(members, _REV_INFO)
    version = fields.get("version", "")
    _check_version(version, requested)
    names = [well_formed(name) for name, _ in members] if isinstance(members, Object) else []
    origin = fields.get("origin", {})
    return Info(
        version=version,
        time=fields.get("time"),
        origin=tuple((_ORIGIN[field], text) for field, text in origin.items()),
        other_fields=tuple(name for name in names if fold(name) not in _FIELDS),
        odd_case=any(_FIELDS.get(fold(name), name) != name for name in names),
    )


def _check_version(version: str, requested: str | None) -> None:
    if requested is not None and is_canonical(requested) and version != requested:
        raise ProtocolError(f"it names version {version!r} instead of the requested {requested!r}")
    if not is_canonical(version):
        raise ProtocolError(f"its version {version!r} is not canonical")
