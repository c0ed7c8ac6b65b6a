"""How old are the youngest versions that can all be seen?"""

from collections.abc import Iterable

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
SLOTS: tuple[tuple[str, float], ...] = (
    ("1m", _MINUTE),
    ("5m", 5 * _MINUTE),
    ("30m", 30 * _MINUTE),
    ("2h", 2 * _HOUR),
    ("6h", 6 * _HOUR),
    ("24h", _DAY),
    ("7d", 7 * _DAY),
)
"""Names of ages, as the status pages of Linux mirrors have them, and their ends in seconds."""


def slot_of(age: float) -> str | None:
    """Name the slot of an age in seconds; None for what is not fresh any more."""
    return next((name for name, end in SLOTS if age <= end), None)


def reached(ages: Iterable[tuple[float, bool]]) -> str | None:
    """Name the newest slot that has versions, all of them visible, and none older missing.

    `ages` are (age in seconds, whether it is visible). None where not even the oldest slot with
    versions is visible, or where there is none.
    """
    newest = None
    shown: dict[str, bool] = {}
    for age, visible in ages:
        name = slot_of(age)
        if name is not None:
            shown[name] = shown.get(name, True) and visible
    for name, _ in reversed(SLOTS):
        if not shown.get(name, True):
            return newest
        newest = name if name in shown else newest
    return newest
