"""Does what was answered about golang.org/toolchain keep `go` from getting a toolchain?"""

from collections.abc import Sequence
from dataclasses import replace

from goproxy_exporter.diagnosis.contrast import Failing
from goproxy_exporter.diagnosis.finding import found
from goproxy_exporter.diagnosis.question import Form
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.facts import SHOWS_AS
from goproxy_exporter.model.result import Finding


def unavailable(bad: Sequence[Failing], *, exists: bool | None) -> tuple[Finding, ...]:
    """Give toolchain.unavailable for each failing question about the module.

    A mirror may honestly lack it: absence counts where it is known to exist (`exists`; None:
    nobody can tell), or where the mirror's own list names what is not there.
    """
    return tuple(_told(each) for each in bad if _counts(each, exists=exists))


def _counts(bad: Failing, *, exists: bool | None) -> bool:
    match bad.ruling.code:
        case Code.MODULE_MISSING:
            return exists is True
        case Code.SEMANTICS_MASKED_UPSTREAM_FAILURE:
            return exists is not False
        case _:
            return True


def _told(bad: Failing) -> Finding:
    question, plain = bad.series.question, found(bad.series, bad.ruling)
    done = "listed" if question.form is Form.LIST else "fetched"
    return replace(
        plain,
        code=Code.TOOLCHAIN_UNAVAILABLE,
        endpoint=question.endpoint,
        summary=f"Go toolchains cannot be {done}: {bad.ruling.symptom.summary}",
        evidence={**plain.evidence, SHOWS_AS: str(bad.ruling.code)},
    )
