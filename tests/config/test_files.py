import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from goproxy_exporter.config.files import FileError, Files

Pair = Callable[[], Any]


def test_roots_in_pem(tmp_path: Path, pair: Pair) -> None:
    """One certificate or more; anything else is refused without quoting it."""
    path = tmp_path / "ca.pem"
    path.write_bytes(pair().cert + b"a comment\n" + pair().cert)
    Files().roots(path)
    path.write_bytes(pair().key + pair().cert)
    Files().roots(path)
    path.write_bytes(pair().cert + pair().cert[:200])
    with pytest.raises(FileError, match=r"^holds no certificate in PEM that can be read$"):
        Files().roots(path)
    path.write_bytes(pair().key)
    with pytest.raises(FileError, match=r"^holds no certificate in PEM that can be read$"):
        Files().roots(path)
    path.write_text("hunter2")
    with pytest.raises(FileError, match=r"^holds no certificate in PEM that can be read$"):
        Files().roots(path)
    path.write_bytes(b"-----BEGIN CERTIFICATE-----\n\xff\n-----END CERTIFICATE-----\n")
    with pytest.raises(FileError, match=r"^holds no certificate"):
        Files().roots(path)


def test_a_certificate_and_its_key(tmp_path: Path, pair: Pair) -> None:
    """In one file or two; a key that is another's or locked with a password is told as such."""
    mine = pair()
    cert, key, both = tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "both.pem"
    cert.write_bytes(mine.cert)
    key.write_bytes(mine.key)
    both.write_bytes(mine.key + mine.cert)
    Files().client_certificate(cert, key)
    Files().client_certificate(both, both)

    key.write_bytes(pair().key)
    with pytest.raises(FileError, match="does not belong to the certificate"):
        Files().client_certificate(cert, key)
    key.write_bytes(mine.locked_key)
    with pytest.raises(FileError, match="is encrypted"):
        Files().client_certificate(cert, key)
    key.write_text("nonsense")
    with pytest.raises(FileError, match="does not hold a certificate and its key"):
        Files().client_certificate(cert, key)


def test_a_pipe_is_no_secret(tmp_path: Path) -> None:
    """Opening one without a writer would wait for ever."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    for read in (Files().secret, Files().roots, Files().pem):
        with pytest.raises(FileError, match="is not a regular file"):
            read(path)
    with pytest.raises(FileError, match="is not a regular file"):
        Files().secret(Path("/dev/zero"))


def test_a_secret_is_bounded(tmp_path: Path) -> None:
    """Nobody has a password of a megabyte."""
    path = tmp_path / "s"
    path.write_text("x" * 65_537)
    with pytest.raises(FileError, match="larger than 64 KiB"):
        Files().secret(path)


def test_a_name_that_cannot_be_one() -> None:
    """The system's refusal is ours."""
    with pytest.raises(FileError, match="cannot be read"):
        Files().secret(Path("a\0b"))
    with pytest.raises(FileError, match="cannot be read: File name too long"):
        Files().secret(Path("x" * 300))


def test_the_digest_covers_names_and_contents_but_no_secrets(tmp_path: Path) -> None:
    """In whatever order the files were read."""
    a, b = tmp_path / "a", tmp_path / "b"
    a.write_text("1")
    b.write_text("2")
    first, second, third = Files(), Files(), Files()
    first.read(a, 9)
    first.read(b, 9)
    second.read(b, 9)
    second.read(a, 9)
    second.secret(a)
    third.read(a, 9)
    assert first.digest == second.digest != third.digest
    b.write_text("3")
    third.read(b, 9)
    assert third.digest != first.digest
