"""Proofs by tiles; more is in test_sumdb_judge."""

import hashlib
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.lookup import parse_lookup
from goproxy_exporter.gomod.merkle import EMPTY_ROOT, join, node_hash
from goproxy_exporter.gomod.note import open_note
from goproxy_exporter.gomod.note_key import parse_verifier
from goproxy_exporter.gomod.tile import Tile, parse_tile_path
from goproxy_exporter.gomod.tile_proof import (
    ForkError,
    RecordMismatchError,
    TileMismatchError,
    TileMissingError,
    TileSizeError,
    check_older,
    check_record,
    prove,
    wanted,
)
from goproxy_exporter.gomod.tree_head import TreeHead, parse_tree_head

LogOf = Callable[..., Any]
TODAY = 65_209_736

sizes = st.integers(1, 700) | st.integers(1, 2**20) | st.integers(1, 2**62)


def head_of(log: Any, size: int | None = None) -> TreeHead:
    return TreeHead(size=log.size if size is None else size, root=log.root(size))


def tiles_of(log: Any, *tiles: Tile) -> dict[Tile, bytes]:
    return {tile: log.tile(tile.level, tile.index, tile.width) for tile in tiles}


def test_real_tiles(vectors: dict[str, Any]) -> None:
    """Real records and an older head are proven by the real tiles that go fetched for them."""
    real = vectors["sumdb_real"]
    verifier = parse_verifier(real["verifier_key"])
    head, older = (
        parse_tree_head(open_note(real[name].encode(), verifier).text)
        for name in ("latest", "older_head")
    )
    lookups = [parse_lookup(case["body"].encode()) for case in real["lookups"]]
    tiles = {parse_tile_path(path): b64decode(body) for path, body in real["tiles_b64"].items()}
    records = [lookup.record for lookup in lookups]
    asked = wanted(head.size, records=records, older=[older.size])
    assert set(asked) == set(tiles)
    proven = prove(head, tiles)
    check_older(proven, older)
    for lookup in lookups:
        check_record(proven, lookup.record, lookup.text)
        with pytest.raises(RecordMismatchError):
            check_record(proven, lookup.record, lookup.text + b"x")


def test_a_real_partial_tile(vectors: dict[str, Any]) -> None:
    """What a server gives of a full tile begins with what it gave of the partial one."""
    real = vectors["sumdb_real"]["partial_prefix_of_full"]
    partial, full = parse_tile_path(real["partial"]), parse_tile_path(real["full"])
    body = b64decode(vectors["sumdb_real"]["tiles_b64"][real["full"]])
    assert partial.full == full
    digest = hashlib.sha256(partial.cut(body)).hexdigest()
    assert digest == real["partial_sha256"]
    assert len(partial.cut(body)) == partial.size


def test_real_fork(vectors: dict[str, Any]) -> None:
    """Two heads that a database really signed both, and that cannot both be true."""
    fork = vectors["fork"]
    verifier = parse_verifier(fork["key"])
    older, newer = (
        parse_tree_head(open_note(fork[name].encode(), verifier).text)
        for name in ("older", "newer")
    )
    fifth, sixth, first_four = (b64decode(one) for one in fork["proof_b64"])
    assert join([first_four, node_hash(fifth, sixth)]) == newer.root
    assert join([first_four, fifth]) == b64decode(fork["size5_root_in_newer_b64"]) != older.root


def test_what_todays_tree_costs() -> None:
    """Four tiles for the head, three more for a record far from its end, none for the last."""
    assert len(wanted(TODAY)) == 4
    assert len(wanted(TODAY, records=[0])) == 7
    assert len(wanted(TODAY, records=[0, 1, 255])) == 7
    assert len(wanted(TODAY, records=[TODAY - 1])) == 4
    assert len(wanted(TODAY, records=[0, 2**25])) == 10
    assert [tile.path for tile in wanted(TODAY)] == [
        "tile/8/3/000.p/3",
        "tile/8/2/003.p/227",
        "tile/8/1/995.p/5",
        "tile/8/0/x254/725.p/136",
    ]


@pytest.mark.parametrize("size", [1, 255, 256, 257, 65535, 65536, 2**62, 2**63 - 1])
def test_no_tree_costs_more(size: int) -> None:
    """The largest head that can be told costs 8 tiles, and each record and older head 8 more."""
    assert len(wanted(size)) <= 8
    assert len(wanted(size, records=[size // 3])) <= 16
    assert len(wanted(size, older=[size // 3])) <= 16


def test_an_empty_tree() -> None:
    """It takes no tiles, has one possible root, and proves itself alone."""
    assert wanted(0, older=[0]) == ()
    empty = TreeHead(size=0, root=EMPTY_ROOT)
    check_older(prove(empty, {}), empty)
    with pytest.raises(ForkError):
        check_older(prove(empty, {}), TreeHead(size=0, root=bytes(32)))
    with pytest.raises(TileMismatchError):
        prove(TreeHead(size=0, root=bytes(32)), {})


@settings(max_examples=60)
@given(sizes, st.data())
def test_what_is_wanted_is_enough(log_of: LogOf, size: int, data: st.DataObject) -> None:
    """The tiles that are asked for prove the records and the older heads, and no others."""
    records = data.draw(st.lists(st.integers(0, size - 1), max_size=3))
    older = data.draw(st.lists(st.integers(0, size), max_size=3))
    log = log_of(size, {record: b"%d\n" % record for record in records})
    proven = prove(head_of(log), tiles_of(log, *wanted(size, records=records, older=older)))
    for record in records:
        check_record(proven, record, b"%d\n" % record)
        with pytest.raises(RecordMismatchError):
            check_record(proven, record, b"forged\n")
    for past in older:
        check_older(proven, head_of(log, past))
        with pytest.raises(ForkError) as caught:
            check_older(proven, TreeHead(size=past, root=bytes(32)))
        assert caught.value.root == log.root(past)


@settings(max_examples=60)
@given(sizes, st.data())
def test_a_changed_tile_is_found(log_of: LogOf, size: int, data: st.DataObject) -> None:
    """No bit of any tile can be another one."""
    record = data.draw(st.integers(0, size - 1))
    log = log_of(size, {record: b"x\n"})
    tiles = tiles_of(log, *wanted(size, records=[record]))
    tile = data.draw(st.sampled_from(sorted(tiles, key=lambda tile: tile.level)))
    body = bytearray(tiles[tile])
    body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(TileMismatchError) as caught:
        prove(head_of(log), tiles | {tile: bytes(body)})
    assert tile in caught.value.tiles


def test_suspects(log_of: LogOf) -> None:
    """A frontier that fails is suspected as a whole, a tile below it alone."""
    log = log_of(70_000, {5: b"x\n"})
    frontier, asked = wanted(log.size), wanted(log.size, records=[5])
    tiles = tiles_of(log, *asked)
    with pytest.raises(TileMismatchError) as caught:
        prove(replace(head_of(log), root=bytes(32)), tiles)
    assert caught.value.tiles == frontier
    for tile in asked[len(frontier) :]:
        with pytest.raises(TileMismatchError, match=tile.path) as caught:
            prove(head_of(log), tiles | {tile: bytes(8192)})
        assert caught.value.tiles == (tile,)


def test_lengths(log_of: LogOf) -> None:
    """A tile has 32 bytes for each hash."""
    log = log_of(300)
    tiles = tiles_of(log, *wanted(log.size))
    for tile in tiles:
        for body in (b"", tiles[tile][:-1], tiles[tile] + b"x", b"<html>"):
            with pytest.raises(TileSizeError) as caught:
                prove(head_of(log), tiles | {tile: body})
            assert (caught.value.tile, caught.value.length) == (tile, len(body))


def test_missing_tiles(log_of: LogOf) -> None:
    """What cannot be told without another tile is said to be so."""
    log = log_of(70_000)
    tiles = tiles_of(log, *wanted(log.size, records=[0]))
    for tile in wanted(log.size):
        with pytest.raises(TileMissingError):
            prove(head_of(log), {one: tiles[one] for one in tiles if one != tile})
    proven = prove(head_of(log), tiles)
    with pytest.raises(TileMissingError) as caught:
        proven.record_hash(300)
    assert caught.value.tile == Tile(0, 1)


def test_tiles_of_another_tree(log_of: LogOf) -> None:
    """Partial tiles of another size, tiles beyond the tree and data tiles are refused."""
    log = log_of(300)
    tiles = tiles_of(log, *wanted(log.size))
    for tile in (Tile(0, 1, 43), Tile(0, 1), Tile(0, 2), Tile(5, 0), Tile(-1, 0)):
        with pytest.raises(ProtocolError, match="is no tile of hashes"):
            prove(head_of(log), tiles | {tile: bytes(tile.size)})


@pytest.mark.parametrize("record", [-1, 300, 2**70])
def test_records_that_are_not_there(log_of: LogOf, record: int) -> None:
    """A number outside of the tree is refused, before and after."""
    log = log_of(300)
    with pytest.raises(ProtocolError):
        wanted(log.size, records=[record])
    proven = prove(head_of(log), tiles_of(log, *wanted(log.size)))
    with pytest.raises(ProtocolError):
        proven.record_hash(record)


def test_a_larger_tree_is_not_older(log_of: LogOf) -> None:
    """A head cannot tell of what came later."""
    log = log_of(300)
    with pytest.raises(ProtocolError):
        wanted(log.size, older=[301])
    with pytest.raises(ProtocolError):
        prove(head_of(log), tiles_of(log, *wanted(log.size))).root(301)
