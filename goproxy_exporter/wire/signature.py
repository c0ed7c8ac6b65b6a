"""Did this key sign that, by an algorithm that Go trusts?

Source: crypto/x509, x509.go (checkSignature, getSignatureAlgorithmFromAI), parser.go
(parsePublicKey); crypto/rsa (minimum key size).
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
    OID,
    MalformedError,
    Reader,
    oid,
)

SMALLEST_RSA = 1024
"""Bits below which Go refuses to verify with an RSA key (since Go 1.24)."""

_Hash = hashes.SHA256 | hashes.SHA384 | hashes.SHA512


class KeyKind(StrEnum):
    """The kinds of keys that Go knows in certificates."""

    RSA = "RSA"
    ECDSA = "ECDSA"
    ED25519 = "Ed25519"
    OTHER = "other"
    """One that Go parses or ignores, but neither verifies with nor speaks TLS with."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key as encoded in a certificate; `bits` is the RSA modulus' length, else 0."""

    kind: KeyKind
    bits: int
    spki: bytes


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


_RSA, _ECDSA, _ED25519 = (
    oid("1.2.840.113549.1.1.1"),
    oid("1.2.840.10045.2.1"),
    oid("1.3.101.112"),
)
_CURVES = frozenset(
    map(oid, ("1.3.132.0.33", "1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"))
)
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


def public_key(spki: bytes) -> PublicKey:
    """Read a SubjectPublicKeyInfo; raises `MalformedError` where Go's parser would."""
    reader = Reader(spki).inside("spki")
    algorithm = reader.inside("public key algorithm identifier")
    name, parameters = algorithm.read("OID", OID), algorithm
    octets, _ = reader.bits("subjectPublicKey")
    if name == _RSA:
        return PublicKey(KeyKind.RSA, _modulus_bits(octets, parameters), spki)
    if name == _ECDSA:
        if parameters.read("ECDSA parameters", OID) not in _CURVES:
            raise MalformedError("unsupported elliptic curve")
        return PublicKey(KeyKind.ECDSA, 0, spki)
    if name == _ED25519:
        if parameters or len(octets) != 32:  # noqa: PLR2004 - RFC 8032
            raise MalformedError("wrong Ed25519 public key")
        return PublicKey(KeyKind.ED25519, 0, spki)
    return PublicKey(KeyKind.OTHER, 0, spki)


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
    name = Reader(algorithm).read("OID", OID)
    if name in _SHA1:
        return Flaw.SHA1
    return Flaw.MD5 if name == _MD5 else None


def _scheme(algorithm: bytes) -> _Scheme | None:
    reader = Reader(algorithm)
    name = reader.read("OID", OID)
    if name == _PSS:
        return _pss(reader)
    if name == _ED25519:
        return None if reader else _Scheme(KeyKind.ED25519, None)
    return _SCHEMES.get(name)


def _pss(parameters: Reader) -> _Scheme | None:
    """Read RSASSA-PSS parameters (RFC 4055); Go wants one hash throughout and its length as salt."""
    try:
        inner = parameters.inside("PSS parameters")
        name = _hash_name(inner.inside("hash", CONTEXT | CONSTRUCTED | 0))
        mask = inner.inside("mask", CONTEXT | CONSTRUCTED | 1).inside("mask")
        same = mask.read("OID", OID) == _MGF1 and _hash_name(mask) == name
        salt = inner.inside("salt", CONTEXT | CONSTRUCTED | 2).integer("salt")
    except MalformedError:
        return None
    digest = _PSS_DIGESTS.get((name, salt))
    return _Scheme(KeyKind.RSA, digest, pss=True) if same and digest else None


def _hash_name(reader: Reader) -> bytes:
    algorithm = reader.inside("hash")
    name = algorithm.read("OID", OID)
    if algorithm and algorithm.element("parameters").tag != NULL:
        raise MalformedError("malformed hash parameters")
    return name


def _modulus_bits(octets: bytes, parameters: Reader) -> int:
    if parameters.optional("parameters", NULL) is None:
        raise MalformedError("RSA key missing NULL parameters")
    numbers = Reader(octets).inside("RSA public key")
    modulus, exponent = numbers.integer("RSA modulus"), numbers.integer("RSA exponent")
    if modulus <= 0 or exponent <= 0:
        raise MalformedError("RSA key is not a positive number")
    return modulus.bit_length()
