"""Is an answer slow, by what it shows of itself?"""

from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange, FailureKind, Hop
from goproxy_exporter.model.mirror import Thresholds
from goproxy_exporter.model.names import Blame

WEIGHTY = 256_000
"""Bytes from which on a body says something about throughput."""
_MOVING = 0.25
"""The share of the transfer that may pass in silence while a body still counts as moving."""


def throughput(exchange: Exchange) -> float | None:
    """Bytes per second of the final hop's body; None where it is too short to tell."""
    hop, seconds = exchange.last, exchange.last.phases.transfer
    if not seconds or hop.received < WEIGHTY:
        return None
    return hop.received / seconds


def slow_answer(exchange: Exchange, thresholds: Thresholds) -> Symptom | None:
    """Judge a complete answer that has nothing else wrong with it."""
    slowest = max(exchange.hops, key=_processing)
    if _processing(slowest) > thresholds.first_byte:
        return _late(exchange, slowest)
    rate = throughput(exchange)
    return None if rate is None else _trickle(exchange, rate, thresholds)


def cut_short(exchange: Exchange, thresholds: Thresholds) -> Symptom | None:
    """Judge an exchange that our own time limit ended: silent, slow, or merely long."""
    hop = exchange.last
    if hop.status is None:
        return _silent(exchange, thresholds)
    seconds = hop.phases.transfer or 0.0
    if exchange.waited > _MOVING * seconds:
        return _unanswered(f"The body of {exchange.last.url} stopped coming")
    due = _announced(hop) or hop.received
    if seconds < 1.0 or due < WEIGHTY:
        return None
    return _trickle(exchange, hop.received / seconds, thresholds)


def late_twice(exchange: Exchange, thresholds: Thresholds) -> bool:
    """Tell whether a silent exchange was over the limit for the first byte when it was ended."""
    failure = exchange.failure
    if failure is None or failure.kind is not FailureKind.DEADLINE:
        return False
    return exchange.last.status is None and _processing(exchange.last) > thresholds.first_byte


def _silent(exchange: Exchange, thresholds: Thresholds) -> Symptom:
    late = late_twice(exchange, thresholds)
    fits = {Code.PERF_SLOW_FIRST_BYTE} if late else set()
    return _unanswered(f"No answer within {exchange.duration:.1f} s", *fits)


def _unanswered(summary: str, *fits: Code) -> Symptom:
    codes = frozenset((Code.TRANSPORT_TIMEOUT, *fits))
    return Symptom(code=None, summary=summary, fits=codes)


def _late(exchange: Exchange, hop: Hop) -> Symptom:
    return Symptom(
        code=Code.PERF_SLOW_FIRST_BYTE,
        summary=f"{hop.host} took {_processing(hop):.1f} s for the first byte",
        blame=_blame(exchange, hop),
    )


def _trickle(exchange: Exchange, rate: float, thresholds: Thresholds) -> Symptom | None:
    if rate >= thresholds.throughput:
        return None
    return Symptom(
        code=Code.PERF_SLOW_THROUGHPUT,
        summary=f"The body came at {rate / 1000:.1f} kB/s",
        blame=_blame(exchange, exchange.last),
        evidence={"bytes_per_second": round(rate), "received": exchange.last.received},
    )


def _blame(exchange: Exchange, hop: Hop) -> Blame:
    abroad = hop.host != exchange.hops[0].host
    return Blame.REDIRECT_TARGET if abroad else Blame.MIRROR


def _processing(hop: Hop) -> float:
    return hop.phases.processing or 0.0


def _announced(hop: Hop) -> int | None:
    text = hop.header("content-length")
    return int(text) if text is not None and text.isascii() and text.isdigit() else None
