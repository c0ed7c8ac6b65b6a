"""Turns what a host was asked into a reply, and writes it down."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from goproxy_exporter.simulator.conduct import Conduct, Scene
from goproxy_exporter.simulator.http1 import Asked
from goproxy_exporter.simulator.journal import Entry, Journal, hidden_headers, hidden_path
from goproxy_exporter.simulator.known import Known
from goproxy_exporter.simulator.reply import Reply, page
from goproxy_exporter.simulator.request import Request
from goproxy_exporter.simulator.site import Extension, Site

Links = Callable[[str], Mapping[str, str]]
"""Gives the URLs of a site's neighbours, for a client that asked for this Host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Answers for one site, from what the conduct of the moment lets it know."""

    site: Site
    links: Links
    journal: Journal
    extensions: Sequence[Extension]

    def answer(self, asked: Asked, address: str, conduct: Conduct, scene: Scene) -> Reply:
        """Answer honestly, bend the reply as the conduct says, and note the request."""
        now = time.time()
        request = self._request(asked, address, now)
        known = scene.known
        if request and conduct.sight is not None:
            known = conduct.sight(known, request, scene)
        reply = self._honest(request, known) if request else page(404, "404 Not Found")
        if conduct.bend is not None:
            request = request or Request(method=asked.method, path="/", at=now)
            reply = conduct.bend(request, reply, scene)
        self.journal.add(
            Entry(
                mirror=self.site.name,
                method=asked.method,
                path=hidden_path(asked.target),
                headers=hidden_headers(asked),
                protocol=asked.protocol,
                host=asked.host,
                address=address,
                at=now,
                status=reply.status,
            )
        )
        return reply

    def _honest(self, request: Request, known: Known) -> Reply:
        for extension in self.extensions:
            reply = extension.relay(self.site.name, request, known)
            if reply is not None:
                return reply
        return self.site.answer(request, known)

    def _request(self, asked: Asked, address: str, now: float) -> Request | None:
        """Read what was asked below the site's prefix; None for what is not below it."""
        raw, _, query = asked.target.partition("?")
        path = unquote(raw)
        if not path.startswith(f"{self.site.prefix}/"):
            return None
        return Request(
            method=asked.method,
            path=path.removeprefix(self.site.prefix),
            raw=raw.removeprefix(self.site.prefix),
            query=query,
            headers=asked.headers,
            protocol=asked.protocol,
            host=asked.host,
            address=address,
            at=now,
            neighbours=self.links(asked.host),
        )
