"""Which moment does an HTTP date name? (RFC 9110, section 5.6.7)"""

from datetime import UTC
from email.utils import parsedate_to_datetime


def read_date(text: str | None) -> float | None:
    """Give Unix seconds; None for what is absent, no date, or beyond what a date can be. Total."""
    try:
        moment = parsedate_to_datetime(text or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
