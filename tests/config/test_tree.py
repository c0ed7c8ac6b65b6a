import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.config.tree import Tree, grow, spell

KEYS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=8
)
VALUES = st.recursive(
    st.booleans() | st.integers(-(10**9), 10**9) | KEYS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5))
def test_json_reads_as_itself(data: dict[str, object]) -> None:
    """JSON is YAML 1.2: reading gives the data, without problems, and a mark for every value."""
    if "<<" in json.dumps(data):
        return
    tree = grow(Tree(file="f"), json.dumps(data))
    assert tree.problems == []
    assert tree.data == data
    assert len(tree.marks) == 1 + _values(data)


def _values(data: object) -> int:
    match data:
        case dict():
            return sum(1 + _values(value) for value in data.values())
        case list():
            return sum(1 + _values(value) for value in data)
        case _:
            return 0


def test_marks_are_lines_and_columns_from_one() -> None:
    """A mark is what an editor shows as the position of the value's first character."""
    tree = grow(Tree(file="f"), "a: 1\nb:\n  - c: é\n    dd:   2\n")
    places = {
        spell(path): (mark.place.line, mark.place.column) for path, mark in tree.marks.items()
    }
    assert places == {
        "": (1, 1),
        "a": (1, 4),
        "b": (3, 3),
        "b[0]": (3, 5),
        "b[0].c": (3, 8),
        "b[0].dd": (4, 11),
    }


def test_an_alias_has_the_value_and_the_place_of_its_anchor() -> None:
    """What is wrong in an aliased value is wrong where it is written."""
    tree = grow(Tree(file="f"), "a: &x {k: 1}\nb: *x\n")
    assert tree.data == {"a": {"k": 1}, "b": {"k": 1}}
    assert tree.marks["b", "k"].place == tree.marks["a", "k"].place


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    """Editors on Windows write both."""
    tree = grow(Tree(file="f"), "a: 1\r\nb: x\r\n")
    assert tree.data == {"a": 1, "b": "x"}
    assert tree.marks["b",].place.line == 2


@pytest.mark.parametrize(
    "text",
    [
        "[" * 500_000,
        "- " * 500_000,
        "? " * 500_000,
        "{a: " * 250_000,
        "&a " * 300_000,
        "a: " * 300_000,
        "!" * 1_000_000,
        "*a " * 300_000,
        "- x\n" * 80_000,
    ],
    ids=lambda text: text[:4],
)
def test_no_megabyte_takes_for_ever(text: str) -> None:
    """Depth, number and growth are bounded: each of these ends with a problem, in seconds."""
    assert grow(Tree(file="f"), text).problems


@given(st.text(max_size=200))
def test_any_text_gives_data_or_problems(text: str) -> None:
    """Reading never raises, and an empty file is a problem too."""
    tree = grow(Tree(file="f"), text)
    assert tree.problems or isinstance(tree.data, dict)


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5), st.booleans())
def test_yaml_that_a_library_wrote_reads_as_itself(data: dict[str, object], flow: bool) -> None:
    """PyYAML quotes what YAML 1.1 would misread, so 1.2 reads its output the same way."""
    text = yaml.safe_dump(data, allow_unicode=True, default_flow_style=flow)
    tree = grow(Tree(file="f"), text)
    assert tree.data == data or tree.problems


def test_paths_are_spelt_as_a_reader_would() -> None:
    """Odd keys are quoted, on one line and short."""
    assert spell(("mirrors", 0, "url")) == "mirrors[0].url"
    assert spell(("labels", "a b")) == 'labels["a b"]'
    assert spell(("labels", "x\n" * 60)).endswith('…"]')
    assert "\n" not in spell(("labels", "a\nb"))
