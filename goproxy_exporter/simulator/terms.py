"""What can a world be told to be like?"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from goproxy_exporter.simulator.modules import Catalogue
from goproxy_exporter.simulator.site import Extension


class Terms(TypedDict, total=False):
    """What a world is like; every key may be left out."""

    faults: Mapping[str, Sequence[str]]
    """Names of faults by mirror, or by a host of an extension."""
    port: int
    """The first of consecutive ports; 0, the default: any that are free."""
    mirrors: Sequence[str]
    """Which there are; default all of `STYLES`."""
    extensions: Sequence[Extension]
    catalogue: Catalogue
    """What was published long ago; a module with fresh releases comes on top of it."""
    started: float
    """The Unix time at which the world begins; default now. Fresh releases are a little older."""
    forgotten: int
    """How many records of modules that nobody serves the checksum database has besides the usual."""
    seed: int
    """Equal seeds make equal jitter."""
    slow_seconds: float
    """How late a late first byte is; 6 by default."""
    slow_rate: float
    """Bytes per second of a slow body; 50,000 by default."""
    directory: Path
    """Where files are written; default a temporary directory that goes with the world."""
