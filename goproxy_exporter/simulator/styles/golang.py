"""How proxy.golang.org answers."""

from goproxy_exporter.simulator.modules import Catalogue
from goproxy_exporter.simulator.reply import Reply, redirect, text
from goproxy_exporter.simulator.request import Kind, Request
from goproxy_exporter.simulator.signed_url import google
from goproxy_exporter.simulator.styles.shelf import Found, Missing, find
from goproxy_exporter.simulator.styles.style import Style

_TEXT = "text/plain; charset=UTF-8"
_TYPES = {
    Kind.LIST: _TEXT,
    Kind.LATEST: "application/json",
    Kind.INFO: "application/json",
    Kind.MOD: _TEXT,
    Kind.ZIP: "application/zip",
}
_MOVING = (Kind.LIST, Kind.LATEST)
_HOUR = 3600


def answer(request: Request, catalogue: Catalogue) -> Reply:
    """Answer; large zips are redirected to a signed link that holds for an hour."""
    if request.method not in ("GET", "HEAD"):
        return text(405, "method not allowed")
    found = find(request, catalogue, origin=True)
    if isinstance(found, Missing):
        reply = text(404, f"not found: {found.reason}", cache_control="public, max-age=60")
        return reply.having(content_type=_TEXT)
    if found.large and "cdn" in request.neighbours:
        return _elsewhere(request)
    return _file(found)


def _elsewhere(request: Request) -> Reply:
    base = request.neighbours["cdn"]
    location = google(base, request.path, expires=request.at + _HOUR)
    return redirect(302, location, content_type="application/zip", cache_control=_cache(10800))


def _file(found: Found) -> Reply:
    age = 60 if found.kind in _MOVING else 10800
    return Reply(body=found.body).having(
        content_type=_TYPES[found.kind], cache_control=_cache(age), x_content_type_options="nosniff"
    )


def _cache(seconds: int) -> str:
    return f"public, max-age={seconds}"


STYLE = Style(
    name="golang",
    meaning="proxy.golang.org: origins in .info, large zips lead to a signed link",
    answer=answer,
)
