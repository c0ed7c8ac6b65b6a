"""Failures of an exchange, one by one."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from goproxy_exporter.diagnosis.failure import unconnected
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import FailureKind as Kind
from goproxy_exporter.model.exchange import Phases
from goproxy_exporter.model.names import Blame

Judge = Callable[..., Any]

OWN = {
    Kind.DNS_NXDOMAIN: Code.DNS_NXDOMAIN,
    Kind.DNS_TIMEOUT: Code.DNS_TIMEOUT,
    Kind.DNS_FAILURE: Code.DNS_FAILURE,
    Kind.CONNECT_REFUSED: Code.TRANSPORT_REFUSED,
    Kind.CONNECT_UNREACHABLE: Code.TRANSPORT_UNREACHABLE,
    Kind.CONNECT_TIMEOUT: Code.TRANSPORT_TIMEOUT,
    Kind.CONNECT_RESET: Code.TRANSPORT_RESET,
    Kind.TLS_TIMEOUT: Code.TRANSPORT_TIMEOUT,
    Kind.TLS_RESET: Code.TRANSPORT_RESET,
    Kind.TLS_EXPIRED: Code.TLS_EXPIRED,
    Kind.TLS_NOT_YET_VALID: Code.TLS_NOT_YET_VALID,
    Kind.TLS_WRONG_HOST: Code.TLS_WRONG_HOST,
    Kind.TLS_UNTRUSTED: Code.TLS_UNTRUSTED,
    Kind.TLS_HANDSHAKE: Code.TLS_HANDSHAKE,
    Kind.STALL: Code.TRANSPORT_TIMEOUT,
    Kind.RESET: Code.TRANSPORT_RESET,
    Kind.H2_STREAM_ERROR: Code.TRANSPORT_H2_STREAM_ERROR,
    Kind.H2_RETRYABLE: Code.TRANSPORT_H2_STREAM_ERROR,
    Kind.H2_ENHANCE_YOUR_CALM: Code.HTTP_429,
    Kind.PROTOCOL: Code.HTTP_UNEXPECTED_STATUS,
    Kind.BODY_TRUNCATED: Code.TRANSPORT_RESET,
    Kind.BODY_RESET: Code.TRANSPORT_RESET,
    Kind.BODY_ENCODING: Code.INTEGRITY_CONTENT_ENCODING,
    Kind.BODY_TOO_LARGE: Code.INTEGRITY_LIST_INVALID,
    Kind.REDIRECT_LOOP: Code.REDIRECT_LOOP,
    Kind.REDIRECT_INSECURE: Code.REDIRECT_INSECURE_DOWNGRADE,
    Kind.REDIRECT_INVALID: Code.HTTP_UNEXPECTED_STATUS,
    Kind.INSECURE_CREDENTIALS: Code.HTTP_401_CREDENTIALS,
}
SILENT = {Kind.DEADLINE, Kind.PROXY_REFUSED, Kind.PROXY_UNREACHABLE}
DIALS = [kind for kind in OWN if kind.name.startswith(("DNS", "CONNECT", "TLS"))]


@pytest.mark.parametrize(("kind", "code"), OWN.items())
def test_kind_asserts_its_code(
    say: SimpleNamespace, symptom: Judge, kind: Kind, code: Code
) -> None:
    """Each kind of failure on the mirror's own hop asserts the one code of its stage."""
    told = symptom(say.LIST, None, kind=kind)
    assert told.code is code
    assert told.summary


def test_every_kind_is_decided() -> None:
    """No kind of failure is forgotten."""
    assert set(OWN) | SILENT == set(Kind)


@pytest.mark.parametrize("kind", sorted(SILENT))
def test_kind_asserts_nothing(say: SimpleNamespace, symptom: Judge, kind: Kind) -> None:
    """Our own limits and the forward proxy's trouble are never a mirror's cause."""
    told = symptom(say.LIST, None, kind=kind)
    assert told is None or told.code is None


@pytest.mark.parametrize("kind", DIALS)
def test_dialling_another_host(say: SimpleNamespace, symptom: Judge, kind: Kind) -> None:
    """A redirect's target that does not resolve, connect or verify is the target's fault."""
    told = symptom(say.ZIP, None, kind=kind, host=say.TARGET, via=say.HOST)
    assert (told.code, told.blame) == (Code.REDIRECT_TARGET_UNREACHABLE, Blame.REDIRECT_TARGET)
    assert not told.doubtful
    own = symptom(say.ZIP, None, kind=kind)
    assert told.evidence["shows_as"] == own.code


def test_doubtful_kinds(say: SimpleNamespace, symptom: Judge) -> None:
    """Only what an offline prober would see too is doubtful."""
    doubtful = {kind for kind in OWN if symptom(say.LIST, None, kind=kind).doubtful}
    assert doubtful == {
        Kind.DNS_TIMEOUT,
        Kind.DNS_FAILURE,
        Kind.CONNECT_UNREACHABLE,
        Kind.CONNECT_TIMEOUT,
    }


def test_short_zip(say: SimpleNamespace, symptom: Judge) -> None:
    """A zip that ends normally short of its length is truncated; one that breaks off is not."""
    assert symptom(say.ZIP, 200, kind=Kind.BODY_TRUNCATED).code is Code.INTEGRITY_ZIP_TRUNCATED
    assert symptom(say.ZIP, 200, kind=Kind.BODY_RESET).code is Code.TRANSPORT_RESET


def test_break_inside_a_body_over_http2(say: SimpleNamespace, symptom: Judge) -> None:
    """A broken connection is a reset over HTTP/2 too; a broken stream is a stream error."""
    told = symptom(say.ZIP, 200, kind=Kind.BODY_RESET, protocol="HTTP/2")
    assert told.code is Code.TRANSPORT_RESET
    told = symptom(say.ZIP, 200, kind=Kind.H2_STREAM_ERROR, protocol="HTTP/2")
    assert told.code is Code.TRANSPORT_H2_STREAM_ERROR


def test_oversized_zip(say: SimpleNamespace, symptom: Judge) -> None:
    """What does not end is wrong for what it should be; a very long go.mod is a fact."""
    kind = Kind.BODY_TOO_LARGE
    assert symptom(say.ZIP, 200, kind=kind).code is Code.INTEGRITY_ZIP_INVALID
    assert symptom(say.LIST, 200, kind=kind).code is Code.INTEGRITY_LIST_INVALID
    assert symptom(say.INFO, 200, kind=kind).code is Code.INTEGRITY_INFO_MISMATCH
    assert symptom(say.MOD, 200, kind=kind) is None
    assert symptom(say.ZIP, 404, kind=kind).code is Code.MODULE_MISSING


@pytest.mark.parametrize(
    "kind", [Kind.BODY_TRUNCATED, Kind.BODY_RESET, Kind.BODY_ENCODING, Kind.H2_STREAM_ERROR]
)
def test_broken_error_body(say: SimpleNamespace, symptom: Judge, kind: Kind) -> None:
    """The body of an error is only shown: if it breaks, the status still decides."""
    assert symptom(say.LIST, 502, kind=kind).code is Code.HTTP_5XX
    assert symptom(say.MISSING, 404, kind=kind) is None


def test_deadline_while_silent(say: SimpleNamespace, symptom: Judge) -> None:
    """Our own deadline over a silent mirror goes with a hang, but asserts none."""
    told = symptom(say.LIST, None, kind=Kind.DEADLINE, phases=Phases(processing=2.0), waited=2.0)
    assert told.code is None
    assert told.fits == {Code.TRANSPORT_TIMEOUT}


def test_deadline_over_a_trickle(say: SimpleNamespace, symptom: Judge) -> None:
    """A body that moves too slowly for our deadline is slow; one that moves fast is only long."""
    phases = Phases(processing=0.1, transfer=10.0)
    words = {"kind": Kind.DEADLINE, "phases": phases}
    assert symptom(say.ZIP, 200, received=300_000, **words).code is Code.PERF_SLOW_THROUGHPUT
    assert symptom(say.ZIP, 200, received=30_000_000, **words) is None


def test_deadline_over_a_stalled_body(say: SimpleNamespace, symptom: Judge) -> None:
    """A body that stopped is not slow: whether it hangs is for more patience to tell."""
    phases = Phases(processing=0.1, transfer=10.0)
    words = {"kind": Kind.DEADLINE, "phases": phases, "received": 300_000, "waited": 9.0}
    told = symptom(say.ZIP, 200, **words)
    assert told.code is None
    assert told.shows(Code.TRANSPORT_TIMEOUT)


@pytest.mark.parametrize("kind", DIALS)
def test_unconnected(say: SimpleNamespace, kind: Kind) -> None:
    """Only a failure to reach the mirror itself makes further questions vain."""
    assert unconnected(say.exchange(say.LIST, None, kind=kind))
    assert not unconnected(say.exchange(say.LIST, None, kind=kind, host="other", via=say.HOST))


@pytest.mark.parametrize("kind", [Kind.STALL, Kind.RESET, Kind.H2_STREAM_ERROR])
def test_connected(say: SimpleNamespace, kind: Kind) -> None:
    """What goes wrong on a connection that stands does not stop further questions."""
    assert not unconnected(say.exchange(say.LIST, None, kind=kind))
    assert not unconnected(say.exchange(say.LIST, 503))


def test_deadline_while_connecting(say: SimpleNamespace) -> None:
    """Our deadline stops further questions only where no request was ever sent."""
    dialling = say.exchange(say.LIST, None, kind=Kind.DEADLINE, phases=Phases(connect=1.0))
    waiting = say.exchange(say.LIST, None, kind=Kind.DEADLINE, phases=Phases(processing=1.0))
    assert unconnected(dialling)
    assert not unconnected(waiting)
