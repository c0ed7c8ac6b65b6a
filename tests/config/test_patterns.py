import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.config.patterns import check_pattern, check_patterns


@pytest.mark.parametrize(
    "text",
    [
        "*.corp.example",
        "git.corp.example/*",
        "a.example/[^x-z]",
        "a.example/x?",
        "a]",
        r"a\*",
        r"[\]]",
        "[[]",
        "none",
        "a/",
    ],
)
def test_patterns_that_can_match(text: str) -> None:
    """Everything that path.Match accepts."""
    assert check_pattern(text) == text


@pytest.mark.parametrize(
    "text", ["[", "[]", "[^]", "[]a]", "[a-]", "[-a]", "[x-", "a\\", "[a", r"[\]"]
)
def test_patterns_that_the_go_command_skips_silently(text: str) -> None:
    """path.Match calls these bad patterns; a private path would not be private then."""
    with pytest.raises(ValueError, match="is not a pattern"):
        check_pattern(text)


@given(st.text(alphabet="ab[]^-\\*?/", max_size=30))
def test_any_text_is_a_pattern_or_a_reason(text: str) -> None:
    """In bounded time, too: nested repetition must not blow up."""
    try:
        check_pattern(text)
    except ValueError:
        return
    assert text


def test_lists_are_checked_item_by_item() -> None:
    """Blanks around items are allowed, as in the variables."""
    assert check_patterns("a.example/*, b.example") == "a.example/*, b.example"
    with pytest.raises(ValueError, match="is empty"):
        check_patterns("a.example,,b.example")
