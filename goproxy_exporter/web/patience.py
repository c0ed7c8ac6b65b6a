"""How long may /probe take before the scraper gives up?"""

import math

HEADER = "X-Prometheus-Scrape-Timeout-Seconds"
UNSAID = 120.0
"""Seconds, where nobody says."""
LONGEST = 600.0


def patience(header: str | None, offset: float) -> float:
    """Give the seconds that remain for the checks. Raises ValueError for what is no timeout.

    `offset` is left for the way back; of a timeout that is not longer than that, half remains.
    """
    if header is None:
        return UNSAID
    try:
        seconds = float(header)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds > 0):
        raise ValueError(f"{HEADER} must be a number of seconds above 0")
    return min(max(seconds - offset, seconds / 2), LONGEST)
