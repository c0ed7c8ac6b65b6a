"""What the shell is told."""

import pytest

from goproxy_exporter.model.names import Severity, State
from goproxy_exporter.model.standing import Verdict
from goproxy_exporter.report.report import exit_code

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
    verdicts = tuple(
        Verdict(mirror=str(number), state=state) for number, state in enumerate(states)
    )

    assert exit_code(verdicts, fail_on=fail_on, allow_unknown=allow_unknown) == expected
