"""How is an exchange written in the JSON document?"""

from goproxy_exporter.model.exchange import Certificate, Exchange, Failure, Phases, TlsFacts
from goproxy_exporter.model.result import Fact
from goproxy_exporter.report.exact import seconds, timestamp

Object = dict[str, Fact]


def hop_objects(exchange: Exchange) -> list[Object]:
    """Give one element of `exchanges` for each hop: redirects are answers too."""
    return [_hop(exchange, number) for number in range(len(exchange.hops))]


def _hop(exchange: Exchange, number: int) -> Object:
    hop = exchange.hops[number]
    last = hop is exchange.last
    failure = hop.failure or (exchange.failure if last else None)
    return {
        "url": hop.url,
        "endpoint": str(exchange.endpoint),
        "module": exchange.module,
        "hop": number,
        "status": hop.status,
        "protocol": hop.protocol,
        "address": hop.address,
        "bytes": exchange.size if last else hop.received,
        "phases": _phases(hop.phases),
        "reused": hop.reused,
        "failure": None if failure is None else _failure(failure),
        "tls": None if hop.tls is None or hop.reused else _tls(hop.tls),
        "headers": dict(reversed(hop.headers)),
        "attempts": [{"address": address, "why": why} for address, why in hop.attempts],
        "rtt_seconds": seconds(hop.rtt),
        "retransmits": hop.retransmits,
    }


def _phases(phases: Phases) -> Object:
    return {name: seconds(value) for name, value in phases.named.items()}


def _failure(failure: Failure) -> Object:
    return {
        "kind": str(failure.kind),
        "reason": str(failure.reason),
        "detail": failure.detail,
        "fact": failure.fact,
    }


def _tls(tls: TlsFacts) -> Object:
    return {
        "version": tls.version,
        "cipher": tls.cipher,
        "alpn": tls.alpn,
        "verified": tls.verified,
        "verified_until": None if tls.verified_until is None else timestamp(tls.verified_until),
        "failure": None if tls.failure is None else _failure(tls.failure),
        "chain": [_certificate(certificate) for certificate in tls.chain],
    }


def _certificate(certificate: Certificate) -> Object:
    return {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "serial": certificate.serial,
        "not_before": timestamp(certificate.not_before),
        "not_after": timestamp(certificate.not_after),
        "names": list(certificate.names),
        "key": certificate.key,
        "signature": certificate.signature,
        "sha256": certificate.sha256,
    }
