"""What is asked of a simulated host, as the go command means it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.path import unescape_path, unescape_version
from goproxy_exporter.simulator.inquiry import Inquiry, read_inquiry

_PLACES = re.compile(r"/(?P<module>.+)/@(?:v/(?:list|(?P<version>.+)\.(?:info|mod|zip))|latest)")


class Kind(StrEnum):
    """Which of a module proxy's resources a path names."""

    LIST = "list"
    LATEST = "latest"
    INFO = "info"
    MOD = "mod"
    ZIP = "zip"
    OTHER = "other"
    """Not a module proxy's path, or one that the go command never writes."""


RESOURCES = (Kind.LIST, Kind.LATEST, Kind.INFO, Kind.MOD, Kind.ZIP)


@dataclass(frozen=True, slots=True)
class Target:
    """What a path means; `module` and `version` are unescaped, empty where there is none."""

    kind: Kind
    module: str = ""
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, as a host understands it.

    `path` is percent-decoded and starts with a slash; what a mirror's URL ends with (its prefix)
    is cut off. Header names are in lower case. `at` is Unix seconds. `neighbours` are the base
    URLs of other hosts of the world (``cdn``, ``mirror``, ``login``, ``plain``), written the way
    this host was asked for: by name or by address.
    """

    method: str
    path: str
    raw: str = ""
    """The path before it was decoded: ``%21`` and ``!`` differ."""
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    protocol: str = "HTTP/1.1"
    host: str = ""
    address: str = ""
    """The address of the simulator that was connected to."""
    at: float = 0.0
    neighbours: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def target(self) -> Target:
        """What the path means to a module proxy."""
        return read_target(self.path)

    @cached_property
    def inquiry(self) -> Inquiry | None:
        """What the path means to a checksum database or a relay of one."""
        return read_inquiry(self.path)

    @property
    def url(self) -> str:
        """The path as it was asked for, with its query."""
        return f"{self.path}?{self.query}" if self.query else self.path


def read_target(path: str) -> Target:
    """Read a decoded path; what is not a module proxy's is `Kind.OTHER`."""
    match = _PLACES.fullmatch(path)
    if match is None:
        return Target(Kind.OTHER)
    version = match["version"]
    try:
        module = unescape_path(match["module"])
        unescaped = unescape_version(version) if version else ""
    except ProtocolError:
        return Target(Kind.OTHER)
    last = path.rpartition("/")[2].lstrip("@")
    return Target(Kind(last.rpartition(".")[2] if version else last), module, unescaped)
