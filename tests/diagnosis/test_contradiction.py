"""Heads, records and tiles that cannot all be true."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from goproxy_exporter.diagnosis.contradiction import fits, forked, mismatched, proof_of, stale
from goproxy_exporter.diagnosis.looks import Look, Series
from goproxy_exporter.diagnosis.question import Form, Question
from goproxy_exporter.gomod.note import sign_note
from goproxy_exporter.gomod.note_key import new_signer
from goproxy_exporter.gomod.signed_head import Fork, SignedHead, SignedRecord, open_record
from goproxy_exporter.gomod.tile import Tile
from goproxy_exporter.gomod.tile_proof import wanted
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.names import Blame, Endpoint
from goproxy_exporter.simulator.log import Log, Record

SIGNER = new_signer("sum.example", bytes(32))
LOOKUP = Question(
    endpoint=Endpoint.SUMDB_LOOKUP, form=Form.FILE, module="example.com/m7", version="v1.0.0"
)


@pytest.fixture(scope="module")
def log() -> Log:
    texts = (f"example.com/m{number} v1.0.0 h1:{number}=\n".encode() for number in range(700))
    return Log.of(tuple(Record(module="", version="", text=text, at=0.0) for text in texts))


@pytest.fixture(scope="module")
def answer(log: Log) -> SignedRecord:
    note = sign_note(log.head.text, SIGNER)
    return open_record(b"7\n" + log.records[7].text + b"\n" + note, SIGNER.verifier)


@pytest.fixture(scope="module")
def tiles(log: Log) -> dict[Tile, bytes]:
    asked = wanted(log.size, records=[7])
    return {tile: log.tile(tile) or b"" for tile in asked}


def flipped(body: bytes) -> bytes:
    return bytes((body[0] ^ 1,)) + body[1:]


def test_what_fits(answer: SignedRecord, tiles: dict[Tile, bytes]) -> None:
    """The right record and the right tiles prove each other."""
    proof = proof_of(answer, tiles)
    assert proof.proven is not None
    assert dict(proof.proven.tiles) == tiles


def test_each_wrong_tile_is_named(answer: SignedRecord, tiles: dict[Tile, bytes]) -> None:
    """One below others by itself, those that make up the root together."""
    leaf, frontier = Tile(0, 0), {Tile(1, 0, 2), Tile(0, 2, 188)}
    for tile, body in tiles.items():
        proof = proof_of(answer, {**tiles, tile: flipped(body)})
        assert proof.proven is None
        assert set(proof.wrong) == ({leaf} if tile == leaf else frontier)
        assert tile in proof.wrong


def test_another_record(answer: SignedRecord, tiles: dict[Tile, bytes]) -> None:
    """Another text, or the number of another record: the tiles are right, so it is the answer."""
    others = (
        replace(answer.lookup, text=answer.lookup.text.replace(b"h1:7", b"h1:8")),
        replace(answer.lookup, record=8),
    )
    for lookup in others:
        proof = proof_of(replace(answer, lookup=lookup), tiles)
        assert (proof.proven, proof.wrong) == (None, ())
        assert "is another one" in proof.problem


def test_a_child_fits_its_parent_alone(log: Log) -> None:
    """Every full tile fits the place that it has, and no other."""
    parent = Tile(1, 0, 2)
    hashes = log.tile(parent)
    assert hashes is not None
    for number in (0, 1):
        for place in (0, 1):
            body = log.tile(Tile(0, number))
            assert body is not None
            assert fits(parent, hashes, Tile(0, place), body) is (number == place)


def test_findings(say: SimpleNamespace, log: Log, answer: SignedRecord) -> None:
    """Both notes, digests and sizes: what the operator of a mirror cannot argue with."""
    look = Look(say.exchange(LOOKUP, 200), None)
    series = Series(LOOKUP, (look, look))
    older = SignedHead(head=log.first(3).head, note=b"an older note")
    fork = forked(series, Fork(older=older, newer=answer.signed, root=bytes(32)), (look,))
    assert (fork.code, fork.blame) == (Code.SUMDB_FORK, Blame.DATABASE)
    assert (fork.matched, fork.looked) == (1, 2)
    assert fork.evidence["older"] == "an older note"
    assert "go.sum database tree\n700\n" in str(fork.evidence["newer"])

    given: dict[str, Any] = {"signed": answer.signed, "blame": Blame.MIRROR}
    wrong = mismatched(series, "it is odd", series.looks, tiles={Tile(0, 0): b"x"}, **given)
    assert (wrong.code, wrong.steady) == (Code.SUMDB_TILE_MISMATCH, True)
    assert set(wrong.evidence["tiles_sha256"]) == {"tile/8/0/000"}  # type: ignore[arg-type]  # a dict

    old = stale(series, older, series.looks, age=7200.0, known=answer.signed, blame=Blame.DATABASE)
    assert (old.code, old.evidence["tree_size"]) == (Code.SUMDB_STALE, 3)
    assert "2.0 hours" in old.summary
