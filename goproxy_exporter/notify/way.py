"""By which way, and with how much patience, is a receiver reached?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from goproxy_exporter.model.mirror import Access
from goproxy_exporter.wire.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How hard is tried. Times are seconds; `deadline` is for all attempts together."""

    attempts: int = 4
    deadline: float = 30.0
    timeout: float = 10.0
    longest_wait: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """By which way receivers are reached: whom to trust, and through which forward proxy."""

    access: Access = field(default_factory=Access)
    environment: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    patience: Patience = field(default_factory=Patience)
