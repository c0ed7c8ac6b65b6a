"""What does an exchange mean that brought no usable answer?"""

from dataclasses import dataclass, replace

from goproxy_exporter.diagnosis.question import Form, Question
from goproxy_exporter.diagnosis.speed import cut_short
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange, Failure, FailureKind
from goproxy_exporter.model.facts import SHOWS_AS
from goproxy_exporter.model.mirror import Thresholds
from goproxy_exporter.model.names import Blame
from goproxy_exporter.model.result import Fact

Kind = FailureKind
OK = 200
"""The one status whose body the go command uses."""


@dataclass(frozen=True, slots=True)
class _Rule:
    code: Code
    words: str
    blame: Blame = Blame.MIRROR
    doubtful: bool = False


_DIAL: dict[FailureKind, _Rule] = {
    Kind.DNS_NXDOMAIN: _Rule(Code.DNS_NXDOMAIN, "has no address in the DNS"),
    Kind.DNS_TIMEOUT: _Rule(
        Code.DNS_TIMEOUT,
        "could not be resolved: no nameserver answered",
        Blame.NETWORK,
        doubtful=True,
    ),
    Kind.DNS_FAILURE: _Rule(
        Code.DNS_FAILURE,
        "could not be resolved: the nameserver failed",
        Blame.NETWORK,
        doubtful=True,
    ),
    Kind.CONNECT_REFUSED: _Rule(Code.TRANSPORT_REFUSED, "refuses connections"),
    Kind.CONNECT_UNREACHABLE: _Rule(
        Code.TRANSPORT_UNREACHABLE, "cannot be reached: no route", Blame.NETWORK, doubtful=True
    ),
    Kind.CONNECT_TIMEOUT: _Rule(
        Code.TRANSPORT_TIMEOUT, "accepts no connection in time", Blame.NETWORK, doubtful=True
    ),
    Kind.CONNECT_RESET: _Rule(Code.TRANSPORT_RESET, "resets connections"),
    Kind.TLS_TIMEOUT: _Rule(Code.TRANSPORT_TIMEOUT, "does not finish the TLS handshake in time"),
    Kind.TLS_RESET: _Rule(Code.TRANSPORT_RESET, "breaks connections off inside the TLS handshake"),
    Kind.TLS_EXPIRED: _Rule(Code.TLS_EXPIRED, "presents an expired certificate"),
    Kind.TLS_NOT_YET_VALID: _Rule(
        Code.TLS_NOT_YET_VALID, "presents a certificate that is not valid yet"
    ),
    Kind.TLS_WRONG_HOST: _Rule(Code.TLS_WRONG_HOST, "presents a certificate for another name"),
    Kind.TLS_UNTRUSTED: _Rule(Code.TLS_UNTRUSTED, "presents a certificate that is not trusted"),
    Kind.TLS_HANDSHAKE: _Rule(Code.TLS_HANDSHAKE, "and the go command find no common TLS"),
}
"""What keeps a connection from being made, in the order in which it is made."""

_TALK: dict[FailureKind, _Rule] = {
    Kind.STALL: _Rule(Code.TRANSPORT_TIMEOUT, "accepted the request and then sent nothing"),
    Kind.RESET: _Rule(Code.TRANSPORT_RESET, "broke the connection off before an answer"),
    Kind.H2_STREAM_ERROR: _Rule(Code.TRANSPORT_H2_STREAM_ERROR, "broke the HTTP/2 stream off"),
    Kind.H2_RETRYABLE: _Rule(Code.TRANSPORT_H2_STREAM_ERROR, "refused the HTTP/2 stream"),
    Kind.H2_ENHANCE_YOUR_CALM: _Rule(Code.HTTP_429, "asks over HTTP/2 to be asked less"),
    Kind.PROTOCOL: _Rule(Code.HTTP_UNEXPECTED_STATUS, "answered something that is not HTTP"),
    Kind.BODY_TRUNCATED: _Rule(Code.TRANSPORT_RESET, "ended the body short of its length"),
    Kind.BODY_RESET: _Rule(Code.TRANSPORT_RESET, "broke the connection off inside the body"),
    Kind.BODY_ENCODING: _Rule(
        Code.INTEGRITY_CONTENT_ENCODING, "says that the body is gzip, which it is not"
    ),
    Kind.REDIRECT_LOOP: _Rule(Code.REDIRECT_LOOP, "redirects more than nine times"),
    Kind.REDIRECT_INSECURE: _Rule(Code.REDIRECT_INSECURE_DOWNGRADE, "redirects from https to http"),
    Kind.REDIRECT_INVALID: _Rule(
        Code.HTTP_UNEXPECTED_STATUS, "redirects without a usable Location"
    ),
}
"""What goes wrong on a connection that stands."""

_BODY = frozenset(
    (
        Kind.BODY_TRUNCATED,
        Kind.BODY_RESET,
        Kind.BODY_ENCODING,
        Kind.BODY_TOO_LARGE,
        Kind.RESET,
        Kind.H2_STREAM_ERROR,
    )
)
"""What does not matter once a status other than 200 is known: its body is only shown."""


def abroad(exchange: Exchange) -> bool:
    """Tell whether the last hop is another host than the mirror."""
    return exchange.last.host != exchange.hops[0].host


def dials(kind: FailureKind) -> bool:
    """Tell whether a failure of this kind means that no connection could be made."""
    return kind in _DIAL or kind in (Kind.PROXY_REFUSED, Kind.PROXY_UNREACHABLE)


def unconnected(exchange: Exchange) -> bool:
    """Tell whether the mirror itself could not be reached, so that more questions are in vain."""
    failure = exchange.failure
    if failure is None or len(exchange.hops) > 1:
        return False
    if failure.kind is Kind.DEADLINE:
        return exchange.last.phases.processing is None and exchange.last.status is None
    return dials(failure.kind) or failure.kind is Kind.INSECURE_CREDENTIALS


def settled_by_status(exchange: Exchange) -> bool:
    """Tell whether the status decides: there is one, and what failed is at most an error's body."""
    if exchange.last.status is None:
        return False
    failure = exchange.failure
    return failure is None or (exchange.last.status != OK and failure.kind in _BODY)


def judge_failure(
    question: Question, exchange: Exchange, failure: Failure, thresholds: Thresholds
) -> Symptom | None:
    """Name what a failed exchange asserts; None where our own limits ended it without harm."""
    match failure.kind:
        case Kind.DEADLINE:
            return cut_short(exchange, thresholds)
        case Kind.PROXY_REFUSED | Kind.PROXY_UNREACHABLE:
            words = "The forward proxy is in the way"
            return _of(None, words, failure, blame=Blame.PROBER, looks=1)
        case Kind.INSECURE_CREDENTIALS:
            return _insecure(failure)
        case Kind.BODY_TOO_LARGE:
            return _too_large(question, failure)
        case kind if kind in _DIAL:
            return _dialled(_DIAL[kind], exchange, failure)
        case kind:
            return _talked(question, _TALK[kind], exchange, failure)


def _dialled(rule: _Rule, exchange: Exchange, failure: Failure) -> Symptom:
    words = f"{exchange.last.host} {rule.words}"
    if not abroad(exchange):
        symptom = _of(rule.code, words, failure, blame=rule.blame)
        return replace(symptom, doubtful=rule.doubtful)
    words = f"The redirect leads to {exchange.last.host}, which {rule.words}"
    blame = Blame.REDIRECT_TARGET
    symptom = _of(Code.REDIRECT_TARGET_UNREACHABLE, words, failure, blame=blame)
    return replace(symptom, evidence={**symptom.evidence, SHOWS_AS: str(rule.code)})


def _talked(question: Question, rule: _Rule, exchange: Exchange, failure: Failure) -> Symptom:
    code, words, looks = rule.code, f"{exchange.last.host} {rule.words}", 2
    match failure.kind:
        case Kind.BODY_TRUNCATED if question.form is Form.ZIP:
            code = Code.INTEGRITY_ZIP_TRUNCATED
        case Kind.H2_RETRYABLE:
            looks = 3
        case Kind.H2_ENHANCE_YOUR_CALM:
            looks = 1
        case _:
            pass
    blame = Blame.REDIRECT_TARGET if abroad(exchange) else rule.blame
    symptom = _of(code, words, failure, blame=blame, looks=looks)
    return replace(symptom, retryable=failure.kind is Kind.H2_RETRYABLE)


def _insecure(failure: Failure) -> Symptom:
    words = "Credentials are configured for a plain http URL, where they are never sent"
    blame = Blame.CONFIGURATION
    return _of(Code.HTTP_401_CREDENTIALS, words, failure, blame=blame, looks=1)


def _too_large(question: Question, failure: Failure) -> Symptom | None:
    """Judge what does not end where anything sensible would. A long go.mod may be a right one."""
    match question.form:
        case Form.ZIP:
            words = "The zip is larger than the 500 MiB that the go command accepts"
            return _of(Code.INTEGRITY_ZIP_INVALID, words, failure)
        case Form.LIST:
            words = "The list is longer than any list of versions"
            return _of(Code.INTEGRITY_LIST_INVALID, words, failure)
        case Form.INFO:
            words = "The answer is longer than anything that describes a version"
            return _of(Code.INTEGRITY_INFO_MISMATCH, words, failure)
        case Form.MOD | Form.FILE:
            return None


def _of(
    code: Code | None,
    words: str,
    failure: Failure,
    *,
    blame: Blame = Blame.MIRROR,
    looks: int = 2,
) -> Symptom:
    summary = f"{words} ({failure.detail})" if failure.detail else words
    evidence: dict[str, Fact] = {"fact": failure.fact} if failure.fact else {}
    return Symptom(code=code, summary=summary, blame=blame, looks=looks, evidence=evidence)
