"""What is said of an answer whose status, headers and body a stranger chose?"""

from collections.abc import Iterable

from goproxy_exporter.diagnosis.answer import judge
from goproxy_exporter.diagnosis.body import Content
from goproxy_exporter.diagnosis.cache import cached
from goproxy_exporter.diagnosis.page import blank, error_text, markup, upstream_trouble
from goproxy_exporter.diagnosis.question import Expect, Form, Question
from goproxy_exporter.diagnosis.throttle import retry_at, stamp, throttled
from goproxy_exporter.gomod.error_body import shown
from goproxy_exporter.gomod.media_type import parse_media_type
from goproxy_exporter.model.exchange import Exchange, Failure, Hop
from goproxy_exporter.model.mirror import Thresholds
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.wire.excerpt import excerpt
from goproxy_exporter.wire.headers import kept
from goproxy_exporter.wire.redirect import next_target
from goproxy_exporter.wire.target import parse_target

_NOW = 1.8e9
_HERE = parse_target("https://mirror.example/golang.org/x/text/@v/list")
_STATUSES = (200, 404, 410, 403, 429, 500, 503, 204, 302)
_ASKED = (
    (Endpoint.LIST, Form.LIST),
    (Endpoint.INFO, Form.INFO),
    (Endpoint.MOD, Form.MOD),
    (Endpoint.ZIP, Form.ZIP),
)
_QUESTIONS = tuple(
    Question(
        endpoint=endpoint,
        form=form,
        module="golang.org/x/text",
        version=None if form is Form.LIST else "v0.14.0",
        expect=expect,
    )
    for endpoint, form in _ASKED
    for expect in Expect
)


def error_body(data: bytes) -> object:
    """Read a Content-Type (the first line) and the text of an error as `go` shows it."""
    kind, _, body = data.partition(b"\n")
    return (
        shown(kind.decode("latin-1"), body),
        excerpt(body),
        upstream_trouble(body),
        blank(body),
        markup(body),
        error_text(body),
    )


def headers(data: bytes) -> object:
    """Read lines as headers: what caches, limits and clocks say in them."""
    exchange = _exchange(429, data, b"")
    wait = retry_at(exchange)
    assert wait is None or 0 < wait - _NOW <= 3601, "at most an hour ahead"  # noqa: PLR2004 - and the exchange
    copy = cached(exchange.last)
    assert copy.remaining is None or copy.remaining >= 0
    for _, value in exchange.last.headers:
        parse_media_type(value)
    return throttled(exchange), stamp(wait or 0.0)


def redirect(data: bytes) -> object:
    """Follow a Location."""
    location = data.decode("utf-8", "surrogateescape")
    found = next_target(location, current=_HERE, first=_HERE, followed=0)
    if isinstance(found, Failure):
        return found.detail.encode()
    assert found.path.isascii()
    assert found.authority.isascii()
    assert found.label.isprintable(), "it becomes the value of a label"
    return parse_target(found.url), found.label


def judged(data: bytes) -> object:
    """Judge an answer: a byte for its status, one for the question, headers, a blank, a body."""
    choice = data[:2].ljust(2, b"\0")
    status = _STATUSES[choice[0] % len(_STATUSES)]
    question = _QUESTIONS[choice[1] % len(_QUESTIONS)]
    head, _, body = data[2:].partition(b"\n\n")
    symptom = judge(question, _exchange(status, head, body), Content(data=body), Thresholds())
    return symptom and symptom.summary.encode()


def seeds() -> Iterable[bytes]:
    """Give one answer of each kind to each question."""
    bodies = (b"v1.0.0\nv1.1.0\n", b'{"Version":"v0.14.0"}', b"module golang.org/x/text\n")
    for number, _ in enumerate(_QUESTIONS):
        for body in (*bodies, b"PK\x03\x04", b"<html>", b"not found: bad upstream", b""):
            yield bytes((number % len(_STATUSES), number)) + b"Content-Type: text/plain\n\n" + body
            yield bytes((0, number)) + b"Content-Encoding: br\n\n" + body


def _exchange(status: int, head: bytes, body: bytes) -> Exchange:
    pairs = (line.partition(b":") for line in head.split(b"\n"))
    raw = [(name.lower(), value.strip()) for name, _, value in pairs]
    hop = Hop(url=_HERE.url, host=_HERE.host, status=status, headers=kept(raw))
    return Exchange(
        endpoint=Endpoint.LIST,
        url=_HERE.url,
        module="golang.org/x/text",
        started=_NOW,
        duration=1.0,
        hops=(hop,),
        size=len(body),
        excerpt=excerpt(body),
    )
