"""What the answers of a relay assert together with what is known besides."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from goproxy_exporter.diagnosis.looks import Look, Series
from goproxy_exporter.diagnosis.question import Expect, Form, Question
from goproxy_exporter.diagnosis.relay import Background, of_database, of_relay
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import FailureKind
from goproxy_exporter.model.names import Blame, Endpoint

SUPPORTED = Question(
    endpoint=Endpoint.SUMDB_SUPPORTED, form=Form.FILE, module="sum.example", expect=Expect.OPTIONAL
)
LOOKUP = Question(
    endpoint=Endpoint.SUMDB_LOOKUP, form=Form.FILE, module="example.com/a", version="v1.0.0"
)
TILE = Question(endpoint=Endpoint.SUMDB_TILE, form=Form.FILE, module="tile/8/0/000")
INFO = Question(endpoint=Endpoint.INFO, form=Form.INFO, module="example.com/a", version="v1.0.0")
Shows = Callable[..., Series]


@pytest.fixture
def shows(say: SimpleNamespace) -> Shows:
    """Give a series of which every look, or those that are named, shows a code."""

    def made(question: Question, *codes: Code | None, **words: Any) -> Series:
        absent = bool(words.pop("absent", False))
        exchange = say.exchange(question, words.pop("status", 500), **words)
        looks = [
            Look(
                exchange,
                None if code is None else Symptom(code=code, summary=str(code), absent=absent),
            )
            for code in codes
        ]
        return Series(question, tuple(looks))

    return made


@pytest.fixture
def fine(shows: Shows) -> tuple[Look, ...]:
    """Something plain that works, three times."""
    return shows(INFO, None, None, None, status=200).looks


def told(run: list[Series], background: Background) -> dict[Endpoint, Code]:
    return {finding.endpoint: finding.code for finding in of_relay(run, background)}


@pytest.mark.parametrize(
    "code",
    [
        Code.TRANSPORT_TIMEOUT,
        Code.TRANSPORT_RESET,
        Code.HTTP_5XX,
        Code.HTTP_403_POLICY,
        Code.SEMANTICS_SOFT200,
        Code.MODULE_MISSING,
        Code.SEMANTICS_MASKED_UPSTREAM_FAILURE,
        Code.REDIRECT_LOOP,
    ],
)
def test_whatever_fails_is_the_relays_own_code(
    shows: Shows, fine: tuple[Look, ...], code: Code
) -> None:
    """Where something plain works; what it would be anywhere else is evidence."""
    run = [shows(LOOKUP, code, code, code), shows(TILE, code, code, code)]
    findings = of_relay(run, Background(plain=fine))
    assert [one.code for one in findings] == [Code.SUMDB_HALF_PROXIED] * 2
    assert {one.evidence["shows_as"] for one in findings} == {str(code)}
    supported = [shows(SUPPORTED, code, code, code)]
    assert told(supported, Background(plain=fine)) == {
        Endpoint.SUMDB_SUPPORTED: Code.SUMDB_SUPPORTED_ERROR
    }


@pytest.mark.parametrize(
    ("plain", "explained"),
    [
        (Code.HTTP_5XX, True),
        (Code.TRANSPORT_TIMEOUT, True),
        (Code.HTTP_403_POLICY, True),
        (Code.MODULE_MISSING, False),
        (Code.INTEGRITY_INFO_MISMATCH, False),
        (Code.PERF_SLOW_FIRST_BYTE, False),
    ],
)
def test_what_fails_as_early_everywhere_is_not_the_relay(
    shows: Shows, plain: Code, explained: bool
) -> None:
    """A mirror that answers 500 to everything has no broken relay; one look of three is enough."""
    looks = shows(INFO, None, plain, None).looks
    run = [shows(LOOKUP, *[Code.HTTP_5XX] * 3)]
    found = told(run, Background(plain=looks))
    assert found == ({} if explained else {Endpoint.SUMDB_LOOKUP: Code.SUMDB_HALF_PROXIED})


def test_without_anything_plain_nothing_is_laid_to_the_relay(shows: Shows) -> None:
    """Unless it does not matter whose fault it is."""
    run = [shows(LOOKUP, *[Code.HTTP_5XX] * 3)]
    assert told(run, Background()) == {}
    assert told(run, Background(regardless=True)) == {
        Endpoint.SUMDB_LOOKUP: Code.SUMDB_HALF_PROXIED
    }


def test_a_mirror_that_cannot_be_reached_has_no_relay(shows: Shows, fine: tuple[Look, ...]) -> None:
    """Other checks tell why."""
    refused = shows(
        SUPPORTED,
        *[Code.TRANSPORT_REFUSED] * 2,
        status=None,
        kind=FailureKind.CONNECT_REFUSED,
    )
    assert told([refused], Background(plain=fine)) == {}


@pytest.mark.parametrize(
    ("works", "code", "blame"),
    [
        (True, Code.SUMDB_NOT_PROXIED, Blame.MIRROR),
        (None, Code.SUMDB_NOT_PROXIED, Blame.MIRROR),
        (False, Code.SUMDB_UNREACHABLE, Blame.DATABASE),
    ],
)
def test_no_relay(shows: Shows, works: bool | None, code: Code, blame: Blame) -> None:
    """It is a nuisance, or the end, as the database can be used directly or not."""
    run = [shows(SUPPORTED, *[Code.SUMDB_NOT_PROXIED] * 2, status=404)]
    (finding,) = of_relay(run, Background(works=works))
    assert (finding.code, finding.blame) == (code, blame)


@pytest.mark.parametrize(
    ("had", "verified", "absent", "code"),
    [
        (True, True, True, Code.SUMDB_LOOKUP_STALE),
        (False, True, True, None),
        (True, False, True, None),
        (True, True, False, None),
    ],
)
def test_fresh_records(
    shows: Shows,
    fine: tuple[Look, ...],
    had: bool,
    verified: bool,
    absent: bool,
    code: Code | None,
) -> None:
    """One that the database has and the relay calls missing is stale; all else is a fact."""
    headers = {"cache-control": "public, max-age=3600", "age": "600"}
    shown = Code.MODULE_MISSING if absent else Code.HTTP_5XX
    run = [shows(LOOKUP, *[shown] * 3, absent=absent, status=404, headers=headers)]
    name = frozenset({str(LOOKUP)})
    background = Background(
        plain=fine, fresh=name, had=name if had else frozenset(), verified=verified
    )
    findings = of_relay(run, background)
    assert [one.code for one in findings] == ([code] if code else [])
    for finding in findings:
        assert finding.evidence["cached_for_seconds"] == 3000


@pytest.mark.parametrize(
    ("control", "age", "life"),
    [
        ("max-age=60", "90", 0.0),
        ("no-store", "1", 0.0),
        ("max-age=x", "1", None),
        ("max-age=60", None, 60.0),
    ],
)
def test_a_caches_life(shows: Shows, control: str, age: str | None, life: float | None) -> None:
    """What it says counts; what makes no sense says nothing."""
    headers = {"cache-control": control, **({"age": age} if age else {})}
    run = [shows(LOOKUP, *[Code.MODULE_MISSING] * 2, absent=True, status=404, headers=headers)]
    name = frozenset({str(LOOKUP)})
    (finding,) = of_relay(run, Background(fresh=name, had=name, verified=True))
    assert finding.evidence.get("cached_for_seconds") == life


@pytest.mark.parametrize("code", [Code.SUMDB_SIGNATURE_INVALID, Code.SUMDB_TILE_INVALID])
def test_what_nothing_else_explains(shows: Shows, code: Code) -> None:
    """A forged signature and a wrong tile stand whatever else fails."""
    endpoint = LOOKUP if code is Code.SUMDB_SIGNATURE_INVALID else TILE
    assert told([shows(endpoint, code, code)], Background()) == {endpoint.endpoint: code}
    assert told([shows(endpoint, code, None)], Background()) == {}


def test_a_rate_limit_is_all_that_is_said(shows: Shows, fine: tuple[Look, ...]) -> None:
    """What was heard under a limit says nothing else, but for what is proven."""
    limit = Look(
        shows(TILE, None, status=429).looks[0].exchange,
        Symptom(code=Code.HTTP_429, summary="later", looks=1),
    )
    run = [shows(LOOKUP, *[Code.HTTP_5XX] * 3), Series(TILE, (limit,))]
    assert told(run, Background(plain=fine)) == {Endpoint.SUMDB_TILE: Code.HTTP_429}
    forged = [shows(LOOKUP, *[Code.SUMDB_SIGNATURE_INVALID] * 2), Series(TILE, (limit,))]
    assert told(forged, Background(plain=fine)) == {
        Endpoint.SUMDB_LOOKUP: Code.SUMDB_SIGNATURE_INVALID,
        Endpoint.SUMDB_TILE: Code.HTTP_429,
    }


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        (Code.HTTP_5XX, Code.HTTP_5XX),
        (Code.TRANSPORT_TIMEOUT, Code.TRANSPORT_TIMEOUT),
        (Code.SEMANTICS_SOFT200, Code.SEMANTICS_SOFT200),
        (Code.MODULE_MISSING, Code.SUMDB_UNREACHABLE),
        (Code.SEMANTICS_MASKED_UPSTREAM_FAILURE, Code.SUMDB_UNREACHABLE),
        (Code.SUMDB_HALF_PROXIED, Code.SUMDB_UNREACHABLE),
        (Code.SUMDB_SIGNATURE_INVALID, Code.SUMDB_SIGNATURE_INVALID),
        (Code.SUMDB_TILE_INVALID, Code.SUMDB_TILE_INVALID),
    ],
)
def test_a_database_has_causes_of_its_own(shows: Shows, shown: Code, code: Code) -> None:
    """It is told what any host would be; what has no such name makes it unreachable."""
    series = shows(LOOKUP, shown, shown, shown)
    (finding,) = of_database([series], frozenset())
    assert (finding.code, finding.blame) == (code, Blame.DATABASE)
    assert of_database([series], frozenset({str(LOOKUP)})) == ()
