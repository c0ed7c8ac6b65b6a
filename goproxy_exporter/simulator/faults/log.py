"""Faults of what a checksum database says, itself or through a mirror."""

from collections.abc import Callable
from dataclasses import replace

from goproxy_exporter.gomod.merkle import HASH_SIZE
from goproxy_exporter.gomod.tile import WIDTH, Tile
from goproxy_exporter.simulator.conduct import MIRROR, Bend, Conduct, Fault, Scene
from goproxy_exporter.simulator.faults.bends import Test, answering, body, everything, when
from goproxy_exporter.simulator.faults.notes import (
    asking,
    by_another,
    flipped,
    forged,
    head_moved,
    number_changed,
    signatures,
    sums_changed,
)
from goproxy_exporter.simulator.faults.sights import heads_older_than, logged, seen_when
from goproxy_exporter.simulator.faults.sumdb import DATABASE
from goproxy_exporter.simulator.faults.tampering import retagged
from goproxy_exporter.simulator.inquiry import Resource
from goproxy_exporter.simulator.known import sum_lines
from goproxy_exporter.simulator.log import Log
from goproxy_exporter.simulator.modules import CATALOGUE, STABLE
from goproxy_exporter.simulator.reply import Reply, page, text
from goproxy_exporter.simulator.request import Request

_LATEST, _LOOKUP, _TILE = map(asking, (Resource.LATEST, Resource.LOOKUP, Resource.TILE))
_HEADS = asking(Resource.LATEST, Resource.LOOKUP)
_FIRST = Tile(0, 0)
"""A tile that the records of no release are in, so that proofs of them do without it."""
_HOUR = 3600.0
Change = Callable[[bytes], bytes]


def _fault(code: str, variant: str, meaning: str, here: Conduct) -> Fault:
    return Fault(f"{code}{variant}", meaning, code, here=here, only=(MIRROR, DATABASE))


def _tile(variant: str, meaning: str, bend: Bend) -> Fault:
    return _fault("sumdb.tile_invalid", variant, meaning, Conduct(bend=when(_TILE, bend)))


def _mismatch(variant: str, meaning: str, test: Test, change: Change) -> Fault:
    here = Conduct(bend=when(test, body(change)))
    return _fault("sumdb.tile_mismatch", variant, meaning, here)


def _signature(variant: str, meaning: str, test: Test, change: Change) -> Fault:
    here = Conduct(bend=when(test, body(change)))
    return _fault("sumdb.signature_invalid", variant, meaning, here)


def _fork(
    variant: str, meaning: str, change: Callable[[Log], Log], test: Test = everything
) -> Fault:
    here = Conduct(sight=seen_when(test, logged(change)))
    return _fault("sumdb.fork", variant, meaning, here)


def _asked(accept: Callable[[Tile], bool]) -> Test:
    """Only tiles that pass."""

    def test(request: Request, _: Scene) -> bool:
        tile = request.inquiry.tile if request.inquiry else None
        return tile is not None and accept(tile)

    return test


def _padded(_: Request, reply: Reply, __: Scene) -> Reply:
    """Give every tile the length of a full one."""
    return replace(reply, body=reply.body.ljust(WIDTH * HASH_SIZE, b"\0"))


def _complete(request: Request, scene: Scene) -> bool:
    """Only the partial forms of tiles that are full by now."""
    tile = request.inquiry.tile if request.inquiry else None
    if tile is None or tile.width == WIDTH:
        return False
    return scene.known.log.tile(tile.full) is not None


def _forked(log: Log) -> Log:
    """Hold another first record."""
    return log.saying(0, sums_changed(log.records[0].text))


def _longer(log: Log) -> Log:
    """Hold another first record, and more records than there are."""
    return _forked(log).plus(*log.records[1:4])


def _evil(log: Log) -> Log:
    """Hold the sums of a file that was tampered with."""
    release, number = CATALOGUE.release(*STABLE), log.number(*STABLE)
    assert release is not None
    return log if number is None else log.saying(number, sum_lines(retagged(release)))


LOG = (
    _tile("", "tiles lack their last hash", body(lambda tile: tile[:-HASH_SIZE])),
    _tile("/cut", "tiles lack their last byte", body(lambda tile: tile[:-1])),
    _tile("/long", "tiles have a hash too many", body(lambda tile: tile + tile[:HASH_SIZE])),
    _tile("/padded", "partial tiles are as long as full ones", _padded),
    _tile("/empty", "tiles are empty", body(lambda _: b"")),
    _tile("/html", "tiles are a login page", answering(page(200, "Sign in to continue"))),
    _mismatch("", "a bit of every tile is wrong", _TILE, flipped),
    _mismatch(
        "/records",
        "a bit of the tiles over records is wrong, those above them are right",
        _asked(lambda tile: tile.level == 0),
        flipped,
    ),
    _mismatch(
        "/above",
        "a bit of the tile above those is wrong",
        _asked(lambda tile: tile.level > 0),
        flipped,
    ),
    _mismatch(
        "/unused",
        "a bit of the first tile is wrong, which proofs of no release need",
        _asked(lambda tile: tile.full == _FIRST),
        flipped,
    ),
    _mismatch("/record", "lookups state other sums than were logged", _LOOKUP, sums_changed),
    _mismatch("/number", "lookups state the number of another record", _LOOKUP, number_changed),
    _signature("", "every tree head has a forged signature", _HEADS, signatures(forged)),
    _signature("/lookup", "the same in lookups alone", _LOOKUP, signatures(forged)),
    _signature("/latest", "the same in latest alone", _LATEST, signatures(forged)),
    _signature(
        "/other_name", "tree heads are signed by nobody known", _HEADS, signatures(by_another)
    ),
    _signature("/head", "tree heads state another size than was signed", _HEADS, head_moved),
    _fork("", "another tree, in which the first record is another one, is signed", _forked),
    _fork("/latest", "the same in latest alone", _forked, _LATEST),
    _fork("/longer", "another tree, which has more records, is signed", _longer),
    _fork(
        "/record",
        f"another tree, with the sums of a {STABLE[0]} that was tampered with, is signed",
        _evil,
    ),
    Fault(
        "healthy/sumdb-full-tiles",
        "the tree's head is an hour old, and of tiles that became full since only that is there",
        None,
        here=Conduct(
            sight=heads_older_than(_HOUR),
            bend=when(_complete, answering(text(404, "not found: the tile is full now"))),
        ),
        only=(MIRROR, DATABASE),
    ),
)
