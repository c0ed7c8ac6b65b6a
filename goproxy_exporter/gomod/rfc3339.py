"""Which time stamps does Go's JSON reader take?

Source: time.Time.UnmarshalJSON of go 1.27.3, which is laxer than RFC 3339: one digit for the
hour, a comma before the fraction, and offsets up to 24:60 pass.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

from goproxy_exporter.errors import ProtocolError

_STAMP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{1,2}):([0-9]{2}):([0-9]{2})"
    r"(?:[.,]([0-9]+))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)
_LEAP_YEAR = 2000
_DAY = timedelta(days=1)


def parse_time(text: str) -> datetime | None:
    """Read a time stamp, cut to microseconds, with the offset it was sent with.

    None for an instant that Go can tell and Python cannot: before the year 1, after 9999.
    Raises ProtocolError for what Go refuses.
    """
    if not (found := _STAMP.fullmatch(text)):
        raise ProtocolError(f"malformed time {text!r}")
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    fraction = int((found[7] or "0")[:6].ljust(6, "0"))
    try:
        # The year 0 is a leap year to Go; 2000 stands in for it.
        stamp = datetime(year or _LEAP_YEAR, month, day, hour, minute, second, fraction, tzinfo=UTC)
    except ValueError as error:
        raise ProtocolError(f"malformed time {text!r}: {error}") from None
    offset = _offset(text, found)
    return _place(stamp, offset) if year else None


def _offset(text: str, found: re.Match[str]) -> timedelta:
    if not found[8]:
        return timedelta()
    hours, minutes = int(found[9]), int(found[10])
    if hours > 24 or minutes > 60:  # noqa: PLR2004 - Go's own bounds, both included
        raise ProtocolError(f"malformed time {text!r}: offset out of range")
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if found[8] == "-" else offset


def _place(stamp: datetime, offset: timedelta) -> datetime | None:
    if abs(offset) < _DAY:
        return stamp.replace(tzinfo=timezone(offset)) if offset else stamp
    try:
        return stamp - offset
    except OverflowError:
        return None
