"""Values with everything filled in that a test does not speak of."""

from dataclasses import replace
from typing import Any

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Certificate
from goproxy_exporter.model.mirror import Access, Canaries, Canary, Mirror
from goproxy_exporter.model.names import Blame, CheckName, Endpoint, Severity, State
from goproxy_exporter.model.result import Result
from goproxy_exporter.model.standing import Cause, Verdict
from goproxy_exporter.report.report import MirrorReport

NOW = 1_795_000_000.0
"""When the samples were found, in Unix seconds."""
STABLE = Canary(module="example.com/a", version="v1.0.0")
CANARIES = Canaries(stable=(STABLE,), missing=Canary(module="example.com/a/zz-none"))


def a_mirror(name: str = "m", **fields: Any) -> Mirror:
    """Give a public mirror with one canary; fields may be set otherwise."""
    usual = Mirror(name=name, url=f"https://{name}.example", access=Access(), canaries=CANARIES)
    return replace(usual, **fields)


def a_cause(code: Code, summary: str, **fields: Any) -> Cause:
    """Give a cause that makes a mirror unusable, seen at both looks for a minute."""
    usual = Cause(
        code=code,
        severity=Severity.UNUSABLE,
        id="0123456789abcdef",
        accepted=False,
        blame=Blame.MIRROR,
        since=NOW - 60,
        matched=2,
        looked=2,
        check=CheckName.ENDPOINTS,
        endpoint=Endpoint.LIST,
        module=STABLE.module,
        summary=summary,
        evidence={},
    )
    return replace(usual, **fields)


def a_certificate(**fields: Any) -> Certificate:
    """Give the certificate of a mirror, good for a day yet."""
    usual = Certificate(
        subject="CN=m.example",
        issuer="CN=Example CA",
        serial="01",
        not_before=NOW - 86400,
        not_after=NOW + 86400,
        names=("m.example",),
        key="ECDSA P-256",
        signature="SHA256",
        sha256="ab" * 32,
    )
    return replace(usual, **fields)


def a_mirror_report(
    mirror: Mirror, *causes: Cause, results: tuple[Result, ...] = (), **verdict: Any
) -> MirrorReport:
    """Give what is reported of a mirror: its first cause is its primary one, and makes its state."""
    usual = Verdict(
        mirror=mirror.name,
        state=State(causes[0].severity) if causes else State.HEALTHY,
        causes=causes,
        primary=causes[0].code if causes else None,
    )
    return MirrorReport(mirror=mirror, verdict=replace(usual, **verdict), results=results)
