"""Trust as the wire uses it."""

import ssl
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from goproxy_exporter.errors import ConfigError
from goproxy_exporter.model.exchange import FailureKind as K
from goproxy_exporter.model.exchange import TlsFacts
from goproxy_exporter.model.mirror import ClientCertificate
from goproxy_exporter.simulator.certificates import Authority, Issued
from goproxy_exporter.wire.parsed import parse
from goproxy_exporter.wire.trust import Trust, load_trust, presented

HOST = "mirror.test"


def trusting(*authorities: Authority) -> Trust:
    return Trust([parse(one.certificate.public_bytes(Encoding.DER)) for one in authorities])


def shake(
    trust: Trust, server: ssl.SSLContext
) -> tuple[ssl.SSLObject, ssl.SSLObject, Exception | None]:
    """Shake hands in memory; gives client, server and what broke the handshake."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trust.context(("h2", "http/1.1")).wrap_bio(down, up, server_hostname=HOST)
    peer = server.wrap_bio(up, down, server_side=True)
    for side in (client, peer) * 4:
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
        except ssl.SSLError as error:
            return client, peer, error
    return client, peer, None


def facts(trust: Trust, issued: Issued, now: float | None = None) -> TlsFacts:
    client, _, error = shake(trust, issued.server_context())
    assert error is None
    return trust.facts(client, host=HOST, error=None, now=now or time.time())


def test_contexts_are_kept_per_protocols() -> None:
    """The same protocols give the same context, others another one, and ALPN follows."""
    root = Authority.create()
    trust = trusting(root)
    assert trust.context(("h2",)) is trust.context(("h2",))
    assert trust.context(("h2",)) is not trust.context(("http/1.1",))
    assert facts(trust, root.issue([HOST])).alpn == "h2"


def test_a_context_alone_proves_nothing() -> None:
    """A stranger's handshake ends well, and its facts say that it is not verified."""
    found = facts(trusting(Authority.create("Other")), Authority.create().issue([HOST]))
    assert not found.verified
    assert found.failure is not None
    assert found.failure.kind is K.TLS_UNTRUSTED
    assert found.chain[0].names == (HOST,)
    assert found.not_after == found.chain[0].not_after


def test_the_verified_chain_ends_with_its_first_certificate() -> None:
    """The earliest end counts, the root's included, though the peer does not present it."""
    root = Authority.create(ends=timedelta(days=5))
    middle = root.subordinate(ends=timedelta(days=30))
    found = facts(trusting(root), middle.issue([HOST], ends=timedelta(days=9)))
    assert found.verified_until == root.certificate.not_valid_after_utc.timestamp()


def test_of_two_chains_the_longer_lived_counts() -> None:
    """An authority with two certificates: Go needs one chain, so the later end is the end."""
    old = Authority.create("Old", ends=timedelta(days=5))
    new = Authority.create("New")
    middle = new.subordinate()
    issued = middle.issue([HOST], ends=timedelta(days=60))
    both = issued.presenting(middle.crossed(old).certificate, middle.certificate)
    for trusted in ((old, new), (new, old)):
        found = facts(trusting(*trusted), both)
        assert found.verified_until == issued.certificate.not_valid_after_utc.timestamp()
    found = facts(trusting(old), both)
    assert found.verified_until == old.certificate.not_valid_after_utc.timestamp()


def test_the_clock_given_decides() -> None:
    """Dates are judged at `now`, not at the machine's time."""
    root = Authority.create()
    issued = root.issue([HOST])
    trust = trusting(root)
    for days, kind in ((-10, K.TLS_NOT_YET_VALID), (0, None), (100, K.TLS_EXPIRED)):
        found = facts(trust, issued, time.time() + days * 86400)
        assert (found.failure.kind if found.failure else None) is kind
    end = issued.certificate.not_valid_after_utc.timestamp()
    assert facts(trust, issued, end).verified
    assert not facts(trust, issued, end + 0.5).verified


def test_a_refused_certificate_goes_before_what_broke_the_handshake() -> None:
    """Go sees the certificate first; a later alert or reset is not the cause."""
    root = Authority.create()
    expired = root.issue([HOST], ends=timedelta(hours=-1))
    trust = trusting(root)
    client, _, _ = shake(trust, expired.server_context())
    reset = ConnectionResetError(104, "reset")
    found = trust.facts(client, host=HOST, error=reset, now=time.time())
    assert found.failure is not None
    assert found.failure.kind is K.TLS_EXPIRED
    good, _, _ = shake(trust, root.issue([HOST]).server_context())
    found = trust.facts(good, host=HOST, error=reset, now=time.time())
    assert found.failure is not None
    assert (found.failure.kind, found.verified, found.verified_until) == (K.TLS_RESET, False, None)
    assert len(found.chain) == 1


def test_nothing_at_all_is_a_failure_too() -> None:
    """Without a TLS object there are no facts but the failure."""
    found = Trust().facts(None, host=HOST, error=TimeoutError(), now=0.0)
    assert found.failure is not None
    assert (found.failure.kind, found.chain, found.version) == (K.TLS_TIMEOUT, (), None)
    assert not Trust().facts(None, host=HOST, error=None, now=0.0).verified


def test_every_handshake_is_a_full_one() -> None:
    """No session is resumed, whatever tickets the server hands out."""
    root = Authority.create()
    server, trust = root.issue([HOST]).server_context(), trusting(root)
    for _ in range(3):
        client, peer, error = shake(trust, server)
        assert error is None
        peer.write(b"x")
        assert client.read(1) == b"x"
        assert not client.session_reused
        assert not peer.session_reused
        assert presented(client)


def test_loading_adds_configured_files_to_the_systems(tmp_path: Path) -> None:
    """A corporate authority is trusted besides the system's, not instead."""
    corp = Authority.create("Corp")
    (tmp_path / "corp.pem").write_bytes(corp.pem)
    with_corp = load_trust((str(tmp_path / "corp.pem"),), None)
    without = load_trust((), None)
    assert len(with_corp._roots) == len(without._roots) + 1
    assert facts(with_corp, corp.issue([HOST])).verified
    assert not facts(without, corp.issue([HOST])).verified


def test_a_client_certificate_is_presented(tmp_path: Path) -> None:
    """A server that asks for one gets it."""
    root = Authority.create()
    ours = root.issue(["prober.test"], usages=("client",))
    cert, key = ours.write(tmp_path, "client")
    server = root.issue([HOST]).server_context()
    server.verify_mode = ssl.CERT_REQUIRED
    server.load_verify_locations(cadata=root.pem.decode())
    trust = load_trust((), ClientCertificate(cert_file=str(cert), key_file=str(key)))
    cert.unlink()  # Files are read while loading, never again.
    key.unlink()
    _, peer, error = shake(trust, server)
    assert error is None
    assert peer.getpeercert(binary_form=True) == ours.certificate.public_bytes(Encoding.DER)


ENCRYPTED = """-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF

AAAA
-----END EC PRIVATE KEY-----
"""


@pytest.mark.parametrize("key", ["another", "missing", "encrypted"])
def test_a_bad_client_certificate_is_named(tmp_path: Path, key: str) -> None:
    """A key that does not fit, is absent or is encrypted: an error that names both files, at once."""
    root = Authority.create()
    cert, _ = root.issue(["prober.test"]).write(tmp_path, "client")
    key_file = tmp_path / f"{key}.key"
    if key == "another":
        key_file.write_bytes(root.key.pem)
    elif key == "encrypted":
        key_file.write_text(ENCRYPTED)
    files = ClientCertificate(cert_file=str(cert), key_file=str(key_file))
    with pytest.raises(ConfigError) as caught:
        load_trust((), files)
    assert str(cert) in str(caught.value)
    assert str(key_file) in str(caught.value)


def test_loading_can_be_done_in_threads() -> None:
    """Two configurations loaded at once both work."""
    found: list[Trust] = []
    threads = [
        threading.Thread(target=lambda: found.append(load_trust((), None))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(found[0]._roots) == len(found[1]._roots)
