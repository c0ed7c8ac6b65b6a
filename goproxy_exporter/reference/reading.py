"""What does an answer of the reference say?"""

from collections.abc import Callable
from typing import TypeVar

from goproxy_exporter.diagnosis.page import upstream_trouble
from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.info import parse_info
from goproxy_exporter.gomod.listing import parse_list
from goproxy_exporter.gomod.status import Class, classify
from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.mirror import Canary

T = TypeVar("T")

Read = Callable[[bytes], T | None]
"""Gives what the body of a success says, None where it is not what was asked for."""


def told(exchange: Exchange, body: bytes, read: Read[T], absent: T | None) -> T | None:
    """Give what an answer says; `absent` for an honest 404 or 410, None where it tells nothing."""
    status = exchange.status
    if not exchange.answered or status is None:
        return None
    match classify(status):
        case Class.SUCCESS:
            return read(body)
        case Class.NOT_EXIST:
            return None if upstream_trouble(body) else absent
        case Class.STOP:
            return None


def has(canary: Canary) -> Read[bool]:
    """Tell whether a body is right for a canary."""

    def read(body: bytes) -> bool | None:
        return True if _is_right(body, canary) else None

    return read


def versions(body: bytes) -> frozenset[str] | None:
    """Give the versions of a list, without what `go` drops."""
    if body.lstrip().startswith(b"<"):
        return None
    return frozenset(parse_list(body).versions)


def latest(body: bytes) -> str | None:
    """Give the version that ``@latest`` names."""
    try:
        return parse_info(body, None).version
    except ProtocolError:
        return None


def _is_right(body: bytes, canary: Canary) -> bool:
    if canary.version is None:
        return versions(body) is not None
    try:
        parse_info(body, canary.version)
    except ProtocolError:
        return False
    return True
