"""What kind of text came instead of the resource?"""

import re

_LOOK_AT = 65536
"""Bytes of a body that are looked at; pages and error texts say what they are early."""
_BLANK = b" \t\r\n\v\f\0\xef\xbb\xbf"
_TROUBLE = re.compile(
    rb"bad upstream|upstream (?:error|timed? ?out)|fetch timed out|timed out|i/o timeout"
    rb"|timeout (?:exceeded|awaiting)|tls handshake timeout|context (?:deadline exceeded|canceled)"
    rb"|connection (?:refused|reset|timed out)|no route to host|network is unreachable"
    rb"|no such host|could not resolve host|temporary failure in name resolution"
    rb"|server misbehaving|unable to access|failed to connect|unexpected disconnect|early eof"
    rb"|remote end hung up|unexpected eof|proxyconnect tcp|bad gateway|gateway time-?out"
    rb"|service unavailable|internal server error|too many requests|rate limit"
)
"""What servers and version control write when they could not ask, rather than found nothing."""
_NOT_FOUND = re.compile(
    rb"not[ _-]?found|no such|unknown revision|does not exist|doesn't exist|no matching"
    rb"|\b(?:404|410|403|401|50[0234])\b|^found\b|forbidden|unauthori[sz]ed|denied|log ?in"
    rb"|sign ?in|error|unavailable|moved|gone\b"
)
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\x1b")
_SPACE = 0x20


def upstream_trouble(body: bytes) -> str | None:
    """Give the words by which an error body admits that something further up failed."""
    match = _TROUBLE.search(body[:_LOOK_AT].lower())
    return match[0].decode("ascii", "replace") if match else None


def blank(body: bytes) -> bool:
    """Tell whether there is nothing but white space, NULs or a byte-order mark."""
    return not body[:_LOOK_AT].strip(_BLANK) and not body.strip(_BLANK)


def markup(body: bytes) -> bool:
    """Tell whether this is HTML or XML, whatever its Content-Type says."""
    return body[:_LOOK_AT].lstrip(_BLANK).startswith(b"<")


def error_text(body: bytes) -> bool:
    """Tell whether this is a short plain text that reports an error."""
    start = body[:_LOOK_AT].strip(_BLANK).lower()
    if start[:1] in (b"{", b"[", b'"') or not text(body):
        return False
    return _NOT_FOUND.search(start[:1024]) is not None


def text(body: bytes) -> bool:
    """Tell whether the first bytes are readable text in UTF-8."""
    start = body[:1024]
    if not start or any(byte < _SPACE and byte not in _TEXT_CONTROLS for byte in start):
        return False
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character that the cut went through is no reason to call it binary.
        return error.start > len(start) - 4 and len(body) > len(start)
    return True
