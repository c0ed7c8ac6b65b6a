"""GOPROXY values."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.goproxy import DEFAULT, Entry, parse


def test_vectors(vectors: dict[str, Any]) -> None:
    """Every listed value gives those entries, or is refused."""
    for case in vectors["goproxy_env"]["cases"]:
        if "error" in case:
            with pytest.raises(ProtocolError):
                parse(case["value"])
            continue
        assert [[entry.url, entry.separator] for entry in parse(case["value"])] == case["entries"]


def test_empty_means_the_default() -> None:
    """An empty value is the toolchain's own."""
    assert parse("") == parse(DEFAULT)


urls = st.sampled_from(["https://a.example", "http://127.0.0.1:1/x", "file:///srv", "c.example/y"])
items = st.lists(st.tuples(urls | st.just(""), st.sampled_from([",", "|"])), min_size=1, max_size=5)


@given(items, st.sampled_from(["direct", "off"]), st.text(max_size=5))
def test_the_end_of_a_list(pairs: list[tuple[str, str]], end: str, rest: str) -> None:
    """After direct or off nothing counts, and they never have a separator."""
    value = "".join(url + separator for url, separator in pairs) + end
    entries = parse(value)
    assert entries[-1] == Entry(end, "")
    assert parse(f"{value},{rest}") == entries


@given(items)
def test_separators_stay_with_what_they_follow(pairs: list[tuple[str, str]]) -> None:
    """Empty items vanish together with their separator; the others keep theirs."""
    wanted = [(url.replace("c.ex", "https://c.ex"), separator) for url, separator in pairs if url]
    value = "".join(f" {url}\t{separator}" for url, separator in pairs)
    if not wanted:
        with pytest.raises(ProtocolError, match="no entries"):
            parse(value)
        return
    assert [(entry.url, entry.separator) for entry in parse(value)] == wanted


@given(st.text())
def test_nothing_but_protocol_errors(value: str) -> None:
    """Whatever the value, the only error is ProtocolError, and there is at least one entry."""
    try:
        entries = parse(value)
    except ProtocolError:
        return
    assert entries


@pytest.mark.parametrize(
    "value", ["https://user:secret@h.example:x", "ftp://user:secret@h", "https://u:secret@h/%zz"]
)
def test_errors_keep_secrets(value: str) -> None:
    """An error never quotes the value."""
    with pytest.raises(ProtocolError) as caught:
        parse(value)
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None or "secret" not in str(caught.value.__context__)


def test_entries_keep_secrets() -> None:
    """Neither text form of an entry holds credentials."""
    (entry,) = parse("https://user:se@cret@h.example/x")
    assert str(entry) == "https://h.example/x"
    assert "cret" not in repr(entry)
    assert entry.url == "https://user:se@cret@h.example/x"
