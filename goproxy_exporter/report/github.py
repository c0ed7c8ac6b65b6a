"""What does GitHub Actions read of an inspection: annotations, and outputs of the step?

Source: "Workflow commands for GitHub Actions"; escapes as in the runner's ActionCommand.
"""

from collections.abc import Iterator

from goproxy_exporter.diagnosis.advice import ADVICE
from goproxy_exporter.model.names import Severity, State
from goproxy_exporter.model.standing import Cause
from goproxy_exporter.report.overall import broken_chains, counted, counts, overall
from goproxy_exporter.report.plain import printable
from goproxy_exporter.report.report import Report
from goproxy_exporter.report.runbook import runbook_url

MOST = 10
"""Annotations of each level that GitHub shows of one step: what comes after them is lost."""
_ERROR, _WARNING, _NOTICE = "error", "warning", "notice"
_LEVEL = {
    Severity.DANGEROUS: _ERROR,
    Severity.UNUSABLE: _ERROR,
    Severity.DEGRADED: _WARNING,
}
_WORST_FIRST = tuple(reversed(Severity))


def render_github(report: Report) -> str:
    """Write workflow commands: worst causes first, no more of a level than are shown."""
    told = list(_annotations(report))
    lines: list[str] = []
    for level in (_ERROR, _WARNING):
        of_level = [command for kind, command in told if kind == level]
        if len(of_level) > MOST:
            rest = len(of_level) - MOST + 1
            of_level[MOST - 1 :] = [_command(level, "Go module mirrors", f"and {rest} more")]
        lines += of_level
    state = overall(report)
    lines.append(_command(_NOTICE, "Go module mirrors", f"{state}; {counted(report)}"))
    return "".join(f"{line}\n" for line in lines)


def github_outputs(report: Report) -> str:
    """Write the outputs of the step: words from closed sets and numbers alone."""
    outputs = {
        "state": str(overall(report)),
        "exit-code": str(report.exit_code),
        "mirrors": str(len(report.mirrors)),
        **{str(state): str(number) for state, number in counts(report).items()},
        "broken-chains": str(broken_chains(report)),
    }
    return "".join(f"{name}={value}\n" for name, value in outputs.items())


def _annotations(report: Report) -> Iterator[tuple[str, str]]:
    for chain in report.chains:
        if chain.ok is False:
            title = f"GOPROXY {chain.chain.name}: builds fail"
            yield _ERROR, _command(_ERROR, title, chain.summary)
    found = [(one.mirror.name, cause) for one in report.watched for cause in one.verdict.causes]
    for severity in _WORST_FIRST:
        for name, cause in found:
            if cause.severity is severity and not cause.accepted:
                yield _of_cause(name, cause)
    for one in report.watched:
        if one.verdict.state is State.UNKNOWN:
            title = f"{one.mirror.name}: unknown"
            yield _WARNING, _command(_WARNING, title, "nothing is known of it")
    for problem, detail in report.problems:
        yield _WARNING, _command(_WARNING, f"Problem of this prober: {problem}", detail)


def _of_cause(mirror: str, cause: Cause) -> tuple[str, str]:
    level = _LEVEL[cause.severity]
    advice, more = ADVICE[cause.code].action, runbook_url(cause.code)
    message = f"{printable(cause.summary)}\n{advice}\n{more}"
    return level, _command(level, f"{mirror}: {cause.code}", message)


def _command(level: str, title: str, message: str) -> str:
    text = "\n".join(map(printable, message.split("\n")))
    return f"::{level} title={_property(printable(title))}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
