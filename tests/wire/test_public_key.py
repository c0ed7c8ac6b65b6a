"""Keys in certificates, as Go's parser takes and refuses them."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from goproxy_exporter.simulator.keys import KeyKind as Make
from goproxy_exporter.simulator.keys import element, new_key, sequence
from goproxy_exporter.wire.der import MalformedError, oid
from goproxy_exporter.wire.public_key import KeyKind, public_key

RSA, NULL = element(6, oid("1.2.840.113549.1.1.1")), element(5, b"")
EC, P256 = element(6, oid("1.2.840.10045.2.1")), element(6, oid("1.2.840.10045.3.1.7"))
EDWARDS = element(6, oid("1.3.101.112"))


def spki(algorithm: bytes, key: bytes, unused: int = 0) -> bytes:
    return sequence(sequence(algorithm), element(3, bytes([unused]) + key))


def numbers(modulus: bytes, exponent: bytes = b"\x03") -> bytes:
    return sequence(element(2, modulus), element(2, exponent))


@pytest.mark.parametrize(
    ("made", "kind", "bits"),
    [
        ("rsa-2048", KeyKind.RSA, 2048),
        ("rsa-512", KeyKind.RSA, 512),
        ("ecdsa-p224", KeyKind.ECDSA, 0),
        ("ecdsa-p521", KeyKind.ECDSA, 0),
        ("ed25519", KeyKind.ED25519, 0),
    ],
)
def test_real_keys(made: Make, kind: KeyKind, bits: int) -> None:
    """Kind and size are those of the key that was made."""
    der = new_key(made).public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    found = public_key(der)
    assert (found.kind, found.bits, found.spki) == (kind, bits, der)


def test_a_kind_that_nobody_knows_is_no_error() -> None:
    """Go ignores such a key until it needs it."""
    assert public_key(spki(element(6, oid("1.2.3")), b"x")).kind is KeyKind.OTHER


@pytest.mark.parametrize(
    "encoded",
    [
        spki(RSA, numbers(b"\x11")),
        spki(RSA + NULL, numbers(b"\xff")),
        spki(RSA + NULL, numbers(b"\x00")),
        spki(RSA + NULL, numbers(b"\x11", b"\xff")),
        spki(RSA + NULL, b"\x00"),
        spki(EC, b"\x04" + b"\x01" * 64),
        spki(EC + P256, b"\x04" + b"\x01" * 64),
        spki(EC + P256, b"\x02" + b"\x01" * 32),
        spki(EC + element(6, oid("1.3.132.0.10")), b"\x04" + b"\x01" * 64),
        spki(EDWARDS, b"\x01" * 31),
        spki(EDWARDS + NULL, b"\x01" * 32),
        sequence(),
    ],
)
def test_what_is_refused(encoded: bytes) -> None:
    """Missing or illegal parameters, numbers that are not positive, points off the curve."""
    with pytest.raises(MalformedError):
        public_key(encoded)
