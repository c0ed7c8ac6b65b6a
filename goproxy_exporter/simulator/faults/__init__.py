"""Everything that can be wrong with a host, by name: the cause it provokes, and a variant."""

import difflib
from collections.abc import Iterable, Mapping

from goproxy_exporter.errors import ConfigError, Problem
from goproxy_exporter.simulator.conduct import Fault
from goproxy_exporter.simulator.faults.dns import DNS
from goproxy_exporter.simulator.faults.edge import EDGE
from goproxy_exporter.simulator.faults.encoding import ENCODING
from goproxy_exporter.simulator.faults.freshness import FRESHNESS
from goproxy_exporter.simulator.faults.healthy import HEALTHY
from goproxy_exporter.simulator.faults.http import HTTP
from goproxy_exporter.simulator.faults.index import INDEX
from goproxy_exporter.simulator.faults.integrity import INTEGRITY
from goproxy_exporter.simulator.faults.log import LOG
from goproxy_exporter.simulator.faults.perf import PERF
from goproxy_exporter.simulator.faults.redirect import REDIRECT
from goproxy_exporter.simulator.faults.semantics import SEMANTICS
from goproxy_exporter.simulator.faults.sumdb import PROXYING
from goproxy_exporter.simulator.faults.tampering import TAMPERING
from goproxy_exporter.simulator.faults.tls import TLS
from goproxy_exporter.simulator.faults.toolchain import TOOLCHAIN
from goproxy_exporter.simulator.faults.transport import TRANSPORT
from goproxy_exporter.simulator.faults.vulndb import VULNDB

__all__ = ["FAULTS", "Fault", "MisplacedFaultError", "UnknownNameError", "known"]

_MIRRORS = (DNS, TRANSPORT, TLS, REDIRECT, HTTP, SEMANTICS, INTEGRITY, TAMPERING)
_SPECIAL = (ENCODING, TOOLCHAIN)
_ALL = (*_MIRRORS, PROXYING, LOG, FRESHNESS, *_SPECIAL, EDGE, PERF, HEALTHY, VULNDB, INDEX)

FAULTS: Mapping[str, Fault] = {fault.name: fault for group in _ALL for fault in group}


class UnknownNameError(ConfigError, LookupError):
    """A name that the simulated world does not have; `near` are those that resemble it."""

    def __init__(self, what: str, name: str, names: Iterable[str]) -> None:
        self.name = name
        self.near = tuple(_near(name, tuple(names)))
        hint = f"; near it: {', '.join(self.near)}" if self.near else ""
        message = f"there is no {what} called {name!r}{hint}"
        super().__init__((Problem("", None, None, "", message),))


class MisplacedFaultError(ConfigError):
    """A fault that would do nothing at the host for which it was named."""

    def __init__(self, fault: Fault, host: str) -> None:
        self.fault, self.host = fault, host
        message = f"the fault {fault.name} is made for {' or '.join(fault.only)}, not for {host}"
        super().__init__((Problem("", None, None, "", message),))


def known(name: str) -> Fault:
    """Give a fault by its name; raises UnknownNameError."""
    try:
        return FAULTS[name]
    except KeyError:
        raise UnknownNameError("fault", name, FAULTS) from None


def _near(name: str, names: tuple[str, ...]) -> Iterable[str]:
    """Give what is spelled alike, else what has the name as a part."""
    alike = difflib.get_close_matches(name, names, n=5)
    return alike or [one for one in names if name in one][:5]
