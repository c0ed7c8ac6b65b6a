"""Private patterns."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.gomod.patterns import match_prefix_patterns


def test_vectors(vectors: dict[str, Any]) -> None:
    """Every listed pattern matches as in x/mod's own tests."""
    for case in vectors["match_prefix_patterns"]["cases"]:
        assert match_prefix_patterns(case["globs"], case["target"]) == case["match"], case


elements = st.from_regex(r"[a-z.]{1,5}", fullmatch=True)
paths = st.lists(elements, min_size=1, max_size=4).map("/".join)


@given(paths, paths)
def test_a_path_matches_itself_and_what_is_below(path: str, below: str) -> None:
    """A pattern without signs matches exactly that path and everything below it."""
    assert match_prefix_patterns(path, path)
    assert match_prefix_patterns(f"{path}/", f"{path}/{below}")
    assert not match_prefix_patterns(f"{path}/{below}", path)


@given(st.lists(st.sampled_from("ab*?"), max_size=8).map("".join), st.text("ab", max_size=8))
def test_stars_and_question_marks(glob: str, text: str) -> None:
    """Within one element, a star is any text and a question mark any character."""
    pattern = re.escape(glob).replace(r"\*", ".*").replace(r"\?", ".")
    assert match_prefix_patterns(glob, text) == bool(glob and re.fullmatch(pattern, text))


@given(st.lists(st.text("ab*[]^-\\?/", max_size=5), max_size=4), paths)
def test_any_pattern_is_enough(globs: list[str], target: str) -> None:
    """A list matches where one of its patterns does."""
    one = any(match_prefix_patterns(glob, target) for glob in globs)
    assert match_prefix_patterns(",".join(globs), target) == one


@pytest.mark.parametrize("glob", ["[", "[a", "[]", "a\\", "[a-]", "[-]", "[^]"])
def test_malformed_patterns_match_nothing(glob: str) -> None:
    """A malformed pattern matches not even itself."""
    assert not match_prefix_patterns(glob, glob)


def test_no_pattern_is_slow() -> None:
    """A pattern made to make a matcher backtrack takes time linear in both lengths."""
    assert not match_prefix_patterns("*a" * 200 + "b", "a" * 2000)
