"""Which versions does `go` see in the body of ``@v/list``?

Source: cmd/go/internal/modfetch/proxy.go (Versions) and modload/query.go (filterVersions).
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from goproxy_exporter.gomod.space import fields
from goproxy_exporter.gomod.version import is_pseudo, is_valid, prerelease, sort_key

_ODD = re.compile(rb"[^\n!-~]")
"""Shows that a list has more than plain lines of one field, and has to be read slowly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The version list as `go` reads it, and what it silently passes over."""

    versions: tuple[str, ...]
    """Valid, not pseudo, each once, in ascending order; `go` keeps other spellings too (v1.0)."""
    dropped: int
    """Lines whose first field is no version at all."""
    duplicates: int
    """Lines that repeat a version kept already."""
    pseudo: int
    """Lines that name a pseudo-version: never offered as versions."""
    nul: bool
    """Whether a NUL byte shows that a cache wrote the list only in part."""
    crlf: bool
    columns: bool
    """Whether a version is followed by a second field."""


def parse_list(body: bytes) -> Listing:
    """Read a version list. Nothing is refused: `go` drops the lines it does not understand."""
    firsts, columns = _first_fields(body)
    counts = Counter(firsts)
    valid = list(filter(is_valid, counts))
    kept = [version for version in valid if "-" not in version or not is_pseudo(version)]
    valid_lines = sum(map(counts.__getitem__, valid))
    kept_lines = sum(map(counts.__getitem__, kept))
    return Listing(
        versions=tuple(sorted(kept, key=sort_key)),
        dropped=len(firsts) - valid_lines,
        duplicates=kept_lines - len(kept),
        pseudo=valid_lines - kept_lines,
        nul=b"\0" in body,
        crlf=b"\r\n" in body,
        columns=columns,
    )


def highest(
    versions: Iterable[str],
    *,
    incompatible: bool = True,
    retracted: Collection[str] = frozenset(),
) -> str | None:
    """Give what `go` picks for ``@latest``: the highest release, else the highest pre-release.

    `incompatible` tells whether ``+incompatible`` versions count beside others: they do not where
    the highest other version has a go.mod. They always count where there are no others.
    """
    allowed = sorted({version for version in versions if version not in retracted}, key=sort_key)
    if not incompatible:
        plain = [version for version in allowed if not version.endswith("+incompatible")]
        allowed = plain or allowed
    releases = [version for version in allowed if not prerelease(version)]
    candidates = releases or allowed
    return candidates[-1] if candidates else None


def decider(versions: Iterable[str]) -> str | None:
    """Give the version whose go.mod `go` reads to learn whether ``+incompatible`` ones count.

    That is the last one below the first of them; None where there is no such pair.
    """
    last: str | None = None
    for version in sorted(versions, key=sort_key):
        if version.endswith("+incompatible"):
            return last
        last = version
    return None


def _first_fields(body: bytes) -> tuple[list[str], bool]:
    """Give the first field of every line that has one, and whether any version has a second."""
    body = body.replace(b"\r\n", b"\n")
    if not _ODD.search(body):
        return list(filter(None, body.decode("ascii").split("\n"))), False
    text = body.decode("utf-8", errors="surrogateescape")
    lines = [fields(line) for line in text.split("\n")]
    columns = any(len(line) > 1 and is_valid(line[0]) for line in lines)
    return [line[0] for line in lines if line], columns
