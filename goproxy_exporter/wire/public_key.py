"""What kind of key does a certificate carry, and can Go read it?

Source: crypto/x509, parser.go (parseAI, parsePublicKey); crypto/rsa (minimum key size).
"""

from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

from goproxy_exporter.wire.der import NULL, SEQUENCE, MalformedError, Reader, oid

SMALLEST_RSA = 1024
"""Bits below which Go refuses to verify with an RSA key (since Go 1.24)."""

ED25519 = oid("1.3.101.112")
_RSA, _ECDSA = oid("1.2.840.113549.1.1.1"), oid("1.2.840.10045.2.1")
_CURVES = frozenset(
    map(oid, ("1.3.132.0.33", "1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"))
)
_UNCOMPRESSED = b"\x04"


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


def read_algorithm(reader: Reader) -> bytes:
    """Read the object identifier of an AlgorithmIdentifier's content, and check its parameters."""
    name = reader.identifier("OID")
    if reader:
        reader.element("parameters")
    return name


def public_key(spki: bytes) -> PublicKey:
    """Read a SubjectPublicKeyInfo; raises `MalformedError` where Go's parser would."""
    reader = Reader(spki).inside("spki")
    algorithm = reader.read("public key algorithm identifier", SEQUENCE)
    name = read_algorithm(Reader(algorithm))
    octets = reader.aligned_bits("subjectPublicKey")
    parameters = Reader(algorithm)
    parameters.element("OID")
    if name == _RSA:
        return PublicKey(KeyKind.RSA, _modulus_bits(octets, parameters), spki)
    if name == _ECDSA:
        _check_point(octets, parameters, spki)
        return PublicKey(KeyKind.ECDSA, 0, spki)
    if name == ED25519:
        if parameters or len(octets) != 32:  # noqa: PLR2004 - RFC 8032
            raise MalformedError("wrong Ed25519 public key")
        return PublicKey(KeyKind.ED25519, 0, spki)
    return PublicKey(KeyKind.OTHER, 0, spki)


def _check_point(octets: bytes, parameters: Reader, spki: bytes) -> None:
    if parameters.identifier("ECDSA parameters") not in _CURVES:
        raise MalformedError("unsupported elliptic curve")
    if not octets.startswith(_UNCOMPRESSED):
        raise MalformedError("invalid uncompressed public key")
    try:
        serialization.load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise MalformedError("point not on curve") from error


def _modulus_bits(octets: bytes, parameters: Reader) -> int:
    if parameters.optional("parameters", NULL) is None:
        raise MalformedError("RSA key missing NULL parameters")
    numbers = Reader(octets).inside("RSA public key")
    modulus, exponent = numbers.integer("RSA modulus"), numbers.integer("RSA exponent")
    if modulus <= 0 or exponent <= 0:
        raise MalformedError("RSA key is not a positive number")
    return modulus.bit_length()
