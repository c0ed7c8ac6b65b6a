"""Which module paths, file names and escapes does Go allow?

Source: golang.org/x/mod/module (CheckPath, CheckFilePath, EscapePath, SplitPathVersion).
"""

import functools
import re
from enum import StrEnum

from goproxy_exporter.errors import ProtocolError


class _Kind(StrEnum):
    MODULE = "module"
    FILE = "file"


_FORBIDDEN = {
    _Kind.MODULE: re.compile(r"[^A-Za-z0-9._~-]"),
    _Kind.FILE: re.compile(r"[^A-Za-z0-9!#$%&()+,.=@\[\]^_{}~ \u0080-\U0010ffff-]"),
}
_HOST = frozenset("-.0123456789abcdefghijklmnopqrstuvwxyz")
_DEVICES = frozenset(
    ["CON", "PRN", "AUX", "NUL"]
    + [f"{device}{number}" for device in ("COM", "LPT") for number in range(1, 10)]
)
_SHORT_NAME = re.compile(r"~[0-9]+\Z")
_MAJOR = re.compile(r"(.+)(/v[0-9.]+)\Z", re.DOTALL)
_GOPKG = re.compile(r"(gopkg\.in/.*)(\.v(?:0|[1-9][0-9]*(?:-unstable)?))\Z", re.DOTALL)
_CAPITAL = re.compile(r"[A-Z]")
_ESCAPED = re.compile(r"(?:[\x00- \"-@\[-\x7f]|!([a-z]))*")


@functools.lru_cache(maxsize=1024)
def check_path(path: str) -> None:
    """Refuse what is not a module path that a proxy can be asked for (module.CheckPath)."""
    _check(path, _Kind.MODULE)
    first, _, _ = path.partition("/")
    if "." not in first:
        raise _malformed(path, "its first element has no dot")
    if not _HOST.issuperset(first):
        raise _malformed(path, "its first element is not a host name in lower case")
    split_path_version(path)


def check_file_path(name: str) -> None:
    """Refuse what cannot name a file of a module, relative to its root (module.CheckFilePath)."""
    _check(name, _Kind.FILE)


def split_path_version(path: str) -> tuple[str, str]:
    """Split off the major version: ``/v2``, or ``.v3`` at gopkg.in; empty where there is none.

    Raises ProtocolError for a suffix that no module has, such as ``/v1`` or a missing ``.vN``.
    """
    if path.startswith("gopkg.in/"):
        if not (found := _GOPKG.match(path)):
            raise _malformed(path, "a gopkg.in path ends in .vN")
        return found[1], found[2]
    found = _MAJOR.match(path)
    if not found:
        return path, ""
    major = found[2]
    if "." in major or major.startswith("/v0") or major == "/v1":
        raise _malformed(path, f"{major[1:]!r} is no major version suffix")
    return found[1], major


def escape_path(path: str) -> str:
    """Give the form used in URLs and on disk: ``!`` and a small letter for a capital one."""
    check_path(path)
    return _escape(path)


def unescape_path(escaped: str) -> str:
    """Undo `escape_path`; raises ProtocolError for what it never gives."""
    path = _unescape(escaped)
    check_path(path)
    return path


def escape_version(version: str) -> str:
    """Escape a version, or a query such as a branch name; raises where it cannot be asked for."""
    _check_element(version, version, _Kind.FILE)
    if "!" in version or not version.isascii():
        raise ProtocolError(f"version {version!r} cannot be asked for")
    return _escape(version)


def unescape_version(escaped: str) -> str:
    """Undo `escape_version`; raises ProtocolError for what it never gives."""
    version = _unescape(escaped)
    _check_element(version, version, _Kind.FILE)
    return version


def _malformed(path: str, why: str) -> ProtocolError:
    return ProtocolError(f"malformed path {path!r}: {why}")


def _check(path: str, kind: _Kind) -> None:
    if kind is _Kind.MODULE and path.startswith("-"):
        raise _malformed(path, "it begins with a dash")
    for element in path.split("/"):
        _check_element(path, element, kind)


def _check_element(path: str, element: str, kind: _Kind) -> None:
    if not element:
        raise _malformed(path, "an element is empty")
    if element.endswith(".") or (kind is _Kind.MODULE and element.startswith(".")):
        raise _malformed(path, f"element {element!r} has a dot at its edge")
    if bad := _forbidden(element, kind):
        raise _malformed(path, f"character {bad!r}")
    short, _, _ = element.partition(".")
    if short.upper() in _DEVICES:
        raise _malformed(path, f"{short!r} is a device on Windows")
    if kind is _Kind.MODULE and _SHORT_NAME.search(short):
        raise _malformed(path, f"{short!r} looks like a short name of Windows")


def _forbidden(element: str, kind: _Kind) -> str | None:
    """Give the first character that may not stand there; beyond ASCII, files may have letters."""
    if found := _FORBIDDEN[kind].search(element):
        return found[0]
    if element.isascii():
        return None
    return next((char for char in element if not char.isascii() and not char.isalpha()), None)


def _escape(text: str) -> str:
    return _CAPITAL.sub(lambda found: "!" + found[0].lower(), text)


def _unescape(escaped: str) -> str:
    if not _ESCAPED.fullmatch(escaped):
        raise ProtocolError(f"{escaped!r} is not escaped as Go escapes")
    return re.sub(r"!([a-z])", lambda found: found[1].upper(), escaped)
