"""Which certificate authorities does this machine trust, as Go finds them?

Source: crypto/x509, root.go (loadOnDiskRoots), root_linux.go, cert_pool.go (AppendCertsFromPEM).
"""

import base64
import binascii
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from goproxy_exporter.errors import ConfigError, Problem
from goproxy_exporter.wire.der import MalformedError
from goproxy_exporter.wire.parsed import Parsed, parse

FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""The first of these that can be read is used."""
DIRECTORIES = ("/etc/ssl/certs", "/etc/pki/tls/certs")
"""All of these are read."""

_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----\s*([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")


def system_roots(environment: Mapping[str, str] = os.environ) -> Iterator[Parsed]:
    """Give the system's roots; SSL_CERT_FILE and SSL_CERT_DIR replace the usual places."""
    file, directories = environment.get("SSL_CERT_FILE"), environment.get("SSL_CERT_DIR")
    for data in map(_read, (file,) if file else FILES):
        if data is not None:
            yield from certificates(data)
            break
    for directory in directories.split(os.pathsep) if directories else DIRECTORIES:
        for path in _entries(directory):
            yield from certificates(_read(path) or b"")


def roots_in(file: str) -> tuple[Parsed, ...]:
    """Give the certificates of a configured file; raises `ConfigError` where there is none."""
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        words = f"cannot read this CA file: {error.strerror}"
        raise ConfigError((Problem(file, None, None, "", words),)) from error
    found = tuple(certificates(data))
    if not found:
        words = "this CA file has no certificate in PEM that can be used"
        raise ConfigError((Problem(file, None, None, "", words),))
    return found


def certificates(pem: bytes) -> Iterator[Parsed]:
    """Give the certificates of a PEM text; what cannot be read is left out, as in Go."""
    for block in _BLOCK.finditer(pem):
        try:
            yield parse(base64.b64decode(block[1]))
        except (binascii.Error, MalformedError):
            continue


def _entries(directory: str) -> Iterable[str]:
    """Give the files of a directory, without links to others in it (readUniqueDirectoryEntries)."""
    try:
        with os.scandir(directory) as entries:
            return sorted(entry.path for entry in entries if not _links_beside(entry))
    except OSError:
        return ()


def _links_beside(entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() and "/" not in str(Path(entry.path).readlink())


def _read(path: str) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except OSError:
        return None
