"""What the shell is told."""

from dataclasses import replace

import pytest
from samples import a_mirror, a_mirror_report

from goproxy_exporter.model.chain import Chain, ChainVerdict
from goproxy_exporter.model.names import Severity, State
from goproxy_exporter.report.report import Report, exit_code

H, D, U, X, N = State.HEALTHY, State.DEGRADED, State.UNUSABLE, State.DANGEROUS, State.UNKNOWN


@pytest.mark.parametrize(
    ("states", "fail_on", "allow_unknown", "expected"),
    [
        ((H, H), Severity.DEGRADED, False, 0),
        ((H, D), Severity.DEGRADED, False, 1),
        ((H, D), Severity.UNUSABLE, False, 0),
        ((H, U), Severity.UNUSABLE, False, 1),
        ((U,), Severity.DANGEROUS, False, 0),
        ((X,), Severity.DANGEROUS, False, 1),
        ((X, U), None, False, 0),
        ((N, H), Severity.UNUSABLE, False, 3),
        ((N, U), Severity.UNUSABLE, False, 1),
        ((N, D), Severity.UNUSABLE, False, 3),
        ((N, H), Severity.UNUSABLE, True, 0),
        ((N,), None, False, 3),
        ((), Severity.UNUSABLE, False, 0),
    ],
)
def test_worst_known_state_decides_then_the_unknown(
    states: tuple[State, ...], fail_on: Severity | None, allow_unknown: bool, expected: int
) -> None:
    """1 when the threshold is reached, else 3 when something is unknown, else 0."""
    report = reported(*states)
    assert exit_code(report, fail_on=fail_on, allow_unknown=allow_unknown) == expected


@pytest.mark.parametrize(("ok", "expected"), [(True, 0), (False, 1), (None, 0)])
def test_a_list_with_which_builds_fail_is_unusable(ok: bool | None, expected: int) -> None:
    """It counts although every mirror is well; one of which nothing is known does not."""
    chain = ChainVerdict(chain=Chain(name="c", goproxy="direct"), ok=ok)
    report = replace(reported(H), chains=(chain,))
    assert exit_code(report, fail_on=Severity.UNUSABLE, allow_unknown=False) == expected
    assert exit_code(report, fail_on=Severity.DANGEROUS, allow_unknown=False) == 0


def test_databases_count_by_what_depends_on_them() -> None:
    """A vulnerability database is used by itself; a checksum database only behind mirrors."""
    broken = reported(U).mirrors
    checksums = replace(reported(H), checksum_databases=broken)
    vulnerabilities = replace(reported(H), vulnerability_databases=broken)
    assert exit_code(checksums, fail_on=Severity.UNUSABLE, allow_unknown=False) == 0
    assert exit_code(vulnerabilities, fail_on=Severity.UNUSABLE, allow_unknown=False) == 1


def reported(*states: State) -> Report:
    mirrors = (
        a_mirror_report(a_mirror(str(number)), state=state) for number, state in enumerate(states)
    )
    return Report(vantage="", started=0.0, finished=0.0, mirrors=tuple(mirrors))
