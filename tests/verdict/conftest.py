"""Results made by hand: the verdict is pure, so values are all it needs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from goproxy_exporter.model.cause import LAWS, Code, Stage
from goproxy_exporter.model.exchange import Exchange, Failure, FailureKind, Hop, Phases
from goproxy_exporter.model.mirror import Access, Canaries, Canary, Check, Mirror
from goproxy_exporter.model.names import Blame, CheckName, Endpoint, ProberProblem, SkipReason
from goproxy_exporter.model.result import Finding, Result
from goproxy_exporter.verdict import Memory, decide, step

ASKED = {
    CheckName.ENDPOINTS: (
        Endpoint.LIST,
        Endpoint.LATEST,
        Endpoint.INFO,
        Endpoint.MOD,
        Endpoint.MISSING,
    ),
    CheckName.ZIP: (Endpoint.ZIP,),
    CheckName.LARGE_ZIP: (Endpoint.LARGE_ZIP,),
    CheckName.SUMDB: (Endpoint.SUMDB_SUPPORTED, Endpoint.SUMDB_LOOKUP, Endpoint.SUMDB_TILE),
    CheckName.FRESHNESS: (Endpoint.LIST, Endpoint.INFO),
    CheckName.EDGES: (Endpoint.LIST,),
    CheckName.TOOLCHAIN: (Endpoint.TOOLCHAIN,),
}
MODULE = "example.com/a@v1.0.0"
SERVER_ERRORS = {Code.HTTP_5XX, Code.HTTP_5XX_INTERMITTENT}


def exchange(
    endpoint: Endpoint,
    status: int | None = 200,
    *,
    kind: FailureKind | str | None = None,
    module: str = MODULE,
    host: str = "m.example",
    headers: Sequence[tuple[str, str]] = (),
    started: float = 0.0,
    url: str | None = None,
) -> Exchange:
    failure = Failure(FailureKind(kind), "it broke") if kind else None
    hop = Hop(
        url=url or f"https://{host}/{endpoint}",
        host=host,
        status=status if failure is None else None,
        headers=tuple(headers),
        phases=Phases(processing=0.1),
        failure=failure,
    )
    return Exchange(
        endpoint=endpoint,
        url=hop.url,
        module=module,
        started=started,
        duration=0.1,
        hops=(hop,),
        failure=failure,
    )


class Make:
    """Values with everything filled in that a test does not speak of."""

    exchange = staticmethod(exchange)

    def mirror(self, name: str = "m", **settings: Any) -> Mirror:
        stable = Canary(module="example.com/a", version="v1.0.0")
        canaries = Canaries(stable=(stable,), missing=Canary(module="example.com/a/zz-none"))
        accept = frozenset(settings.pop("accept", ()))
        given: dict[str, Any] = {"url": f"https://{name}.example", "access": Access(), **settings}
        return Mirror(name=name, canaries=canaries, accept=accept, **given)

    def check(
        self,
        name: CheckName = CheckName.ENDPOINTS,
        mirror: Mirror | None = None,
        *,
        interval: float = 60.0,
    ) -> Check:
        return Check(name=name, mirror=mirror or self.mirror(), interval=interval, timeout=10.0)

    def finding(
        self,
        code: Code,
        endpoint: Endpoint = Endpoint.LIST,
        *,
        matched: int = 2,
        looked: int | None = None,
        **more: Any,
    ) -> Finding:
        return Finding(
            code=code,
            endpoint=endpoint,
            module=more.pop("module", MODULE),
            summary=f"{code} at {endpoint}",
            blame=more.pop("blame", Blame.MIRROR),
            matched=matched,
            looked=matched if looked is None else looked,
            **more,
        )

    def result(
        self,
        check: Check,
        *findings: Finding,
        at: float = 0.0,
        asked: Iterable[Endpoint] | None = None,
        exchanges: Iterable[Exchange] | None = None,
        problems: Mapping[ProberProblem, str] | None = None,
        skipped: SkipReason | None = None,
        retry_at: float | None = None,
        took: float = 0.0,
    ) -> Result:
        """Give a result that ended at `at`; where nothing was found, 200 was answered."""
        endpoints = ASKED[check.name] if asked is None else tuple(asked)
        made = tuple(one for endpoint in endpoints for one in self._looks(endpoint, findings))
        return Result(
            check=check,
            started=at - took,
            duration=took,
            exchanges=() if skipped else made if exchanges is None else tuple(exchanges),
            findings=findings,
            problems=dict(problems or {}),
            skipped=skipped,
            retry_at=retry_at,
        )

    def everywhere(self, code: Code, check: CheckName = CheckName.ENDPOINTS, **more: Any) -> Any:
        return tuple(self.finding(code, endpoint, **more) for endpoint in ASKED[check])

    def fold(self, *results: Result, onto: Memory | None = None) -> Memory:
        """Fold results in the order given, each at its end."""
        memory = onto
        for result in results:
            memory = step(memory, result, result.started + result.duration)
        assert memory is not None
        return memory

    def verdict(self, memory: Memory | None, *checks: Check, now: float = 0.0, **more: Any) -> Any:
        mirror = more.get("mirror") or checks[0].mirror
        return decide(mirror, memory, checks, more.get("problems", {}), now)

    @staticmethod
    def _looks(endpoint: Endpoint, findings: Sequence[Finding]) -> tuple[Exchange, ...]:
        mine = [finding for finding in findings if finding.endpoint is endpoint]
        if not mine:
            return (exchange(endpoint),)
        finding = mine[0]
        if finding.code in SERVER_ERRORS:
            bad = (exchange(endpoint, 503),) * finding.matched
            return bad + (exchange(endpoint),) * (finding.looked - finding.matched)
        if LAWS[finding.code].stage <= Stage.TLS:
            return (exchange(endpoint, kind=FailureKind.RESET),) * finding.looked
        return (exchange(endpoint),) * finding.looked


@pytest.fixture(scope="session")
def make() -> Make:
    return Make()
