"""What do the files hold that a configuration names?"""

import re
import ssl
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

LARGEST_CONFIG = 1024 * 1024
LARGEST_SECRET = 64 * 1024
LARGEST_PEM = 8 * 1024 * 1024

_BEGIN = "-----BEGIN "
_CERTIFICATE = re.compile(r"(?:X509 |TRUSTED )?CERTIFICATE-----")


class FileError(Exception):
    """A file that cannot be used; the message says why, and holds nothing of its content."""


class Files:
    """Reads files, and remembers a digest of those that hold no secrets."""

    def __init__(self) -> None:
        self._digests: dict[str, str] = {}

    @property
    def digest(self) -> str:
        """Give one digest for everything that was read, in whatever order."""
        lines = (f"{name}\0{digest}\n" for name, digest in sorted(self._digests.items()))
        return sha256("".join(lines).encode(errors="surrogateescape")).hexdigest()

    def read(self, path: Path, limit: int) -> bytes:
        """Read a whole file of at most `limit` bytes. Raises FileError."""
        content = _read(path, limit)
        self._digests[str(path)] = sha256(content).hexdigest()
        return content

    def read_regular(self, path: Path, limit: int) -> bytes:
        """Read as `read` does, but never from a pipe or device. Raises FileError."""
        _check_regular(path)
        return self.read(path, limit)

    def secret(self, path: Path) -> str:
        """Read one line of text that must not be shown, without its line end. Raises FileError."""
        _check_regular(path)
        try:
            text = _read(path, LARGEST_SECRET).decode()
        except UnicodeDecodeError as error:
            raise FileError("is not UTF-8 text") from error
        return text.removesuffix("\n").removesuffix("\r")

    def roots(self, path: Path) -> None:
        """See that a file holds certificates in PEM. Raises FileError."""
        content = self.read_regular(path, LARGEST_PEM)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            # One by one: for a bundle of them OpenSSL keeps the interpreter to itself for 50 ms.
            for certificate in _certificates(content.decode("ascii")):
                context.load_verify_locations(cadata=certificate)
        except (ssl.SSLError, ValueError) as error:
            raise FileError("holds no certificate in PEM that can be read") from error

    def pem(self, path: Path) -> None:
        """See that a file can be read. Raises FileError."""
        self.read_regular(path, LARGEST_PEM)

    def client_certificate(self, cert: Path, key: Path) -> None:
        """See that two files (or one, twice) hold a certificate and its key. Raises FileError."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            # Without a password callback OpenSSL would ask at the terminal.
            context.load_cert_chain(cert, key, password="")
        except OSError as error:
            raise FileError(_cert_reason(error, key)) from error


def _certificates(pem: str) -> Iterator[str]:
    """Give each certificate of a PEM text. Raises ValueError where there is none."""
    blocks = [block for block in pem.split(_BEGIN)[1:] if _CERTIFICATE.match(block)]
    if not blocks:
        raise ValueError("no certificate")
    yield from (_BEGIN + block for block in blocks)


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise FileError(_os_reason(error)) from error
    if len(content) > limit:
        raise FileError(f"is larger than {limit // 1024} KiB")
    return content


def _check_regular(path: Path) -> None:
    """Refuse pipes and devices, which could keep us waiting for ever."""
    try:
        if path.exists() and not path.is_file():
            raise FileError("is not a regular file")
    except (OSError, ValueError) as error:
        raise FileError(_os_reason(error)) from error


def _os_reason(error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) else None
    return f"cannot be read: {reason or 'bad name'}"


def _cert_reason(error: OSError, key: Path) -> str:
    if isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
        return "has a key that does not belong to the certificate"
    # OpenSSL gives no reason for a key that it could not decrypt; PEM names the type in clear.
    if b"ENCRYPTED" in _read(key, LARGEST_PEM):
        return "has a key that is encrypted"
    return "does not hold a certificate and its key in PEM"
