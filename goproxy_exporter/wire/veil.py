"""How are our own secrets taken out of what a peer says?"""

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from goproxy_exporter.model.mirror import Access, Credentials
from goproxy_exporter.wire.credentials import authorization_of, secret_headers

BLOT = "<secret>"
_SHORTEST = 4
"""Characters of a secret below which it cannot be told from any other text."""
_BEGINNING = 8
"""Characters of a secret that are blotted out on their own where a text was cut behind them."""
_CUT = "…"


class Veil:
    """Blots out the secrets that a mirror was sent: some echo the request in their answer."""

    __slots__ = ("_secrets",)

    def __init__(self, access: Access) -> None:
        known = {form for secret in _sent(access) for form in _forms(secret)}
        self._secrets = sorted((one for one in known if len(one) >= _SHORTEST), key=_longest_first)

    def __bool__(self) -> bool:
        """Tell whether there is anything to hide."""
        return bool(self._secrets)

    def __call__(self, text: str) -> str:
        """Give the text without secrets, and without the beginning of one that was cut off."""
        for secret in self._secrets:
            text = text.replace(secret, BLOT)
            if secret[:_BEGINNING] in text:
                text = _without_beginnings(text, secret)
        return text


def _longest_first(text: str) -> tuple[int, str]:
    return (-len(text), text)


def _without_beginnings(text: str, secret: str) -> str:
    """Blot out what a secret begins with, where the text ends or was cut right behind it."""
    start = text.find(secret[:_BEGINNING])
    while start >= 0:
        end = start + _common(text[start:], secret)
        if end == len(text) or text.startswith(_CUT, end):
            text = text[:start] + BLOT + text[end:]
        start = text.find(secret[:_BEGINNING], start + 1)
    return text


def _common(text: str, secret: str) -> int:
    """Count the characters that two texts begin with alike."""
    length = min(len(text), len(secret))
    return next((at for at in range(length) if text[at] != secret[at]), length)


def _sent(access: Access) -> Iterator[str]:
    """Give what goes over the wire, and what it was made from."""
    for _, value in secret_headers(access):
        yield value
        yield value.rpartition(" ")[2]
    for credentials in (access.credentials, access.forward_proxy_credentials):
        yield from _of(credentials)


def _of(credentials: Credentials | None) -> Iterator[str]:
    if credentials is None:
        return
    if credentials.token is not None:
        yield credentials.token.value
    if credentials.password is not None:
        yield credentials.password.value
        yield (authorization_of(credentials) or "").rpartition(" ")[2]


def _forms(secret: str) -> Iterator[str]:
    """Give the usual ways to write a text; base64 without padding, which may be left out."""
    yield secret
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield json.dumps(secret)[1:-1]
    yield base64.b64encode(secret.encode()).decode().rstrip("=")
