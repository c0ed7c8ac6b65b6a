"""How does an inspection read as test results in JUnit's XML?

One suite for each mirror, database and GOPROXY list; one case for each check, or for each cause
that it found. What was found is a failure whatever --fail-on says, unless it is accepted; what
nothing is known of is an error. Source: the format as Jenkins and GitLab read it (junit-10.xsd).
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator

from goproxy_exporter.diagnosis.advice import ADVICE
from goproxy_exporter.model.chain import ChainVerdict, Passage
from goproxy_exporter.model.names import State
from goproxy_exporter.model.result import Result
from goproxy_exporter.model.standing import Cause
from goproxy_exporter.report.exact import timestamp
from goproxy_exporter.report.plain import printable
from goproxy_exporter.report.report import MirrorReport, Report
from goproxy_exporter.report.runbook import runbook_url
from goproxy_exporter.report.told import fact, looks, where

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def render_junit(report: Report) -> str:
    """Write the results as XML, without a character that XML 1.0 has not."""
    suites = [_of_mirror(one) for one in report.watched]
    suites += [_of_chain(chain) for chain in report.chains]
    if report.problems:
        suites.append(_suite("prober", [_problem(*each) for each in report.problems]))
    root = ET.Element("testsuites", name="goproxy-exporter")
    for suite in suites:
        suite.set("timestamp", timestamp(report.started).removesuffix("Z"))
        suite.set("hostname", printable(report.vantage))
    root.extend(suites)
    _count(root)
    root.set("time", _seconds(report.finished - report.started))
    ET.indent(root)
    return _DECLARATION + ET.tostring(root, encoding="unicode") + "\n"


def _of_mirror(report: MirrorReport) -> ET.Element:
    name, verdict = printable(report.mirror.name), report.verdict
    cases = []
    if verdict.state is State.UNKNOWN:
        cases.append(_case(name, "state", _note("error", "unknown", "nothing is known of it")))
    checks = {result.check.name for result in report.results}
    for result in report.results:
        causes = [cause for cause in verdict.causes if cause.check == result.check.name]
        cases += _of_check(name, result, causes)
    cases += [_of_cause(name, cause) for cause in verdict.causes if cause.check not in checks]
    return _suite(name, cases)


def _of_check(name: str, result: Result, causes: Iterable[Cause]) -> Iterator[ET.Element]:
    cases = [_of_cause(name, cause) for cause in causes]
    if not cases:
        cases = [_case(name, str(result.check.name), *_silence(result))]
    cases[0].set("time", _seconds(result.duration))
    yield from cases


def _silence(result: Result) -> Iterator[ET.Element]:
    """Say why a run is neither good nor a failure of its own."""
    if result.skipped is not None:
        yield _note("skipped", None, f"skipped: {result.skipped}")
    elif result.ok is None:
        yield _note("skipped", None, f"void: {', '.join(result.problems)}")
    elif not result.ok:
        codes = ", ".join(dict.fromkeys(str(finding.code) for finding in result.asserted))
        yield _note("skipped", None, f"found {codes}: told of another check, or put aside")


def _of_cause(name: str, cause: Cause) -> ET.Element:
    kind = "skipped" if cause.accepted else "failure"
    summary = f"accepted: {cause.summary}" if cause.accepted else cause.summary
    note = _note(kind, None if cause.accepted else str(cause.code), summary)
    note.text = "\n".join(_told(cause))
    return _case(name, f"{cause.check}: {cause.code}", note)


def _told(cause: Cause) -> Iterator[str]:
    yield looks(cause)
    yield f"where: {where(cause)}"
    for name, value in cause.evidence.items():
        yield f"{printable(name)}: {fact(value)}"
    yield f"advice: {ADVICE[cause.code].action}"
    yield f"more: {runbook_url(cause.code)}"


def _of_chain(verdict: ChainVerdict) -> ET.Element:
    name = f"GOPROXY {printable(verdict.chain.name)}"
    cases = [_of_passage(name, passage) for passage in verdict.passages]
    if not cases:
        cases = [_case(name, "builds", _note("error", "unknown", verdict.summary))]
    return _suite(name, cases)


def _of_passage(name: str, passage: Passage) -> ET.Element:
    resource = printable(passage.resource)
    if passage.ok:
        return _case(name, resource)
    if passage.ok is None:
        return _case(name, resource, _note("error", "unknown", "what decides is not known"))
    words = f"stopped by {passage.stopped_by} {passage.why or ''}".rstrip()
    return _case(name, resource, _note("failure", "stopped", words))


def _problem(problem: str, detail: str) -> ET.Element:
    return _case("prober", str(problem), _note("error", str(problem), detail))


def _suite(name: str, cases: Iterable[ET.Element]) -> ET.Element:
    suite = ET.Element("testsuite", name=name)
    suite.extend(cases)
    _count(suite)
    suite.set("time", _seconds(sum(float(case.get("time", "0")) for case in suite)))
    return suite


def _case(suite: str, name: str, *notes: ET.Element) -> ET.Element:
    case = ET.Element("testcase", classname=suite, name=name, time="0")
    case.extend(notes)
    return case


def _note(tag: str, kind: str | None, message: str) -> ET.Element:
    note = ET.Element(tag, message=printable(message))
    if kind is not None:
        note.set("type", kind)
    return note


def _count(element: ET.Element) -> None:
    """Write how many cases there are below an element, and how many of each kind."""
    element.set("tests", str(len(element.findall(".//testcase"))))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        if attribute != "skipped" or element.tag == "testsuite":
            element.set(attribute, str(len(element.findall(f".//{tag}"))))


def _seconds(value: float) -> str:
    return f"{value:.3f}"
