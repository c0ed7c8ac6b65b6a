"""Metadata of a version; more is in test_xmod_judge and test_go_judge."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.info import parse_info


def test_vectors(vectors: dict[str, Any]) -> None:
    """Go 1.27.3 took and refused exactly these bodies."""
    section = vectors["info_json"]
    for case in section["cases"]:
        try:
            parse_info(case["body"].encode(), section["requested"])
            accepted = True
        except ProtocolError:
            accepted = False
        assert accepted == case["accepted"], case


def test_everything_is_read() -> None:
    """Version, time with its offset, origin and unknown names come out."""
    body = (
        b'{"Version":"v1.0.0","Time":"2019-12-14T22:12:22.123456789+08:00",'
        b'"Origin":{"VCS":"git","hash":"abc","X":1},"Extra":[1]}'
    )
    info = parse_info(body, "v1.0.0")
    assert info.version == "v1.0.0"
    assert info.time == datetime(2019, 12, 14, 14, 12, 22, 123456, tzinfo=UTC)
    assert info.time is not None
    assert info.time.utcoffset() == timedelta(hours=8)
    assert info.origin == (("VCS", "git"), ("Hash", "abc"))
    assert info.other_fields == ("Extra",)
    assert not info.odd_case


def test_odd_case_is_told() -> None:
    """Names in another case are read, and told."""
    info = parse_info(b'{"version":"v1.0.0"}', "v1.0.0")
    assert info.version == "v1.0.0"
    assert info.odd_case
    assert info.time is None


def test_a_query_is_answered_with_a_version() -> None:
    """A branch, or nothing at all, is answered with some canonical version, and only with one."""
    body = b'{"Version":"v1.2.3"}'
    assert parse_info(body, "main").version == "v1.2.3"
    assert parse_info(body, None).version == "v1.2.3"
    for bad in (b'{"Version":"v1.2"}', b'{"Version":"main"}', b'{"Version":""}', b"{}", b"null"):
        with pytest.raises(ProtocolError):
            parse_info(bad, "main")
        with pytest.raises(ProtocolError):
            parse_info(bad, None)


def test_another_version_is_refused_by_name() -> None:
    """The error says which version came instead."""
    with pytest.raises(ProtocolError, match=r"v1\.0\.1.*v1\.0\.0"):
        parse_info(b'{"Version":"v1.0.1"}', "v1.0.0")


def test_years_beyond_python() -> None:
    """A time that Go can tell and Python cannot is accepted, and None."""
    for stamp in ("0000-02-29T00:00:00Z", "0001-01-01T00:00:00+24:00", "9999-12-31T23:00:00-24:00"):
        assert parse_info(f'{{"Version":"v1.0.0","Time":"{stamp}"}}'.encode(), None).time is None


@given(st.binary() | st.text(alphabet='{}[]":,VersionTime019-. \\u').map(str.encode))
def test_nothing_but_protocol_errors(body: bytes) -> None:
    """Whatever the bytes, the only error is ProtocolError."""
    try:
        info = parse_info(body, None)
    except ProtocolError:
        return
    assert info.version


@pytest.mark.parametrize("depth", [10, 900, 100_000])
def test_nesting(depth: int) -> None:
    """Deep nesting is read or refused, and never more than that."""
    body = b'{"Version":"v1.0.0","x":' + b"[" * depth + b"]" * depth + b"}"
    try:
        parse_info(body, "v1.0.0")
    except ProtocolError as error:
        assert "nested" in str(error)  # noqa: PT017 - both ends are right
