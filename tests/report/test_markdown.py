"""The job summary."""

from dataclasses import replace
from typing import Any

from markdown_it import MarkdownIt

from goproxy_exporter.model.chain import Chain, ChainVerdict, Passage
from goproxy_exporter.report.markdown import LIMIT, render_markdown
from goproxy_exporter.report.report import Report

PARSER = MarkdownIt("commonmark").enable("table")
BROKEN = ChainVerdict(
    chain=Chain(name="ci", goproxy="https://m.example|direct"),
    ok=False,
    summary="builds fail at <b>m.example</b>",
    passages=(
        Passage(
            resource="example.com/a@v1.0.0.zip", ok=False, stopped_by="m.example", why="says 503"
        ),
        Passage(resource="example.com/a@v1.0.0.mod", ok=True, answered_by="m.example"),
    ),
)


def html(report: Report, **more: Any) -> str:
    return str(PARSER.render(render_markdown(report, **more)))


def test_states_causes_evidence_advice_and_lists_are_told(report: Report) -> None:
    """A reader of the summary needs no other file to know what is wrong and what to do."""
    shown = html(replace(report, chains=(BROKEN,)))

    assert "<h2>🔴 Go module mirrors: unusable</h2>" in shown
    assert "2 mirrors: 1 unknown, 1 unusable; from <code>lab</code>" in shown
    assert "<td><code>broken</code></td>\n<td>🔴 unusable</td>" in shown
    assert "<td><code>tls.expired</code></td>" in shown
    assert "the certificate of broken has expired" in shown
    assert "<strong>Advice:</strong> " in shown
    assert "<td>not_after</td>\n<td><code>2026-11-17</code></td>" in shown
    assert "<code>docs/causes.md#tlsexpired</code>" in shown
    assert "clock_skew" in shown
    assert "<code>https://m.example|direct</code>" in shown
    assert "<code>example.com/a@v1.0.0.zip</code> is stopped by <code>m.example</code>" in shown
    assert "v1.0.0.mod" not in shown, "what works is not told at length"


def test_foreign_text_is_no_markup(report: Report) -> None:
    """A list's summary, a mirror's name: neither HTML nor a control character survives."""
    written = render_markdown(replace(report, chains=(BROKEN,)))

    assert "&lt;b&gt;" in html(replace(report, chains=(BROKEN,)))
    assert all(char.isprintable() or char == "\n" for char in written)


def test_a_long_summary_is_cut_between_its_parts_and_says_so(report: Report) -> None:
    """GitHub shows nothing of a summary that is too long."""
    [mirror, other] = report.mirrors
    many = tuple(replace(mirror.verdict.causes[0], id=str(number)) for number in range(300))
    long = replace(
        report, mirrors=(replace(mirror, verdict=replace(mirror.verdict, causes=many)), other)
    )

    whole, cut = render_markdown(long), render_markdown(long, limit=20_000)

    assert len(whole.encode()) < LIMIT
    assert 10_000 < len(cut.encode()) <= 20_000
    assert cut.count("<details>") == cut.count("</details>")
    left = 300 - cut.count("<details>")
    assert cut.endswith(f"… and {left} more parts: the JSON report has all of it.\n")
