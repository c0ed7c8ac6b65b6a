"""How does a value become HTML?"""

import asyncio
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from goproxy_exporter.report.plain import duration, printable, size
from goproxy_exporter.web.words import age, moment

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent
_PIECES = 200
"""Pieces of a template that are written before the loop gets its turn."""
_TYPES = {".css": "text/css", ".svg": "image/svg+xml"}
STATIC = ("style.css", "icon.svg")


async def page(template: str, values: Mapping[str, object], *, status: int = 200) -> web.Response:
    """Render a template of this room as HTML."""
    parts: list[str] = []
    for number, part in enumerate(_environment().get_template(template).generate(values)):
        parts.append(part)
        if number % _PIECES == 0:
            await asyncio.sleep(0)
    return web.Response(
        text="".join(parts), status=status, content_type="text/html", charset="utf-8"
    )


async def static(request: web.Request) -> web.Response:
    """Give a file that pages refer to."""
    name = request.match_info["name"]
    if name not in STATIC:
        raise web.HTTPNotFound
    headers = {"Cache-Control": "max-age=300", "Content-Type": _TYPES[Path(name).suffix]}
    return web.Response(body=_file(name), headers=headers)


def climb(path: str) -> str:
    """Give what leads from a path back to the root, for links that survive a path prefix."""
    return "../" * (path.count("/") - 1) or "./"


@cache
def _file(name: str) -> bytes:
    return (_HERE / "static" / name).read_bytes()


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - see below

    # Imported when the first page is asked for: most exporters are only ever scraped.
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(duration=duration, size=size, age=age, moment=moment)
    return environment


def _shown(value: object) -> object:
    """Make foreign text harmless to look at; escaping comes after this."""
    return printable(value) if type(value) is str else value
