"""A store with real results in it, and one hostile mirror name."""

from collections.abc import Callable

import pytest
from samples import NOW, a_certificate, a_mirror

from goproxy_exporter.metrics import ExporterFacts, Snapshot, view
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange, Hop, Phases, TlsFacts
from goproxy_exporter.model.mirror import Check, Mirror
from goproxy_exporter.model.names import Blame, CheckName, Endpoint, ProberProblem
from goproxy_exporter.model.result import Finding, Result
from goproxy_exporter.store import Store

ASKED = (Endpoint.LIST, Endpoint.LATEST, Endpoint.INFO, Endpoint.MOD, Endpoint.MISSING)
EXPORTER = ExporterFacts(
    vantage="lab", loop_lag=0.001, slip=0.0, reload_ok=True, reloaded_at=NOW - 60
)

_LEAF = a_certificate()


def a_check(mirror: Mirror, name: CheckName = CheckName.ENDPOINTS) -> Check:
    return Check(name=name, mirror=mirror, interval=60.0, timeout=10.0)


def an_exchange(endpoint: Endpoint, *, status: int = 200, host: str = "m.example") -> Exchange:
    hop = Hop(
        url=f"https://{host}/{endpoint}",
        host=host,
        status=status,
        protocol="HTTP/1.1",
        address="127.0.0.1",
        phases=Phases(resolve=0.001, connect=0.002, tls=0.003, processing=0.004, transfer=0.005),
        tls=TlsFacts(
            version="TLSv1.3", chain=(_LEAF,), verified=True, verified_until=_LEAF.not_after
        ),
        received=21,
    )
    return Exchange(
        endpoint=endpoint,
        url=hop.url,
        module="example.com/a@v1.0.0",
        started=NOW - 5,
        duration=0.015,
        hops=(hop,),
        size=21,
    )


def a_finding(code: Code, endpoint: Endpoint = Endpoint.LIST) -> Finding:
    return Finding(
        code=code,
        endpoint=endpoint,
        module="example.com/a",
        summary="It does not work.",
        blame=Blame.MIRROR,
        matched=2,
        looked=2,
    )


def a_result(check: Check, *codes: Code, status: int = 200) -> Result:
    asked = [an_exchange(endpoint, status=status) for endpoint in ASKED[:-1]]
    asked.append(an_exchange(Endpoint.MISSING, status=404))
    return Result(
        check=check,
        started=NOW - 5,
        duration=1.0,
        exchanges=tuple(asked),
        findings=tuple(map(a_finding, codes)),
    )


def a_snapshot(store: Store) -> Snapshot:
    """Do what `take` does, without a loop."""
    return Snapshot(
        mirrors=tuple(view(store, name, lambda _: (3600, 10**9), NOW) for name in store.mirrors),
        exporter=EXPORTER,
        problems={ProberProblem.OVERLOADED: "lag"},
        process={"process_open_fds": 12.0},
    )


def a_store(*names: str, codes: tuple[Code, ...] = (), run: bool = True) -> Store:
    store = Store()
    mirrors = [a_mirror(name, url="https://m.example") for name in names]
    checks = [a_check(mirror) for mirror in mirrors]
    store.keep(checks, mirrors)
    for check in checks if run else ():
        store.put(a_result(check, *codes))
    return store


@pytest.fixture
def now() -> float:
    """The moment of every snapshot, in Unix seconds."""
    return NOW


@pytest.fixture
def make_store() -> Callable[..., Store]:
    """Give a store with one endpoints check for each mirror name, and a result where wanted."""
    return a_store


@pytest.fixture
def make_result() -> Callable[..., Result]:
    """Give a result of a check that asserts some codes."""
    return a_result


@pytest.fixture
def snapshot_of() -> Callable[[Store], Snapshot]:
    """Give the snapshot of a store."""
    return a_snapshot


@pytest.fixture
def snapshot() -> Snapshot:
    """Two mirrors in trouble, with names that have to be escaped."""
    return a_snapshot(a_store('the "one"', "back\\slash\nline", codes=(Code.HTTP_5XX,)))
