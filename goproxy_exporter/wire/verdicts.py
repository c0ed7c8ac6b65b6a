"""What was found about these certificates, and does it still hold?"""

from dataclasses import dataclass
from itertools import chain as joined
from math import inf

from goproxy_exporter.model.exchange import Certificate, Failure, FailureKind
from goproxy_exporter.wire.certificate import described
from goproxy_exporter.wire.der import MalformedError
from goproxy_exporter.wire.judgement import judged
from goproxy_exporter.wire.parsed import Parsed, parse
from goproxy_exporter.wire.pool import Pool
from goproxy_exporter.wire.redact import plain

MOST_KEPT = 256


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Go holds against a chain, or when it ends (Unix seconds), and how it is described."""

    failure: Failure | None
    until: float | None
    described: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A verdict, and the moments between which no certificate begins or ends."""

    verdict: Verdict
    after: float
    before: float


class Verdicts:
    """Judges chains against one set of roots.

    A peer presents the same chain again and again, and time counts only where it passes the
    beginning or the end of some certificate: between two such moments the verdict is the same.
    """

    def __init__(self, roots: Pool) -> None:
        self._roots = roots
        self._moments = tuple(joined.from_iterable(map(_moments, roots)))
        self._kept: dict[tuple[tuple[bytes, ...], str], _Kept] = {}

    def of(self, chain: tuple[bytes, ...], host: str, now: float) -> Verdict:
        """Judge what a peer of this name presented (DER, leaf first) at `now`, in Unix seconds."""
        known = self._kept.pop((chain, host), None)
        if known is None or not known.after < now < known.before:
            known = self._new(chain, host, now)
        self._kept[chain, host] = known
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return known.verdict

    def _new(self, chain: tuple[bytes, ...], host: str, now: float) -> _Kept:
        shown = tuple(found for der in chain if (found := described(der)))
        try:
            parsed = [parse(der) for der in chain]
        except MalformedError as error:
            words = f"cannot parse the peer's certificate: {error}"
            failure = Failure(FailureKind.TLS_HANDSHAKE, plain(words))
            return _Kept(Verdict(failure, None, shown), -inf, inf)
        verdict = Verdict(*judged(parsed, self._roots, host, now), shown)
        moments = (*self._moments, *joined.from_iterable(map(_moments, parsed)))
        if now in moments:
            return _Kept(verdict, now, now)
        after = max((moment for moment in moments if moment < now), default=-inf)
        before = min((moment for moment in moments if moment > now), default=inf)
        return _Kept(verdict, after, before)


def _moments(one: Parsed) -> tuple[float, float]:
    return one.not_before, one.not_after
