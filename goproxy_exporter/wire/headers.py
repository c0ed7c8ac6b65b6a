"""Which of an answer's headers may be kept, and how do they look?"""

import re

from goproxy_exporter.wire.redact import redact
from goproxy_exporter.wire.reply import RawHeaders

MOST_HEADERS = 64
LONGEST_VALUE = 512

_SECRET = re.compile(r"authorization|authentication-info|cookie|token|secret|api-?key")
_URLS = frozenset({"location", "content-location", "refresh"})


def kept(raw: RawHeaders) -> tuple[tuple[str, str], ...]:
    """Give names in lower case and values as one printable line, without what is secret."""
    found: list[tuple[str, str]] = []
    for raw_name, raw_value in raw:
        name = raw_name.decode("latin-1").lower()
        if len(found) == MOST_HEADERS:
            break
        if _SECRET.search(name):
            continue
        found.append((_printable(name), _shown(name, raw_value)))
    return tuple(found)


def _shown(name: str, raw: bytes) -> str:
    if name in _URLS:
        return redact(raw.decode("utf-8", "surrogateescape"), limit=LONGEST_VALUE)
    return _printable(raw[:LONGEST_VALUE].decode("latin-1"))


def _printable(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text[:LONGEST_VALUE]
    return "".join(char if char.isprintable() else "\ufffd" for char in text[:LONGEST_VALUE])
