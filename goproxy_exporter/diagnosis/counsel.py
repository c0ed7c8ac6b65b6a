"""What is told about every cause?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counsel:
    """The standing texts about one cause code."""

    meaning: str
    """One sentence: what is so."""
    action: str
    """One or two sentences: what to do now, and by whom."""
    prints: str
    """What the go command says, with ``M`` for the mirror; empty where it says nothing."""
