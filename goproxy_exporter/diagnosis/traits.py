"""What is wrong with the connections of a run, though its answers are right?"""

from collections.abc import Iterable, Sequence
from ipaddress import ip_address

from goproxy_exporter.diagnosis.evidence import of_exchange, of_tls
from goproxy_exporter.diagnosis.looks import Look, Series
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Hop
from goproxy_exporter.model.mirror import Mirror
from goproxy_exporter.model.names import Blame
from goproxy_exporter.model.result import Finding

_DAY = 86400.0


def traits(run: Sequence[Series], mirror: Mirror) -> tuple[Finding, ...]:
    """Judge encryption, certificates' ends and the HTTP version from answers that came.

    Each is told once for a run, not once for each endpoint: it belongs to the connection. A look
    is an answer that shows it or might have shown it.
    """
    told = (_plaintext(run), _expiring(run, mirror), _no_http2(run, mirror))
    return tuple(finding for finding in told if finding is not None)


def _plaintext(run: Sequence[Series]) -> Finding | None:
    """Judge a mirror over http: anybody on the way can read along, if it is a public one."""
    seen = [pair for pair in _answered(run) if pair[1].exchange.hops[0].url.startswith("http:")]
    shown = [pair for pair in seen if _public(pair[1].exchange.hops[0])]
    if not shown:
        return None
    host = shown[0][1].exchange.hops[0].host
    summary = f"{host} is a public mirror, but is asked over http without encryption"
    return _told(Code.TRANSPORT_PLAINTEXT, summary, shown, len(seen), Blame.CONFIGURATION)


def _expiring(run: Sequence[Series], mirror: Mirror) -> Finding | None:
    """Judge whether the verified chain of some hop ends within the warning time."""
    seen = [pair for pair in _answered(run) if any(hop.tls for hop in pair[1].exchange.hops)]
    shown = [pair for pair in seen if _ending(pair[1], mirror.thresholds.tls_warning)]
    if not shown:
        return None
    look = shown[0][1]
    hop = _ending(look, mirror.thresholds.tls_warning)
    assert hop is not None and hop.tls is not None  # noqa: PT018 - one fact
    left = (hop.tls.verified_until or 0.0) - look.exchange.started
    own = hop.host == look.exchange.hops[0].host
    blame = Blame.MIRROR if own else Blame.REDIRECT_TARGET
    summary = f"The certificate chain of {hop.host} ends in {left / _DAY:.1f} days"
    finding = _told(Code.TLS_EXPIRING, summary, shown, len(seen), blame)
    finding.evidence.update(tls=of_tls(hop.tls), tls_host=hop.host, seconds_left=round(left))
    return finding


def _no_http2(run: Sequence[Series], mirror: Mirror) -> Finding | None:
    """Judge the HTTP version where the configuration requires HTTP/2."""
    if not mirror.require_http2:
        return None
    seen = [pair for pair in _answered(run) if pair[1].exchange.hops[0].tls is not None]
    shown = [pair for pair in seen if pair[1].exchange.hops[0].protocol == "HTTP/1.1"]
    if not shown:
        return None
    hop = shown[0][1].exchange.hops[0]
    summary = f"{hop.host} speaks {hop.protocol}, though HTTP/2 is required of it"
    return _told(Code.HTTP2_UNAVAILABLE, summary, shown, len(seen), Blame.MIRROR)


def _answered(run: Iterable[Series]) -> list[tuple[Series, Look]]:
    """Give the looks that found nothing wrong: only they are judged for quality."""
    looks = [(series, look) for series in run for look in series.looks]
    return [pair for pair in looks if pair[1].symptom is None and pair[1].exchange.answered]


def _ending(look: Look, warning: float) -> Hop | None:
    """Give the hop whose verified chain ends first, if that is within `warning` seconds."""
    ends = [(hop.tls.verified_until, hop) for hop in look.exchange.hops if hop.tls]
    soon = [(end, hop) for end, hop in ends if end is not None]
    if not soon:
        return None
    end, hop = min(soon, key=lambda pair: pair[0])
    return hop if end - look.exchange.started < warning else None


def _public(hop: Hop) -> bool:
    if hop.address is None:
        return False
    try:
        return ip_address(hop.address).is_global
    except ValueError:
        return False


def _told(
    code: Code,
    summary: str,
    shown: Sequence[tuple[Series, Look]],
    looked: int,
    blame: Blame,
) -> Finding:
    series, look = shown[0]
    return Finding(
        code=code,
        endpoint=series.question.endpoint,
        module=str(series.question),
        summary=summary,
        blame=blame,
        matched=len(shown),
        looked=looked,
        evidence=of_exchange(look.exchange),
    )
