"""Faults of golang.org/toolchain alone."""

from goproxy_exporter.gomod.toolchain import MODULE
from goproxy_exporter.simulator.conduct import Bend, Conduct, Fault
from goproxy_exporter.simulator.faults.bends import (
    Test,
    answering,
    each,
    everything,
    files,
    of,
    on,
    when,
)
from goproxy_exporter.simulator.reply import Reply, page, text
from goproxy_exporter.simulator.request import Kind


def _toolchain(variant: str, meaning: str, reply: Reply, *, test: Test = everything) -> Fault:
    name = "toolchain.unavailable"
    bend: Bend = when(each(of(MODULE), test), answering(reply))
    return Fault(f"{name}{variant}", f"{MODULE} {meaning}", name, here=Conduct(bend=bend))


_LIST = on(Kind.LIST)
_ABSENT = text(404, f"not found: module {MODULE}: no such repository")

TOOLCHAIN = (
    _toolchain("", "is answered 403", text(403, "blocked by policy")),
    _toolchain("/404", "is not there", _ABSENT),
    _toolchain("/empty_list", "has an empty list, and its files", Reply(), test=_LIST),
    _toolchain("/list", "has no list, but its files", _ABSENT, test=_LIST),
    _toolchain("/files", "has a list, but no files", _ABSENT, test=files),
    _toolchain("/502", "is answered 502", page(502, "502 Bad Gateway")),
    _toolchain("/soft200", "is a page of HTML with status 200", page(200, "Blocked")),
)
