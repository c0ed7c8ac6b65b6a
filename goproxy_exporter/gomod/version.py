"""What does Go read in a version: validity, order, canonical form, pseudo-version?

Source: golang.org/x/mod/semver and golang.org/x/mod/module (pseudo.go, Check).
"""

import re
from datetime import UTC, datetime

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.path import check_path, split_path_version

_NUMBER = r"(0|[1-9][0-9]*+)"
_IDENT = r"(?>[0-9]*+[A-Za-z-][0-9A-Za-z-]*+|0(?![0-9])|[1-9][0-9]*+)"
_PRE = rf"(-{_IDENT}(?:\.{_IDENT})*+)?+"
_BUILD = r"(\+[0-9A-Za-z-]++(?:\.[0-9A-Za-z-]++)*+)?+"
_SEMVER = re.compile(rf"v{_NUMBER}(?:\.{_NUMBER}(?:\.{_NUMBER}{_PRE}{_BUILD})?+)?+")
_PSEUDO = re.compile(
    r"v[0-9]+\.(?:0\.0-|[0-9]+\.[0-9]+-(?:[^+]*\.)?0\.)([0-9]{14})-([A-Za-z0-9]+)(?:\+.*)?"
)
_INCOMPATIBLE = "+incompatible"
_OLD_GOPKG = "v0.0.0-"
_LONG = 0xD000
"""Numbers of fewer digits than this have their length as one character of the sort key."""


def is_valid(version: str) -> bool:
    """Tell whether it is a semantic version as Go spells them; ``v1`` and ``v1.2`` are."""
    return _SEMVER.fullmatch(version) is not None


def canonical(version: str) -> str:
    """Give ``vX.Y.Z[-pre]``, ``+incompatible`` kept; empty for what is not valid."""
    found = _SEMVER.fullmatch(version)
    if not found:
        return ""
    number, minor, patch, pre, metadata = found.groups()
    kept = _INCOMPATIBLE if metadata == _INCOMPATIBLE else ""
    return f"v{number}.{minor or 0}.{patch or 0}{pre or ''}{kept}"


def is_canonical(version: str) -> bool:
    """Tell whether a ``.mod`` or ``.zip`` can be asked for under this version."""
    return bool(version) and canonical(version) == version


def major(version: str) -> str:
    """Give ``vN``; empty for what is not valid."""
    found = _SEMVER.fullmatch(version)
    return f"v{found[1]}" if found else ""


def prerelease(version: str) -> str:
    """Give the pre-release with its dash; empty for a release and for what is not valid."""
    found = _SEMVER.fullmatch(version)
    return (found[4] or "") if found else ""


def build(version: str) -> str:
    """Give the build metadata with its plus sign; empty where there is none."""
    found = _SEMVER.fullmatch(version)
    return (found[5] or "") if found else ""


def is_pseudo(version: str) -> bool:
    """Tell whether it names a revision rather than a tag (module.IsPseudoVersion)."""
    return _pseudo(version) is not None


def pseudo_time(version: str) -> datetime:
    """Give the commit time that a pseudo-version carries, in UTC.

    Raises ProtocolError for other versions, for a time that is none, and for the year 0, which
    Go can tell and Python cannot.
    """
    stamp = _pseudo_parts(version)[1]
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise ProtocolError(f"pseudo-version {version!r} has a malformed time") from None


def pseudo_rev(version: str) -> str:
    """Give the revision that a pseudo-version carries; raises ProtocolError for others."""
    return _pseudo_parts(version)[2]


def sort_key(version: str) -> str:
    """Give a key that sorts as semver.Sort does: invalid ones first, ties by spelling."""
    return _precedence(version) + version


def compare(first: str, second: str) -> int:
    """Give -1, 0 or 1 by precedence; build metadata does not count, invalid ones are least."""
    left, right = _precedence(first), _precedence(second)
    return (left > right) - (left < right)


def check_path_version(path: str, version: str) -> None:
    """Refuse a version that a module of this path cannot have (module.Check).

    Raises ProtocolError for a bad path, a bad version, or a major version that does not fit.
    """
    check_path(path)
    if not is_valid(version):
        raise ProtocolError(f"{path}@{version}: not a semantic version")
    suffix = split_path_version(path)[1].removesuffix("-unstable")
    if not _major_fits(version, suffix):
        wanted = suffix[1:] or "v0 or v1"
        raise ProtocolError(f"{path}@{version}: should be {wanted}, not {major(version)}")


def _major_fits(version: str, suffix: str) -> bool:
    if suffix == ".v1" and version.startswith(_OLD_GOPKG):
        return True
    if suffix:
        return major(version) == suffix[1:]
    return major(version) in {"v0", "v1"} or build(version) == _INCOMPATIBLE


def _pseudo(version: str) -> re.Match[str] | None:
    if version.count("-") < 2 or not is_valid(version):  # noqa: PLR2004 - x/mod's own pre-check
        return None
    return _PSEUDO.fullmatch(version)


def _pseudo_parts(version: str) -> re.Match[str]:
    if not (found := _pseudo(version)):
        raise ProtocolError(f"{version!r} is not a pseudo-version")
    return found


def _precedence(version: str) -> str:
    """Encode what counts for the order. No encoding is the beginning of another one."""
    found = _SEMVER.fullmatch(version)
    if not found:
        return "\0"
    first, second, third, pre, _ = found.groups("0")
    if len(version) < _LONG:
        key = f"{chr(len(first))}{first}{chr(len(second))}{second}{chr(len(third))}{third}"
    else:
        key = _digits(first) + _digits(second) + _digits(third)
    return key + (_prerelease_key(pre) if pre != "0" else "\3")


def _digits(number: str) -> str:
    """Encode a number so that encodings sort as numbers do: its length goes first."""
    size = len(number)
    return (chr(size) if size < _LONG else f"{chr(_LONG)}{size:012d}") + number


def _prerelease_key(pre: str) -> str:
    """Encode identifiers: numbers before words, a shorter list before a longer one."""
    parts = (
        "\1" + _digits(part) if part.isdecimal() else f"\2{part}\0" for part in pre[1:].split(".")
    )
    return "".join(parts) + "\0"
