"""What do signed heads, records and tiles assert that cannot all be true?"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from goproxy_exporter.diagnosis.database_answer import shown
from goproxy_exporter.diagnosis.finding import found
from goproxy_exporter.diagnosis.looks import Look, Ruling, Series
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.diagnosis.throttle import stamp
from goproxy_exporter.gomod.signed_head import Fork, SignedHead, SignedRecord
from goproxy_exporter.gomod.tile import Tile, fold_hashes, read_hash
from goproxy_exporter.gomod.tile_proof import (
    Proven,
    RecordMismatchError,
    TileMismatchError,
    check_record,
    prove,
)
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.names import Blame
from goproxy_exporter.model.result import Fact, Finding

_HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What came of holding a record and tiles against the head that the record came with.

    `proven` is there where everything fits. Else `wrong` are the tiles of which at least one is
    wrong; without any, it is the record.
    """

    proven: Proven | None = None
    wrong: tuple[Tile, ...] = ()
    problem: str = ""


def proof_of(answer: SignedRecord, tiles: Mapping[Tile, bytes]) -> Proof:
    """Prove a record by tiles of the right lengths, all of them that this takes."""
    try:
        proven = prove(answer.signed.head, tiles)
        check_record(proven, answer.lookup.record, answer.lookup.text)
    except TileMismatchError as error:
        return Proof(wrong=error.tiles, problem=str(error))
    except RecordMismatchError as error:
        return Proof(problem=str(error))
    return Proof(proven=proven)


def fits(parent: Tile, hashes: bytes, child: Tile, body: bytes) -> bool:
    """Tell whether a full tile is the one that its authenticated parent has the hash of."""
    level = (child.level + 1) * 8
    return fold_hashes(body) == read_hash(parent, hashes, level, child.index)


def forked(series: Series, fork: Fork, matched: Sequence[Look]) -> Finding:
    """Tell of a head that contradicts another one: both notes are the proof."""
    sizes = f"{fork.older.size} and {fork.newer.size}"
    return _told(
        series,
        Code.SUMDB_FORK,
        f"Two signed heads contradict each other: the trees of {sizes} records have no common "
        "beginning",
        matched,
        blame=Blame.DATABASE,
        evidence={
            "older": shown(fork.older.note),
            "newer": shown(fork.newer.note),
            "root_of_older_in_newer": b64encode(fork.root).decode("ascii"),
        },
    )


def mismatched(
    series: Series,
    problem: str,
    matched: Sequence[Look],
    *,
    signed: SignedHead,
    tiles: Mapping[Tile, bytes],
    blame: Blame,
) -> Finding:
    """Tell of a tile or a record that is none of the signed tree."""
    digests: dict[str, Fact] = {tile.path: sha256(body).hexdigest() for tile, body in tiles.items()}
    return _told(
        series,
        Code.SUMDB_TILE_MISMATCH,
        f"What is answered for {series.question} contradicts the signed tree: {problem}",
        matched,
        blame=blame,
        evidence={"problem": problem, "note": shown(signed.note), "tiles_sha256": digests},
    )


def stale(
    series: Series,
    signed: SignedHead,
    matched: Sequence[Look],
    *,
    age: float,
    known: SignedHead | None,
    blame: Blame,
) -> Finding:
    """Tell of a head that has not been the present one for too long."""
    look = matched[-1].exchange
    evidence: dict[str, Fact] = {
        "tree_size": signed.size,
        "head_age_seconds": round(age),
        "overtaken_before": stamp(look.started - age),
    }
    if known is not None:
        evidence["known_tree_size"] = known.size
    return _told(
        series,
        Code.SUMDB_STALE,
        f"The tree head of {signed.size} records has been overtaken for {age / _HOUR:.1f} hours",
        matched,
        blame=blame,
        evidence=evidence,
    )


def _told(
    series: Series,
    code: Code,
    summary: str,
    matched: Sequence[Look],
    *,
    blame: Blame,
    evidence: dict[str, Fact],
) -> Finding:
    symptom = Symptom(code=code, summary=summary, blame=blame, evidence=evidence)
    ruling = Ruling(
        code=code,
        symptom=symptom,
        look=matched[-1],
        matched=len(matched),
        looked=len(series.looks),
    )
    return found(series, ruling)
