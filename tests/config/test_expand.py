from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.config.expand import expand, references
from goproxy_exporter.config.tree import Tree, Value


def expanded(text: str, **env: str) -> tuple[Value, list[str]]:
    tree = Tree(file="f", data={"k": text})
    expand(tree, env)
    return tree.data["k"], [problem.message for problem in tree.problems]


def test_variables_are_put_in() -> None:
    """Several in one text, beside other text, and empty ones."""
    assert expanded("a${X}b${_Y1}c", X="1", _Y1="2") == ("a1b2c", [])
    assert expanded("${X}", X="") == ("", [])


def test_a_dollar_is_doubled_or_left_alone() -> None:
    """$$ is $; a $ that starts nothing stays."""
    assert expanded("$$ $${X} $X pa$word $", X="1") == ("$ ${X} $X pa$word $", [])


def test_what_was_put_in_is_not_looked_at_again() -> None:
    """A variable cannot smuggle in another one."""
    assert expanded("${X}", X="${Y}$$", Y="no") == ("${Y}$$", [])


def test_only_values_are_expanded() -> None:
    """Keys stay as they are; lists and mappings are walked."""
    tree = Tree(file="f", data={"${X}": [{"a": "${X}"}, 1, True]})
    expand(tree, {"X": "x"})
    assert tree.data == {"${X}": [{"a": "x"}, 1, True]}


def test_unset_and_malformed_are_problems() -> None:
    """Each variable is named once, and nothing of a malformed one is quoted."""
    value, messages = expanded("${A}${B}${A}${hunter-2}${")
    assert value is None
    assert messages[:2] == [
        "the environment variable A is not set",
        "the environment variable B is not set",
    ]
    assert len(messages) == 3
    assert "hunter" not in messages[2]


def test_bytes_that_are_no_text_are_a_problem() -> None:
    """os.environ gives them as lone surrogates, which no file or header can take."""
    _, messages = expanded("${X}", X="\udcff")
    assert messages == ["the environment variable X is not UTF-8 text"]


@given(st.text())
def test_any_text_can_be_escaped(text: str) -> None:
    """Doubling every $ gives back the text, whatever it is."""
    assert expanded(text.replace("$", "$$")) == (text, [])


@given(st.text(alphabet="${}AB_ "))
def test_expanding_is_total(text: str) -> None:
    """The result is a text, or None with a problem."""
    value, messages = expanded(text, A="a", B="b")
    assert (value is None) == bool(messages)


def test_references_are_named_in_order() -> None:
    """What a secret prints instead of itself."""
    assert references("x${A}$${B}${C}${") == ("A", "C")
