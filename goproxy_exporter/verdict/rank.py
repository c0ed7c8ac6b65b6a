"""Which of two things is worse, and which comes first?"""

from goproxy_exporter.model.cause import LAWS, Code
from goproxy_exporter.model.names import CheckName, Endpoint, Severity, State

_SEVERITIES = {severity: rank for rank, severity in enumerate(Severity)}
_CODES = {code: rank for rank, code in enumerate(Code)}
_CHECKS = {check: rank for rank, check in enumerate(CheckName)}
_ENDPOINTS = {endpoint: rank for rank, endpoint in enumerate(Endpoint)}

STATES = {
    Severity.DEGRADED: State.DEGRADED,
    Severity.UNUSABLE: State.UNUSABLE,
    Severity.DANGEROUS: State.DANGEROUS,
}
"""The state that the worst cause gives a mirror."""


def badness(severity: Severity) -> int:
    """Give a number that grows with the severity."""
    return _SEVERITIES[severity]


def place(check: CheckName, endpoint: Endpoint) -> tuple[int, int]:
    """Give what sorts checks, and within a check endpoints, as the design lists them."""
    return (_CHECKS[check], _ENDPOINTS[endpoint])


def prominence(code: Code, severity: Severity, endpoints: int) -> tuple[int, int, int, int]:
    """Give what sorts causes, the primary one first.

    Highest severity, then the earliest stage, then most endpoints affected, then the order of the
    table of causes.
    """
    return (-badness(severity), LAWS[code].stage, -endpoints, _CODES[code])
