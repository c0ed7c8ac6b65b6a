"""What happens to every request, whatever it asks for?"""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus

import structlog
from aiohttp import web

from goproxy_exporter.web.auth import Gate
from goproxy_exporter.web.client import names_of_client
from goproxy_exporter.web.endpoint import Answer, Endpoint, text
from goproxy_exporter.web.limit import Limiter
from goproxy_exporter.web.settings import WebSettings

log = structlog.get_logger(__name__)

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Server": "goproxy-exporter",
}
"""Headers of every answer."""
_ON_PAGES = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "deny",
}


class Guard:
    """The outer layers: log, errors, headers, rate limit, passwords. Follows the settings."""

    def __init__(self) -> None:
        self._endpoints: Sequence[Endpoint] = ()
        self._headers: dict[str, str] = {}
        self._gate = Gate({})
        self._names: frozenset[str] = frozenset()
        self._limiter: Limiter | None = None

    def follow(self, settings: WebSettings) -> None:
        """Use other settings from now on."""
        rate = settings.rate_limit
        self._headers = dict(settings.headers)
        self._gate = Gate(settings.users)
        self._names = frozenset(settings.tls.client_allowed_sans if settings.tls else ())
        self._limiter = None if rate is None else Limiter(rate, _now())

    def announce(self, endpoints: Sequence[Endpoint]) -> None:
        """Tell what there is, for who asks for something else."""
        self._endpoints = endpoints

    @web.middleware
    async def middleware(self, request: web.Request, handler: Answer) -> web.StreamResponse:
        """Answer a request in any case."""
        started = _now()
        response = await self._admitted(request, handler)
        if not response.prepared:
            self._decorate(response)
        log.debug(
            "web.request",
            method=request.method,
            path=request.rel_url.raw_path,
            status=response.status,
            seconds=round(_now() - started, 4),
            remote=request.remote,
        )
        return response

    async def _admitted(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        if self._limiter is not None and not self._limiter.allows(_now()):
            return text("429: too many requests\n", status=HTTPStatus.TOO_MANY_REQUESTS)
        if self._names and not self._names & names_of_client(request.transport):
            return text("403: not with this certificate\n", status=HTTPStatus.FORBIDDEN)
        if not await self._gate.admits(request.headers.get("Authorization")):
            refusal = text(
                "401: a user and a password are needed\n", status=HTTPStatus.UNAUTHORIZED
            )
            refusal.headers["WWW-Authenticate"] = 'Basic realm="goproxy-exporter", charset="UTF-8"'
            return refusal
        return await self._answered(request, answer)

    async def _answered(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        try:
            return await answer(request)
        except web.HTTPNotFound:
            return text(f"404: there is no such page\n\n{self._list()}", status=404)
        except web.HTTPMethodNotAllowed as refusal:
            allowed = ", ".join(sorted(refusal.allowed_methods))
            answered = text(f"405: this takes {allowed}\n", status=refusal.status)
            answered.headers["Allow"] = allowed
            return answered
        except web.HTTPException as refusal:
            return text(f"{refusal.status}: {refusal.reason}\n", status=refusal.status)
        except Exception:
            log.exception("web.failed", path=request.rel_url.raw_path)
            return text("500: internal error; the log has it\n", status=500)

    def _list(self) -> str:
        width = max((len(each.shown) for each in self._endpoints), default=0)
        lines = (
            f"{'/'.join(each.methods):8} {each.shown:{width}}  {each.purpose}"
            for each in self._endpoints
        )
        return "\n".join(lines) + "\n"

    def _decorate(self, response: web.StreamResponse) -> None:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if response.content_type == "text/html":
            for name, value in _ON_PAGES.items():
                response.headers.setdefault(name, value)
        response.headers.update(self._headers)


def _now() -> float:
    return asyncio.get_running_loop().time()
