"""How goproxy/goproxy and goproxy.cn answer."""

from goproxy_exporter.simulator.inquiry import Inquiry, Resource
from goproxy_exporter.simulator.modules import Catalogue
from goproxy_exporter.simulator.reply import PLAIN_TEXT, Reply, redirect, text
from goproxy_exporter.simulator.request import Kind, Request
from goproxy_exporter.simulator.signed_url import amazon
from goproxy_exporter.simulator.styles.shelf import Found, Missing, find
from goproxy_exporter.simulator.styles.style import Style

_TYPES = {
    Kind.LIST: PLAIN_TEXT,
    Kind.LATEST: "application/json; charset=utf-8",
    Kind.INFO: "application/json; charset=utf-8",
    Kind.MOD: PLAIN_TEXT,
    Kind.ZIP: "application/zip",
}
_MOVING = (Kind.LIST, Kind.LATEST)
_WEEK = 7 * 86400
_HOUR, _DAY = 3600, 86400
_OK = 200


def answer(request: Request, catalogue: Catalogue) -> Reply:
    """Answer; large zips are redirected to a signed link that holds for a week."""
    if request.method not in ("GET", "HEAD"):
        return _refused()
    found = find(request, catalogue)
    if isinstance(found, Missing):
        return text(404, f"not found: {found.reason}", cache_control=_cache(_negative(found)))
    if found.large and "cdn" in request.neighbours:
        return _elsewhere(request)
    return _file(found)


def relay(request: Request, inquiry: Inquiry, reply: Reply) -> Reply:
    """Pass successes on with a life of its own choice, and 404 in its own words."""
    if request.method not in ("GET", "HEAD"):
        return _refused()
    if reply.status != _OK:
        reason = reply.body.decode().removeprefix("not found: ")
        return text(404, f"not found: {reason}", cache_control=_cache(60))
    age = _HOUR if inquiry.resource is Resource.LATEST else _DAY
    return reply.having(cache_control=_cache(age))


def _refused() -> Reply:
    return text(405, "method not allowed", cache_control=_cache(_DAY))


def _elsewhere(request: Request) -> Reply:
    base = request.neighbours["cdn"]
    return redirect(302, amazon(base, request.path, now=request.at, seconds=_WEEK))


def _file(found: Found) -> Reply:
    age = 60 if found.kind in _MOVING else _WEEK
    return Reply(body=found.body).having(
        content_type=_TYPES[found.kind], cache_control=_cache(age), accept_ranges="bytes"
    )


def _negative(missing: Missing) -> int:
    if missing.kind is Kind.OTHER:
        return _DAY
    return 60 if missing.kind in _MOVING else 600


def _cache(seconds: int) -> str:
    return f"public, max-age={seconds}"


STYLE = Style(
    name="goproxy",
    meaning="goproxy/goproxy behind a CDN, as goproxy.cn is; large zips lead to a signed link",
    answer=answer,
    relay=relay,
)
