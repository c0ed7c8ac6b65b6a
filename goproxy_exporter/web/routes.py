"""Which addresses does this server have?"""

from collections.abc import Awaitable, Callable

from aiohttp import web

from goproxy_exporter.web.api import Api
from goproxy_exporter.web.control import Control
from goproxy_exporter.web.discovery import Discovery
from goproxy_exporter.web.endpoint import Endpoint
from goproxy_exporter.web.guard import Guard
from goproxy_exporter.web.health import Health
from goproxy_exporter.web.mirror_page import MirrorPage
from goproxy_exporter.web.on_demand import OnDemand
from goproxy_exporter.web.overview import Overview
from goproxy_exporter.web.pages import static
from goproxy_exporter.web.scrape import Scrape
from goproxy_exporter.web.sources import Serving, Sources

_LARGEST_BODY = 1024
"""Octets; no request needs a body."""


def application(
    sources: Sources, serving: Serving, guard: Guard, refresh: Callable[[], Awaitable[None]]
) -> web.Application:
    """Put everything together. `refresh` reads the web configuration file again."""
    overview = Overview(sources)
    endpoints = _endpoints(sources, serving, overview, refresh)
    overview.announce(endpoints)
    guard.announce(endpoints)
    app = web.Application(middlewares=[guard.middleware], client_max_size=_LARGEST_BODY)
    for endpoint in endpoints:
        for method in endpoint.methods:
            app.router.add_route(method, endpoint.path, endpoint.answer)
            if method == "GET":
                app.router.add_route("HEAD", endpoint.path, endpoint.answer)
    app.router.add_get("/static/{name}", static)
    return app


def _endpoints(
    sources: Sources,
    serving: Serving,
    overview: Overview,
    refresh: Callable[[], Awaitable[None]],
) -> tuple[Endpoint, ...]:
    health, api, control = Health(sources), Api(sources), Control(sources, refresh)
    probe = OnDemand(sources, serving.timeout_offset)
    mirror = MirrorPage(sources)
    return (
        Endpoint("/", "this table of mirrors", overview.answer),
        Endpoint("/metrics", "everything for Prometheus", Scrape(sources).answer),
        Endpoint(
            "/probe", "checks of one mirror, now: ?target=NAME", probe.answer, needs_query=True
        ),
        Endpoint("/sd", "mirrors for HTTP service discovery", Discovery(sources).answer),
        Endpoint("/mirrors/{name:.+}", "what is known of one mirror", mirror.answer),
        Endpoint("/api/v1/mirrors", "everything as JSON", api.all_mirrors),
        Endpoint("/api/v1/mirrors/{name:.+}", "one mirror as JSON", api.one_mirror),
        Endpoint("/config", "the configuration in use, secrets hidden", control.config),
        Endpoint("/-/healthy", "503 when checks are not being run", health.healthy),
        Endpoint("/-/ready", "503 until the first results are in", health.ready),
        Endpoint("/-/reload", "reads the configuration again", control.reload, ("POST", "PUT")),
    )
