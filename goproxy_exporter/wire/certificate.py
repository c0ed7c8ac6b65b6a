"""What does a certificate say, in the words of the model?"""

import functools
import warnings
from collections.abc import Callable

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.utils import CryptographyDeprecationWarning

from goproxy_exporter.model.exchange import Certificate
from goproxy_exporter.wire.redact import plain

MOST_NAMES = 100
"""Names of one certificate that are kept at most."""

_CURVES = {"secp224r1": "P-224", "secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}

_EDWARDS = {"1.3.101.112": "Ed25519", "1.3.101.113": "Ed448"}

_UNREADABLE = (ValueError, TypeError, OverflowError, x509.InvalidVersion)
_UNUSABLE = (
    ValueError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
    x509.UnsupportedGeneralNameType,
)


@functools.lru_cache(maxsize=512)
def described(der: bytes) -> Certificate | None:
    """Read a DER certificate; None where it is not one that can be shown."""
    with warnings.catch_warnings():
        # Oddities that the library will refuse one day are the peer's, not ours.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        try:
            return _certificate(x509.load_der_x509_certificate(der))
        except _UNREADABLE:
            return None


def _certificate(found: x509.Certificate) -> Certificate:
    return Certificate(
        subject=_name(lambda: found.subject),
        issuer=_name(lambda: found.issuer),
        serial=f"{found.serial_number:x}",
        not_before=found.not_valid_before_utc.timestamp(),
        not_after=found.not_valid_after_utc.timestamp(),
        names=tuple(plain(name) for name in _names(found))[:MOST_NAMES],
        key=_key(found),
        signature=_signature(found),
        sha256=found.fingerprint(hashes.SHA256()).hex(),
    )


def _name(read: Callable[[], x509.Name]) -> str:
    """Give a distinguished name as RFC 4514 writes it; empty where it cannot be decoded."""
    try:
        return plain(read().rfc4514_string())
    except _UNUSABLE:
        return ""


def _names(found: x509.Certificate) -> tuple[str, ...]:
    """Give the DNS names and addresses of the subject alternative name."""
    try:
        alternative = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except _UNUSABLE:
        return ()
    addresses = alternative.get_values_for_type(x509.IPAddress)
    return (*alternative.get_values_for_type(x509.DNSName), *map(str, addresses))


def _key(found: x509.Certificate) -> str:
    algorithm = found.public_key_algorithm_oid.dotted_string
    try:
        key = found.public_key()
    except _UNUSABLE:
        return algorithm
    match key:
        case rsa.RSAPublicKey():
            return f"RSA {key.key_size}"
        case ec.EllipticCurvePublicKey():
            return f"ECDSA {_CURVES.get(key.curve.name, key.curve.name)}"
        case dsa.DSAPublicKey():
            return f"DSA {key.key_size}"
        case _:
            return _EDWARDS.get(algorithm, algorithm)


def _signature(found: x509.Certificate) -> str:
    try:
        algorithm = found.signature_hash_algorithm
    except _UNUSABLE:
        return found.signature_algorithm_oid.dotted_string
    return algorithm.name.upper() if algorithm else ""
