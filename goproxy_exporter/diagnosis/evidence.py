"""What of an exchange can be shown to the mirror's operator?"""

from goproxy_exporter.diagnosis.throttle import retry_at, stamp
from goproxy_exporter.model.exchange import Certificate, Exchange, Hop, Phases, TlsFacts
from goproxy_exporter.model.result import Fact

_TELLING = (
    "age",
    "cache-control",
    "content-encoding",
    "content-length",
    "date",
    "eagleid",
    "etag",
    "expires",
    "last-modified",
    "ratelimit-remaining",
    "retry-after",
    "server",
    "via",
    "warning",
    "www-authenticate",
    "x-amz-cf-pop",
    "x-cache",
    "x-ratelimit-remaining",
    "x-served-by",
    "x-swift-cachetime",
    "x-swift-savetime",
)
_REQUEST_ID = ("cf-ray", "-request-id", "-id-2", "-cf-id", "x-trace", "x-guploader-uploadid")
_MOST_HEADERS = 24


def of_exchange(exchange: Exchange) -> dict[str, Fact]:
    """Give what was asked, who answered and how, as JSON values; absent keys did not happen."""
    last = exchange.last
    facts: dict[str, Fact] = {
        "url": exchange.url,
        "started": stamp(exchange.started),
        "duration_seconds": round(exchange.duration, 6),
        "host": last.host,
        "address": last.address,
        "status": last.status,
        "protocol": last.protocol,
        "content_type": last.header("content-type"),
        "bytes": exchange.size or None,
        "excerpt": exchange.excerpt or None,
        "waited_seconds": round(exchange.waited, 3) or None,
        "phases": of_phases(exchange.phases) or None,
        "headers": _headers(last) or None,
        "failure": _failure(exchange),
        "hops": [_hop(hop) for hop in exchange.hops] if len(exchange.hops) > 1 else None,
        "attempts": [list(attempt) for attempt in last.attempts] or None,
        "tls": of_tls(last.tls) if last.tls else None,
        "retry_at": _moment(retry_at(exchange)),
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def of_tls(tls: TlsFacts) -> dict[str, Fact]:
    """Give what a handshake settled and whose certificate was shown."""
    facts: dict[str, Fact] = {
        "version": tls.version,
        "cipher": tls.cipher,
        "alpn": tls.alpn,
        "verified": tls.verified,
        "verified_until": _moment(tls.verified_until),
        "certificate": _certificate(tls.chain[0]) if tls.chain else None,
        "chain_length": len(tls.chain) or None,
        "reason": tls.failure.fact if tls.failure else None,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def of_phases(phases: Phases) -> dict[str, Fact]:
    """Give the seconds of each phase that happened."""
    return {name: round(seconds, 6) for name, seconds in phases.named.items()}


def _certificate(certificate: Certificate) -> dict[str, Fact]:
    return {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "serial": certificate.serial,
        "names": list(certificate.names[:20]),
        "not_before": stamp(certificate.not_before),
        "not_after": stamp(certificate.not_after),
        "key": certificate.key,
        "signature": certificate.signature,
        "sha256": certificate.sha256,
    }


def _headers(hop: Hop) -> dict[str, Fact]:
    kept = [(name, value) for name, value in hop.headers if _telling(name)]
    return dict(kept[:_MOST_HEADERS])


def _telling(name: str) -> bool:
    return name in _TELLING or any(mark in name for mark in _REQUEST_ID)


def _hop(hop: Hop) -> Fact:
    return {"url": hop.url, "host": hop.host, "status": hop.status, "address": hop.address}


def _failure(exchange: Exchange) -> Fact:
    failure = exchange.failure
    if failure is None:
        return None
    told: dict[str, Fact] = {"kind": str(failure.kind), "detail": failure.detail}
    return {**told, "fact": failure.fact} if failure.fact else told


def _moment(unix: float | None) -> str | None:
    return None if unix is None else stamp(unix)
