"""What can go wrong, as values with fields; texts are derived."""

from dataclasses import dataclass


class GoproxyError(Exception):
    """The root: everything this program raises on purpose."""


LONGEST_REASON = 1000
"""Characters of a reason: reasons quote what a peer sent, and are kept."""


class ProtocolError(GoproxyError, ValueError):
    """Bytes that the go command would refuse, with its reason in words."""

    def __init__(self, reason: str) -> None:
        cut = len(reason) > LONGEST_REASON
        super().__init__(f"{reason[: LONGEST_REASON - 1]}…" if cut else reason)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a configuration, and where.

    `line` and `column` count from 1; None where a problem has no place in a file (a flag, say).
    `path` is the key as a reader would write it: ``mirrors[0].url``.
    """

    file: str
    line: int | None
    column: int | None
    path: str
    message: str

    def __str__(self) -> str:
        """Give ``file:line:column: path: message``, leaving out what is not known."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return ": ".join(part for part in (place, self.path, self.message) if part)


class ConfigError(GoproxyError):
    """A configuration that cannot be used: every problem at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))
