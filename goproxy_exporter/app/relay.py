"""What stands between Alertmanager and robots that it does not know?

A server that looks like Slack: each robot has a path, named after its kind. Nothing is kept and
nothing is tried again here: Alertmanager does that, and is told whether it should.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import aiohttp
import structlog
from aiohttp import web

from goproxy_exporter.notify.destination import Destination
from goproxy_exporter.notify.post import post, posting
from goproxy_exporter.notify.relayed import Relayed, relayed_letter
from goproxy_exporter.notify.reply import Outcome
from goproxy_exporter.notify.way import Way
from goproxy_exporter.web.listen import bind, url_of

MOST = 256 << 10
"""Octets of a request that are read."""
GRACE = 2.0
"""Seconds that messages have to get away after SIGTERM."""
_TAKEN, _REFUSED, _LATER = 200, 422, 503

log = structlog.get_logger(__name__)


@asynccontextmanager
async def relaying(
    listen: str, robots: Mapping[str, Destination], way: Way
) -> AsyncGenerator[None]:
    """Serve each robot at the path of its name, for the block. Raises ListenError."""
    sock = bind(listen)
    async with posting(way) as session:
        runner = web.AppRunner(_site(robots, session, way), shutdown_timeout=GRACE, access_log=None)
        await runner.setup()
        try:
            await web.SockSite(runner, sock).start()
            log.info("relay.started", url=url_of(sock, tls=False), robots=list(robots))
            yield
        finally:
            await runner.cleanup()


def _site(
    robots: Mapping[str, Destination], session: aiohttp.ClientSession, way: Way
) -> web.Application:
    async def hand_over(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in robots:
            raise web.HTTPNotFound(text=f"no robot is called {name}; there is {_listed(robots)}")
        try:
            relayed = Relayed.parse(await request.read())
        except ValueError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        letter = relayed_letter(relayed, robots[name], way.clock.now())
        return _told(name, await post(session, letter, robots[name], way))

    async def healthy(_: web.Request) -> web.Response:
        return web.Response(text="Healthy.\n")

    app = web.Application(client_max_size=MOST)
    app.router.add_get("/-/healthy", healthy)
    app.router.add_post("/{name}", hand_over)
    return app


def _told(name: str, outcome: Outcome) -> web.Response:
    """Say how it went: 5xx is what Alertmanager tries again."""
    if outcome.taken:
        log.info("relay.taken", robot=name, detail=outcome.detail)
        return web.Response(status=_TAKEN, text="ok")
    log.warning("relay.not_taken", robot=name, detail=outcome.detail, again=outcome.again)
    return web.Response(status=_LATER if outcome.again else _REFUSED, text=outcome.detail)


def _listed(robots: Mapping[str, Destination]) -> str:
    return ", ".join(robots) or "none"
