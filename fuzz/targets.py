"""Which parsers read what a stranger sent, and what may come of it?

The law is the same for each: a value, or a refusal of the named kind, within bounded memory and
time. Whatever else a parser raises is a bug.
"""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import answers
import certificates
import peers
import seeds

from goproxy_exporter.errors import GoproxyError, ProtocolError
from goproxy_exporter.gomod.archive import inspect
from goproxy_exporter.gomod.gunzip import gunzip
from goproxy_exporter.gomod.info import parse_info
from goproxy_exporter.gomod.listing import highest, parse_list
from goproxy_exporter.gomod.lookup import parse_lookup
from goproxy_exporter.gomod.module_index import parse_index
from goproxy_exporter.gomod.note import open_note, sign_note
from goproxy_exporter.gomod.signed_head import open_head, open_record
from goproxy_exporter.gomod.tile import tile_of
from goproxy_exporter.gomod.tile_proof import prove, wanted
from goproxy_exporter.gomod.toolchain import newest
from goproxy_exporter.gomod.tree_head import TreeHead, parse_tree_head
from goproxy_exporter.gomod.vulndb import parse_db, parse_entry, parse_modules
from goproxy_exporter.wire.inflate import CorruptError, OverLimitError, inflate

_MOST = 1 << 20
"""Bytes that may come out of compressed ones here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A parser under test: what it reads, and how it may refuse."""

    read: Callable[[bytes], object]
    seeds: Callable[[], Iterable[bytes]]
    refuses: tuple[type[GoproxyError], ...] = (ProtocolError,)
    longest: int = 4096
    """Bytes of an input."""

    def __call__(self, data: bytes) -> None:
        """Hold the parser to the law; what it must not raise passes through."""
        try:
            self.read(data)
        except self.refuses as refusal:
            str(refusal).encode()


def _list(body: bytes) -> object:
    versions = parse_list(body).versions
    return highest(versions), newest(versions)


def _info(body: bytes) -> object:
    return parse_info(body, None), parse_info(body, seeds.VERSION)


def _signed(text: bytes) -> object:
    """Sign whatever it is, so that what is read behind the signature is reached."""
    note = sign_note(text, seeds.SIGNER)
    return open_head(note, seeds.SIGNER.verifier)


def _record(text: bytes) -> object:
    """Put whatever it is in front of a good head."""
    return open_record(text + seeds.HEAD_NOTE, seeds.SIGNER.verifier)


def _tiles(data: bytes) -> object:
    """Take the first bytes for a size, others for a root and for the tiles that it needs."""
    size = int.from_bytes(data[:8], "big") >> 1
    head = TreeHead(size=size, root=data[8:40].ljust(32, b"\0"))
    given = {
        tile: data[40 : 40 + tile.size]
        for tile in wanted(size, records={size // 2} if size else ())
    }
    return prove(head, given), tile_of(max(size, 1), 0, 0)


def _zip(body: bytes) -> object:
    return inspect(io.BytesIO(body), module=seeds.MODULE, version=seeds.VERSION)


def _inflate(body: bytes) -> object:
    return sum(map(len, inflate([body[:100], body[100:]], limit=_MOST)))


TARGETS = {
    "list": Target(read=_list, seeds=seeds.lists),
    "info": Target(read=_info, seeds=seeds.infos),
    "error_body": Target(read=answers.error_body, seeds=seeds.error_bodies, refuses=()),
    "answer": Target(read=answers.judged, seeds=answers.seeds, refuses=()),
    "headers": Target(read=answers.headers, seeds=seeds.headers, refuses=()),
    "redirect": Target(read=answers.redirect, seeds=seeds.locations, refuses=()),
    "http1": Target(read=peers.http1, seeds=seeds.http1, refuses=()),
    "http2": Target(read=peers.http2, seeds=seeds.http2, refuses=()),
    "tunnel": Target(read=peers.tunnel, seeds=seeds.tunnels, refuses=(peers.BrokenError,)),
    "certificate": Target(read=certificates.judged, seeds=certificates.seeds, refuses=()),
    "inflate": Target(read=_inflate, seeds=seeds.packed, refuses=(CorruptError, OverLimitError)),
    "gunzip": Target(read=lambda body: gunzip(body, most=_MOST), seeds=seeds.packed),
    "zip": Target(read=_zip, seeds=seeds.zips),
    "note": Target(read=lambda body: open_note(body, seeds.SIGNER.verifier), seeds=seeds.notes),
    "tree_head": Target(read=parse_tree_head, seeds=seeds.tree_heads),
    "signed_head": Target(read=_signed, seeds=seeds.tree_heads),
    "lookup": Target(read=parse_lookup, seeds=seeds.lookups),
    "record": Target(read=_record, seeds=seeds.records),
    "tiles": Target(read=_tiles, seeds=seeds.tiles, longest=16384),
    "module_index": Target(read=parse_index, seeds=seeds.index_pages),
    "vulndb_db": Target(read=parse_db, seeds=seeds.vulndb_dbs),
    "vulndb_modules": Target(read=parse_modules, seeds=seeds.vulndb_modules),
    "vulndb_entry": Target(read=parse_entry, seeds=seeds.vulndb_entries),
}
"""By name, in the order in which answers are read: of a mirror, of a database, of an index."""
