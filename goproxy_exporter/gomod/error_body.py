"""What does `go` print of the body of an error?

Source: cmd/go/internal/web (api.go formatErrorDetail, http.go).
"""

import unicodedata

from goproxy_exporter.gomod.media_type import parse_media_type
from goproxy_exporter.gomod.space import SPACE

_CHARSETS = frozenset({"us-ascii", "utf-8", ""})
_MAX_LINES = 8
_MAX_BYTES = _MAX_LINES * 81
_READ = 8192
"""The size of one read: the first one counts whole, later ones until there are enough lines."""


def shown(content_type: str, body: bytes) -> str:
    """Give the text shown to a user below the status, empty where `go` shows none.

    Only plain text in UTF-8 or ASCII is shown, if it has nothing but graphic characters and
    white space: up to the first blank line, 8 lines or 648 bytes. Lines after the first are
    indented with a tab.
    """
    kind, parameters = parse_media_type(content_type)
    if kind != "text/plain" or parameters.get("charset", "").lower() not in _CHARSETS:
        return ""
    try:
        text = _kept(body).decode()
    except UnicodeDecodeError:
        return ""
    return _detail(text) if all(map(_harmless, text)) else ""


def _kept(body: bytes) -> bytes:
    """Give the part of the body that `go` looks at."""
    end = 0
    while end < len(body) and body.count(b"\n", 0, end) < _MAX_LINES:
        end += _READ
    return body[:end]


def _detail(text: str) -> str:
    detail = ""
    for number, line in enumerate(text.split("\n")):
        if not line.strip(SPACE):
            break
        if number:
            detail += "\n\t"
        if number >= _MAX_LINES:
            return f"{detail}[Truncated: too many lines.]"
        if len(detail.encode()) + len(line.encode()) > _MAX_BYTES:
            return f"{detail}[Truncated: too long.]"
        detail += line
    return detail


def _harmless(char: str) -> bool:
    category = unicodedata.category(char)
    return char in SPACE or category == "Zs" or category[0] in "LMNPS"
