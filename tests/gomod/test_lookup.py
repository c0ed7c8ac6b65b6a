"""Answers to lookups; more is in test_sumdb_judge."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.lookup import Sums, lookup_path, parse_lookup

RECORD = b"7\na.b/c v1.0.0 h1:zip=\na.b/c v1.0.0/go.mod h1:mod=\n\nnote\n"


def test_vectors(vectors: dict[str, Any]) -> None:
    """The tlog package's own records."""
    section = vectors["record_text"]
    for case in section["valid"]:
        lookup = parse_lookup(case["body"].encode())
        assert lookup.record == case["id"]
        assert lookup.text.decode() == case["text"]
        assert lookup.note.decode() == case["rest"]
    for body in section["invalid"]:
        with pytest.raises(ProtocolError):
            parse_lookup(body.encode())


def test_real_lookups(vectors: dict[str, Any]) -> None:
    """Real answers have both hashes of the version that was asked for."""
    for case in vectors["sumdb_real"]["lookups"]:
        lookup = parse_lookup(case["body"].encode())
        module, version = lookup.text.decode().split()[:2]
        assert f"/{lookup_path(module, version)}" == case["path"]
        assert lookup.note.startswith(b"go.sum database tree\n")
        sums = lookup.sums(module, version)
        assert sums.zip is not None
        assert sums.mod is not None
        assert len(sums.zip) == len(sums.mod) == 47
        assert f"{module} {version} {sums.zip}\n".encode() in lookup.text


def test_sums_of_the_version_alone() -> None:
    """Lines of other modules and versions are not taken."""
    lookup = parse_lookup(RECORD)
    assert (lookup.record, lookup.note) == (7, b"note\n")
    assert lookup.sums("a.b/c", "v1.0.0") == Sums(zip="h1:zip=", mod="h1:mod=")
    nothing = Sums(zip=None, mod=None)
    for module, version in (("a.b/c", "v1.0"), ("a.b", "v1.0.0"), ("b/c", "v1.0.0"), ("", "")):
        assert lookup.sums(module, version) == nothing


def test_the_first_sum_decides() -> None:
    """Of several h1: hashes go compares with the first; other kinds do not count."""
    lookup = parse_lookup(b"0\nm v h2:x\nm v h1:a\nm v h1:b\n\n")
    assert lookup.sums("m", "v") == Sums(zip="h1:a", mod=None)
    assert lookup.lines("m", "v") == ("m v h2:x", "m v h1:a", "m v h1:b")


def test_paths() -> None:
    """Capital letters are escaped; the lookup is the same for a go.mod."""
    path = "lookup/github.com/!burnt!sushi/toml@v1.3.2-!r!c"
    assert lookup_path("github.com/BurntSushi/toml", "v1.3.2-RC") == path
    assert lookup_path("github.com/BurntSushi/toml", "v1.3.2-RC/go.mod") == path
    for module, version in (("no_dot", "v1.0.0"), ("a.b/c", "a/b"), ("a.b/c", "")):
        with pytest.raises(ProtocolError):
            lookup_path(module, version)


@pytest.mark.parametrize(
    "body", [b"", b"7", b"7\n", b"7\nx", b"7\nx\n", b"\nx\n\n", b"7\r\nx\n\n", b"7\n\xff\n\n"]
)
def test_bad_records(body: bytes) -> None:
    """A number, text and a blank line have to be there."""
    with pytest.raises(ProtocolError):
        parse_lookup(body)


@given(st.binary() | st.binary().map(b"7\n".__add__))
def test_nothing_but_protocol_errors(body: bytes) -> None:
    """Whatever the bytes, the only error is ProtocolError."""
    try:
        lookup = parse_lookup(body)
    except ProtocolError:
        return
    assert lookup.text + b"\n" + lookup.note == body.partition(b"\n")[2]
    lookup.sums("m", "v")
