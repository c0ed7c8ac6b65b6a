"""What is remembered of a mirror between two runs?"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the runs so far add up to. A value: `step` gives the next one."""

    sightings: dict[str, str] = field(default_factory=dict)
