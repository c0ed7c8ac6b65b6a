"""JSON as Go reads it; more is in test_xmod_judge and test_vuln_judge."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.go_json import Object, decode, elements, well_formed

values = st.recursive(
    st.none() | st.booleans() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def plain(value: object) -> object:
    """Turn objects back into mappings."""
    if isinstance(value, Object):
        return {name: plain(inner) for name, inner in value}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


@given(values, st.sampled_from([None, 1]))
def test_values_come_back(value: object, indent: int | None) -> None:
    """What Python writes is read, however it is laid out."""
    assert plain(decode(json.dumps(value, indent=indent).encode())) == value


@given(st.lists(values, max_size=4), st.sampled_from([None, 1]))
def test_elements_are_those_of_the_array(value: list[object], indent: int | None) -> None:
    """One by one they are the same as all at once."""
    body = json.dumps(value, indent=indent).encode()
    assert [plain(one) for one in elements(b" " + body + b" ")] == value


def test_equal_names_are_all_there() -> None:
    """An object keeps its members in their order, whatever their names."""
    assert decode(b'{"a":"1","b":"2","a":"3"}') == [("a", "1"), ("b", "2"), ("a", "3")]


def test_an_array_is_read_to_its_bracket() -> None:
    """Whatever is behind it does not matter; without it the array is cut off."""
    assert list(elements(b'["a","b"]]')) == ["a", "b"]
    assert list(elements(b"[}")) == []
    for body in (b"[", b'["a"', b'["a",', b'["a","b', b'["a" "b"]', b'["a",]', b"[,]"):
        with pytest.raises(ProtocolError):
            list(elements(body))


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b'"x"', b"\xef\xbb\xbf[]"])
def test_what_is_no_array(body: bytes) -> None:
    """Nothing else has elements."""
    with pytest.raises(ProtocolError):
        list(elements(body))


def test_a_large_number_costs_nothing() -> None:
    """A number is never turned into a Python integer."""
    assert isinstance(decode(b"9" * 1_000_000), float)


def test_halves_of_a_pair_are_replaced() -> None:
    """Text that no UTF-8 can hold does not get further."""
    assert well_formed(str(decode(b'"\\ud800x\\ud83d\\ude00"'))) == "\ufffdx\U0001f600"


@given(st.binary() | st.text(alphabet='{}[]":,\\u019-.eEtruefalsn ').map(str.encode))
def test_nothing_but_protocol_errors(body: bytes) -> None:
    """Whatever the bytes, the only error is ProtocolError."""
    for read in (decode, lambda body: list(elements(body))):
        try:
            read(body)
        except ProtocolError:
            continue


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_depth(opening: bytes) -> None:
    """Deep nesting is refused and not followed."""
    for body in (opening * 100_000, b"[" + opening * 100_000):
        with pytest.raises(ProtocolError):
            decode(body)
        with pytest.raises(ProtocolError):
            list(elements(body))
