"""Whatever we make of a checksum database, golang.org/x/mod/sumdb makes of it too."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod import int64, std_base64
from goproxy_exporter.gomod.gosumdb import parse_gosumdb
from goproxy_exporter.gomod.lookup import lookup_path, parse_lookup
from goproxy_exporter.gomod.note import (
    NoteError,
    SignatureError,
    UnsignedError,
    open_note,
    sign_note,
)
from goproxy_exporter.gomod.note_key import Verifier, new_signer, parse_verifier
from goproxy_exporter.gomod.tile import HEIGHT, Tile, parse_tile_path
from goproxy_exporter.gomod.tile_proof import (
    Proven,
    TileMismatchError,
    TileSizeError,
    check_older,
    check_record,
    prove,
    wanted,
)
from goproxy_exporter.gomod.tree_head import TreeHead, parse_tree_head

pytestmark = pytest.mark.timeout(240)  # the judge may have to be built first

Judge = Callable[..., dict[str, Any]]
LogOf = Callable[..., Any]

ONE, OTHER = new_signer("one", b"1" * 32), new_signer("other/db", b"2" * 32)
IDENTITY = b"\1" + bytes(31)
"""The neutral point of the curve as a key: anybody can sign for it."""

MODULE, VERSION = "example.com/Mod", "v1.0.0"
RECORD = b"example.com/Mod v1.0.0 h1:zip=\nexample.com/Mod v1.0.0/go.mod h1:mod=\n"


def b64(body: bytes) -> str:
    return b64encode(body).decode()


def said(judge: Judge, op: str, *args: str) -> list[str] | None:
    ruling = judge(op, *args)
    return ruling["out"] if ruling["ok"] else None


def outcome(call: Callable[[], list[str]]) -> list[str] | None:
    try:
        return call()
    except ProtocolError:
        return None


@settings(max_examples=300)
@given(st.lists(st.sampled_from([*"AQgw+/=", "==", "\r", "\n", "-", " ", "é"]), max_size=9))
def test_base64(judge: Judge, parts: list[str]) -> None:
    """The same texts are base64 of the same bytes."""
    text = "".join(parts).encode()
    assert outcome(lambda: [b64(std_base64.decode(text))]) == said(judge, "base64", b64(text))


@settings(max_examples=300)
@given(
    st.integers(-(2**63) - 2, 2**63 + 2).map(str)
    | st.lists(st.sampled_from([*"0123-+_. x", "9223372036854775807", "\u0660"])).map("".join)
)
def test_int64(judge: Judge, text: str) -> None:
    """The same texts are the same numbers."""
    ours = outcome(lambda: [str(int64.parse_int64(text.encode()))])
    assert ours == said(judge, "int64", b64(text.encode()))


def mutated(body: bytes) -> st.SearchStrategy[bytes]:
    """Change, drop, double or insert a few bytes."""

    def change(changes: list[tuple[int, int, bytes]]) -> bytes:
        changed = body
        for at, length, new in changes:
            place = at % (len(changed) + 1)
            changed = changed[:place] + new + changed[place + length :]
        return changed

    pieces = st.sampled_from(
        [
            b"",
            b"\n",
            b"\n\n",
            b" ",
            b"+",
            b"=",
            b"\0",
            b"\r",
            b"\xff",
            b"\xc2\xa0",
            b"A",
            b"0",
            b"-",
        ]
    )
    return st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 3), pieces | st.binary(max_size=2)),
        max_size=3,
    ).map(change)


@settings(max_examples=400)
@given(mutated(str(ONE.verifier).encode()).map(lambda key: key.decode(errors="replace")))
@example(str(ONE.verifier).upper())
@example(str(ONE.verifier).replace("=", "\r\n="))
def test_verifier_keys(judge: Judge, key: str) -> None:
    """The same keys are read, with the same name and number."""

    def ours() -> list[str]:
        verifier = parse_verifier(key)
        return [verifier.name, f"{verifier.key_id:08x}"]

    assert outcome(ours) == said(judge, "verifier", key)


_HOST_BITS = ["a.b", ":80", "/", "/", "//", "c", ".", "..", "@", "?", "#", "%41", "%20", "%C3%A9"]
_NAME_BITS = [*_HOST_BITS, "é", "[::1]", "]", "!", "~", "$", ":", ";", ",", "=", "&", "\\", "*"]


@settings(max_examples=500)
@given(st.lists(st.sampled_from(_NAME_BITS), min_size=1, max_size=5).map("".join))
@example("a.b#")
@example("a.b##")
@example("a.b/c#")
@example("a.b/?")
def test_database_names(judge: Judge, name: str) -> None:
    """The same names are a host and a path."""
    ours = outcome(lambda: [str(parse_gosumdb(str(new_signer(name, b"1" * 32).verifier)))])
    assert (ours is not None) == judge("gosumdb", name)["ok"]


def opened(body: bytes, *verifiers: Verifier) -> list[str]:
    """Tell what is in a note, or what is wrong with it in x/mod's words."""
    try:
        note = open_note(body, *verifiers)
    except UnsignedError:
        return ["note has no verifiable signatures"]
    except SignatureError as error:
        return [str(error)]
    except NoteError:
        return ["malformed note"]
    return [b64(note.text), *(f"{key.name}+{key.key_id:08x}" for key in note.signed_by)]


def told(judge: Judge, body: bytes, *verifiers: Verifier) -> list[str]:
    ruling = judge("open", b64(body), *map(str, verifiers))
    return ruling["out"] if ruling["ok"] else [ruling["err"]]


@settings(max_examples=800)
@given(
    st.just(sign_note(b"a text\n\nof lines\n", ONE, OTHER)).flatmap(mutated),
    st.sampled_from([(), (ONE,), (OTHER,), (ONE, OTHER)]),
)
def test_notes(judge: Judge, body: bytes, signers: tuple[Any, ...]) -> None:
    """A note changed anywhere is read, or refused for the same reason."""
    verifiers = [signer.verifier for signer in signers]
    assert opened(body, *verifiers) == told(judge, body, *verifiers)


_LINES = [
    *sign_note(b"x\n", ONE, OTHER).splitlines()[2:],
    *sign_note(b"y\n", ONE, OTHER).splitlines()[2:],
    sign_note(b"x\n", new_signer("one", b"3" * 32)).splitlines()[2],
    *"— one AAAA,— one AAAAAAAA,— one ,— one,—,,— a+b AAAAAAAA".encode().split(b","),
    *"— a\u2003b AAAAAAAA,— é AAAAAAA=,- one AAAAAAAA,— one AAAAAAAA ".encode().split(b","),
]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(_LINES), max_size=5), st.integers(1, 120))
def test_signatures(judge: Judge, lines: list[bytes], times: int) -> None:
    """Good, bad, strange, repeated and very many signatures have the same effect."""
    body = b"x\n\n" + b"".join(line + b"\n" for line in lines for _ in range(times))
    for verifiers in ([ONE.verifier], [ONE.verifier, OTHER.verifier]):
        assert opened(body, *verifiers) == told(judge, body, *verifiers)


@pytest.mark.parametrize(
    "key", [IDENTITY, bytes(32), b"\xff" * 32, b"\xee" + b"\xff" * 30 + b"\x7f"]
)
@pytest.mark.parametrize("scalar", [0, 1, 2**252 + 27742317777372353535851937790883648493, 2**255])
def test_strange_curve_points(judge: Judge, key: bytes, scalar: int) -> None:
    """Keys and signatures at the edges of Ed25519 hold for the one as for the other."""
    verifier = Verifier(name="odd", key=key)
    for point in (IDENTITY, key, bytes(32)):
        raw = verifier.key_id.to_bytes(4, "big") + point + scalar.to_bytes(32, "little")
        body = b"x\n\n\xe2\x80\x94 odd " + b64encode(raw) + b"\n"
        assert opened(body, verifier) == told(judge, body, verifier)


def test_signing(judge: Judge) -> None:
    """The same signature is made."""
    for text in (b"x\n", b"\n", b"a\n\nb\n"):
        assert said(judge, "sign", str(OTHER), b64(text)) == [b64(sign_note(text, OTHER))]


@settings(max_examples=400)
@given(mutated(TreeHead(size=1_234, root=bytes(range(32))).text + b"more\n"))
def test_tree_heads(judge: Judge, text: bytes) -> None:
    """The same texts are tree heads, of the same size and root."""

    def ours() -> list[str]:
        head = parse_tree_head(text)
        return [str(head.size), b64(head.root)]

    assert outcome(ours) == said(judge, "tree", b64(text))


@settings(max_examples=400)
@given(mutated(b"12\nm v h1:x\nm v/go.mod h1:y\n\nrest\n\nof it\n") | mutated(b"0\n\n\n"))
def test_records(judge: Judge, body: bytes) -> None:
    """The same answers are records, with the same number, text and rest."""

    def ours() -> list[str]:
        lookup = parse_lookup(body)
        return [str(lookup.record), b64(lookup.text), b64(lookup.note)]

    assert outcome(ours) == said(judge, "record", b64(body))


_PATH_BITS = [
    "tile",
    "/",
    "/",
    "8",
    "0",
    "1",
    "data",
    "000",
    "x001",
    "x000",
    "999",
    ".p",
    "256",
    "+",
]


@settings(max_examples=400)
@given(
    st.lists(st.sampled_from(_PATH_BITS), max_size=12).map("".join)
    | st.builds(
        lambda tile, level, number, partial: f"{tile}/{level}/{number}{partial}",
        st.sampled_from(["tile/8", "tile/8", "tile/08", "tile/7", "/tile/8", "tile"]),
        st.sampled_from(["0", "7", "63", "64", "data", "-1", "00", "9223372036854775807"]),
        st.sampled_from(["000", "1", "x001/000", "001/000", "x000/000", "x009/" * 6 + "999"]),
        st.sampled_from(["", "", ".p/1", ".p/255", ".p/256", ".p/0", ".p/01", ".p/", ".p"]),
    )
)
def test_tile_paths(judge: Judge, path: str) -> None:
    """The same paths are those of tiles, as far as their height is 8."""

    def ours() -> list[str]:
        tile = parse_tile_path(path)
        return [str(HEIGHT), str(tile.level), str(tile.index), str(tile.width)]

    ruling = said(judge, "tile_path", path)
    assert outcome(ours) == (ruling if ruling and ruling[0] == "8" else None)


def asked(
    judge: Judge, head: TreeHead, *, records: list[int], older: list[int], **more: Any
) -> Any:
    """Have x/mod prove something: hashes or None, and the paths that it asked for."""
    tiles: Mapping[Tile, bytes] = more.get("tiles", {})
    question = {
        "Size": str(head.size),
        "Root": b64(head.root),
        "Records": list(map(str, records)),
        "Older": list(map(str, older)),
        "Tiles": {tile.path: b64(body) for tile, body in tiles.items()},
    }
    ruling = judge("prove", json.dumps(question))
    out = ruling["out"] or []
    hashes = [b64decode(one) for one in out if not one.startswith(":")]
    return hashes if ruling["ok"] else None, {one[1:] for one in out if one.startswith(":")}


sizes = st.integers(1, 700) | st.integers(1, 2**20) | st.integers(1, 2**61)
near = st.integers(0, 3)


@settings(max_examples=300)
@given(sizes, st.data())
def test_wanted_tiles(judge: Judge, size: int, data: st.DataObject) -> None:
    """Exactly the tiles that the go command would fetch are asked for."""
    any_record = st.integers(0, size - 1) | near.map(lambda back: max(0, size - 1 - back))
    records = data.draw(st.lists(any_record, max_size=3))
    older = data.draw(st.lists(st.integers(0, size) | st.just(size), max_size=2))
    _, paths = asked(judge, TreeHead(size=size, root=bytes(32)), records=records, older=older)
    ours = {tile.path for tile in wanted(size, records=records, older=older)}
    assert ours == paths or (not records and not any(older))


def proven(proof: Proven, records: list[int], older: list[int]) -> list[bytes]:
    return [*map(proof.record_hash, records), *map(proof.root, older)]


@settings(max_examples=300)
@given(sizes, st.data())
def test_proofs(judge: Judge, log_of: LogOf, size: int, data: st.DataObject) -> None:
    """Honest and damaged tiles prove the same hashes, or nothing, to both."""
    records = data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=2))
    older = data.draw(st.lists(st.integers(0, size), max_size=1))
    log = log_of(size, {record: b"%d\n" % record for record in records})
    tiles = {
        tile: log.tile(tile.level, tile.index, tile.width)
        for tile in wanted(size, records=records, older=older)
    }
    tile = data.draw(st.sampled_from(list(tiles)))
    tiles[tile] = data.draw(
        st.just(tiles[tile])
        | st.sampled_from([tiles[tile][:-1], tiles[tile] + b"x", bytes(tile.size)])
        | st.tuples(st.integers(0, tile.size - 1), st.integers(0, 255)).map(
            lambda change: (
                tiles[tile][: change[0]] + bytes([change[1]]) + tiles[tile][change[0] + 1 :]
            )
        )
    )
    head = TreeHead(size=size, root=log.root())
    hashes, _ = asked(judge, head, records=records, older=older, tiles=tiles)
    try:
        ours = proven(prove(head, tiles), records, older)
    except (TileSizeError, TileMismatchError):
        assert hashes is None
    else:
        assert ours == hashes


def answers(log: Any, record: int, size: int) -> dict[str, bytes]:
    """Give all that a database says of a record: the lookup, and the tiles it takes."""
    note = sign_note(TreeHead(size=size, root=log.root(size)).text, OTHER)
    tiles = {*wanted(size, records=[record], older=[size // 2]), *wanted(size // 2)}
    return {
        lookup_path(MODULE, VERSION): b"%d\n" % record + log.text(record) + b"\n" + note,
        **{tile.path: log.tile(tile.level, tile.index, tile.width) for tile in tiles},
    }


def trusted(book: dict[str, bytes], latest: TreeHead, module: str, version: str) -> list[str]:
    """Do what a go command does that has seen a tree head before, and has lost its tiles."""
    prove(latest, {tile: book[tile.path] for tile in wanted(latest.size)})
    lookup = parse_lookup(book[lookup_path(module, version)])
    head = parse_tree_head(open_note(lookup.note, OTHER.verifier).text)
    older, newer = (head, latest) if head.size <= latest.size else (latest, head)
    tiles = wanted(newer.size, records=[lookup.record], older=[older.size])
    try:
        proof = prove(newer, {tile: book[tile.path] for tile in tiles})
    except KeyError as error:
        raise ProtocolError("not found") from error
    check_older(proof, older)
    check_record(proof, lookup.record, lookup.text)
    return list(lookup.lines(module, version))


def client(judge: Judge, book: dict[str, bytes], latest: TreeHead) -> dict[str, Any]:
    pages = {f"/{path}": b64(body) for path, body in book.items()}
    known = b64(sign_note(latest.text, OTHER))
    return judge("lookup", str(OTHER.verifier), known, MODULE, VERSION, json.dumps(pages))


@settings(max_examples=150)
@given(
    st.integers(2, 700) | st.integers(2, 2**30),
    st.sampled_from(["nothing", "nothing", "lookup", "tile", "latest", "forged"]),
    st.data(),
)
def test_lookups(judge: Judge, log_of: LogOf, size: int, spoilt: str, data: st.DataObject) -> None:
    """A lookup through tiles ends as it does for the go command, with the same requests."""
    record = data.draw(st.integers(0, size - 1))
    log = log_of(size, {record: RECORD})
    book = answers(log, record, size)
    latest = TreeHead(size=size // 2, root=log.root(size // 2))
    page = lookup_path(MODULE, VERSION)
    match spoilt:
        case "lookup":
            book[page] = data.draw(mutated(book[page]))
        case "tile":
            path = data.draw(st.sampled_from(sorted(book.keys() - {page})))
            book[path] = data.draw(mutated(book[path]))
        case "latest":
            latest = TreeHead(size=latest.size, root=bytes(32))
        case "forged":
            book[page] = book[page].replace(b"h1:zip=", b"h1:other=")
        case _:
            pass
    ruling = client(judge, book, latest)
    ours = outcome(lambda: trusted(book, latest, MODULE, VERSION))
    lines = [line for line in ruling["out"] or [] if not line.startswith("/")]
    assert ours == (lines if ruling["ok"] else None)
    if spoilt == "nothing":
        paths = {line for line in ruling["out"] if line.startswith("/")}
        assert paths == {f"/{path}" for path in book}
