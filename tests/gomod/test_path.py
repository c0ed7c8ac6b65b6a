"""Paths, file names and escapes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.path import (
    check_file_path,
    check_path,
    escape_path,
    escape_version,
    split_path_version,
    unescape_path,
    unescape_version,
)

CALLS = (
    check_path,
    check_file_path,
    escape_path,
    escape_version,
    split_path_version,
    unescape_path,
    unescape_version,
)

module_paths = st.from_regex(
    r"[a-z0-9]{1,4}\.[a-z]{1,3}(/[A-Za-z][A-Za-z0-9_-]{0,6}){0,3}(/v[2-9])?", fullmatch=True
)
queries = st.from_regex(r"[A-Za-z0-9+._-]{0,12}[A-Za-z0-9]", fullmatch=True)


def refused(call: Any, text: str) -> bool:
    try:
        call(text)
    except ProtocolError:
        return True
    return False


def test_vectors_of_paths(vectors: dict[str, Any]) -> None:
    """Exactly the paths of x/mod's own tests are module paths and file names."""
    for case in vectors["check_path"]["cases"]:
        assert refused(check_path, case["path"]) == (not case["module_ok"]), case
        assert refused(check_file_path, case["path"]) == (not case["file_ok"]), case


def test_vectors_of_escapes(vectors: dict[str, Any]) -> None:
    """Every listed path and version is escaped, unescaped or refused as x/mod does."""
    for case in vectors["escape_path"]["cases"]:
        if not case["ok"]:
            assert refused(escape_path, case["path"]), case
            continue
        assert escape_path(case["path"]) == case["escaped"]
        assert unescape_path(case["escaped"]) == case["path"]
    for escaped in vectors["escape_path"]["bad_unescape"]:
        assert refused(unescape_path, escaped), escaped
    for case in vectors["escape_version"]["cases"]:
        if not case["ok"]:
            assert refused(escape_version, case["version"]), case
            continue
        assert escape_version(case["version"]) == case["escaped"]
        assert unescape_version(case["escaped"]) == case["version"]


@given(module_paths)
def test_escaped_path_round_trip(path: str) -> None:
    """Unescaping undoes escaping, and no capital letter is left in between."""
    if refused(check_path, path):  # con, aux and the like
        return
    escaped = escape_path(path)
    assert unescape_path(escaped) == path
    assert escaped == escaped.lower()


@given(queries)
def test_escaped_version_round_trip(query: str) -> None:
    """Unescaping undoes escaping, for versions and for branch names."""
    if refused(escape_version, query):
        return
    assert unescape_version(escape_version(query)) == query


@given(module_paths, module_paths)
def test_escapes_differ_beyond_case(one: str, other: str) -> None:
    """Two paths never share an escape, even where file systems ignore case."""
    if one != other and not refused(check_path, one) and not refused(check_path, other):
        assert escape_path(one).lower() != escape_path(other).lower()


@given(st.text())
def test_nothing_but_protocol_errors(text: str) -> None:
    """Whatever the text, the only error is ProtocolError."""
    for call in CALLS:
        refused(call, text)


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("example.com/m", ("example.com/m", "")),
        ("example.com/m/v2", ("example.com/m", "/v2")),
        ("example.com/m/v10", ("example.com/m", "/v10")),
        ("example.com/v2", ("example.com", "/v2")),
        ("example.com/mv2", ("example.com/mv2", "")),
        ("gopkg.in/yaml.v3", ("gopkg.in/yaml", ".v3")),
        ("gopkg.in/a/b.v0", ("gopkg.in/a/b", ".v0")),
        ("gopkg.in/b.v1-unstable", ("gopkg.in/b", ".v1-unstable")),
    ],
)
def test_split(path: str, parts: tuple[str, str]) -> None:
    """Prefix and major version together are the path."""
    assert split_path_version(path) == parts
    assert "".join(parts) == path


@pytest.mark.parametrize(
    "path", ["x.y/v1", "x.y/v0", "x.y/v02", "x.y/v1.2", "gopkg.in/m", "gopkg.in/m.v0-unstable"]
)
def test_no_such_major(path: str) -> None:
    """A suffix that no module has is refused."""
    assert refused(split_path_version, path)
    assert refused(check_path, path)
