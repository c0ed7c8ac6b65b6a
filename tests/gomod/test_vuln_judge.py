"""Whatever we read in a vulnerability database, Go's own packages read too."""

import gzip
import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.gunzip import gunzip
from goproxy_exporter.gomod.vulndb import parse_db, parse_entry, parse_modules

pytestmark = pytest.mark.timeout(240)  # the judge may have to be built first

Judge = Callable[..., dict[str, Any]]


def ruling(judge: Judge, op: str, body: bytes) -> list[str] | None:
    answer = judge(op, b64encode(body).decode())
    return answer["out"] if answer["ok"] else None


def outcome(call: Callable[[], list[str]]) -> list[str] | None:
    try:
        return call()
    except ProtocolError:
        return None


def moment(time: datetime | None) -> str:
    return "" if time is None else f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def scattered(body: bytes) -> st.SearchStrategy[bytes]:
    """Change, drop or insert a few bytes, or cut the end off."""

    def change(changes: list[tuple[int, int, bytes]], end: int) -> bytes:
        changed = body[: len(body) - end % len(body)] if end else body
        for at, length, new in changes:
            place = at % (len(changed) + 1)
            changed = changed[:place] + new + changed[place + length :]
        return changed

    pieces = st.sampled_from([*b'[]{}":,\\0n ']).map(lambda byte: bytes([byte]))
    edits = st.tuples(st.integers(0, 2000), st.integers(0, 3), pieces | st.binary(max_size=2))
    ends = st.just(0) | st.just(0) | st.integers(0, 2000)
    return st.builds(change, st.lists(edits, max_size=2), ends)


VULN = b'{"id":"GO-1","modified":"2023-04-03T15:57:51.5Z","fixed":"1.2.3"}'
MODULES = (
    b'[{"path":"a.b/c","vulns":[' + VULN + b"," + VULN.replace(b"GO-1", b"GO-2") + b"]},\n "
    b'{"path":"d.e/f","vulns":null}, {"path":"stdlib","vulns":[{"id":"GO-1"}],"x":[{}]}]'
)


@settings(max_examples=500)
@given(scattered(MODULES))
@example(b"[")
@example(b"[}")
@example(b'[{"path":"\xe2\x80\xff"}]')
@example(b'[{"path":"\\ud800\\ud83d\\ude00"}]')
@example(b'[{"path":"x"}}')
@example(b'[{"path":"x"}')
@example(b'[{"path":"x"},')
@example(b'[{"path":"x"},]')
@example(b'[{"path":"x"} {"path":"y"}]')
@example(b'[{"path":"x"}]trailing')
@example(b"[null]")
@example(b"[1]")
@example(b" \n[]")
@example(b"\xef\xbb\xbf[]")
@example(b"")
@example(b"<html>")
def test_modules(judge: Judge, body: bytes) -> None:
    """The same index is read module by module, or the same is refused."""
    theirs = ruling(judge, "vuln_modules", body)
    try:
        ours = parse_modules(body)
    except ProtocolError:
        assert theirs is None
        return
    assert theirs is not None
    modules: dict[str, list[str]] = {}
    modified: dict[str, str] = {}
    for path, *rest in map(json.loads, theirs):
        vulns = {id_: time for id_, time in zip(rest[::2], rest[1::2], strict=True) if id_}
        modules[path] = list(vulns)
        modified |= vulns
    assert {path: [id_ for id_ in ids if id_] for path, ids in ours.modules.items()} == modules
    assert {id_: moment(time) for id_, time in ours.modified.items() if id_} == modified


TEXTS = ["", "x", "SEMVER", "REVIEWED", "UNREVIEWED", "2023-04-03T15:57:51Z", "2023-04-03"]
KEYS = [
    *["id", "ID", "modified", "published", "withdrawn", "aliases", "affected", "package", "name"],
    *["ranges", "events", "fixed", "ecosystem_specific", "imports", "symbols", "credits", "url"],
    *["database_specific", "review_status", "summary", "custom_ranges", "type"],
]
values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(TEXTS),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=6,
)
GOOD = {
    "id": "GO-1",
    "modified": "2023-04-03T15:57:51Z",
    "affected": [
        {
            "package": {"name": "a.b/c", "ecosystem": "Go"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}],
            "ecosystem_specific": {"imports": [{"path": "x", "symbols": ["y"]}]},
        }
    ],
    "credits": [{"name": "z"}],
    "database_specific": {"review_status": "REVIEWED"},
}


@st.composite
def entries(draw: st.DrawFn) -> bytes:
    """Put any values into some fields of an entry, at some depth."""
    entry = json.loads(json.dumps(GOOD))
    for _ in range(draw(st.integers(0, 2))):
        place: Any = entry
        while True:
            keys = [*place] if isinstance(place, dict) else [*range(len(place))]
            key = draw(st.sampled_from([*keys, *(KEYS if isinstance(place, dict) else [])]))
            deeper = place.get(key) if isinstance(place, dict) else place[key]
            if not isinstance(deeper, dict | list) or not deeper or draw(st.booleans()):
                place[key] = draw(values)
                break
            place = deeper
    return json.dumps(entry).encode()


@settings(max_examples=500)
@given(entries() | scattered(json.dumps(GOOD).encode()) | values.map(json.dumps).map(str.encode))
@example(b'{"withdrawn":"2023-04-03T15:57:51Z","withdrawn":null}')
@example(b'{"id":"a","ID":"b","id":null}')
@example(b'{"modified":"2023-04-03T15:57:51Z","modified":null}')
@example(b'{"database_specific":{"review_status":null}}')
def test_entries(judge: Judge, body: bytes) -> None:
    """The same entries are read, with the same id and time, or the same are refused."""

    def ours() -> list[str]:
        entry = parse_entry(body)
        return [entry.id, moment(entry.modified), str(entry.withdrawn).lower()]

    assert outcome(ours) == ruling(judge, "vuln_entry", body)


@settings(max_examples=200)
@given(scattered(b'{"modified":"2023-04-03T15:57:51Z"}'))
def test_databases(judge: Judge, body: bytes) -> None:
    """The same time is read; without one we refuse what Go takes for the year 1."""
    theirs = ruling(judge, "vuln_db", body)
    assert outcome(lambda: [moment(parse_db(body).modified)]) == (
        theirs if theirs != [""] else None
    )


def member(flags: int, parts: bytes, content: bytes) -> bytes:
    """Make a gzip file with parts of a header behind the fixed one."""
    packed = gzip.compress(content, mtime=0)
    return packed[:3] + bytes([flags]) + packed[4:10] + parts + packed[10:]


_FILES = st.builds(
    member,
    st.integers(0, 255) | st.sampled_from([0, 0, 2, 4, 8, 16, 0x20, 0x80]),
    st.sampled_from(
        [b"", b"name\0", b"\2\0ab", b"a" * 511 + b"\0", b"a" * 512 + b"\0", b"\0\0", b"\xff\xff"]
    ),
    st.binary(max_size=9),
)


@settings(max_examples=500)
@given(
    st.lists(_FILES, max_size=2).map(b"".join)
    | scattered(gzip.compress(MODULES, mtime=0))
    | st.tuples(_FILES, st.binary(max_size=12)).map(b"".join)
)
@example(member(0x02, (0x261D).to_bytes(2, "little"), b""))
def test_gzip_files(judge: Judge, body: bytes) -> None:
    """The same files are unpacked to the same bytes, or the same are refused."""
    theirs = ruling(judge, "gunzip", body)
    ours = outcome(lambda: [b64encode(gunzip(body, most=1 << 20)).decode()])
    assert ours == theirs
