"""What a whole run asserts."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from goproxy_exporter.diagnosis.looks import Look, Series
from goproxy_exporter.diagnosis.question import Form
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.diagnosis.together import missed, settle
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import FailureKind as Kind
from goproxy_exporter.model.names import Endpoint, Severity
from goproxy_exporter.model.result import Finding

Run = Callable[..., list[Series]]
Looks = Callable[..., list[Look]]

HTML = b"<html>Sign in</html>"
NAMES = ("LIST", "LATEST", "INFO", "MOD", "MISSING")


@pytest.fixture
def run(say: SimpleNamespace) -> Run:
    """A healthy run of the endpoints, but for the answers that are named."""

    def made(**odd: Any) -> list[Series]:
        series = []
        for name in NAMES:
            question = getattr(say, name)
            looks = odd.get(name) or [say.good(question)]
            series.append(say.series(question, *looks))
        return series

    return made


@pytest.fixture
def steady(say: SimpleNamespace) -> Looks:
    """Every look at a question shows the same."""

    def looks(name: str, status: int = 200, **words: Any) -> list[Look]:
        question = getattr(say, name)
        look = say.look(question, status, **words)
        return [look] * (look.symptom.looks if look.symptom else 1)

    return looks


def codes(findings: Sequence[Finding]) -> dict[Endpoint, Code]:
    return {finding.endpoint: finding.code for finding in findings}


def test_healthy(run: Run) -> None:
    """A run in which everything is right asserts nothing."""
    assert settle(run(), {}) == ()


@pytest.mark.parametrize("status", [400, 401, 403, 418, 500, 503])
def test_not_found_is_error(run: Run, steady: Looks, status: int) -> None:
    """A wrong status for what cannot exist is accused where everything else works."""
    found = settle(run(MISSING=steady("MISSING", status)), {})
    assert codes(found) == {Endpoint.MISSING: Code.SEMANTICS_NOTFOUND_IS_ERROR}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (500, Code.HTTP_5XX),
        (401, Code.HTTP_401_CREDENTIALS),
        (403, Code.HTTP_403_POLICY),
        (418, Code.HTTP_UNEXPECTED_STATUS),
    ],
)
def test_all_alike(run: Run, steady: Looks, status: int, code: Code) -> None:
    """Where everything fails alike, what cannot exist is not accused of anything else."""
    found = settle(run(**{name: steady(name, status) for name in NAMES}), {})
    assert {finding.code for finding in found} == {code}
    assert len(found) == len(NAMES)


def test_one_endpoint_refuses(run: Run, steady: Looks) -> None:
    """403 on one endpoint is no policy."""
    found = settle(run(INFO=steady("INFO", 403)), {})
    assert codes(found) == {Endpoint.INFO: Code.HTTP_UNEXPECTED_STATUS}
    assert "403" in found[0].summary


def test_policy_with_open_doors(run: Run, steady: Looks) -> None:
    """403 on everything that must exist is a policy, though absent things are answered 404."""
    odd = {name: steady(name, 403) for name in ("LIST", "LATEST", "INFO", "MOD")}
    found = settle(run(**odd), {})
    assert {finding.code for finding in found} == {Code.HTTP_403_POLICY}


def test_intermittent(run: Run, say: SimpleNamespace) -> None:
    """A single endpoint that fails three times proves nothing where others fail now and then."""
    bad, good = say.look(say.LIST, 502), say.good(say.LIST)
    odd = {"LIST": [bad, good, good], "INFO": [say.look(say.INFO, 502)] * 3}
    found = settle(run(**odd), {})
    assert {finding.code for finding in found} == {Code.HTTP_5XX_INTERMITTENT}
    assert found[0].evidence["ratio"] == pytest.approx(4 / 9, abs=1e-4)
    assert found[0].evidence["requests"] == 9
    assert found[0].evidence["build_success_probability"] == pytest.approx((5 / 9) ** 100)


def test_intermittent_missing(run: Run, say: SimpleNamespace) -> None:
    """A mirror that fails now and then is not accused of its one bad answer for what is absent."""
    odd = {"MISSING": [say.look(say.MISSING, 502), say.good(say.MISSING), say.good(say.MISSING)]}
    assert codes(settle(run(**odd), {})) == {Endpoint.MISSING: Code.HTTP_5XX_INTERMITTENT}


def test_list_alone(run: Run, steady: Looks) -> None:
    """A page instead of the list alone degrades; elsewhere it makes the mirror unusable."""
    alone = settle(run(LIST=steady("LIST", body=HTML)), {})
    assert [finding.severity for finding in alone] == [Severity.DEGRADED]
    both = settle(run(LIST=steady("LIST", body=HTML), INFO=steady("INFO", body=HTML)), {})
    assert [finding.severity for finding in both] == [None, None]


def test_a_list_alone_needs_a_latest(run: Run, steady: Looks) -> None:
    """Where @latest is rightly 404, a page instead of the list leaves go nothing to pick."""
    odd = {"LIST": steady("LIST", body=HTML), "LATEST": steady("LATEST", 404)}
    (finding,) = settle(run(**odd), {})
    assert (finding.endpoint, finding.severity) == (Endpoint.LIST, None)


@pytest.mark.parametrize(("latest", "severity"), [(404, Severity.DEGRADED), (None, None)])
def test_a_page_for_what_is_no_module(
    run: Run, steady: Looks, say: SimpleNamespace, latest: int | None, severity: Severity | None
) -> None:
    """It harms nobody where @latest of the same path says that there is nothing."""
    question = replace(say.MISSING, form=Form.INFO)
    more = [] if latest is None else [say.series(question, say.look(question, latest))]
    series = run(MISSING=steady("MISSING", body=HTML))
    (finding,) = settle([*series, *more], {})
    assert (finding.code, finding.severity) == (Code.SEMANTICS_SOFT200, severity)


@pytest.mark.parametrize(("known", "told"), [(True, True), (False, False), (None, False)])
def test_missing_module(
    run: Run, steady: Looks, say: SimpleNamespace, known: bool | None, told: bool
) -> None:
    """An absence is a cause only where the module is known to exist."""
    series = run(INFO=steady("INFO", 404))
    assert missed(series) == (say.MODULE,)
    found = settle(series, {say.MODULE: known})
    assert codes(found) == ({Endpoint.INFO: Code.MODULE_MISSING} if told else {})


@pytest.mark.parametrize(("known", "told"), [(True, True), (False, False), (None, True)])
def test_masked_failure(
    run: Run, steady: Looks, say: SimpleNamespace, known: bool | None, told: bool
) -> None:
    """A 404 that admits trouble counts unless the module is known not to exist."""
    series = run(INFO=steady("INFO", 404, body=b"not found: bad upstream"))
    found = settle(series, {say.MODULE: known})
    expected = {Endpoint.INFO: Code.SEMANTICS_MASKED_UPSTREAM_FAILURE} if told else {}
    assert codes(found) == expected


def test_cold_miss_needs_no_reference(run: Run, say: SimpleNamespace) -> None:
    """A 404 that a second request heals is a cold miss, whatever a reference says."""
    odd = {"INFO": [say.look(say.INFO, 404), say.good(say.INFO)]}
    assert codes(settle(run(**odd), {})) == {Endpoint.INFO: Code.SEMANTICS_COLD_MISS_404}


def test_throttled(run: Run, steady: Looks) -> None:
    """Once the mirror asks for fewer requests, nothing else of that run is held against it."""
    found = settle(run(LIST=steady("LIST", 500), MISSING=steady("MISSING", 429)), {})
    assert codes(found) == {Endpoint.MISSING: Code.HTTP_429}


def test_what_is_proven_stands_beside_a_rate_limit(
    run: Run, say: SimpleNamespace, steady: Looks
) -> None:
    """A file that is another one was served, whatever the mirror wants now."""
    other = Symptom(code=Code.INTEGRITY_MOD_HASH_MISMATCH, summary="another file")
    odd = [Look(say.exchange(say.MOD), other)] * 2
    found = settle(run(MOD=odd, INFO=steady("INFO", 500), MISSING=steady("MISSING", 429)), {})
    assert codes(found) == {
        Endpoint.MOD: Code.INTEGRITY_MOD_HASH_MISMATCH,
        Endpoint.MISSING: Code.HTTP_429,
    }


def test_bogus_version_is_the_lists_fault(say: SimpleNamespace) -> None:
    """A listed version without .info is told about the list."""
    gone = say.series(say.LISTED, *[say.look(say.LISTED, 404)] * 2)
    found = settle([say.series(say.LIST, say.good(say.LIST)), gone], {})
    assert codes(found) == {Endpoint.LIST: Code.INTEGRITY_LIST_INVALID}


def test_mixed_faults_stay_apart(run: Run, steady: Looks) -> None:
    """Faults of different kinds on different endpoints are each told under their own name."""
    odd = {"MOD": steady("MOD", body=HTML), "MISSING": steady("MISSING", 500)}
    assert codes(settle(run(**odd), {})) == {
        Endpoint.MOD: Code.SEMANTICS_SOFT200,
        Endpoint.MISSING: Code.SEMANTICS_NOTFOUND_IS_ERROR,
    }


def test_nothing_works(run: Run, steady: Looks) -> None:
    """Where nothing works, what cannot exist gets no accusation of its own."""
    broken = {name: steady(name, None, kind=Kind.RESET) for name in NAMES[:-1]}
    found = settle(run(**broken, MISSING=steady("MISSING", 500)), {})
    assert Code.SEMANTICS_NOTFOUND_IS_ERROR not in {finding.code for finding in found}


def test_evidence(run: Run, steady: Looks) -> None:
    """A finding shows who answered what, so that it can be handed to the operator."""
    headers = {"via": "1.1 cache", "x-request-id": "abc", "set-cookie": "secret", "age": "7"}
    found = settle(run(INFO=steady("INFO", 503, headers=headers)), {})
    evidence = found[0].evidence
    assert (evidence["status"], evidence["address"]) == (503, "192.0.2.1")
    assert evidence["headers"] == {"via": "1.1 cache", "x-request-id": "abc", "age": "7"}
    assert "secret" not in str(evidence)
    assert json.loads(json.dumps(evidence)) == evidence
