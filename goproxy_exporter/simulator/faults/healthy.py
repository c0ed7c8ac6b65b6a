"""What looks odd and harms nobody: a right monitor stays calm."""

import json
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate

from goproxy_exporter.gomod.toolchain import MODULE as TOOLCHAIN
from goproxy_exporter.simulator.conduct import Bend, Conduct, Fault, Scene
from goproxy_exporter.simulator.faults.bends import (
    OK,
    Test,
    answering,
    body,
    delivered,
    each,
    everything,
    gzipped,
    having,
    of,
    on,
    shorter,
    when,
    written,
)
from goproxy_exporter.simulator.modules import INCOMPATIBLE, UNTAGGED
from goproxy_exporter.simulator.reply import Framing, Reply, page, text
from goproxy_exporter.simulator.request import Kind, Request

_LIST, _INFO = on(Kind.LIST), on(Kind.INFO)
_NOT_FOUND = 404
_TEN_MINUTES = 600
"""Seconds."""


def _odd(name: str, meaning: str, bend: Bend, *, alpn: tuple[str, ...] | None = None) -> Fault:
    return Fault(name, meaning, None, here=Conduct(bend=bend, alpn=alpn))


def _list(
    name: str, meaning: str, change: Callable[[list[bytes]], bytes], test: Test = everything
) -> Fault:
    """Change the lists that name something."""

    def changed(lines: bytes) -> bytes:
        return change(lines.splitlines()) if lines else lines

    return _odd(name, meaning, when(each(_LIST, test), body(changed)))


def _lines_with(part: bytes, lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines if part in line)


def _no_head(request: Request, reply: Reply, _: Scene) -> Reply:
    return Reply(status=405) if request.method == "HEAD" else reply


def _compressed(request: Request, reply: Reply, _: Scene) -> Reply:
    if "gzip" not in request.headers.get("accept-encoding", "") or reply.status != OK:
        return reply
    encoded = reply.having(content_encoding="gzip", vary="Accept-Encoding")
    return replace(encoded, body=gzipped(reply.body))


def _gone(_: Request, reply: Reply, __: Scene) -> Reply:
    return replace(reply, status=410) if reply.status == _NOT_FOUND else reply


def _speechless(_: Request, reply: Reply, __: Scene) -> Reply:
    return replace(reply, body=b"") if reply.status == _NOT_FOUND else reply


def _dated(seconds: float) -> Bend:
    """Write a Date that is so many seconds ahead of the true one."""

    def bend(request: Request, reply: Reply, _scene: Scene) -> Reply:
        return reply.having(date=formatdate(request.at + seconds, usegmt=True))

    return bend


def _more(info: bytes) -> bytes:
    known = json.loads(info)
    return json.dumps(
        {"name": "x", "Short": "abc", **known, "Extra": {"a": [1]}}, indent=2
    ).encode()


def _shifted(info: bytes) -> bytes:
    return info.replace(b'Z"', b'.25+00:00"')


def _bare(info: bytes) -> bytes:
    return json.dumps({"Version": json.loads(info)["Version"]}).encode() + b"\n\n"


HEALTHY = (
    _odd("healthy/head-405", "HEAD is refused", _no_head),
    _odd(
        "healthy/chunked",
        "bodies come in chunks, over HTTP/1.1",
        delivered(framing=Framing.CHUNKED),
        alpn=("http/1.1",),
    ),
    _odd(
        "healthy/no-length",
        "no Content-Length: bodies end with the connection",
        delivered(framing=Framing.CLOSE),
        alpn=("http/1.1",),
    ),
    _odd(
        "healthy/no-length-h2", "no Content-Length, over HTTP/2", delivered(framing=Framing.CHUNKED)
    ),
    _odd("healthy/gzip", "everything is compressed for who accepts it", _compressed),
    _odd(
        "healthy/keepalive-closed-after-each",
        "every answer says good-bye (Connection: close, GOAWAY) and is the connection's last",
        delivered(close=True),
    ),
    _odd("healthy/http1-only", "HTTP/1.1 alone", delivered(), alpn=("http/1.1",)),
    _odd("healthy/early-hints", "103 goes ahead of every answer", delivered(interim=(103,))),
    _odd("healthy/small-writes", "bodies come in pieces of 500 bytes", delivered(step=500)),
    _odd("healthy/410", "410 for what is not there", _gone),
    _odd("healthy/empty-404", "404 without a word", _speechless),
    _odd(
        "healthy/octet-stream",
        "everything is application/octet-stream",
        having(content_type="application/octet-stream"),
    ),
    _odd("healthy/retry-after-200", "Retry-After on success", having(retry_after="120")),
    _odd(
        "healthy/rate-limit-200",
        "an exhausted rate limit on success",
        having(x_ratelimit_remaining="0"),
    ),
    _odd(
        "healthy/cached",
        "Age and a cache's marks",
        having(age="300", x_cache="HIT", via="cache1.sim.test"),
    ),
    _odd("healthy/info-more", ".info has more fields, and blanks", when(_INFO, body(_more))),
    _odd(
        "healthy/info-offset",
        ".info has a Time with an offset and a fraction",
        when(_INFO, body(_shifted)),
    ),
    _odd("healthy/info-bare", ".info has a Version alone", when(_INFO, body(_bare))),
    _odd(
        "healthy/bang-literal-404",
        "! as it is, where go sends %21, is answered 404",
        when(written("!"), answering(page(404, "404 Not Found"))),
    ),
    _odd(
        "healthy/plus-encoded-404",
        "%2B, where go sends +, is answered 404",
        when(written("%2B"), answering(page(404, "404 Not Found"))),
    ),
    _list(
        "healthy/incompatible-unlisted",
        "lists leave +incompatible versions out",
        lambda lines: b"\n".join((*(line for line in lines if b"+" not in line), b"")),
        of(INCOMPATIBLE[0]),
    ),
    _list(
        "healthy/toolchain-linux-only",
        "toolchains for linux-amd64 are listed alone",
        lambda lines: _lines_with(b".linux-amd64", lines),
        of(TOOLCHAIN),
    ),
    _list("fact/crlf-list", "lists have CRLF", lambda lines: b"\r\n".join((*lines, b""))),
    _list("fact/no-last-newline", "lists end without LF", b"\n".join),
    _list(
        "fact/nul-list",
        "lists end in NULs, as after a crash",
        lambda lines: b"\n".join((*lines, bytes(8))),
    ),
    _list(
        "fact/duplicates",
        "lists name everything twice",
        lambda lines: b"\n".join((*lines, *lines, b"")),
    ),
    _list(
        "fact/reversed",
        "lists begin with the highest",
        lambda lines: b"\n".join((*reversed(lines), b"")),
    ),
    _list(
        "fact/columns",
        "lists have a column of times",
        lambda lines: b"".join(line + b" 2019-11-30T01:34:51Z\n" for line in lines),
    ),
    _list(
        "fact/junk-lines",
        "lists have lines that are no versions",
        lambda lines: b"\n".join((b"# cached", *lines, b"latest", b"")),
    ),
    _list(
        "fact/pseudo-in-list",
        "lists name pseudo-versions",
        lambda lines: b"\n".join((*lines, UNTAGGED[1].encode(), b"")),
    ),
    _odd(
        "fact/prefix-403",
        "beginnings of module paths (github.com) are answered 403",
        when(shorter, answering(text(403, "forbidden"))),
    ),
    _odd(
        "fact/prefix-500", "the same are answered 500", when(shorter, answering(page(500, "500")))
    ),
    _odd("fact/clock-ahead", "Date is ten minutes ahead of the time", _dated(_TEN_MINUTES)),
    _odd("fact/clock-behind", "Date is ten minutes behind the time", _dated(-_TEN_MINUTES)),
)
