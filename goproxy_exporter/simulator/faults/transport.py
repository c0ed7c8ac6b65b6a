"""Faults of connections: TCP, and HTTP/2 where it breaks off."""

from goproxy_exporter.simulator.conduct import Bend, Conduct, Door, Fault, Greeting
from goproxy_exporter.simulator.faults.bends import (
    answering,
    both,
    breaking,
    cutting,
    delivered,
    files,
    on,
    shorter,
    turn,
    unknown,
    when,
)
from goproxy_exporter.simulator.reply import (
    HALF_HEAD,
    Break,
    Ending,
    Endless,
    Framing,
    H2Code,
    Reply,
)
from goproxy_exporter.simulator.request import Kind

_HTTP1 = ("http/1.1",)


def _reset(variant: str, meaning: str, conduct: Conduct) -> Fault:
    return Fault(f"transport.reset{variant}", meaning, "transport.reset", here=conduct)


def _timeout(variant: str, meaning: str, conduct: Conduct) -> Fault:
    return Fault(f"transport.timeout{variant}", meaning, "transport.timeout", here=conduct)


def _stream(variant: str, meaning: str, bend: Bend) -> Fault:
    name = "transport.h2_stream_error"
    return Fault(f"{name}{variant}", meaning, name, here=Conduct(bend=bend))


def _healthy(variant: str, meaning: str, bend: Bend) -> Fault:
    return Fault(variant, meaning, None, here=Conduct(bend=bend))


def _first(number: int) -> bool:
    return number == 1


_half_head = delivered(broken=Break(Ending.RESET, HALF_HEAD))
_cut_chunks = both(delivered(framing=Framing.CHUNKED), cutting(Ending.CLOSE))

TRANSPORT = (
    Fault(
        "transport.refused",
        "no port is open: RST in answer to SYN",
        "transport.refused",
        here=Conduct(door=Door.REFUSED),
    ),
    Fault(
        "transport.plaintext",
        "the mirror has no TLS and its URL is http:// (a fault of public mirrors: by its address,"
        " a simulated one is none)",
        "transport.plaintext",
        here=Conduct(greeting=Greeting.PLAIN),
        plain=True,
    ),
    _reset("", "RST right after the TCP handshake", Conduct(door=Door.RESET)),
    _reset("/accept_close", "FIN right after the TCP handshake", Conduct(door=Door.CLOSED)),
    _reset("/hello", "RST in answer to the ClientHello", Conduct(greeting=Greeting.RESET)),
    _reset("/hello_close", "FIN in answer to the ClientHello", Conduct(greeting=Greeting.CLOSED)),
    _reset("/request", "RST in answer to every request", Conduct(bend=breaking(Ending.RESET))),
    _reset(
        "/request_close", "FIN in answer to every request", Conduct(bend=breaking(Ending.CLOSE))
    ),
    _reset("/head", "RST in the middle of every head", Conduct(bend=_half_head)),
    _reset(
        "/body",
        "RST in the middle of every zip",
        Conduct(bend=when(on(Kind.ZIP), cutting(Ending.RESET))),
    ),
    _reset(
        "/body_http1",
        "RST in the middle of every zip, over HTTP/1.1",
        Conduct(alpn=_HTTP1, bend=when(on(Kind.ZIP), cutting(Ending.RESET))),
    ),
    _reset(
        "/chunked_cut",
        "zips in chunks over HTTP/1.1 that end without the last chunk",
        Conduct(alpn=_HTTP1, bend=when(on(Kind.ZIP), _cut_chunks)),
    ),
    _timeout(
        "", "every request is taken and never answered", Conduct(bend=breaking(Ending.SILENCE))
    ),
    _timeout("/connect", "every SYN is dropped", Conduct(door=Door.SWALLOWED)),
    _timeout("/accept", "connections are accepted and never served", Conduct(door=Door.MUTE)),
    _timeout("/hello", "the ClientHello is never answered", Conduct(greeting=Greeting.MUTE)),
    _timeout(
        "/missing",
        "requests for what is no module are never answered",
        Conduct(bend=when(unknown, breaking(Ending.SILENCE))),
    ),
    _timeout(
        "/prefix",
        "requests for beginnings of module paths (github.com) are never answered",
        Conduct(bend=when(shorter, breaking(Ending.SILENCE))),
    ),
    _timeout(
        "/list",
        "requests for lists are never answered",
        Conduct(bend=when(on(Kind.LIST), breaking(Ending.SILENCE))),
    ),
    _timeout(
        "/body",
        "silence in the middle of every zip",
        Conduct(bend=when(on(Kind.ZIP), cutting(Ending.SILENCE))),
    ),
    _stream(
        "",
        "RST_STREAM with INTERNAL_ERROR in answer to everything",
        breaking(Ending.STREAM, code=H2Code.INTERNAL_ERROR),
    ),
    _stream(
        "/http_1_1_required",
        "RST_STREAM with HTTP_1_1_REQUIRED in answer to everything",
        breaking(Ending.STREAM, code=H2Code.HTTP_1_1_REQUIRED),
    ),
    _stream(
        "/protocol_error",
        "RST_STREAM with PROTOCOL_ERROR in answer to everything",
        breaking(Ending.STREAM, code=H2Code.PROTOCOL_ERROR),
    ),
    _stream(
        "/refused_stream",
        "RST_STREAM with REFUSED_STREAM in answer to everything, every time",
        breaking(Ending.STREAM, code=H2Code.REFUSED_STREAM),
    ),
    _stream(
        "/goaway",
        "GOAWAY with NO_ERROR before anything is processed, every time",
        breaking(Ending.GOAWAY),
    ),
    _stream(
        "/body",
        "RST_STREAM with INTERNAL_ERROR in the middle of every zip",
        when(on(Kind.ZIP), cutting(Ending.STREAM, code=H2Code.INTERNAL_ERROR)),
    ),
    _stream(
        "/body_cancel",
        "RST_STREAM with CANCEL in the middle of every zip",
        when(on(Kind.ZIP), cutting(Ending.STREAM, code=H2Code.CANCEL)),
    ),
    _stream(
        "/body_goaway",
        "GOAWAY with INTERNAL_ERROR and the end in the middle of every zip",
        when(on(Kind.ZIP), cutting(Ending.GOAWAY, code=H2Code.INTERNAL_ERROR)),
    ),
    _stream(
        "/endless_head",
        "every head is continued for ever, which breaks the connection",
        answering(Reply(endless=Endless.HEAD)),
    ),
    _healthy(
        "fact/h2-refused-once",
        "RST_STREAM with REFUSED_STREAM for the first request to every path",
        when(turn(_first), breaking(Ending.STREAM, code=H2Code.REFUSED_STREAM)),
    ),
    _healthy(
        "fact/h2-goaway-once",
        "GOAWAY with NO_ERROR, unprocessed, for the first request to every file",
        when(files, when(turn(_first), breaking(Ending.GOAWAY))),
    ),
    Fault(
        "http2.unavailable",
        "the server speaks HTTP/1.1 alone, and the configuration requires HTTP/2",
        "http2.unavailable",
        here=Conduct(alpn=_HTTP1),
        settings={"require_http2": True},
    ),
    Fault(
        "http2.unavailable/no_alpn",
        "the server knows no ALPN, and the configuration requires HTTP/2",
        "http2.unavailable",
        here=Conduct(alpn=()),
        settings={"require_http2": True},
    ),
)
