"""What is seen of a mirror, as queries that several boards share?

Of several exporters the one that sees most trouble counts.
"""

from boards.look import NUMBERS
from boards.query import of, of_chain, rate
from goproxy_exporter.model.names import Axis, State


def state() -> str:
    """Give each mirror's state as its number; where exporters differ, the worst."""
    parts = (
        f"{of('goproxy_mirror_state', state=one)} * {NUMBERS[one]}"
        for one in State
        if one is not State.UNKNOWN
    )
    return f"max by (mirror) ({' or '.join(parts)})"


def axis(one: Axis) -> str:
    """Tell whether each mirror is all right in this respect."""
    return f"min by (mirror) ({of('goproxy_mirror_axis_success', axis=one)})"


def failing() -> str:
    """Give the share of requests that got a 5xx, a 429 or no answer."""
    bad = rate(of("goproxy_responses_total", code="~5..|429"))
    silent = rate(of("goproxy_request_failures_total"))
    every = rate(of("goproxy_requests_total"))
    return f"(sum by (mirror) ({bad}) + sum by (mirror) ({silent})) / sum by (mirror) ({every})"


def slowest(by: str, quantile: float = 0.95) -> str:
    """Give a quantile of the time that requests took, in seconds."""
    spread = rate(of("goproxy_request_duration_seconds_bucket"))
    return f"histogram_quantile({quantile}, sum by ({by}, le) ({spread}))"


def odds() -> str:
    """Give the chance that a build survives on this mirror alone."""
    return f"min by (mirror) ({of('goproxy_build_success_ratio')})"


def left() -> str:
    """Give the seconds until the certificates of each mirror's hosts end."""
    return f"min by (mirror, host) ({of('goproxy_tls_not_after_timestamp_seconds')}) - time()"


def chain(metric: str) -> str:
    """Give the worst that any exporter sees of a list for which less is worse."""
    return f"min by (chain) ({of_chain(metric)})"
