"""The reference of causes, in Markdown."""

from collections.abc import Iterator

from goproxy_exporter.diagnosis.advice import ADVICE
from goproxy_exporter.model.cause import LAWS, Code
from goproxy_exporter.model.scope import CODES_OF_CHECK
from goproxy_exporter.probes import PROBES

_HEAD = """# Causes

<!-- Made by `make docs` from the tables in the code. -->

Every cause that the exporter can assert. The code is the `cause` label of `goproxy_mirror_cause`, the severity decides
the mirror's state, and the axis is the one of the five questions that the cause answers with no. `M` stands for the
mirror's URL in what `go` prints.

A cause is asserted after a second look, and left after two clean runs of its check. One exchange gives one cause: that
of the first stage that fails. What the prober's own network, clock or load may have brought about is never asserted.

"""


def causes_reference() -> str:
    """Write docs/causes.md: a table, then one section for every code."""
    return _HEAD + "\n".join(_table()) + "\n\n" + "\n".join(map(_section, Code))


def _table() -> Iterator[str]:
    yield "| code | severity | axis |"
    yield "|---|---|---|"
    for code in Code:
        law = LAWS[code]
        yield f"| [`{code}`](#{str(code).replace('.', '')}) | {law.severity} | {law.axis} |"


def _section(code: Code) -> str:
    law, counsel = LAWS[code], ADVICE[code]
    checks = [check for check in PROBES if code in CODES_OF_CHECK[check]]
    asked = ", ".join(f"`{check}`" for check in checks) or "no check of this version"
    prints = f"`{counsel.prints}`" if counsel.prints else "nothing"
    return (
        f"## `{code}`\n\n"
        f"{counsel.meaning}\n\n"
        f"* Severity: {law.severity}. Axis: {law.axis}. Looked for by: {asked}.\n"
        f"* What `go` prints: {prints}\n"
        f"* What to do: {counsel.action}\n"
    )
