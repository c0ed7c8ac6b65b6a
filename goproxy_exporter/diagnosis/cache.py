"""Does an answer come from a cache, and how long will that go on giving it?

Source: RFC 9111 (sections 4.2.1, 5.1, 5.2), RFC 9211, and the words that CDNs use in X-Cache.
"""

import re
from dataclasses import dataclass

from goproxy_exporter.diagnosis.http_date import read_date
from goproxy_exporter.model.exchange import Hop

_LONGEST = 2**31
"""Seconds: longer lives are no longer told apart (RFC 9111, section 1.2.2)."""
_DIGITS = re.compile(r"[0-9]{1,40}")
_DIRECTIVE = re.compile(r'([!#$%&\'*+.^_`|~0-9A-Za-z-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^",\s]*)))?')
_MARKS = ("cf-cache-status", "x-cache", "x-cache-status", "x-proxy-cache", "cache-status")
_HIT = re.compile(r"(?<![a-z])hit(?![a-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cached:
    """What headers say of the copy that was given. Seconds; None where they do not say."""

    age: float | None
    """How old it is."""
    life: float | None
    """How old it may become."""
    marked: bool
    """Whether a cache says that it had it."""

    @property
    def stored(self) -> bool:
        """Whether it is a copy, rather than made for this answer."""
        return self.marked or bool(self.age)

    @property
    def remaining(self) -> float | None:
        """For how many seconds more it may be given."""
        return None if self.life is None else max(0.0, self.life - (self.age or 0.0))


def cached(hop: Hop) -> Cached:
    """Read Age, Cache-Control, Expires and the marks of caches. Total."""
    marks = [value.lower() for name, value in hop.headers if name in _MARKS]
    return Cached(
        age=_seconds((hop.header("age") or "").partition(",")[0]),
        life=_life(hop),
        marked=any(_HIT.search(mark) for mark in marks),
    )


def _life(hop: Hop) -> float | None:
    """Give the freshness lifetime: s-maxage, else max-age, else Expires less Date."""
    lines = [value for name, value in hop.headers if name == "cache-control"]
    told = _directives(",".join(lines))
    if "no-store" in told:
        return 0.0
    for name in ("s-maxage", "max-age"):
        if name in told:
            return _seconds(told[name])
    end, begin = read_date(hop.header("expires")), read_date(hop.header("date"))
    return None if end is None or begin is None else min(max(0.0, end - begin), _LONGEST)


def _directives(text: str) -> dict[str, str]:
    """Read directives by their names in lower case; of equal ones the first counts."""
    found: dict[str, str] = {}
    for match in _DIRECTIVE.finditer(text):
        found.setdefault(match[1].lower(), match[2] or match[3] or "")
    return found


def _seconds(text: str) -> float | None:
    text = text.strip()
    return float(min(int(text), _LONGEST)) if _DIGITS.fullmatch(text) else None
