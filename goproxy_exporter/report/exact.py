"""How are moments and durations written for programs?"""

from datetime import UTC, datetime


def timestamp(moment: float) -> str:
    """Write Unix seconds as RFC 3339 in UTC, to the millisecond."""
    told = datetime.fromtimestamp(moment, UTC)
    return told.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds(value: float | None) -> float | None:
    """Write a duration in seconds, to the microsecond; null for what did not happen."""
    return None if value is None else round(value, 6)
