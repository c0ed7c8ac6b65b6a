"""The throw-away authority issues what it says, judged by somebody else."""

import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from programs import needed

from goproxy_exporter.simulator.certificates import Authority, Issued, Variant, self_signed
from goproxy_exporter.simulator.keys import KeyKind, new_key


def openssl(tmp_path: Path, root: Authority, issued: Issued, *options: str) -> str:
    """Let the openssl program verify a chain; gives what it says."""
    needed("openssl")
    (tmp_path / "root.pem").write_bytes(root.pem)
    chain, _ = issued.write(tmp_path)
    ran = subprocess.run(
        ["openssl", "verify", "-CAfile", "root.pem", "-untrusted", chain, *options, chain],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout + ran.stderr


@pytest.mark.parametrize("below", [False, True])
def test_a_good_chain_verifies(tmp_path: Path, below: bool) -> None:
    """With and without an intermediate, by OpenSSL's strict rules too."""
    root = Authority.create()
    issued = (root.subordinate() if below else root).issue(["a.test", "127.0.0.1"])
    said = openssl(tmp_path, root, issued, "-x509_strict", "-verify_hostname", "a.test")
    assert said.endswith(": OK\n")
    assert len(issued.chain) == 1 + below


@pytest.mark.parametrize(
    ("variant", "complaint"),
    [
        ({"ends": timedelta(hours=-1)}, "certificate has expired"),
        ({"begins": timedelta(hours=1)}, "not yet valid"),
        ({"usages": ("client",)}, "purpose"),
        ({"critical_unknown": True}, "unhandled critical extension"),
        ({"alternative": False}, "OK"),
        ({"authority_key": None}, "OK"),
        ({"authority_key": False}, "unable to get local issuer|key identifier"),
    ],
)
def test_a_fault_is_the_one_asked_for(tmp_path: Path, variant: Variant, complaint: str) -> None:
    """OpenSSL complains of exactly what was asked for."""
    root = Authority.create()
    said = openssl(tmp_path, root, root.issue(["a.test"], **variant), "-purpose", "sslserver")
    assert any(words in said for words in complaint.split("|")), said


@pytest.mark.parametrize("key", ["ecdsa-p256", "rsa-2048"])
def test_sha1_signatures_are_real(tmp_path: Path, key: KeyKind) -> None:
    """A SHA-1 signature verifies where it is allowed, and nowhere else."""
    root = Authority.create(key=key)
    issued = root.issue(["a.test"], digest="sha1")
    assert openssl(tmp_path, root, issued).endswith(": OK\n")
    assert "too weak" in openssl(tmp_path, root, issued, "-auth_level", "2")
    assert "sha1" in issued.certificate.signature_algorithm_oid._name.lower()


@pytest.mark.parametrize(("kind", "bits"), [("rsa-512", 512), ("rsa-768", 768)])
def test_weak_keys_are_of_their_size_and_always_the_same(kind: KeyKind, bits: int) -> None:
    """A small RSA key works in a server, has exactly its bits, and costs nothing twice."""
    key = new_key(kind)
    assert isinstance(key.public, rsa.RSAPublicKey)
    assert key.public.key_size == bits
    assert new_key(kind) is key
    issued = Authority.create().issue(["a.test"], key=kind)
    assert isinstance(issued.server_context(), ssl.SSLContext)


def test_nothing_shows_a_private_key() -> None:
    """Not even throw-away keys are printed."""
    issued = self_signed(["a.test"])
    assert "PRIVATE" not in repr(issued)
    assert "PRIVATE" not in repr(Authority.create())


def test_dates_and_names_are_those_asked_for() -> None:
    """Validity runs from now, names keep their order, addresses are addresses."""
    issued = Authority.create().issue(["a.test", "::1"], ends=timedelta(days=3))
    left = issued.certificate.not_valid_after_utc - datetime.now(UTC)
    assert timedelta(days=2, hours=23) < left <= timedelta(days=3)
    names = issued.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert [type(one) for one in names.value] == [x509.DNSName, x509.IPAddress]


def test_presenting_something_else(tmp_path: Path) -> None:
    """The missing intermediate: the leaf alone does not verify, with a stranger neither."""
    root = Authority.create()
    issued = root.subordinate().issue(["a.test"])
    stranger = Authority.create("Stranger").certificate
    assert issued.presenting().chain == (issued.certificate,)
    assert issued.presenting(stranger).chain == (issued.certificate, stranger)
    assert "unable to get local issuer" in openssl(tmp_path, root, issued.presenting())
