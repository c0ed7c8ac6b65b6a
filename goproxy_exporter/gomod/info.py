"""What does `go` read in a ``.info`` or ``@latest`` body, and which bodies does it refuse?

Source: cmd/go/internal/modfetch (RevInfo, proxyRepo.Stat and Latest, codehost.Origin),
encoding/json and time.Time.UnmarshalJSON of go 1.27.3.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.fold import fold
from goproxy_exporter.gomod.rfc3339 import parse_time
from goproxy_exporter.gomod.version import is_canonical

_FIELDS = {fold(name): name for name in ("Version", "Time", "Origin")}
_ORIGIN = {
    fold(name): name
    for name in ("VCS", "URL", "Subdir", "Hash", "TagPrefix", "TagSum", "Ref", "RepoSum")
}


class _Object(list[tuple[str, object]]):
    """The members of a JSON object in their order: Go lets the last of equal names win."""


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
    members = _members(body)
    version, time, origin = _fields(members)
    _check_version(version, requested)
    names = [name for name, _ in members]
    return Info(
        version=version,
        time=time,
        origin=tuple(origin.items()),
        other_fields=tuple(name for name in names if fold(name) not in _FIELDS),
        odd_case=any(_FIELDS.get(fold(name), name) != name for name in names),
    )


def _fields(members: _Object) -> tuple[str, datetime | None, dict[str, str]]:
    """Read the fields one after the other: every one is checked, the last of equal names wins."""
    version, time = "", None
    origin: dict[str, str] = {}
    for name, value in members:
        match _FIELDS.get(fold(name)):
            case "Version" if value is not None:
                version = _text(value, "Version")
            case "Time" if value is not None:
                time = parse_time(_text(value, "Time"))
            case "Origin":
                origin = {} if value is None else origin | _origin(value)
            case _:
                pass
    return version, time, origin


def _members(body: bytes) -> _Object:
    try:
        value = _JSON.decode(body.decode("utf-8", errors="replace"))
    except RecursionError:
        raise ProtocolError("not JSON that go reads: nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ProtocolError(f"not JSON: {error}") from None
    if value is None:
        return _Object()
    if not isinstance(value, _Object):
        raise ProtocolError("JSON, but not an object")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ProtocolError(f"not JSON: {name}")


_JSON = json.JSONDecoder(
    object_pairs_hook=_Object, parse_int=float, parse_constant=_refuse_constant
)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ProtocolError(f"{name} is not a string")
    return value


def _origin(value: object) -> dict[str, str]:
    if not isinstance(value, _Object):
        raise ProtocolError("Origin is not an object")
    found = ((_ORIGIN.get(fold(name)), text) for name, text in value)
    return {
        name: _text(text, f"Origin.{name}") for name, text in found if name and text is not None
    }


def _check_version(version: str, requested: str | None) -> None:
    if requested is not None and is_canonical(requested) and version != requested:
        raise ProtocolError(f"it names version {version!r} instead of the requested {requested!r}")
    if not is_canonical(version):
        raise ProtocolError(f"its version {version!r} is not canonical")
