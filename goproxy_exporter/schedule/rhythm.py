"""At which moments is a check due?"""

from zlib import crc32

from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import CheckName

FIRST_LOOK = 3.0
"""Seconds over which the first runs of `endpoints` are spread."""
FIRST_ROUND = 30.0
"""Seconds over which the first runs of other checks are spread at least."""
FIRST_SHARE = 0.1
"""The share of its interval over which the first runs of a slow check are spread."""


def offset(check: Check) -> float:
    """Give the seconds by which a check's beats lie after full intervals: the same every time.

    Spread by name, so that checks neither start at once nor move when others come and go.
    """
    return _fraction(check) * check.interval


def first_due(check: Check, now: float) -> float:
    """Give the moment of the first run, with `now` and the result in monotonic seconds.

    Whether a mirror answers is known within seconds; what is asked rarely waits longer, so that a
    program that is restarted again and again does no harm.
    """
    if check.name is CheckName.ENDPOINTS:
        spread = FIRST_LOOK
    else:
        spread = max(FIRST_ROUND, FIRST_SHARE * check.interval)
    return now + _fraction(check) * min(check.interval, spread)


def second_due(check: Check, first: float, started: float) -> float:
    """Give the moment of the second run, from which on the beat is regular.

    It lies on the check's own offset from `started`, half an interval to one and a half after
    the first run.
    """
    due = started + offset(check)
    return due if due - first >= check.interval / 2 else due + check.interval


def next_due(due: float, interval: float, now: float) -> float:
    """Give the moment after `due`: no drift, and no crowd of beats to be caught up with."""
    return max(due + interval, now)


def _fraction(check: Check) -> float:
    return crc32(f"{check.mirror.key}/{check.name}".encode()) / 2**32
