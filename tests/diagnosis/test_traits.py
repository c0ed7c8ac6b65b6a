"""What belongs to the connections of a run."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from goproxy_exporter.diagnosis.looks import Series
from goproxy_exporter.diagnosis.traits import traits
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import TlsFacts
from goproxy_exporter.model.mirror import Access, Canaries, Canary, Mirror
from goproxy_exporter.model.names import Blame
from goproxy_exporter.model.result import Finding

Run = Callable[..., list[Series]]

DAY = 86400.0


def mirror(**fields: Any) -> Mirror:
    missing = Canary(module="example.com/canary/zz-none")
    return Mirror(
        name="m", url="https://m", access=Access(), canaries=Canaries(stable=(), missing=missing),
        **fields,
    )  # fmt: skip


@pytest.fixture
def run(say: SimpleNamespace) -> Run:
    """Two answers with the same fields on their last hop."""

    def made(status: int = 200, **words: Any) -> list[Series]:
        asked = (say.LIST, say.INFO)
        return [say.series(each, say.look(each, status, **words)) for each in asked]

    return made


def codes(findings: Sequence[Finding]) -> list[Code]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize(("days", "told"), [(13.9, True), (14.1, False), (-1, True)])
def test_expiring(run: Run, say: SimpleNamespace, days: float, told: bool) -> None:
    """A verified chain that ends within the warning time is told once for the run."""
    tls = TlsFacts(verified=True, verified_until=say.STARTED + days * DAY)
    found = traits(run(tls=tls), mirror())
    assert codes(found) == ([Code.TLS_EXPIRING] if told else [])
    if found:
        assert (found[0].matched, found[0].looked) == (2, 2)


def test_unverified_chain_is_not_expiring(run: Run) -> None:
    """Only a chain that verified can be about to end."""
    assert traits(run(tls=TlsFacts(chain=())), mirror()) == ()


def test_expiring_target(run: Run, say: SimpleNamespace) -> None:
    """The end of a redirect target's chain is the target's affair."""
    tls = TlsFacts(verified=True, verified_until=say.STARTED + DAY)
    found = traits(run(tls=tls, host=say.TARGET, via=say.HOST), mirror())
    assert [finding.blame for finding in found] == [Blame.REDIRECT_TARGET]
    assert found[0].evidence["tls_host"] == say.TARGET


def test_only_of_right_answers(run: Run, say: SimpleNamespace) -> None:
    """An answer that is wrong says nothing about quality."""
    tls = TlsFacts(verified=True, verified_until=say.STARTED + DAY)
    assert traits(run(500, tls=tls), mirror()) == ()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.1.1", False),
        ("169.254.1.1", False),
        ("100.64.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("nonsense", False),
        (None, False),
    ],
)
def test_plaintext(run: Run, address: str | None, told: bool) -> None:
    """http:// is a cause for public mirrors only."""
    found = traits(run(url="http://mirror.example/x", address=address), mirror())
    assert codes(found) == ([Code.TRANSPORT_PLAINTEXT] if told else [])
    assert traits(run(address=address), mirror()) == ()


@pytest.mark.parametrize(
    ("required", "protocol", "told"),
    [(True, "HTTP/1.1", True), (True, "HTTP/2", False), (False, "HTTP/1.1", False)],
)
def test_http2(run: Run, required: bool, protocol: str, told: bool) -> None:
    """HTTP/1.1 is a cause only where HTTP/2 is required."""
    found = traits(run(protocol=protocol, tls=TlsFacts()), mirror(require_http2=required))
    assert codes(found) == ([Code.HTTP2_UNAVAILABLE] if told else [])
