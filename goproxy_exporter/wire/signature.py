"""Did this key sign that, by an algorithm that Go trusts?

Source: crypto/x509, x509.go (checkSignature, getSignatureAlgorithmFromAI).
"""

import functools
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from goproxy_exporter.wire.der import (
    CONSTRUCTED,
    CONTEXT,
    NULL,
    MalformedError,
    Reader,
    oid,
)
from goproxy_exporter.wire.public_key import ED25519, SMALLEST_RSA, KeyKind, PublicKey

_Hash = hashes.SHA256 | hashes.SHA384 | hashes.SHA512


class Flaw(StrEnum):
    """Why a signature does not count."""

    WRONG = "the signature is not by this key"
    UNSUPPORTED = "cannot verify signature: algorithm unimplemented"
    SHA1 = "cannot verify signature: insecure algorithm SHA1"
    MD5 = "cannot verify signature: insecure algorithm MD5"
    WEAK_KEY = "an RSA key under 1024 bits is insecure"


@dataclass(frozen=True, slots=True)
class _Scheme:
    kind: KeyKind
    digest: _Hash | None
    pss: bool = False


_SCHEMES = {
    oid("1.2.840.113549.1.1.11"): _Scheme(KeyKind.RSA, hashes.SHA256()),
    oid("1.2.840.113549.1.1.12"): _Scheme(KeyKind.RSA, hashes.SHA384()),
    oid("1.2.840.113549.1.1.13"): _Scheme(KeyKind.RSA, hashes.SHA512()),
    oid("1.2.840.10045.4.3.2"): _Scheme(KeyKind.ECDSA, hashes.SHA256()),
    oid("1.2.840.10045.4.3.3"): _Scheme(KeyKind.ECDSA, hashes.SHA384()),
    oid("1.2.840.10045.4.3.4"): _Scheme(KeyKind.ECDSA, hashes.SHA512()),
}
_SHA1 = frozenset(map(oid, ("1.2.840.113549.1.1.5", "1.3.14.3.2.29", "1.2.840.10045.4.1")))
_MD5 = oid("1.2.840.113549.1.1.4")
_PSS, _MGF1 = oid("1.2.840.113549.1.1.10"), oid("1.2.840.113549.1.1.8")
_PSS_DIGESTS: dict[tuple[bytes, int], _Hash] = {
    (oid("2.16.840.1.101.3.4.2.1"), 32): hashes.SHA256(),
    (oid("2.16.840.1.101.3.4.2.2"), 48): hashes.SHA384(),
    (oid("2.16.840.1.101.3.4.2.3"), 64): hashes.SHA512(),
}


@functools.lru_cache(maxsize=1024)
def flaw(key: PublicKey, algorithm: bytes, signed: bytes, signature: bytes) -> Flaw | None:
    """Say why `signature` over `signed` does not count; None where it does.

    `algorithm` is the content of the AlgorithmIdentifier. Remembered, because a peer presents the
    same chain again and again.
    """
    known = _weak(algorithm)
    if known is not None:
        return known
    scheme = _scheme(algorithm)
    if scheme is None:
        return Flaw.UNSUPPORTED
    if scheme.kind is not key.kind:
        return Flaw.WRONG
    if key.kind is KeyKind.RSA and key.bits < SMALLEST_RSA:
        return Flaw.WEAK_KEY
    try:
        _verify(scheme, key.spki, signed, signature)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return Flaw.WRONG
    return None


def _verify(scheme: _Scheme, spki: bytes, signed: bytes, signature: bytes) -> None:
    match serialization.load_der_public_key(spki), scheme.digest:
        case rsa.RSAPublicKey() as key, (
            hashes.SHA256() | hashes.SHA384() | hashes.SHA512()
        ) as digest:
            pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
            key.verify(signature, signed, pss if scheme.pss else padding.PKCS1v15(), digest)
        case ec.EllipticCurvePublicKey() as key, (
            hashes.SHA256() | hashes.SHA384() | hashes.SHA512()
        ) as digest:
            key.verify(signature, signed, ec.ECDSA(digest))
        case ed25519.Ed25519PublicKey() as key, None:
            key.verify(signature, signed)
        case _:
            raise InvalidSignature


def _weak(algorithm: bytes) -> Flaw | None:
    name = Reader(algorithm).identifier("OID")
    if name in _SHA1:
        return Flaw.SHA1
    return Flaw.MD5 if name == _MD5 else None


def _scheme(algorithm: bytes) -> _Scheme | None:
    reader = Reader(algorithm)
    name = reader.identifier("OID")
    if name == _PSS:
        return _pss(reader)
    if name == ED25519:
        return None if reader else _Scheme(KeyKind.ED25519, None)
    return _SCHEMES.get(name)


def _pss(parameters: Reader) -> _Scheme | None:
    """Read RSASSA-PSS parameters (RFC 4055); Go wants one hash throughout and its length as salt."""
    try:
        inner = parameters.inside("PSS parameters")
        name = _hash_name(inner.inside("hash", CONTEXT | CONSTRUCTED | 0))
        mask = inner.inside("mask", CONTEXT | CONSTRUCTED | 1).inside("mask")
        same = mask.identifier("OID") == _MGF1 and _hash_name(mask) == name
        salt = inner.inside("salt", CONTEXT | CONSTRUCTED | 2).integer("salt")
    except MalformedError:
        return None
    digest = _PSS_DIGESTS.get((name, salt))
    return _Scheme(KeyKind.RSA, digest, pss=True) if same and digest else None


def _hash_name(reader: Reader) -> bytes:
    algorithm = reader.inside("hash")
    name = algorithm.identifier("OID")
    if algorithm and algorithm.element("parameters").tag != NULL:
        raise MalformedError("malformed hash parameters")
    return name
