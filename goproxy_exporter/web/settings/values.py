"""What can be set in the web configuration file?"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

from goproxy_exporter.model.mirror import Secret


@dataclass(frozen=True, slots=True)
class RateLimit:
    """One request every `interval` seconds, and up to `burst` at once."""

    interval: float
    burst: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsServer:
    """How TLS is spoken. PEM as text; paths are already read."""

    cert: str
    key: Secret
    client_ca: str | None = None
    verify: ssl.VerifyMode = ssl.CERT_NONE
    client_allowed_sans: tuple[str, ...] = ()
    minimum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    maximum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    ciphers: tuple[str, ...] = ()
    """In OpenSSL's names, for TLS 1.2; empty for its own choice."""
    curve: str | None = None
    prefer_server_ciphers: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """The whole file; without one, nothing is set."""

    tls: TlsServer | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    users: Mapping[str, Secret] = field(default_factory=dict)
    """bcrypt hashes by user name; empty means that everybody may read."""
    rate_limit: RateLimit | None = None
