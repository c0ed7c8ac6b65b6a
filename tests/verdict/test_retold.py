"""One fault has one name, whichever checks saw it."""

from typing import Any

import pytest

from goproxy_exporter.model.cause import LAWS, Code
from goproxy_exporter.model.names import Axis, CheckName, Endpoint, Severity, State
from goproxy_exporter.verdict.retold import RETELLINGS

DENIED = (Endpoint.LATEST, Endpoint.INFO, Endpoint.MOD)


def refused(make: Any, check: Any, *endpoints: Endpoint, code: Code, at: float = 0) -> Any:
    """Give a run in which these endpoints answer 403 and the rest of `endpoints` 200."""
    rest = [Endpoint.LIST, *DENIED] if check.name is CheckName.ENDPOINTS else []
    looks = [make.exchange(one, 403) for one in endpoints for _ in range(2)]
    looks += [make.exchange(one) for one in rest if one not in endpoints]
    found = [make.finding(code, one) for one in endpoints]
    return make.result(check, *found, exchanges=looks, at=at)


def policy(make: Any, check: Any, at: float = 0) -> Any:
    return refused(
        make, check, Endpoint.INFO, Endpoint(check.name), code=Code.HTTP_403_POLICY, at=at
    )


def shown(verdict: Any) -> dict[Code, tuple[Endpoint, ...]]:
    return {cause.code: cause.endpoints for cause in verdict.causes}


def test_a_refusal_that_spares_the_list_is_one_cause(make: Any) -> None:
    """A zip check that sees 403 wherever it looks does not make a gatekeeper of one that lists."""
    checks = [make.check(name) for name in (CheckName.ENDPOINTS, CheckName.ZIP)]
    large = make.check(CheckName.LARGE_ZIP)
    memory = make.fold(
        refused(make, checks[0], *DENIED, code=Code.HTTP_UNEXPECTED_STATUS),
        policy(make, checks[1]),
        policy(make, large),
    )
    verdict = make.verdict(memory, *checks, large)
    everything = (*DENIED, Endpoint.ZIP, Endpoint.LARGE_ZIP)
    (cause,) = verdict.causes
    assert cause.code is Code.HTTP_UNEXPECTED_STATUS
    assert set(cause.endpoints) == set(everything)
    assert (cause.matched, cause.looked) == (14, 14)
    assert verdict.axes[Axis.UP] is False
    assert verdict.suppressed == ((Code.HTTP_403_POLICY, RETELLINGS[0].why),)


def test_a_gatekeeper_of_every_path_keeps_its_name(make: Any) -> None:
    """Where the endpoints are refused too, all checks agree."""
    endpoints, zips = make.check(), make.check(CheckName.ZIP)
    everywhere = (Endpoint.LIST, *DENIED)
    memory = make.fold(
        refused(make, endpoints, *everywhere, code=Code.HTTP_403_POLICY), policy(make, zips)
    )
    verdict = make.verdict(memory, endpoints, zips)
    assert shown(verdict) == {Code.HTTP_403_POLICY: (*everywhere, Endpoint.ZIP)}
    assert verdict.suppressed == ()


def test_a_gatekeeper_may_say_rightly_that_something_is_not_there(make: Any) -> None:
    """A 404 for @latest or for what nobody has lets nobody through."""
    endpoints, zips = make.check(), make.check(CheckName.ZIP)
    must = (Endpoint.LIST, Endpoint.INFO, Endpoint.MOD)
    looks = [make.exchange(one, 403) for one in must]
    looks += [make.exchange(one, 404) for one in (Endpoint.LATEST, Endpoint.MISSING)]
    found = [make.finding(Code.HTTP_403_POLICY, one) for one in must]
    memory = make.fold(make.result(endpoints, *found, exchanges=looks), policy(make, zips))
    assert set(shown(make.verdict(memory, endpoints, zips))) == {Code.HTTP_403_POLICY}


@pytest.mark.parametrize("status", [401, 403, 429, 451, None])
def test_refusals_and_silence_contradict_nobody(make: Any, status: int | None) -> None:
    """Only an answer shows that a path is open."""
    endpoints, zips = make.check(), make.check(CheckName.ZIP)
    kind = None if status else "deadline"
    looks = [make.exchange(Endpoint.LIST, status, kind=kind)]
    memory = make.fold(make.result(endpoints, exchanges=looks), policy(make, zips))
    assert set(shown(make.verdict(memory, endpoints, zips))) == {Code.HTTP_403_POLICY}


def test_what_is_too_old_contradicts_nobody(make: Any) -> None:
    """A list that answered in another window says nothing about the refusals of this one."""
    endpoints, zips = make.check(), make.check(CheckName.ZIP, interval=600)
    memory = make.fold(make.result(endpoints), policy(make, zips))
    fresh = make.verdict(memory, endpoints, zips, now=190)
    aged = make.verdict(memory, endpoints, zips, now=191)
    assert set(shown(fresh)) == {Code.HTTP_UNEXPECTED_STATUS}
    assert set(shown(aged)) == {Code.HTTP_403_POLICY}
    assert fresh.state is aged.state is State.UNUSABLE


def test_a_check_that_says_both_shows_its_last_look(make: Any) -> None:
    """A zip that was refused alone before, and with the .info now, is one cause of one place."""
    endpoints, zips = make.check(), make.check(CheckName.ZIP, interval=600)
    other = make.finding(Code.HTTP_UNEXPECTED_STATUS, Endpoint.ZIP, module="example.com/b@v1.0.0")
    memory = make.fold(
        make.result(zips, other, at=0), policy(make, zips, at=60), make.result(endpoints, at=60)
    )
    (cause,) = make.verdict(memory, endpoints, zips, now=60).causes
    assert cause.code is Code.HTTP_UNEXPECTED_STATUS
    assert cause.endpoints == (Endpoint.INFO, Endpoint.ZIP)


def test_a_retelling_changes_the_name_alone() -> None:
    """Severity, stage and axis stay, so no state and no axis depends on the name."""
    for rule in RETELLINGS:
        assert LAWS[rule.claims] == LAWS[rule.told_as]
        assert LAWS[rule.claims].severity is not Severity.DANGEROUS
