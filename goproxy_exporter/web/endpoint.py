"""What is one address of this server?"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A path, what it is for, and who answers; HEAD is answered wherever GET is."""

    path: str
    purpose: str
    answer: Answer
    methods: tuple[str, ...] = ("GET",)
    needs_query: bool = False

    @property
    def shown(self) -> str:
        """The path as people write it: ``/mirrors/NAME``."""
        return self.path.replace("{name:.+}", "NAME")

    @property
    def is_page(self) -> bool:
        """Whether a link to it leads somewhere: no button, no placeholder, nothing to fill in."""
        return "GET" in self.methods and "{" not in self.path and not self.needs_query


def text(body: str, *, status: int = 200) -> web.Response:
    """Answer in plain text."""
    return web.Response(text=body, status=status, content_type="text/plain", charset="utf-8")


def json_text(body: str, *, status: int = 200) -> web.Response:
    """Answer with JSON that is already written."""
    return web.Response(text=body, status=status, content_type="application/json", charset="utf-8")
