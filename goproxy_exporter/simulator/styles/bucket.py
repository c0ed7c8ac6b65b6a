"""How the storage host behind a mirror answers: a file for a link that holds, else XML."""

from goproxy_exporter.simulator.modules import Catalogue
from goproxy_exporter.simulator.reply import Reply
from goproxy_exporter.simulator.request import Request
from goproxy_exporter.simulator.signed_url import refusal
from goproxy_exporter.simulator.styles.shelf import Missing, find
from goproxy_exporter.simulator.styles.style import Style


def answer(request: Request, catalogue: Catalogue) -> Reply:
    """Answer 403 unless the link's signature is right and not too old."""
    why = refusal(request.path, request.query, now=request.at)
    if why is not None:
        return denial(403, why)
    found = find(request, catalogue)
    if isinstance(found, Missing):
        return denial(404, "NoSuchKey")
    return Reply(body=found.body).having(
        content_type="application/zip", cache_control="public, max-age=604800", etag='"sim"'
    )


def open_answer(request: Request, catalogue: Catalogue) -> Reply:
    """Answer whoever asks: a public bucket."""
    found = find(request, catalogue)
    if isinstance(found, Missing):
        return denial(404, "NoSuchKey")
    return Reply(body=found.body).having(content_type="application/octet-stream")


def denial(status: int, code: str) -> Reply:
    """Refuse as an object store does."""
    body = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code></Error>"
    return Reply(status=status, body=body.encode()).having(content_type="application/xml")


STYLE = Style(name="cdn", meaning="an object store with signed links", answer=answer)
PUBLIC = Style(name="plain", meaning="a public object store over plain http", answer=open_answer)
