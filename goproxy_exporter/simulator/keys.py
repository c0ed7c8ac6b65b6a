"""Throw-away private keys, good ones and ones that nobody should accept."""

import base64
import functools
import random
from dataclasses import dataclass, field
from typing import Literal

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

KeyKind = Literal[
    "ecdsa-p256",
    "ecdsa-p384",
    "ecdsa-p521",
    "ecdsa-p224",
    "ed25519",
    "rsa-4096",
    "rsa-2048",
    "rsa-1024",
    "rsa-768",
    "rsa-512",
]

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
Public = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey

_CURVES: dict[str, ec.EllipticCurve] = {
    "p224": ec.SECP224R1(),
    "p256": ec.SECP256R1(),
    "p384": ec.SECP384R1(),
    "p521": ec.SECP521R1(),
}
_SMALLEST = 1024
"""Bits of an RSA key below which the cryptography library makes none."""
_EXPONENT = 65537


@dataclass(frozen=True, slots=True)
class Key:
    """A key pair. `private` is None for keys too weak to sign certificates with."""

    public: Public
    private: Private | None
    pem: bytes = field(repr=False)


def new_key(kind: KeyKind) -> Key:
    """Make a key; of the weak sizes there is one each, the same in every process."""
    family, _, size = kind.partition("-")
    if family == "rsa" and int(size) < _SMALLEST:
        return _weak_rsa(int(size))
    if family == "rsa":
        return _wrapped(rsa.generate_private_key(_EXPONENT, int(size)))
    if family == "ecdsa":
        return _wrapped(ec.generate_private_key(_CURVES[size]))
    return _wrapped(ed25519.Ed25519PrivateKey.generate())


@functools.cache
def _weak_rsa(bits: int) -> Key:
    p, q = _primes(bits // 2)
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    numbers = (0, p * q, _EXPONENT, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))
    public = rsa.RSAPublicNumbers(_EXPONENT, p * q).public_key()
    return Key(public, None, _pem("RSA PRIVATE KEY", sequence(*map(_integer, numbers))))


def _wrapped(private: Private) -> Key:
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return Key(private.public_key(), private, pem)


def _primes(bits: int) -> tuple[int, int]:
    """Give two different primes whose product has exactly twice their length."""
    found: list[int] = []
    source = random.Random(bits)
    while len(found) < 2:  # noqa: PLR2004 - two primes
        candidate = source.getrandbits(bits) | 3 << (bits - 2) | 1
        coprime = (candidate - 1) % _EXPONENT != 0
        if coprime and candidate not in found and _probably_prime(candidate, source):
            found.append(candidate)
    return max(found), min(found)


def _probably_prime(number: int, source: random.Random) -> bool:
    """Miller and Rabin's test, 20 rounds."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_passes(number, source.randrange(2, number - 1), odd, twos) for _ in range(20))


def _passes(number: int, base: int, odd: int, twos: int) -> bool:
    power = pow(base, odd, number)
    if power in (1, number - 1):
        return True
    return any((power := power * power % number) == number - 1 for _ in range(twos - 1))


def sequence(*parts: bytes) -> bytes:
    """Encode a DER SEQUENCE of encoded parts."""
    return element(0x30, b"".join(parts))


def element(tag: int, content: bytes) -> bytes:
    """Encode one DER element."""
    length = len(content)
    if length < 0x80:  # noqa: PLR2004 - the short form of X.690, 8.1.3.4
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


def _integer(value: int) -> bytes:
    return element(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _pem(label: str, der: bytes) -> bytes:
    text = base64.encodebytes(der).decode()
    return f"-----BEGIN {label}-----\n{text}-----END {label}-----\n".encode()
