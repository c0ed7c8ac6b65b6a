"""How a plain file server over a module cache's download directory answers."""

import hashlib

from goproxy_exporter.simulator.modules import Catalogue
from goproxy_exporter.simulator.reply import Reply, page
from goproxy_exporter.simulator.request import Kind, Request
from goproxy_exporter.simulator.styles.shelf import Found, find
from goproxy_exporter.simulator.styles.style import Style


def answer(request: Request, catalogue: Catalogue) -> Reply:
    """Answer; there is no @latest, and a list names every version whose file is there."""
    if request.method not in ("GET", "HEAD"):
        return _served(page(405, "405 Not Allowed"))
    found = find(request, catalogue)
    if not isinstance(found, Found) or found.kind is Kind.LATEST:
        return _served(page(404, "404 Not Found"))
    return _file(_listed(found, request, catalogue))


def _listed(found: Found, request: Request, catalogue: Catalogue) -> Found:
    if found.kind is not Kind.LIST:
        return found
    names = sorted(release.version for release in catalogue.of(request.target.module))
    return Found(Kind.LIST, "".join(f"{name}\n" for name in names).encode())


def _file(found: Found) -> Reply:
    archive = found.kind is Kind.ZIP
    tag = hashlib.sha256(found.body).hexdigest()[:16]
    return _served(Reply(body=found.body)).having(
        content_type="application/zip" if archive else "application/octet-stream",
        last_modified="Mon, 01 Jan 2024 00:00:00 GMT",
        etag=f'"{tag}"',
        accept_ranges="bytes",
    )


def _served(reply: Reply) -> Reply:
    return reply.having(server="nginx")


STYLE = Style(
    name="static",
    meaning="a file server: no @latest, pseudo-versions in lists, pages of HTML for errors",
    answer=answer,
)
