"""Faults of one address of a mirror, where the others work."""

from goproxy_exporter.simulator.conduct import Bend, Conduct, Door, Fault, Greeting
from goproxy_exporter.simulator.faults.bends import answering, breaking, on, when
from goproxy_exporter.simulator.faults.tls import TLS
from goproxy_exporter.simulator.reply import Ending, page, text
from goproxy_exporter.simulator.request import Kind

FIRST, LAST, SIXTH = "127.0.0.1", "127.0.0.2", "::1"
"""The addresses of a mirror, in the order in which the nameserver gives them; and over IPv6."""


def _edge(variant: str, meaning: str, here: Conduct, address: str = LAST) -> Fault:
    name = "edge.inconsistent"
    return Fault(f"{name}{variant}", f"{address} {meaning}", name, here=here, edge=address)


def _bent(bend: Bend) -> Conduct:
    return Conduct(bend=bend)


_EXPIRED = next(fault.here for fault in TLS if fault.name == "tls.expired")
_HTML = answering(page(200, "Sign in to continue"))

EDGE = (
    _edge("", "refuses connections", Conduct(door=Door.REFUSED)),
    _edge("/first", "refuses connections, and comes first", Conduct(door=Door.REFUSED), FIRST),
    _edge("/ipv6", "refuses connections", Conduct(door=Door.REFUSED), SIXTH),
    _edge("/swallowed", "drops every SYN", Conduct(door=Door.SWALLOWED)),
    _edge("/reset", "resets connections", Conduct(door=Door.RESET)),
    _edge("/hello", "resets handshakes", Conduct(greeting=Greeting.RESET)),
    _edge("/tls_expired", "presents an expired certificate", _EXPIRED),
    _edge("/5xx", "answers 502", _bent(answering(page(502, "502 Bad Gateway")))),
    _edge("/403", "answers 403", _bent(answering(text(403, "not available in your region")))),
    _edge("/silent", "takes requests and never answers", _bent(breaking(Ending.SILENCE))),
    _edge("/soft200", "answers lists with a login page", Conduct(bend=when(on(Kind.LIST), _HTML))),
)
