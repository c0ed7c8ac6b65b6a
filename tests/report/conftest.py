"""A report with everything in it, hostile words included."""

import pytest
from samples import NOW, a_cause, a_certificate, a_mirror, a_mirror_report

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import (
    Exchange,
    Failure,
    FailureKind,
    Hop,
    Phases,
    TlsFacts,
)
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import (
    Axis,
    Blame,
    CheckName,
    Endpoint,
    ProberProblem,
    SkipReason,
    State,
)
from goproxy_exporter.model.result import Finding, Result
from goproxy_exporter.report.report import Report

HOSTILE = "evil\x1b[31m\r\n\u202ename"

LEAF = a_certificate(not_before=NOW - 10 * 86400, not_after=NOW - 86400)
EXPIRED = Failure(FailureKind.TLS_EXPIRED, "certificate has expired", None)


def an_exchange(*hops: Hop, failure: Failure | None = None) -> Exchange:
    return Exchange(
        endpoint=Endpoint.LIST,
        url="https://m.example/base/example.com/a/@v/list",
        module="example.com/a",
        started=NOW - 2,
        duration=0.1,
        hops=hops,
        size=21,
        failure=failure,
    )


def failed_hop() -> Hop:
    tls = TlsFacts(version="TLSv1.3", cipher="X", alpn="h2", chain=(LEAF,), failure=EXPIRED)
    return Hop(
        url="https://m.example/base/example.com/a/@v/list",
        host="m.example",
        address="192.0.2.1",
        phases=Phases(resolve=0.001, connect=0.01, tls=0.02),
        tls=tls,
        failure=EXPIRED,
    )


def good_hop(host: str = "m.example", status: int = 200) -> Hop:
    return Hop(
        url=f"https://{host}/x",
        host=host,
        status=status,
        protocol="HTTP/2",
        address="192.0.2.1",
        phases=Phases(processing=0.03, transfer=0.0004),
        headers=(("server", "one"), ("via", HOSTILE)),
        received=21,
        rtt=0.0001,
        retransmits=0,
        attempts=(("2001:db8::1", "refused"),),
    )


@pytest.fixture(scope="session")
def report() -> Report:
    """Two mirrors: one whose certificate has expired, one that was not asked."""
    broken, idle = (a_mirror(name, url="https://m.example/base") for name in ("broken", HOSTILE))
    check = Check(name=CheckName.ENDPOINTS, mirror=broken, interval=60, timeout=10)
    finding = Finding(
        code=Code.TLS_EXPIRED,
        endpoint=Endpoint.LIST,
        module="example.com/a",
        summary="expired",
        blame=Blame.MIRROR,
        matched=2,
        looked=2,
    )
    found = Result(
        check=check,
        started=NOW - 2,
        duration=1.25,
        exchanges=(
            an_exchange(failed_hop(), failure=EXPIRED),
            an_exchange(good_hop(status=302), good_hop("cdn.example")),
        ),
        findings=(finding,),
        facts={"versions": 3, "note": HOSTILE},
    )
    skipped = Result(
        check=Check(name=CheckName.ZIP, mirror=idle, interval=60, timeout=10),
        started=NOW - 1,
        duration=0.0,
        skipped=SkipReason.RETRY_AFTER,
    )
    cause = a_cause(
        Code.TLS_EXPIRED,
        "the certificate of broken has expired",
        evidence={"not_after": "2026-11-17", "hosts": ["m.example", HOSTILE]},
        endpoints=(Endpoint.LIST, Endpoint.ZIP),
    )
    axes = dict.fromkeys(Axis) | {Axis.UP: False, Axis.USABLE: False}
    symptom = (Code.HTTP_5XX, "a symptom")
    return Report(
        vantage="lab",
        started=NOW - 3,
        finished=NOW,
        mirrors=(
            a_mirror_report(broken, cause, results=(found,), axes=axes, suppressed=(symptom,)),
            a_mirror_report(idle, results=(skipped,), state=State.UNKNOWN),
        ),
        problems=((ProberProblem.CLOCK_SKEW, "90 s behind"),),
        exit_code=1,
    )
