"""Verdicts that are remembered while nothing about them changes."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.model.exchange import FailureKind as K
from goproxy_exporter.simulator.certificates import Authority, Issued
from goproxy_exporter.wire.parsed import parse
from goproxy_exporter.wire.pool import Pool
from goproxy_exporter.wire.verdicts import MOST_KEPT, Verdicts

HOST = "mirror.test"
NOW = datetime.now(UTC).replace(microsecond=0)
"""Certificates tell whole seconds."""


def der(found: Authority | Issued) -> bytes:
    return found.certificate.public_bytes(Encoding.DER)


ROOT = Authority.create()
ISSUED = ROOT.issue([HOST], begins=timedelta(hours=-1), ends=timedelta(hours=1))
CHAIN = (der(ISSUED),)
ROOTS = Pool([parse(der(ROOT))])
MOMENTS = sorted(
    {
        moment + step
        for one in (parse(CHAIN[0]), parse(der(ROOT)))
        for moment in (one.not_before, one.not_after)
        for step in (-1.0, 0.0, 0.5)
    }
)


@given(st.lists(st.sampled_from(MOMENTS), max_size=12))
def test_what_is_remembered_is_what_a_new_look_would_find(moments: list[float]) -> None:
    """In whatever order moments come, the verdict is that of somebody who remembers nothing."""
    verdicts = Verdicts(ROOTS)
    for now in moments:
        assert verdicts.of(CHAIN, HOST, now) == Verdicts(ROOTS).of(CHAIN, HOST, now)


def test_time_is_all_that_changes_a_verdict() -> None:
    """Before its beginning, within its time and after its end: three verdicts on one chain."""
    verdicts = Verdicts(ROOTS)
    begin, end = ISSUED.certificate.not_valid_before_utc, ISSUED.certificate.not_valid_after_utc
    seen = [
        verdicts.of(CHAIN, HOST, moment.timestamp()).failure
        for moment in (begin - timedelta(seconds=1), begin, end, end + timedelta(seconds=1))
    ]
    assert [each and each.kind for each in seen] == [K.TLS_NOT_YET_VALID, None, None, K.TLS_EXPIRED]


def test_the_same_verdict_is_not_found_twice() -> None:
    """Between two moments that count, the very same verdict is given again, for this name alone."""
    verdicts = Verdicts(ROOTS)
    first = verdicts.of(CHAIN, HOST, NOW.timestamp() + 0.25)
    assert verdicts.of(CHAIN, HOST, NOW.timestamp() + 60.5) is first
    other = verdicts.of(CHAIN, "other.test", NOW.timestamp() + 0.25)
    assert other.failure is not None
    assert other.failure.kind is K.TLS_WRONG_HOST


@pytest.mark.parametrize("junk", [b"", b"\x30\x03\x02\x01\x01", bytes(50)])
def test_what_is_no_certificate_is_refused_every_time(junk: bytes) -> None:
    """A chain that cannot be parsed has the same failure whenever it comes."""
    verdicts = Verdicts(ROOTS)
    for now in (0.0, NOW.timestamp()):
        failure = verdicts.of((junk,), HOST, now).failure
        assert failure is not None
        assert failure.kind is K.TLS_HANDSHAKE


def test_a_peer_cannot_fill_the_memory() -> None:
    """However many chains come, no more than the newest are remembered."""
    verdicts = Verdicts(ROOTS)
    found = [verdicts.of(CHAIN, f"host{number}.test", 1.5) for number in range(MOST_KEPT + 1)]
    assert verdicts.of(CHAIN, f"host{MOST_KEPT}.test", 1.5) is found[-1]
    assert verdicts.of(CHAIN, "host0.test", 1.5) is not found[0]
