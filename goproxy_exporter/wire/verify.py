"""Does a chain of certificates prove to Go who the peer is, and if not, why?

Source: crypto/x509, verify.go (Verify, buildChains, isValid). The order of the checks is Go's,
because it decides which of several faults is the one that Go reports. Certificate policies, which
no public authority demands, are not looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from goproxy_exporter.wire.extensions import CERT_SIGN
from goproxy_exporter.wire.fitness import unfit
from goproxy_exporter.wire.hostname import is_for
from goproxy_exporter.wire.objection import Objection, Reason
from goproxy_exporter.wire.parsed import Parsed
from goproxy_exporter.wire.pool import Pool
from goproxy_exporter.wire.signature import flaw

MOST_SIGNATURES = 100
"""Signatures that are looked at for one chain at most, as in Go."""

_UNKNOWN = Objection(Reason.UNKNOWN_AUTHORITY, "neither trusted nor presented")


@dataclass(frozen=True, slots=True)
class Proof:
    """The chains that prove it, each from leaf to root, or what speaks against the peer."""

    chains: tuple[tuple[Parsed, ...], ...] = ()
    objection: Objection | None = None

    @property
    def until(self) -> float | None:
        """When the last of the chains ends: its earliest not-after, in Unix seconds."""
        ends = [min(one.not_after for one in chain) for chain in self.chains]
        return max(ends, default=None)


def verify(presented: Sequence[Parsed], roots: Pool, host: str, now: float) -> Proof:
    """Judge what a peer presented, leaf first, at `now` (Unix seconds)."""
    leaf = presented[0]
    objection = _leaf_objection(leaf, host, now)
    if objection is not None:
        return Proof(objection=objection)
    if leaf in roots:
        chains: list[tuple[Parsed, ...]] = [(leaf,)]
    else:
        chains, objection = _Search(roots, Pool(presented[1:]), now).chains((leaf,))
        if not chains:
            return Proof(objection=objection)
    return _kept(chains)


def _leaf_objection(leaf: Parsed, host: str, now: float) -> Objection | None:
    objection = _validity(leaf, (), now, intermediate=False)
    if objection is None and not is_for(host, leaf.extensions.names):
        names = leaf.extensions.names
        shown = ", ".join((*names.dns, *map(str, names.addresses))) if names else ""
        words = f"certificate is valid for {shown or 'no names'}, not {host}"
        return Objection(Reason.WRONG_HOST, words)
    return objection


def _validity(
    one: Parsed, chain: tuple[Parsed, ...], now: float, *, intermediate: bool
) -> Objection | None:
    """Check one certificate that is to be appended to `chain` (isValid)."""
    extensions = one.extensions
    if extensions.unhandled:
        return Objection(Reason.INVALID, "unhandled critical extension")
    whose = "an issuer's certificate" if chain else "the certificate"
    if now < one.not_before:
        return Objection(
            Reason.NOT_YET_VALID, f"{whose} is not valid before {_day(one.not_before)}"
        )
    if now > one.not_after:
        return Objection(Reason.EXPIRED, f"{whose} has expired on {_day(one.not_after)}")
    if intermediate and not extensions.authority:
        return Objection(Reason.INVALID, "an issuer is not authorized to sign certificates")
    if extensions.basic and 0 <= extensions.longest_path < len(chain) - 1:
        return Objection(Reason.INVALID, "too many intermediates for path length constraint")
    return None


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _signed_by(child: Parsed, issuer: Parsed) -> Objection | None:
    """Say what is wrong with an issuer's signature, or with its right to sign."""
    extensions = issuer.extensions
    unmarked = issuer.version == 3 and not extensions.basic  # noqa: PLR2004 - X.509 version 3
    if unmarked or (extensions.basic and not extensions.authority):
        return Objection(Reason.UNKNOWN_AUTHORITY, "an issuer is not an authority")
    if extensions.key_usage and not extensions.key_usage & CERT_SIGN:
        return Objection(Reason.UNKNOWN_AUTHORITY, "an issuer's key is not for certificates")
    found = flaw(issuer.key, child.algorithm, child.tbs, child.signature)
    return None if found is None else Objection(Reason.UNKNOWN_AUTHORITY, found, found)


class _Search:
    """One search for chains from a leaf to the roots (buildChains)."""

    def __init__(self, roots: Pool, intermediates: Pool, now: float) -> None:
        self._roots = roots
        self._intermediates = intermediates
        self._now = now
        self._signatures = 0

    def chains(
        self, chain: tuple[Parsed, ...]
    ) -> tuple[list[tuple[Parsed, ...]], Objection | None]:
        """Give every complete chain that begins with `chain`, or why there is none."""
        found: list[tuple[Parsed, ...]] = []
        hint: Objection | None = None
        last: Objection | None = None
        for issuer, is_root in self._candidates(chain):
            unsigned = _signed_by(chain[-1], issuer)
            if unsigned is not None:
                hint = hint or unsigned
                continue
            last = _validity(issuer, chain, self._now, intermediate=not is_root)
            if last is None and is_root:
                found.append((*chain, issuer))
            elif last is None:
                more, last = self.chains((*chain, issuer))
                found += more
        if found:
            return found, None
        return [], last or hint or _UNKNOWN

    def _candidates(self, chain: tuple[Parsed, ...]) -> Iterator[tuple[Parsed, bool]]:
        for pool, is_root in ((self._roots, True), (self._intermediates, False)):
            for issuer in pool.issuers(chain[-1]):
                self._signatures += 1
                if self._signatures > MOST_SIGNATURES:
                    return
                if not _is_in(issuer, chain):
                    yield issuer, is_root


def _is_in(candidate: Parsed, chain: tuple[Parsed, ...]) -> bool:
    """Say whether an authority is in a chain already, perhaps by another certificate."""
    return any(
        candidate.subject == one.subject
        and candidate.key.spki == one.key.spki
        and candidate.extensions.names == one.extensions.names
        for one in chain
    )


def _kept(chains: Sequence[tuple[Parsed, ...]]) -> Proof:
    """Keep the chains whose authorities may vouch for what the leaf is used for."""
    kept: list[tuple[Parsed, ...]] = []
    objections: list[Objection] = []
    for chain in chains:
        objection = unfit(chain)
        if objection is None:
            kept.append(chain)
        else:
            objections.append(objection)
    if kept:
        return Proof(chains=tuple(kept))
    invalid = (one for one in objections if one.reason is Reason.INVALID)
    return Proof(objection=next(invalid, objections[0]))
