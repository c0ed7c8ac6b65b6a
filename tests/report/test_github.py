"""Workflow commands and outputs of GitHub Actions."""

from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from goproxy_exporter.model.chain import Chain, ChainVerdict
from goproxy_exporter.model.names import Severity, State
from goproxy_exporter.report.github import MOST, github_outputs, render_github
from goproxy_exporter.report.report import Report


def commands(text: str) -> list[tuple[str, str, str]]:
    """Read commands as the runner does: level, title, message."""
    read = []
    for line in text.splitlines():
        assert line.startswith("::")
        head, _, data = line[2:].partition("::")
        level, _, title = head.partition(" title=")
        assert ":" not in title
        assert "," not in title
        read.append((level, decoded(title), decoded(data)))
    return read


def decoded(text: str) -> str:
    for escape, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, char)
    return text


def test_what_fails_is_an_error_and_what_is_doubtful_a_warning(report: Report) -> None:
    """The title says which mirror and which cause, the message what to do."""
    error, *warnings, notice = commands(render_github(report))

    assert error[:2] == ("error", "broken: tls.expired")
    assert error[2].startswith("the certificate of broken has expired\n")
    assert error[2].endswith("docs/causes.md#tlsexpired")
    assert [level for level, _, _ in warnings] == ["warning", "warning"]
    assert warnings[1][1] == "Problem of this prober: clock_skew"
    assert notice[0] == "notice"
    assert notice[2].startswith("unusable; 2 mirrors: ")


def test_a_milder_cause_warns_an_accepted_one_is_silent(report: Report) -> None:
    """A GOPROXY list with which builds fail comes first."""
    [broken, _] = report.mirrors
    [cause] = broken.verdict.causes
    causes = (replace(cause, severity=Severity.DEGRADED), replace(cause, accepted=True))
    chain = ChainVerdict(chain=Chain(name="ci", goproxy="off"), ok=False, summary="builds fail")
    told = commands(
        render_github(
            replace(
                report,
                mirrors=(replace(broken, verdict=replace(broken.verdict, causes=causes)),),
                chains=(chain,),
            )
        )
    )

    assert [level for level, _, _ in told] == ["error", "warning", "warning", "notice"]
    assert told[0][1:] == ("GOPROXY ci: builds fail", "builds fail")
    assert told[1][1] == "broken: tls.expired"


def test_no_more_are_given_than_are_shown_and_the_rest_is_counted(report: Report) -> None:
    """GitHub drops what comes after the tenth of a level."""
    [broken, idle] = report.mirrors
    many = tuple(replace(broken.verdict.causes[0], id=str(number)) for number in range(25))
    mirrors = (replace(broken, verdict=replace(broken.verdict, causes=many)), idle)

    told = commands(render_github(replace(report, mirrors=mirrors)))

    errors = [message for level, _, message in told if level == "error"]
    assert len(errors) == MOST
    assert errors[-1] == f"and {25 - MOST + 1} more"


@given(st.text())
@example("\n::set-output name=x::y")
@example("100%\r\n::error::x")
@example("a:b,c::d")
def test_no_text_ends_a_command_or_begins_one(report: Report, text: str) -> None:
    """One line for each command, whatever a mirror says or is called."""
    [broken, idle] = report.mirrors
    [cause] = broken.verdict.causes
    hostile = replace(
        broken,
        mirror=replace(broken.mirror, name=text),
        verdict=replace(broken.verdict, causes=(replace(cause, summary=text),)),
    )

    told = commands(render_github(replace(report, mirrors=(hostile, idle))))

    assert [level for level, _, _ in told] == ["error", "warning", "warning", "notice"]
    assert told[0][1].endswith(": tls.expired")
    assert told[0][2].endswith("docs/causes.md#tlsexpired")


def test_outputs_are_numbers_and_words_of_closed_sets(report: Report) -> None:
    """Nothing that a mirror chose can become an output of the step."""
    lines = dict(line.split("=") for line in github_outputs(report).splitlines())

    assert lines == {
        "state": "unusable",
        "exit-code": "1",
        "mirrors": "2",
        "healthy": "0",
        "degraded": "0",
        "unusable": "1",
        "dangerous": "0",
        "unknown": "1",
        "broken-chains": "0",
    }
    assert set(map(str, State)) <= set(lines)
