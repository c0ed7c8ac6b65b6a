"""Ways to load a configuration in a test."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from goproxy_exporter.config.load import load
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.errors import ConfigError
from goproxy_exporter.model.names import CheckName

Load = Callable[..., Settings]
Refuse = Callable[..., list[str]]


@pytest.fixture(scope="session")
def implemented() -> frozenset[CheckName]:
    """The checks that the tests take for implemented."""
    return frozenset({CheckName.ENDPOINTS, CheckName.ZIP, CheckName.LARGE_ZIP, CheckName.EDGES})


@pytest.fixture
def loaded(tmp_path: Path, implemented: frozenset[CheckName]) -> Load:
    """Load a text as ``config.yml`` in `tmp_path`."""

    def load_text(text: str, env: Mapping[str, str] | None = None) -> Settings:
        path = tmp_path / "config.yml"
        path.write_text(text, encoding="utf-8")
        return load(path, env=env or {}, implemented=implemented)

    return load_text


@pytest.fixture
def refused(tmp_path: Path, loaded: Load) -> Refuse:
    """Load a text that must be refused; give its problems without the folder's name."""

    def refuse_text(text: str, env: Mapping[str, str] | None = None) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            loaded(text, env)
        return [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems]

    return refuse_text


@dataclass(frozen=True)
class Pair:
    """A self-signed certificate and its key, in PEM."""

    cert: bytes
    key: bytes
    locked_key: bytes
    """The same key, encrypted with the password hunter2."""


@pytest.fixture(scope="session")
def pair() -> Callable[[], Pair]:
    """Make a new certificate each time."""
    return _pair


def _pair() -> Pair:
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    lock = BestAvailableEncryption(b"hunter2")
    return Pair(
        builder.sign(key, None).public_bytes(Encoding.PEM),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock),
    )
