"""Text stays text, by a Markdown parser that is not ours."""

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from goproxy_exporter.report.markup import code, row, words
from goproxy_exporter.report.plain import printable

PARSER = MarkdownIt("commonmark").enable("table")
HOSTILE = st.text(st.sampled_from("`|\\<>[]()!*_~#&;@-+. ab\x1b\n1:/"), max_size=20) | st.text(
    max_size=20
)


def inline(markdown: str) -> list[Token]:
    """Give what a parser finds in one paragraph that holds this and nothing else."""
    blocks = PARSER.parse(f"x{markdown}x")
    assert [block.type for block in blocks] == ["paragraph_open", "inline", "paragraph_close"]
    return blocks[1].children or []


@given(HOSTILE)
@example("<img src=x onerror=alert(1)>")
@example("[click](https://example.com) ![](https://example.com/p.png)")
@example("&lt;")
def test_a_sentence_reads_as_it_was_written(text: str) -> None:
    """Nothing in it becomes a link, a picture, HTML or emphasis."""
    found = inline(words(text))

    assert {token.type for token in found} <= {"text", "text_special"}
    assert "".join(token.content for token in found) == f"x{printable(text)}x"


@given(HOSTILE)
@example("``")
@example("`")
@example("")
def test_a_code_span_ends_where_its_text_ends(text: str) -> None:
    """Backticks in it do not close it. Spaces around it may be lost, as the format has it."""
    found = inline(code(text))

    assert [token.type for token in found] == ["text", "code_inline", "text"]
    assert found[1].content.strip() == printable(text).strip()


@given(st.lists(HOSTILE, min_size=2, max_size=4))
@example(["a\\", "|b", "\\|"])
@example(["\\\\|", "||"])
def test_a_row_has_as_many_cells_as_it_was_given(texts: list[str]) -> None:
    """A bar in a cell does not end it, whatever stands before it."""
    for write in (words, code):
        cells = [write(text) for text in texts]
        table = "\n".join((row(["h"] * len(cells)), row(["---"] * len(cells)), row(cells)))

        found = PARSER.parse(table)
        body = found[[token.type for token in found].index("tbody_open") :]

        assert [token.type for token in body].count("td_open") == len(cells)
        shown = [token.children or [] for token in body if token.type == "inline"]
        read = ["".join(part.content for part in children).strip() for children in shown]
        bars = [text.count("|") for text in read]
        assert bars == [printable(text).count("|") for text in texts]
