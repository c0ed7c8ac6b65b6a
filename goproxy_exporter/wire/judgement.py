"""Which of the model's failures is what Go holds against a peer's certificates?"""

from collections.abc import Sequence

from goproxy_exporter.model.exchange import Failure, FailureKind
from goproxy_exporter.wire.certificate import described
from goproxy_exporter.wire.objection import Objection, Reason
from goproxy_exporter.wire.parsed import Parsed
from goproxy_exporter.wire.pool import Pool
from goproxy_exporter.wire.public_key import SMALLEST_RSA, KeyKind
from goproxy_exporter.wire.redact import plain
from goproxy_exporter.wire.signature import Flaw
from goproxy_exporter.wire.verify import verify

LARGEST_RSA = 8192
"""Bits of an RSA key over which Go's TLS refuses a certificate (handshake_client.go)."""

_KINDS = {
    Reason.EXPIRED: FailureKind.TLS_EXPIRED,
    Reason.NOT_YET_VALID: FailureKind.TLS_NOT_YET_VALID,
    Reason.WRONG_HOST: FailureKind.TLS_WRONG_HOST,
    Reason.UNKNOWN_AUTHORITY: FailureKind.TLS_UNTRUSTED,
    Reason.WRONG_USAGE: FailureKind.TLS_UNTRUSTED,
    Reason.INVALID: FailureKind.TLS_UNTRUSTED,
}
_FLAWS = {Flaw.SHA1: "sha1_signature", Flaw.WEAK_KEY: "weak_key"}


def judged(
    presented: Sequence[Parsed], roots: Pool, host: str, now: float
) -> tuple[Failure | None, float | None]:
    """Give the failure, or None and when the verified chain ends (Unix seconds).

    The order is that of crypto/tls: key sizes, the chain, then the leaf's own key.
    """
    if any(one.key.bits > LARGEST_RSA for one in presented):
        words = f"a certificate's RSA key is larger than {LARGEST_RSA} bits"
        return Failure(FailureKind.TLS_HANDSHAKE, words), None
    proof = verify(presented, roots, host, now)
    if proof.objection is not None:
        return _failure(proof.objection, presented, roots), None
    weak = _weakness(presented[0])
    return (weak, None) if weak else (None, proof.until)


def _weakness(leaf: Parsed) -> Failure | None:
    if leaf.key.kind is KeyKind.OTHER:
        words = "the certificate has a kind of key that Go does not know"
        return Failure(FailureKind.TLS_HANDSHAKE, words)
    if leaf.key.kind is KeyKind.RSA and leaf.key.bits < SMALLEST_RSA:
        words = f"{leaf.key.bits}-bit RSA keys are insecure"
        return Failure(FailureKind.TLS_HANDSHAKE, words, "weak_key")
    return None


def _failure(objection: Objection, presented: Sequence[Parsed], roots: Pool) -> Failure:
    words = objection.words
    if objection.reason is Reason.UNKNOWN_AUTHORITY:
        leaf = described(presented[0].raw)
        issuer = f" (issuer {leaf.issuer})" if leaf else ""
        alone = "" if len(roots) else "; there are no trusted roots on this machine"
        words = f"signed by unknown authority{issuer}: {objection.words}{alone}"
    return Failure(_KINDS[objection.reason], plain(words), _fact(objection, presented))


def _fact(objection: Objection, presented: Sequence[Parsed]) -> str | None:
    leaf = presented[0]
    match objection.reason:
        case Reason.WRONG_HOST:
            return "no_san" if leaf.extensions.names is None else None
        case Reason.WRONG_USAGE:
            return "wrong_key_usage"
        case Reason.UNKNOWN_AUTHORITY if objection.flaw in _FLAWS:
            return _FLAWS[objection.flaw]
        case Reason.UNKNOWN_AUTHORITY if leaf.self_issued:
            return "self_signed"
        case Reason.UNKNOWN_AUTHORITY if _lacks_issuer(presented):
            return "missing_intermediate"
        case _:
            return None


def _lacks_issuer(presented: Sequence[Parsed]) -> bool:
    """Say whether the leaf's issuer should have been presented.

    It was not, and the leaf tells where to fetch it, as certificates do that are not issued by a
    root. A private root's leaf looks the same but for that.
    """
    leaf = presented[0]
    absent = all(one.subject != leaf.issuer for one in presented[1:])
    return absent and leaf.extensions.issuer_published
