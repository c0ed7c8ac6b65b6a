"""How Athens answers."""

from goproxy_exporter.simulator.inquiry import Inquiry
from goproxy_exporter.simulator.modules import Catalogue
from goproxy_exporter.simulator.reply import PLAIN_TEXT, Reply, page, text
from goproxy_exporter.simulator.request import Kind, Request
from goproxy_exporter.simulator.styles.shelf import Missing, find
from goproxy_exporter.simulator.styles.style import Style

_TYPES = {
    Kind.LIST: "application/json",
    Kind.LATEST: PLAIN_TEXT,
    Kind.INFO: "application/json",
    Kind.MOD: PLAIN_TEXT,
    Kind.ZIP: "application/zip",
}
"""Swapped for list and @latest, as Athens does."""
_GET_ONLY = (Kind.LATEST, Kind.INFO, Kind.MOD)
_FRESH = "no-cache, no-store, must-revalidate"
_HEALTH = {
    "/": ("text/plain; charset=utf-8", b'"Welcome to The Athens Proxy"\n'),
    "/healthz": ("text/plain; charset=utf-8", b""),
    "/readyz": ("text/plain; charset=utf-8", b""),
    "/version": ("application/json", b'{"version":"simulated"}\n'),
}


def answer(request: Request, catalogue: Catalogue) -> Reply:
    """Answer; what is missing has an empty body, except in lists."""
    if request.path in _HEALTH:
        content_type, body = _HEALTH[request.path]
        return Reply(body=body).having(content_type=content_type)
    if _method_refused(request):
        return Reply(status=405).having(allow="GET")
    found = find(request, catalogue)
    if isinstance(found, Missing):
        return _missing(found)
    reply = Reply(body=found.body).having(content_type=_TYPES[found.kind])
    return reply.having(cache_control=_FRESH) if found.kind is Kind.LIST else reply


def relay(_: Request, __: Inquiry, reply: Reply) -> Reply:
    """Pass everything on as it is, as a reverse proxy does."""
    return reply


def _method_refused(request: Request) -> bool:
    kind = request.target.kind
    if kind is Kind.ZIP:
        return request.method not in ("GET", "HEAD")
    return kind in _GET_ONLY and request.method != "GET"


def _missing(missing: Missing) -> Reply:
    if missing.kind is Kind.OTHER:
        return page(404, "404 page not found")
    if missing.kind is Kind.LIST:
        return text(404, f"not found: {missing.reason}", cache_control=_FRESH)
    return Reply(status=404).having(content_type=_TYPES[missing.kind])


STYLE = Style(
    name="athens",
    meaning="Athens: content types swapped, HEAD refused, 404 without a body",
    answer=answer,
    relay=relay,
)
