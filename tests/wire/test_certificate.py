"""Certificates in the words of the model."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from goproxy_exporter.simulator.certificates import Authority, self_signed
from goproxy_exporter.simulator.keys import KeyKind
from goproxy_exporter.simulator.signing import Digest
from goproxy_exporter.wire.certificate import MOST_NAMES, described
from goproxy_exporter.wire.roots import system_roots


def test_what_a_certificate_says() -> None:
    """Names, times, key, signature and fingerprint are those of the certificate."""
    issued = Authority.create().issue(["a.test", "10.0.0.1", "fd00::1"], ends=timedelta(days=3))
    der = issued.certificate.public_bytes(Encoding.DER)
    found = described(der)
    assert found is not None
    assert (found.subject, found.issuer) == ("CN=a.test", "CN=Simulated Root")
    assert found.names == ("a.test", "10.0.0.1", "fd00::1")
    assert found.not_after == issued.certificate.not_valid_after_utc.timestamp()
    assert found.not_before == issued.certificate.not_valid_before_utc.timestamp()
    assert int(found.serial, 16) == issued.certificate.serial_number
    assert len(found.sha256) == 64


@pytest.mark.parametrize(
    ("kind", "digest", "key", "signature"),
    [
        ("rsa-2048", "sha256", "RSA 2048", "SHA256"),
        ("rsa-512", "sha1", "RSA 512", "SHA1"),
        ("ecdsa-p224", "sha384", "ECDSA P-224", "SHA384"),
        ("ecdsa-p521", "sha512", "ECDSA P-521", "SHA512"),
        ("ed25519", "sha256", "Ed25519", "SHA256"),
    ],
)
def test_keys_and_signatures(kind: KeyKind, digest: Digest, key: str, signature: str) -> None:
    """Every kind of key has its name and size, every signature its hash."""
    root = Authority.create(key="rsa-2048")
    issued = root.issue(["a.test"], key=kind, digest=digest)
    found = described(issued.certificate.public_bytes(Encoding.DER))
    assert found is not None
    assert (found.key, found.signature) == (key, signature)


def test_ed25519_has_no_hash_and_no_names_are_none() -> None:
    """What a scheme or a certificate does not have is empty, not an error."""
    issued = self_signed(["a.test"], key="ed25519", alternative=False)
    found = described(issued.certificate.public_bytes(Encoding.DER))
    assert found is not None
    assert (found.signature, found.names) == ("", ())


def test_a_certificate_cannot_flood_or_smuggle() -> None:
    """The number of names is bounded, and control characters do not get through."""
    issued = self_signed([f"{number}.test" for number in range(300)])
    found = described(issued.certificate.public_bytes(Encoding.DER))
    assert found is not None
    assert len(found.names) == MOST_NAMES
    issued = self_signed(["a\nb\x1b.test"])
    found = described(issued.certificate.public_bytes(Encoding.DER))
    assert found is not None
    assert found.subject.isprintable()
    assert all(map(str.isprintable, found.names))


def test_rubbish_is_none() -> None:
    """What is no certificate has no description."""
    assert described(b"") is None
    assert described(b"\x30\x03\x02\x01\x00") is None


def test_both_readers_agree_on_this_machines_roots() -> None:
    """Our own parser and the library see the same dates in every real certificate."""
    roots = list(system_roots())
    if not roots:
        pytest.skip("this machine has no root certificates")
    for root in roots:
        found = described(root.raw)
        assert found is not None
        assert (found.not_before, found.not_after) == (root.not_before, root.not_after)
