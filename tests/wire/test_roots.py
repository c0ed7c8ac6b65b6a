"""Where trusted roots come from."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from goproxy_exporter.errors import ConfigError
from goproxy_exporter.simulator.certificates import Authority
from goproxy_exporter.wire.parsed import Parsed
from goproxy_exporter.wire.roots import certificates, roots_in, system_roots

ONE, TWO, THREE = (Authority.create(name) for name in ("One", "Two", "Three"))


def der(authority: Authority) -> bytes:
    return authority.certificate.public_bytes(Encoding.DER)


def raw(found: Iterable[Parsed]) -> set[bytes]:
    return {one.raw for one in found}


def test_the_environment_replaces_the_usual_places(tmp_path: Path) -> None:
    """SSL_CERT_FILE and SSL_CERT_DIR are honoured as Go does, each for itself."""
    file, folder, other = tmp_path / "file.pem", tmp_path / "folder", tmp_path / "other"
    folder.mkdir()
    other.mkdir()
    file.write_bytes(ONE.pem)
    (folder / "two").write_bytes(TWO.pem)
    (other / "three.pem").write_bytes(THREE.pem)
    both = {"SSL_CERT_FILE": str(file), "SSL_CERT_DIR": f"{folder}:{other}:{tmp_path}/none"}
    assert raw(system_roots(both)) == {der(ONE), der(TWO), der(THREE)}
    nowhere = {"SSL_CERT_FILE": str(tmp_path / "none"), "SSL_CERT_DIR": str(tmp_path / "none")}
    assert raw(system_roots(nowhere)) == set()
    usual = raw(system_roots({"SSL_CERT_FILE": "", "SSL_CERT_DIR": ""}))
    assert usual == raw(system_roots({}))


def test_links_to_a_neighbour_are_read_once_and_strange_files_do_no_harm(tmp_path: Path) -> None:
    """A folder as c_rehash makes it: links beside the files, keys, folders, broken links."""
    (tmp_path / "one.pem").write_bytes(ONE.pem + TWO.pem)
    (tmp_path / "abcdef.0").symlink_to("one.pem")
    (tmp_path / "away").symlink_to("/nowhere/at/all")
    (tmp_path / "folder").mkdir()
    (tmp_path / "key.pem").write_bytes(ONE.key.pem)
    (tmp_path / "rubbish").write_bytes(bytes(range(256)))
    found = list(system_roots({"SSL_CERT_FILE": "/none", "SSL_CERT_DIR": str(tmp_path)}))
    assert [one.raw for one in found] == [der(ONE), der(TWO)]


def test_what_is_broken_in_a_bundle_is_left_out() -> None:
    """Text between blocks, blocks of other kinds and unreadable ones do not cost the rest."""
    broken = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    odd = b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n"
    bundle = (
        b"# One\n"
        + ONE.pem
        + ONE.key.pem
        + broken
        + odd
        + b"text\n"
        + TWO.pem.replace(b"\n", b"\r\n")
    )
    assert raw(certificates(bundle)) == {der(ONE), der(TWO)}


@pytest.mark.parametrize("content", [None, b"", ONE.key.pem, b"\xff\xfe"])
def test_a_bad_configured_file_is_named(tmp_path: Path, content: bytes | None) -> None:
    """A configured file that is missing or has no certificate is an error that names it."""
    file = tmp_path / "corp.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        roots_in(str(file))
    assert str(file) in str(caught.value)
    assert b"PRIVATE" not in str(caught.value).encode()
    with pytest.raises(ConfigError):
        roots_in(str(tmp_path))
