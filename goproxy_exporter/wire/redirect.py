"""Where does a redirect lead, and would the go command follow it?"""

import re

from goproxy_exporter.model.exchange import Failure, FailureKind
from goproxy_exporter.wire.redact import redact
from goproxy_exporter.wire.target import BadUrlError, Target, parse_target

STATUSES = frozenset({301, 302, 303, 307, 308})
"""What net/http follows for a GET (redirectBehavior in net/http/client.go)."""
MOST_REDIRECTS = 9
"""checkRedirect in cmd/go/internal/web: the tenth redirect is refused."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PARTS = re.compile(r"(?://([^/?#]*))?([^?#]*)(\?[^#]*)?", re.DOTALL)
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
    if _SCHEME.match(location):
        return location
    match = _PARTS.match(location)
    assert match is not None, "the pattern matches every text"
    authority, path, query = match[1], match[2], match[3] or ""
    if authority is not None:
        return f"{base.scheme}://{authority}{_without_dots(path)}{query}"
    base_path, mark, base_query = base.path.partition("?")
    if not path:
        query = query or mark + base_query
        path = base_path
    elif not path.startswith("/"):
        path = base_path[: base_path.rindex("/") + 1] + path
    return f"{base.scheme}://{base.authority}{_without_dots(path)}{query}"


def _check(location: str) -> None:
    """Refuse what url.Parse refuses."""
    if _CONTROL.search(location):
        raise BadUrlError("a control character")
    reference = location.partition("#")[0]
    path, _, _ = reference.partition("?")
    if _BAD_ESCAPE.search(path):
        raise BadUrlError("an invalid percent escape")
    if ":" in path.partition("/")[0] and not _SCHEME.match(path):
        raise BadUrlError("no scheme before the first colon")


def _without_dots(path: str) -> str:
    """Take ``.`` and ``..`` out of a path and leave the rest alone, ``//`` included."""
    if "." not in path:
        return path
    kept: list[str] = []
    elements = path.split("/")[1:]
    for element in elements:
        if element == "..":
            if kept:
                kept.pop()
        elif element != ".":
            kept.append(element)
    if elements[-1:] in (["."], [".."]):
        kept.append("")
    return "/" + "/".join(kept)


def _invalid(location: str, error: BadUrlError) -> Failure:
    detail = f"Location {redact(location)!r}: {error}"
    return Failure(FailureKind.REDIRECT_INVALID, detail)
