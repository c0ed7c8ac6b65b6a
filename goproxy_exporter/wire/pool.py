"""Which certificates may have issued this one?

Source: crypto/x509, cert_pool.go (findPotentialParents).
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from goproxy_exporter.wire.parsed import Parsed


class Pool:
    """Certificates found by their subject."""

    def __init__(self, certificates: Iterable[Parsed] = ()) -> None:
        self._by_subject: dict[bytes, list[Parsed]] = {}
        self._encoded: set[bytes] = set()
        for one in certificates:
            if one.raw not in self._encoded:
                self._encoded.add(one.raw)
                self._by_subject.setdefault(one.subject, []).append(one)

    def __len__(self) -> int:
        """Count the certificates."""
        return len(self._encoded)

    def __iter__(self) -> Iterator[Parsed]:
        """Give the certificates."""
        return chain.from_iterable(self._by_subject.values())

    def __contains__(self, certificate: Parsed) -> bool:
        """Say whether exactly this certificate is here."""
        return certificate.raw in self._encoded

    def issuers(self, child: Parsed) -> list[Parsed]:
        """Give the certificates with the name of `child`'s issuer, the likeliest first."""
        named = self._by_subject.get(child.issuer, [])
        return sorted(named, key=lambda one: _likelihood(one, child))


def _likelihood(issuer: Parsed, child: Parsed) -> int:
    theirs, ours = issuer.extensions.subject_key, child.extensions.authority_key
    if theirs == ours:
        return 0
    return 2 if theirs and ours else 1
