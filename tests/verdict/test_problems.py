"""Problems that only many mirrors together can show."""

from typing import Any

import pytest

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import (
    Certificate,
    Exchange,
    Failure,
    FailureKind,
    Hop,
    Phases,
    TlsFacts,
)
from goproxy_exporter.model.names import CheckName, Endpoint, ProberProblem
from goproxy_exporter.verdict.problems import (
    Impostor,
    Landing,
    clock_offsets,
    clock_skew,
    intercepted,
    landing,
)

MOMENT = 1_767_225_600.0
DATE = "Thu, 01 Jan 2026 00:00:00 GMT"


@pytest.mark.parametrize(
    ("offsets", "skewed"),
    [
        ([], False),
        ([90.0, 90.0], False),
        ([60.0, 60.0, 60.0], False),
        ([61.0, 61.0, 61.0], True),
        ([-61.0, -3600.0, -90.0], True),
        ([0.0, 0.0, 9999.0], False),
        ([0.0, 9999.0, 9999.0], True),
        ([1.0, 2.0, 300.0, 300.0], True),
    ],
)
def test_the_median_of_three_hosts_or_more_decides(offsets: list[float], skewed: bool) -> None:
    """One host with a wrong clock proves nothing, and neither do two."""
    said = clock_skew({str(number): offset for number, offset in enumerate(offsets)})
    assert (said is not None) is skewed


def test_the_text_says_which_way() -> None:
    """A clock behind the others is told from one ahead of them."""
    assert (
        clock_skew(dict.fromkeys("abc", 90.0)) == "this clock is 90 s behind the median of 3 hosts"
    )
    assert "ahead of" in (clock_skew(dict.fromkeys("abc", -90.0)) or "")


def test_offsets_are_taken_where_the_header_arrived(make: Any) -> None:
    """Neither the body's time nor a slow connection look like a wrong clock; Age is added."""
    hop = Hop(
        url="https://m.example/",
        host="m.example",
        status=200,
        headers=(("date", DATE), ("age", "30")),
        phases=Phases(connect=5.0, processing=5.0, transfer=100.0),
    )
    exchange = Exchange(
        endpoint=Endpoint.LIST,
        url=hop.url,
        module="a",
        started=MOMENT,
        duration=110.0,
        hops=(hop,),
    )
    result = make.result(make.check(), exchanges=[exchange])
    assert clock_offsets(result) == {"m.example": 20.0}


def test_a_cache_with_an_old_date_is_outvoted_by_the_same_host(make: Any) -> None:
    """Of a host's answers the latest Date counts; what is no date counts for nothing."""
    headers = [(("date", DATE),), (("date", "Wed, 31 Dec 2025 00:00:00 GMT"),), (("date", "soon"),)]
    exchanges = [
        make.exchange(Endpoint.LIST, headers=some, started=MOMENT - 0.1) for some in headers
    ]
    exchanges.append(make.exchange(Endpoint.LIST, host="silent.example"))
    result = make.result(make.check(), exchanges=exchanges)
    assert clock_offsets(result) == pytest.approx({"m.example": 0.0})


LOGIN = Impostor("login page of", "login.example")
ISSUER = Impostor("certificates by", "CN=Corp Inspection")


@pytest.mark.parametrize(
    ("landings", "word"),
    [
        pytest.param([], None, id="no mirrors"),
        pytest.param([("a", {LOGIN})], None, id="one mirror proves nothing"),
        pytest.param([("a", {LOGIN}), ("b", {LOGIN})], "login.example", id="two do"),
        pytest.param([("a", {ISSUER}), ("b", {ISSUER, LOGIN})], "Corp", id="same issuer"),
        pytest.param([("a", {LOGIN}), ("b", {LOGIN}), ("c", set())], None, id="one got through"),
        pytest.param([("a", {LOGIN}), ("b", {ISSUER})], None, id="different places"),
        pytest.param([("a", {ISSUER}), ("a", {ISSUER})], None, id="two mirrors on one host"),
        pytest.param(
            [("login.example", {LOGIN}), ("b", {LOGIN})], None, id="a mirror is not foreign"
        ),
    ],
)
def test_every_mirror_must_land_in_the_same_place(landings: Any, word: str | None) -> None:
    """Interception is asserted only where nothing else explains it."""
    said = intercepted(Landing(host, frozenset(marks)) for host, marks in landings)
    assert (word in said) if word and said else (said is None and word is None)


def untrusted(issuer: str) -> Exchange:
    leaf = Certificate(
        subject="CN=m.example",
        issuer=issuer,
        serial="1",
        not_before=0,
        not_after=1,
        names=("m.example",),
        key="RSA 2048",
        signature="SHA256",
        sha256="00",
    )
    failure = Failure(FailureKind.TLS_UNTRUSTED, "unknown authority")
    tls = TlsFacts(chain=(leaf,), failure=failure)
    hop = Hop(url="https://m.example/", host="m.example", tls=tls, failure=failure)
    return Exchange(
        endpoint=Endpoint.LIST,
        url=hop.url,
        module="a",
        started=0,
        duration=0,
        hops=(hop,),
        failure=failure,
    )


def test_a_landing_names_who_answered_instead(make: Any) -> None:
    """A login page's host and an unknown issuer are seen; a mirror's own answer leaves no mark."""
    check = make.check()
    page = make.finding(Code.SEMANTICS_SOFT200, evidence={"login_host": "login.example:8443"})
    assert landing(make.result(check, page)) == Landing("m.example", frozenset({LOGIN}))
    wall = make.result(check, exchanges=[untrusted("CN=Corp Inspection")])
    assert landing(wall) == Landing("m.example", frozenset({ISSUER}))
    assert landing(make.result(check)) == Landing("m.example", frozenset())


def test_void_runs_and_other_checks_say_nothing_about_landings(make: Any) -> None:
    """An offline prober landed nowhere; only `endpoints` asks every mirror."""
    void = make.result(make.check(), problems={ProberProblem.OFFLINE: "no net"})
    assert landing(void) is None
    assert landing(make.result(make.check(CheckName.ZIP))) is None
