"""What makes one make of server differ from another."""

from collections.abc import Callable
from dataclasses import dataclass

from goproxy_exporter.simulator.inquiry import Inquiry
from goproxy_exporter.simulator.modules import Catalogue
from goproxy_exporter.simulator.reply import Reply
from goproxy_exporter.simulator.request import Request

Answer = Callable[[Request, Catalogue], Reply]
Relay = Callable[[Request, Inquiry, Reply], Reply]
"""Passes on what a checksum database answers; to ``supported`` that is an empty 200."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A make of server. `prefix` is what its URL ends with, without a slash at the end."""

    name: str
    meaning: str
    answer: Answer
    prefix: str = ""
    login: tuple[str, str] | None = None
    """User and password that it wants, as everybody may know."""
    relay: Relay | None = None
    """How it relays checksum databases; None: it does not."""
