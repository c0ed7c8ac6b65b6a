"""Does the mirror ask to be asked less, and until when?"""

from datetime import UTC, datetime

from goproxy_exporter.diagnosis.http_date import read_date
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange, FailureKind, Hop

LONGEST = 3600.0
"""Seconds for which a request to stay away is honoured at most."""
_ALWAYS = 429
_WITH_A_SIGN = frozenset((403, 478, 503))
"""Statuses that mean throttling only beside Retry-After or an exhausted limit."""
_EPOCH = 10**9
"""From here on a number in a reset header is a moment, not a span."""


def throttled(exchange: Exchange) -> Symptom | None:
    """Judge whether a final status, or how HTTP/2 ended, means: come back later."""
    hop = exchange.last
    if _calm(exchange):
        summary = f"{hop.host} asks over HTTP/2 to be asked less"
        return Symptom(code=Code.HTTP_429, summary=summary, looks=1)
    sign = _sign(hop)
    if hop.status != _ALWAYS and not (hop.status in _WITH_A_SIGN and sign):
        return None
    told = f" with {sign}" if sign else ""
    summary = f"{hop.host} answers {hop.status}{told}: it asks for fewer requests"
    return Symptom(code=Code.HTTP_429, summary=summary, looks=1)


def retry_at(exchange: Exchange) -> float | None:
    """Give the moment (Unix seconds, at most an hour ahead) before which nothing may be asked.

    Retry-After is seconds or an HTTP date (RFC 9110, section 10.2.3); a date is held against the
    answer's own Date, so that a wrong clock on either side does not matter. Without Retry-After
    the reset of an exhausted rate limit counts. None where the answer names no moment.
    """
    ended = exchange.started + exchange.duration
    wait = _retry_after(exchange.last, ended)
    if wait is None and _exhausted(exchange.last):
        wait = _reset(exchange.last, ended)
    if wait is None or wait <= 0:
        return None
    return ended + min(wait, LONGEST)


def _calm(exchange: Exchange) -> bool:
    """Tell whether the peer said ENHANCE_YOUR_CALM over HTTP/2."""
    failure = exchange.failure
    return failure is not None and failure.kind is FailureKind.H2_ENHANCE_YOUR_CALM


def _sign(hop: Hop) -> str | None:
    if hop.header("retry-after") is not None:
        return "Retry-After"
    return "an exhausted rate limit" if _exhausted(hop) else None


def _exhausted(hop: Hop) -> bool:
    names = ("ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining")
    return any((hop.header(name) or "").strip() == "0" for name in names)


def _retry_after(hop: Hop, ended: float) -> float | None:
    text = (hop.header("retry-after") or "").strip()
    seconds = _number(text)
    if seconds is not None:
        return seconds
    moment = read_date(text)
    return None if moment is None else moment - (read_date(hop.header("date")) or ended)


def _reset(hop: Hop, ended: float) -> float | None:
    names = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")
    told = (_number((hop.header(name) or "").strip()) for name in names)
    number = next((value for value in told if value is not None), None)
    if number is None:
        return None
    return number - ended if number >= _EPOCH else number


def _number(text: str) -> float | None:
    """Read a plain decimal number of at most twelve digits."""
    plain = text.isascii() and text.isdigit() and len(text) <= len("999999999999")
    return float(text) if plain else None


def stamp(moment: float) -> str:
    """Write Unix seconds the way people and JSON read them: RFC 3339 in UTC."""
    try:
        return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return "out of range"
