"""What is asked of a checksum database, at its own host or below a mirror's URL?

Source: golang.org/x/mod/sumdb, server.go; ``/sumdb/NAME/supported`` is a mirror's alone.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.path import unescape_path, unescape_version
from goproxy_exporter.gomod.tile import Tile, parse_tile_path

_PATH = re.compile(
    r"(?:/sumdb/(?P<name>.+?))?"
    r"/(?:(?P<single>supported|latest)|lookup/(?P<key>.+)|(?P<tile>tile/.+))"
)


class Resource(StrEnum):
    """Which of a checksum database's resources a path names."""

    SUPPORTED = "supported"
    LATEST = "latest"
    LOOKUP = "lookup"
    TILE = "tile"
    """Of hashes or of records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What a path asks. `name` is the database's where a mirror is asked, else empty.

    `module` and `version` are a lookup's, empty where no client writes such a path; `tile` is
    None where no client does.
    """

    resource: Resource
    name: str = ""
    module: str = ""
    version: str = ""
    tile: Tile | None = None


def read_inquiry(path: str) -> Inquiry | None:
    """Read a decoded path that starts with a slash; None for what is no checksum database's."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    name = match["name"] or ""
    if match["key"]:
        module, version = _looked_up(match["key"])
        return Inquiry(resource=Resource.LOOKUP, name=name, module=module, version=version)
    if match["tile"]:
        return Inquiry(resource=Resource.TILE, name=name, tile=_tile(match["tile"]))
    return Inquiry(resource=Resource(match["single"]), name=name)


def _looked_up(key: str) -> tuple[str, str]:
    module, _, version = key.partition("@")
    try:
        return unescape_path(module), unescape_version(version)
    except ProtocolError:
        return "", ""


def _tile(path: str) -> Tile | None:
    try:
        return parse_tile_path(path)
    except ProtocolError:
        return None
