"""One request and what came back, hop by hop: the record that the wire hands up."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from goproxy_exporter.model.names import Endpoint, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """Seconds spent in each phase of one hop; None where the phase did not happen.

    A phase that was cut short (a handshake that timed out) has the time until it was cut.
    On a reused connection `resolve`, `connect` and `tls` are None.
    """

    resolve: float | None = None
    connect: float | None = None
    tls: float | None = None
    processing: float | None = None
    transfer: float | None = None

    @property
    def named(self) -> dict[str, float]:
        """The phases that happened, in their order, by name."""
        named = {
            "resolve": self.resolve,
            "connect": self.connect,
            "tls": self.tls,
            "processing": self.processing,
            "transfer": self.transfer,
        }
        return {name: seconds for name, seconds in named.items() if seconds is not None}

    @property
    def total(self) -> float:
        """The sum of the phases that happened, in seconds."""
        return sum(self.named.values())


class FailureKind(StrEnum):
    """What stopped a hop, as finely as the wire can tell; `REASONS` gives the metric label."""

    DNS_NXDOMAIN = "dns_nxdomain"
    """No such name (NXDOMAIN), or no address of the wanted family (NODATA)."""
    DNS_TIMEOUT = "dns_timeout"
    """No nameserver answered."""
    DNS_FAILURE = "dns_failure"
    """SERVFAIL, REFUSED, or an answer that makes no sense."""
    CONNECT_REFUSED = "connect_refused"
    CONNECT_UNREACHABLE = "connect_unreachable"
    CONNECT_TIMEOUT = "connect_timeout"
    """No TCP connection within the go command's 30 s."""
    CONNECT_RESET = "connect_reset"
    TLS_TIMEOUT = "tls_timeout"
    """No handshake within the go command's 10 s."""
    TLS_RESET = "tls_reset"
    """The peer closed or reset the connection during the handshake."""
    TLS_EXPIRED = "tls_expired"
    TLS_NOT_YET_VALID = "tls_not_yet_valid"
    TLS_WRONG_HOST = "tls_wrong_host"
    TLS_UNTRUSTED = "tls_untrusted"
    TLS_HANDSHAKE = "tls_handshake"
    """An alert, no common version or cipher, a weak key, or a peer that speaks plain HTTP."""
    STALL = "stall"
    """Not one byte for `stall_after` seconds while an answer was due."""
    DEADLINE = "deadline"
    """Our own time limit for the exchange: shorter than the go command's patience, so a fact."""
    RESET = "reset"
    """The connection was reset, or closed before a complete header."""
    H2_STREAM_ERROR = "h2_stream_error"
    """A stream or connection error of HTTP/2 that the go command does not retry."""
    H2_RETRYABLE = "h2_retryable"
    """REFUSED_STREAM, or GOAWAY with NO_ERROR before the request was processed."""
    H2_ENHANCE_YOUR_CALM = "h2_enhance_your_calm"
    PROTOCOL = "protocol"
    """Not HTTP, or headers over the limit."""
    BODY_TRUNCATED = "body_truncated"
    """The peer ended normally, short of its own Content-Length."""
    BODY_RESET = "body_reset"
    """The connection broke, or a chunked body ended early, inside the body."""
    BODY_ENCODING = "body_encoding"
    """Content-Encoding: gzip, but the body is not."""
    BODY_TOO_LARGE = "body_too_large"
    """Over the cap for this kind of answer, on the wire or decompressed: reading stopped."""
    REDIRECT_LOOP = "redirect_loop"
    """More than nine redirects."""
    REDIRECT_INSECURE = "redirect_insecure"
    """https led to http, which the go command refuses."""
    REDIRECT_INVALID = "redirect_invalid"
    """A redirect status without a usable Location."""
    PROXY_REFUSED = "proxy_refused"
    """The forward proxy refused CONNECT, or wants other credentials (407)."""
    PROXY_UNREACHABLE = "proxy_unreachable"
    """The forward proxy does not resolve or connect, or broke off."""
    INSECURE_CREDENTIALS = "insecure_credentials"
    """Credentials are configured for a plain http URL: nothing was sent, as `go` does."""


REASONS: dict[FailureKind, Reason] = {
    FailureKind.DNS_NXDOMAIN: Reason.RESOLVE,
    FailureKind.DNS_TIMEOUT: Reason.RESOLVE,
    FailureKind.DNS_FAILURE: Reason.RESOLVE,
    FailureKind.CONNECT_REFUSED: Reason.CONNECT,
    FailureKind.CONNECT_UNREACHABLE: Reason.CONNECT,
    FailureKind.CONNECT_TIMEOUT: Reason.TIMEOUT,
    FailureKind.CONNECT_RESET: Reason.CONNECT,
    FailureKind.TLS_TIMEOUT: Reason.TIMEOUT,
    FailureKind.TLS_RESET: Reason.TLS,
    FailureKind.TLS_EXPIRED: Reason.TLS,
    FailureKind.TLS_NOT_YET_VALID: Reason.TLS,
    FailureKind.TLS_WRONG_HOST: Reason.TLS,
    FailureKind.TLS_UNTRUSTED: Reason.TLS,
    FailureKind.TLS_HANDSHAKE: Reason.TLS,
    FailureKind.STALL: Reason.TIMEOUT,
    FailureKind.DEADLINE: Reason.TIMEOUT,
    FailureKind.RESET: Reason.RESET,
    FailureKind.H2_STREAM_ERROR: Reason.PROTOCOL,
    FailureKind.H2_RETRYABLE: Reason.PROTOCOL,
    FailureKind.H2_ENHANCE_YOUR_CALM: Reason.PROTOCOL,
    FailureKind.PROTOCOL: Reason.PROTOCOL,
    FailureKind.BODY_TRUNCATED: Reason.BODY,
    FailureKind.BODY_RESET: Reason.BODY,
    FailureKind.BODY_ENCODING: Reason.BODY,
    FailureKind.BODY_TOO_LARGE: Reason.BODY,
    FailureKind.REDIRECT_LOOP: Reason.REDIRECT,
    FailureKind.REDIRECT_INSECURE: Reason.REDIRECT,
    FailureKind.REDIRECT_INVALID: Reason.REDIRECT,
    FailureKind.PROXY_REFUSED: Reason.CONNECT,
    FailureKind.PROXY_UNREACHABLE: Reason.CONNECT,
    FailureKind.INSECURE_CREDENTIALS: Reason.PROTOCOL,
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a hop or an exchange has no usable answer.

    `detail` is one line of plain text, already free of secrets and control characters.
    `fact` refines TLS kinds in the words of design: ``missing_intermediate``, ``sha1_signature``,
    ``wrong_key_usage``, ``no_san``, ``protocol_too_old``, ``no_common_cipher``, ``weak_key``,
    ``plain_http``, ``self_signed``; None otherwise.
    """

    kind: FailureKind
    detail: str
    fact: str | None = None

    @property
    def reason(self) -> Reason:
        """The metric label for this failure."""
        return REASONS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One certificate as presented. Times are Unix seconds; names as in the certificate."""

    subject: str
    issuer: str
    serial: str
    not_before: float
    not_after: float
    names: tuple[str, ...]
    key: str
    """Algorithm and size: ``RSA 2048``, ``ECDSA P-256``, ``Ed25519``."""
    signature: str
    """Hash of the signature: ``SHA256``; empty where the scheme has none (Ed25519)."""
    sha256: str
    """Fingerprint, lower-case hex."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFacts:
    """What a handshake settled, also when verification failed.

    `chain` is what the peer presented, leaf first. `verified_until` is the earliest not-after
    of the verified chain (root included), None when nothing verified.
    """

    version: str | None = None
    cipher: str | None = None
    alpn: str | None = None
    chain: tuple[Certificate, ...] = ()
    verified: bool = False
    verified_until: float | None = None
    failure: Failure | None = None

    @property
    def not_after(self) -> float | None:
        """End of the verified chain, else of the leaf, in Unix seconds."""
        if self.verified_until is not None:
            return self.verified_until
        return self.chain[0].not_after if self.chain else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One request to one host, and its answer or the reason why there is none."""

    url: str
    """Redacted: no userinfo, no query values of signed URLs."""
    host: str
    """Host name, with port where it is not the scheme's."""
    status: int | None = None
    protocol: str | None = None
    """``HTTP/1.1`` or ``HTTP/2``."""
    address: str | None = None
    """The address that answered, or the last one tried."""
    attempts: tuple[tuple[str, str], ...] = ()
    """Addresses that were tried before `address` and why each failed."""
    reused: bool = False
    phases: Phases = Phases()
    tls: TlsFacts | None = None
    """Of the connection; repeated on a reused one."""
    headers: tuple[tuple[str, str], ...] = ()
    """Names in lower case; values cut at 512 characters; Location redacted."""
    received: int = 0
    """Body bytes on the wire."""
    rtt: float | None = None
    """The kernel's smoothed round trip time, in seconds."""
    retransmits: int | None = None
    failure: Failure | None = None

    def header(self, name: str) -> str | None:
        """Give the first value of a header by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One question to a mirror with its whole chain of redirects, without the body.

    `started` is Unix seconds, `duration` monotonic seconds from the first step to the last byte.
    `size` is the decoded body's length as far as it was read; `sha256` its digest.
    `waited` is how long no byte at all had come when the exchange was given up, else 0.
    """

    endpoint: Endpoint
    url: str
    """As asked, redacted."""
    module: str
    """``path@version`` or ``path``, unescaped: what the question is about."""
    started: float
    duration: float
    hops: tuple[Hop, ...]
    size: int = 0
    sha256: str | None = None
    excerpt: str = ""
    """The first 200 characters of a text body, made printable; empty for archives."""
    waited: float = 0.0
    failure: Failure | None = None

    @property
    def last(self) -> Hop:
        """The final hop."""
        return self.hops[-1]

    @property
    def status(self) -> int | None:
        """The final status, None where there is none."""
        return None if self.failure is not None and self.last.status is None else self.last.status

    @property
    def answered(self) -> bool:
        """Whether a complete final answer arrived."""
        return self.failure is None and self.last.status is not None

    @property
    def phases(self) -> Phases:
        """The phases summed over hops; None where no hop had the phase."""
        if len(self.hops) == 1:
            return self.hops[0].phases
        return Phases(
            resolve=_sum(hop.phases.resolve for hop in self.hops),
            connect=_sum(hop.phases.connect for hop in self.hops),
            tls=_sum(hop.phases.tls for hop in self.hops),
            processing=_sum(hop.phases.processing for hop in self.hops),
            transfer=_sum(hop.phases.transfer for hop in self.hops),
        )


def _sum(parts: Iterable[float | None]) -> float | None:
    present = [part for part in parts if part is not None]
    return sum(present) if present else None
