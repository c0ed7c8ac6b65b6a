"""Where does a redirect lead, and would the go command follow it?"""

import re
from urllib.parse import quote, unquote_to_bytes

from goproxy_exporter.model.exchange import Failure, FailureKind
from goproxy_exporter.wire.redact import redact
from goproxy_exporter.wire.target import BadUrlError, Target, parse_target

STATUSES = frozenset({301, 302, 303, 307, 308})
"""What net/http follows for a GET (redirectBehavior in net/http/client.go)."""
MOST_REDIRECTS = 9
"""checkRedirect in cmd/go/internal/web: the tenth redirect is refused."""

_LONGEST = 16384
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PARTS = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://(?!/)([^/?]*))?([^?]*)(\?.*)?", re.DOTALL)
"""Scheme, authority, path, query; three slashes begin a path, as for url.Parse."""
_VALID_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/\[\]-]*")
_UNESCAPED = "$&+,/:;=@-_.~"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def next_target(
    location: str, *, current: Target, first: Target, followed: int
) -> Target | Failure:
    """Give the target of a redirect, or the reason why `go` stops here.

    `location` is the header as received (bytes beyond ASCII as surrogate escapes), `first` the
    URL that was asked in the beginning, `followed` how many redirects were followed already. The
    order of refusals is Go's: no URL, insecure, too many, nothing that can be asked.
    """
    try:
        url = resolve(location, current)
    except BadUrlError as error:
        return _invalid(location, error)
    if first.scheme == "https" and not url.lower().startswith("https:"):
        shown = redact(url)
        return Failure(FailureKind.REDIRECT_INSECURE, f"redirected from https to {shown}")
    if followed >= MOST_REDIRECTS:
        return Failure(FailureKind.REDIRECT_LOOP, f"stopped after {MOST_REDIRECTS} redirects")
    try:
        return parse_target(url)
    except BadUrlError as error:
        return _invalid(location, error)


def resolve(location: str, base: Target) -> str:
    """Resolve a reference as net/url does (RFC 3986, 5.2), empty path elements kept."""
    _check(location)
    reference = location.partition("#")[0]
    match = _PARTS.fullmatch(reference)
    assert match is not None, "the pattern matches every text"
    scheme, authority, path, query = match[1], match[2], _escaped(match[3]), match[4] or ""
    if scheme is not None and not authority:
        raise BadUrlError("no host")
    if authority:
        return f"{scheme or base.scheme}://{authority}{_without_dots(path)}{query}"
    base_path, mark, base_query = base.path.partition("?")
    if not path:
        query = query or mark + base_query
        path = base_path
    elif not path.startswith("/"):
        path = base_path[: base_path.rindex("/") + 1] + path
    return f"{base.scheme}://{base.authority}{_without_dots(path)}{query}"


def _check(location: str) -> None:
    """Refuse what url.Parse refuses, and what nobody could mean."""
    if len(location) > _LONGEST:
        raise BadUrlError(f"longer than {_LONGEST} bytes")
    if _CONTROL.search(location):
        raise BadUrlError("a control character")
    reference, _, fragment = location.partition("#")
    path = reference.partition("?")[0]
    if _BAD_ESCAPE.search(path) or _BAD_ESCAPE.search(fragment):
        raise BadUrlError("an invalid percent escape")
    if ":" in path.partition("/")[0] and not _SCHEME.match(path):
        raise BadUrlError("no scheme before the first colon")


def _escaped(path: str) -> str:
    """Leave a path alone that needs nothing, else escape all of it anew (URL.EscapedPath)."""
    if _VALID_PATH.fullmatch(path):
        return path
    return quote(unquote_to_bytes(path.encode("utf-8", "surrogateescape")), safe=_UNESCAPED)


def _without_dots(path: str) -> str:
    """Take ``.`` and ``..`` out of a path exactly as resolvePath in net/url does."""
    if "/." not in path:
        return path
    result, first, element = "/", True, ""
    for element in path.split("/"):
        if element == ".":
            first = False
        elif element == "..":
            slash = result.rfind("/", 1)
            result = result[:slash] if slash > 0 else "/"
            first = result == "/"
        else:
            result += element if first else f"/{element}"
            first = False
    if element in {".", ".."}:
        result += "/"
    return result[1:] if result.startswith("//") else result


def _invalid(location: str, error: BadUrlError) -> Failure:
    detail = f"Location {redact(location)!r}: {error}"
    return Failure(FailureKind.REDIRECT_INVALID, detail)
