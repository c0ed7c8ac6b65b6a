"""What does the meaning of a configuration depend on besides its text?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from goproxy_exporter.config.defaults import FLOOR
from goproxy_exporter.config.files import Files
from goproxy_exporter.model.names import CheckName


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The environment, the files, which probes exist, and how often a check may run at most."""

    env: Mapping[str, str] = field(repr=False)
    files: Files
    implemented: frozenset[CheckName]
    floor: float = FLOOR
    """Seconds."""
