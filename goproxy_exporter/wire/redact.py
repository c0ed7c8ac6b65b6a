"""How does a URL, or any foreign text, look once it may be shown?"""

import re

MASK = "…"
"""Stands for everything that was taken out or cut off."""
URL_LIMIT = 512
"""Characters of a URL that are shown at most."""
TEXT_LIMIT = 300
"""Characters of other foreign text that are shown at most."""

_PORT = re.compile(r"[0-9]{0,5}")
_FRONT = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:)?([/\\]*)([^/\\]*)(.*)", re.DOTALL)


def redact(url: str, *, limit: int = URL_LIMIT) -> str:
    """Show where a URL leads without what it gives away.

    Userinfo goes; query values and the fragment become ``…`` while the names of query parameters
    stay; characters that are not printable are percent-encoded; at most `limit` characters stay.
    Works on relative references and on text that is no valid URL, and never raises.
    """
    rest, hash_sign, fragment = url.partition("#")
    path, question_mark, query = rest.partition("?")
    shown = _front(path) + question_mark + _query(query)
    if hash_sign:
        shown += hash_sign + (MASK if fragment else "")
    return _cut(shown if shown.isprintable() else _encoded(shown), limit)


def plain(text: str, *, limit: int = TEXT_LIMIT) -> str:
    """Give foreign text as one printable line of at most `limit` characters."""
    line = " ".join(text.split())
    if not line.isprintable():
        line = "".join(char if char.isprintable() else "\ufffd" for char in line)
    return _cut(line, limit)


def _front(path: str) -> str:
    """Drop the userinfo of everything before the query, however oddly it is written.

    A reference is read the way lenient parsers do: backslashes are slashes, and a scheme makes
    an authority of what follows even without two slashes (WHATWG URL, section 4.4).
    """
    match = _FRONT.fullmatch(path)
    assert match is not None, "the pattern matches every text"
    scheme, slashes, authority, tail = match[1] or "", match[2], match[3], match[4]
    if not scheme and len(slashes) == 1:
        return path
    if "@" in authority:
        return scheme + slashes + _host(authority.rpartition("@")[2]) + tail
    if _host(authority) != authority and "@" in tail:
        # A password with a raw slash in it: what looks like host and port is userinfo.
        return scheme + slashes + MASK + "@" + tail.rpartition("@")[2]
    return scheme + slashes + _host(authority) + tail


def _host(authority: str) -> str:
    """Mask a port that is not one: it may be a password that was cut short."""
    host, colon, port = authority.rpartition(":")
    if not colon or authority.endswith("]") or _PORT.fullmatch(port):
        return authority
    return f"{host}:{MASK}"


def _query(query: str) -> str:
    return re.sub(r"[^&;]+", lambda match: _parameter(match[0]), query)


def _parameter(text: str) -> str:
    name, equals, value = text.partition("=")
    if not equals:
        return MASK
    return name + equals + (MASK if value else "")


def _encoded(text: str) -> str:
    return "".join(char if char.isprintable() else _percent(char) for char in text)


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + MASK
