"""The TLS contexts of one host: made when first needed, then kept."""

import ssl
from collections.abc import Sequence

from goproxy_exporter.simulator.certificates import Issued
from goproxy_exporter.simulator.conduct import Authorities, Conduct, Identity, Limit

ALPN = ("h2", "http/1.1")

_Key = tuple[Identity, Limit | None, tuple[str, ...]]


class Wardrobe:
    """What a host can present for its names: DNS names first, then addresses."""

    def __init__(self, authorities: Authorities, names: Sequence[str]) -> None:
        self._authorities = authorities
        self._names = names
        self._contexts: dict[_Key, ssl.SSLContext] = {}

    def context(self, conduct: Conduct) -> ssl.SSLContext:
        """Give the context that this conduct asks for."""
        alpn = ALPN if conduct.alpn is None else conduct.alpn
        key = (conduct.identity or _good, conduct.limit, alpn)
        if key not in self._contexts:
            self._contexts[key] = self._make(*key)
        return self._contexts[key]

    def _make(
        self, identity: Identity, limit: Limit | None, alpn: tuple[str, ...]
    ) -> ssl.SSLContext:
        context = identity(self._authorities, self._names).server_context(alpn=alpn)
        if limit is not None:
            limit(context)
        return context


def _good(authorities: Authorities, names: Sequence[str]) -> Issued:
    return authorities.issuing.issue(names)
