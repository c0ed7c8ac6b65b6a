"""Test results in XML."""

import xml.etree.ElementTree as ET
from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from goproxy_exporter.model.chain import Chain, ChainVerdict, Passage
from goproxy_exporter.model.names import CheckName, ProberProblem
from goproxy_exporter.report.junit import render_junit
from goproxy_exporter.report.report import Report

SUITE = {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname"}
NOTES = {"failure", "error", "skipped"}
CHAIN = ChainVerdict(
    chain=Chain(name="ci", goproxy="https://m.example,direct"),
    ok=False,
    summary="builds fail",
    passages=(
        Passage(resource="a.zip", ok=False, stopped_by="m.example", why="says 503"),
        Passage(resource="a.mod", ok=True, answered_by="m.example"),
        Passage(resource="a.info", ok=None),
    ),
)


def checked(text: str) -> ET.Element:
    """Parse results, and hold them to what readers of the format rely on."""
    root = ET.fromstring(text)
    assert root.tag == "testsuites"
    for suite in root:
        assert suite.tag == "testsuite"
        assert set(suite.attrib) == SUITE
        cases = list(suite)
        assert cases
        assert int(suite.attrib["tests"]) == len(cases)
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped",) * 2):
            assert int(suite.attrib[attribute]) == len(suite.findall(f"testcase/{tag}"))
        for case in cases:
            assert case.tag == "testcase"
            assert set(case.attrib) == {"classname", "name", "time"}
            assert float(case.attrib["time"]) >= 0
            assert len(case) <= 1
            assert {note.tag for note in case} <= NOTES
            assert all("message" in note.attrib for note in case)
        names = [case.attrib["name"] for case in cases]
        assert len(set(names)) == len(names)
    for attribute in ("tests", "failures", "errors"):
        assert int(root.attrib[attribute]) == sum(int(one.attrib[attribute]) for one in root)
    return root


def test_each_mirror_is_a_suite_and_each_cause_a_failure(report: Report) -> None:
    """Evidence and advice are in the failure; a check that did not run is skipped."""
    root = checked(render_junit(report))

    broken, idle, prober = root
    [failure] = broken.findall("testcase/failure")
    assert broken.attrib["name"] == "broken"
    assert broken[0].attrib["name"] == "endpoints: tls.expired"
    assert (broken[0].attrib["time"], broken.attrib["time"]) == ("1.250", "1.250")
    assert failure.attrib["type"] == "tls.expired"
    assert failure.attrib["message"] == "the certificate of broken has expired"
    assert "not_after: 2026-11-17" in (failure.text or "")
    assert "advice: " in (failure.text or "")
    assert [one.attrib["message"] for one in idle.iter("skipped")] == ["skipped: retry_after"]
    assert [one.attrib["type"] for one in idle.iter("error")] == ["unknown"]
    assert [one.attrib["type"] for one in prober.iter("error")] == ["clock_skew"]


def test_what_is_told_of_another_check_is_no_second_failure(report: Report) -> None:
    """One cause, one failure; and a check that found it is not called good."""
    broken, idle = report.mirrors
    elsewhere = replace(broken.verdict.causes[0], check=CheckName.ZIP)
    told = replace(broken, verdict=replace(broken.verdict, causes=(elsewhere,)))

    suite = checked(render_junit(replace(report, mirrors=(told, idle))))[0]

    assert [case.attrib["name"] for case in suite] == ["endpoints", "zip: tls.expired"]
    assert suite[0][0].tag == "skipped"
    assert suite[0][0].attrib["message"].startswith("found tls.expired: told of another check")


def test_an_accepted_cause_is_no_failure(report: Report) -> None:
    """It is told as skipped: results stay green."""
    broken, idle = report.mirrors
    cause = replace(broken.verdict.causes[0], accepted=True)
    accepted = replace(broken, verdict=replace(broken.verdict, causes=(cause,)))

    root = checked(render_junit(replace(report, mirrors=(accepted, idle))))

    assert root.attrib["failures"] == "0"
    assert root[0][0][0].attrib["message"].startswith("accepted: ")


def test_a_list_is_a_suite_of_what_a_build_asks_for(report: Report) -> None:
    """What is stopped fails, what works passes, what is not known is an error."""
    root = checked(render_junit(replace(report, chains=(CHAIN,))))

    [suite] = [one for one in root if one.attrib["name"] == "GOPROXY ci"]
    assert [[note.tag for note in case] for case in suite] == [["failure"], [], ["error"]]
    assert suite[0][0].attrib["message"] == "stopped by m.example says 503"


@given(st.text())
@example("\x00\x08\x0b\x1b\x7f\x85\ufffe\uffff")
@example("]]> </testcase> &amp; \"'<")
@example("\ud800")
def test_no_text_breaks_the_document(report: Report, text: str) -> None:
    """XML 1.0 has no control characters, surrogates or non-characters, not even escaped."""
    broken, idle = report.mirrors
    cause = replace(
        broken.verdict.causes[0], summary=text, module=text, evidence={text: [text, {text: text}]}
    )
    hostile = replace(
        report,
        vantage=text,
        mirrors=(
            replace(broken, verdict=replace(broken.verdict, causes=(cause,))),
            replace(idle, mirror=replace(idle.mirror, name=text)),
        ),
        chains=(replace(CHAIN, chain=Chain(name=text, goproxy=text)),),
        problems=((ProberProblem.OFFLINE, text),),
    )

    written = render_junit(hostile)

    checked(written)
    assert written.encode("utf-8").decode("utf-8") == written
