"""Vulnerability databases; more is in test_vuln_judge."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.vulndb import (
    Entry,
    entry_path,
    parse_db,
    parse_entry,
    parse_modules,
)

TIME = datetime(2023, 4, 3, 15, 57, 51, tzinfo=UTC)
ENTRY: dict[str, Any] = {
    "schema_version": "1.3.1",
    "id": "GO-2021-0068",
    "modified": "2023-04-03T15:57:51Z",
    "published": "2021-04-14T20:04:52Z",
    "aliases": ["CVE-2021-3115"],
    "summary": "s",
    "details": "d",
    "affected": [
        {
            "package": {"name": "toolchain", "ecosystem": "Go"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.14.14"}]}],
            "ecosystem_specific": {
                "imports": [{"path": "cmd/go", "goos": ["windows"], "goarch": [], "symbols": []}],
                "custom_ranges": [{"type": "ECOSYSTEM", "events": 1}],
            },
        }
    ],
    "references": [{"type": "FIX", "url": "https://go.dev/cl/284783"}],
    "credits": [{"name": "RyotaK"}],
    "database_specific": {
        "url": "https://pkg.go.dev/vuln/GO-2021-0068",
        "review_status": "REVIEWED",
    },
}


def test_vectors(vectors: dict[str, Any]) -> None:
    """A small database of the shape of the real one."""
    section = vectors["vulndb_index"]
    assert parse_db(json.dumps(section["db"]).encode()).modified == TIME
    index = parse_modules(json.dumps(section["modules"]).encode())
    assert {path: list(ids) for path, ids in index.modules.items()} == {
        module["path"]: [vuln["id"] for vuln in module["vulns"]] for module in section["modules"]
    }
    assert index.modified == {vuln["id"]: TIME for vuln in section["vulns"]}


def test_an_entry() -> None:
    """What tells an entry from an older one is read."""
    assert parse_entry(json.dumps(ENTRY).encode()) == Entry(
        id="GO-2021-0068", modified=TIME, withdrawn=False
    )
    withdrawn = ENTRY | {"withdrawn": "2024-01-01T00:00:00Z"}
    assert parse_entry(json.dumps(withdrawn).encode()).withdrawn
    assert not parse_entry(json.dumps(ENTRY | {"withdrawn": None}).encode()).withdrawn
    assert parse_entry(b"null") == Entry(id="", modified=None, withdrawn=False)


def places(value: object) -> int:
    """Count the values in a value."""
    match value:
        case dict():
            return 1 + sum(map(places, value.values()))
        case list():
            return 1 + sum(map(places, value))
        case _:
            return 1


def spoilt(value: Any, at: int) -> Any:
    """Put a number in the place of one of the values in a value."""
    if at == 0:
        return 5
    at -= 1
    items = value.items() if isinstance(value, dict) else enumerate(value)
    changed = []
    for key, inner in items:
        count = places(inner)
        changed.append((key, spoilt(inner, at) if 0 <= at < count else inner))
        at -= count
    return dict(changed) if isinstance(value, dict) else [inner for _, inner in changed]


def test_every_type_counts() -> None:
    """A number anywhere in an entry is refused, but where nobody reads it."""
    readable = []
    for at in range(places(ENTRY)):
        try:
            parse_entry(json.dumps(spoilt(ENTRY, at)).encode())
        except ProtocolError:
            continue
        readable.append(at)
    custom = ENTRY["affected"][0]["ecosystem_specific"]["custom_ranges"]
    assert len(readable) == places(custom)


def test_review_status() -> None:
    """govulncheck knows two of them."""
    for status, good in (("UNREVIEWED", True), ("", True), (None, True), ("NEEDS_REVIEW", False)):
        body = json.dumps({"database_specific": {"review_status": status}}).encode()
        if good:
            parse_entry(body)
        else:
            with pytest.raises(ProtocolError):
                parse_entry(body)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"null", b"[]", b'{"modified":1}', b'{"modified":"today"}', b"<html>"]
)
def test_a_database_without_a_time(body: bytes) -> None:
    """Without it nothing can be compared."""
    with pytest.raises(ProtocolError):
        parse_db(body)


def test_an_index_that_is_cut() -> None:
    """What is missing at the end is not passed over."""
    body = b'[{"path":"a.b/c","vulns":[{"id":"GO-1"}]},{"path":"d.e/f","vulns":[]}]'
    index = parse_modules(body)
    assert index.modules == {"a.b/c": ("GO-1",), "d.e/f": ()}
    assert index.modified == {"GO-1": None}
    for length in range(len(body)):
        with pytest.raises(ProtocolError):
            parse_modules(body[:length])


def test_a_huge_index() -> None:
    """Modules and vulnerabilities are counted."""
    with pytest.raises(ProtocolError, match="more than"):
        parse_modules(b"[" + b"{}," * 100_001 + b"{}]")
    ids = ",".join(f'{{"id":"{number}"}}' for number in range(60_000))
    with pytest.raises(ProtocolError, match="more than"):
        parse_modules(f'[{{"vulns":[{ids}]}},{{"vulns":[{ids}]}}]'.encode())


def test_paths() -> None:
    """An id names a file, and never leads elsewhere."""
    assert entry_path("GO-2021-0068") == "ID/GO-2021-0068.json.gz"
    for bad in ("", "..", "../x", "a/b", "a?b", "a b", "é", "a\n", "x" * 200):
        with pytest.raises(ProtocolError):
            entry_path(bad)


@given(st.binary() | st.text(alphabet='{}[]":,idmodfepathvulnsx0- \\u').map(str.encode))
def test_nothing_but_protocol_errors(body: bytes) -> None:
    """Whatever the bytes, the only error is ProtocolError."""
    for read in (parse_db, parse_modules, parse_entry):
        try:
            read(body)
        except ProtocolError:
            continue
