"""What proves who we are, and when may it be sent?"""

import base64
import re

from goproxy_exporter.model.mirror import Access, Credentials
from goproxy_exporter.wire.target import Target

Header = tuple[str, str]

_TOKEN = re.compile(r"[0-9A-Za-z!#$%&'*+.^_`|~-]+")

OURS_ALONE = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-connection",
        "range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that would change the question or its framing: never taken from a configuration."""


def is_insecure(access: Access, first: Target) -> bool:
    """Tell whether secrets are configured for a URL that would carry them in the clear.

    The go command refuses such a URL before it sends anything (cmd/go/internal/web).
    """
    secrets = access.credentials is not None or bool(access.headers)
    return secrets and first.scheme != "https"


class Disclosure:
    """Which hop of one exchange may see the mirror's secrets: only its own origin, over TLS.

    Once a redirect has led away nothing is disclosed any more, not even to the mirror itself:
    whoever redirected back chose the path (CVE-2024-45336 in net/http).
    """

    __slots__ = ("_first", "_strayed")

    def __init__(self, first: Target) -> None:
        self._first = first.origin
        self._strayed = first.scheme != "https"

    def allows(self, target: Target) -> bool:
        """Tell whether this hop may; to be asked for each hop in order."""
        self._strayed = self._strayed or target.origin != self._first
        return not self._strayed


def secret_headers(access: Access) -> tuple[Header, ...]:
    """Give Authorization and the configured extra headers."""
    extra = tuple(
        (name, secret.value)
        for name, secret in access.headers
        if name.lower() not in OURS_ALONE and sendable_header(name, secret.value)
    )
    authorization = authorization_of(access.credentials)
    return extra if authorization is None else (("Authorization", authorization), *extra)


def authorization_of(credentials: Credentials | None) -> str | None:
    """Give the value of Authorization (RFC 7617, RFC 6750), None where there is nothing to say."""
    if credentials is None:
        return None
    if credentials.token is not None:
        value = f"Bearer {credentials.token.value}"
        return value if sendable_header("Authorization", value) else None
    if credentials.username is None and credentials.password is None:
        return None
    password = credentials.password.value if credentials.password else ""
    return basic(credentials.username or "", password)


def basic(username: str, password: str) -> str:
    """Encode for the Basic scheme, as UTF-8."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode("ascii")


def sendable_header(name: str, value: str) -> bool:
    """Tell whether a header can be sent as it is: a token (RFC 9110), and visible ASCII or spaces.

    The configuration refuses everything else when it is read.
    """
    printable = value.isascii() and value.isprintable() and value == value.strip()
    return _TOKEN.fullmatch(name) is not None and printable
