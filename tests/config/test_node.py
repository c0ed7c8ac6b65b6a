"""The quick parser says what the thorough one says, or leaves the word to it."""

from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from goproxy_exporter.config import node
from goproxy_exporter.config.node import (
    QUICK,
    THOROUGH,
    Leaf,
    Node,
    Series,
    Table,
    YamlError,
    compose,
)

SEEDS = [
    path.read_text("utf-8", errors="replace")
    for path in sorted(Path(__file__).parent.joinpath("bad").glob("*.yml"))
]
PIECES = st.sampled_from(
    [*"-:?,[]{}#&*!|>'\"%@`~ \n\t\\", ": ", "- ", "\n  ", "é", "𐀀", "\x85", "\u2028", "a", "0"]
)
ANY_TEXT = st.lists(PIECES, max_size=14).map("".join)


@st.composite
def slipped(draw: st.DrawFn) -> str:
    """Draw a known file with a piece replaced."""
    text = draw(st.sampled_from(SEEDS))
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 12)))
    return text[:start] + draw(ANY_TEXT) + text[end:]


def composed(text: str, loader: node.Loader) -> object:
    """Compose with one parser alone, and tell everything about it.

    Where nothing is written the two may see it begin at another place.
    """
    try:
        root = node.Composer(text, loader).document()
    except YamlError as error:
        return f"{error.place} {error.message}"
    return None if root is None else told(root)


def told(one: Node) -> object:
    """Tell a node without the place of what is not written."""
    match one:
        case Leaf(written="", value=None):
            return None
        case Leaf():
            return one
        case Series():
            return one.place, one.tag, [told(item) for item in one.items]
        case Table():
            return one.place, one.tag, [(told(key), told(value)) for key, value in one.items]


@pytest.mark.skipif(QUICK is THOROUGH, reason="PyYAML without libyaml")
@settings(deadline=None, max_examples=300)
@given(text=ANY_TEXT | slipped())
@example("{key: [a, 'b'], 'c': \"\\x41\"}\n")
@example("\ufeffkey: a\n")
def test_what_the_quick_parser_takes_the_other_takes_alike(text: str) -> None:
    """The same nodes at the same places, or the same refusal of ours.

    The quick one also takes tabs between words, as YAML 1.2 does: then nothing is compared.
    """
    try:
        assert composed(text, QUICK) == composed(text, THOROUGH)
    except yaml.YAMLError:
        with suppress(YamlError):
            compose(text)
