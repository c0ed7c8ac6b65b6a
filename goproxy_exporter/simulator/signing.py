"""Signs certificates, with SHA-1 too, which the cryptography library rightly refuses."""

import hashlib
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

from goproxy_exporter.simulator.keys import Key, element, sequence

Digest = Literal[
    "sha256", "sha384", "sha512", "sha1", "pss-sha256", "pss-sha384", "pss-sha512", "pss-odd-salt"
]
"""How a certificate is signed: the hash, after ``pss-`` with RSASSA-PSS (RSA issuers alone)."""

_DIGESTS: dict[str, hashes.SHA256 | hashes.SHA384 | hashes.SHA512] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_RSA_SHA256 = bytes.fromhex("300d06092a864886f70d01010b0500")
_RSA_SHA1 = bytes.fromhex("300d06092a864886f70d0101050500")
_ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
_ECDSA_SHA1 = bytes.fromhex("300906072a8648ce3d0401")


def sign(builder: x509.CertificateBuilder, signer: Key, digest: Digest) -> x509.Certificate:
    """Sign a certificate with the key of its issuer."""
    private = signer.private
    assert private is not None, "a key too weak for the library signs nothing"
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return builder.sign(private, None)
    if digest.startswith("pss-"):
        return _signed_with_pss(builder, private, digest.removeprefix("pss-"))
    if digest != "sha1":
        return builder.sign(private, _DIGESTS[digest])
    return _signed_again(builder.sign(private, hashes.SHA256()), private)


def _signed_with_pss(
    builder: x509.CertificateBuilder,
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    digest: str,
) -> x509.Certificate:
    """Sign with a salt as long as the hash, or with one that Go does not take."""
    assert isinstance(private, rsa.RSAPrivateKey), "RSASSA-PSS is a scheme of RSA"
    algorithm = _DIGESTS.get(digest, hashes.SHA256())
    salt = algorithm.digest_size if digest in _DIGESTS else 20
    scheme = padding.PSS(padding.MGF1(algorithm), salt)
    return builder.sign(private, algorithm, rsa_padding=scheme)


def _signed_again(
    good: x509.Certificate, private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    """Put SHA-1 in the place of SHA-256: in the signed part, in the envelope, in the signature."""
    of_rsa = isinstance(private, rsa.RSAPrivateKey)
    old, new = (_RSA_SHA256, _RSA_SHA1) if of_rsa else (_ECDSA_SHA256, _ECDSA_SHA1)
    content = _content(good.tbs_certificate_bytes).replace(old, new, 1)
    signed = sequence(content)
    signature = _sha1_signature(private, hashlib.sha1(signed, usedforsecurity=False).digest())
    return x509.load_der_x509_certificate(sequence(signed, new, element(0x03, b"\x00" + signature)))


def _sha1_signature(
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, digest: bytes
) -> bytes:
    prehashed = utils.Prehashed(hashes.SHA1())  # noqa: S303 - the weak signature is the point
    if isinstance(private, rsa.RSAPrivateKey):
        return private.sign(digest, padding.PKCS1v15(), prehashed)
    return private.sign(digest, ec.ECDSA(prehashed))


def _content(encoded: bytes) -> bytes:
    """Strip tag and length of a DER element."""
    first = encoded[1]
    header = 2 if first < 0x80 else 2 + (first & 0x7F)  # noqa: PLR2004 - X.690, 8.1.3
    return encoded[header:]
