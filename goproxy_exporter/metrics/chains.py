"""Do builds with the GOPROXY lists work?"""

from collections.abc import Iterator

from goproxy_exporter.metrics.family import Family, Kind, Sample
from goproxy_exporter.metrics.snapshot import Snapshot


def _success(snapshot: Snapshot) -> Iterator[Sample]:
    for verdict in snapshot.chains:
        if verdict.ok is not None:
            yield (verdict.chain.name,), float(verdict.ok)


def _fallback(snapshot: Snapshot) -> Iterator[Sample]:
    for verdict in snapshot.chains:
        if verdict.fallback is not None:
            yield (verdict.chain.name,), float(verdict.fallback)


def _build_success(snapshot: Snapshot) -> Iterator[Sample]:
    for verdict in snapshot.chains:
        if verdict.build_success is not None:
            yield (verdict.chain.name,), verdict.build_success[0]


def _hides_tampering(snapshot: Snapshot) -> Iterator[Sample]:
    for verdict in snapshot.chains:
        if verdict.ok is not None:
            yield (verdict.chain.name,), float(bool(verdict.hidden))


CHAINS = (
    Family(
        name="goproxy_chain_success",
        kind=Kind.GAUGE,
        labels=("chain",),
        help="Whether builds with this GOPROXY list find what they need, as of the last run; "
        "absent where an answer that decides is not known.",
        example="goproxy_chain_success == 0",
        samples=_success,
    ),
    Family(
        name="goproxy_chain_fallback",
        kind=Kind.GAUGE,
        labels=("chain",),
        help="Whether an entry other than the first had to answer, as of the last run.",
        example="goproxy_chain_fallback == 1",
        samples=_fallback,
    ),
    Family(
        name="goproxy_chain_build_success_ratio",
        kind=Kind.GAUGE,
        labels=("chain",),
        help="Chance that the 100 requests of a build all survive this GOPROXY list, by what was "
        "seen lately of its entries.",
        example="goproxy_chain_build_success_ratio < 0.9",
        samples=_build_success,
    ),
    Family(
        name="goproxy_chain_hides_tampering",
        kind=Kind.GAUGE,
        labels=("chain",),
        help="Whether an entry that contradicts the checksum database is passed over in silence, "
        "because `|` follows it, as of the last run.",
        example="goproxy_chain_hides_tampering == 1",
        samples=_hides_tampering,
    ),
)
