"""Which codes does a run of a check look for?"""

from dataclasses import replace

import pytest

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.mirror import Access, Canaries, Canary, Check, Mirror
from goproxy_exporter.model.names import CheckName, Endpoint, Kind
from goproxy_exporter.model.scope import CODES_OF_CHECK, checks_for, codes_of

STABLE = Canary(module="example.com/a", version="v1.0.0")
MISSING = Canary(module="example.com/a/zz-none")


PLAIN = Canaries(stable=(STABLE,), missing=MISSING)


def check(name: CheckName, *, http2: bool = False, chosen: Canaries = PLAIN) -> Check:
    mirror = Mirror(
        name="m",
        url="https://m.example",
        access=Access(),
        canaries=chosen,
        require_http2=http2,
        checksum_database="sum.golang.org",
    )
    return Check(name=name, mirror=mirror, interval=60.0, timeout=10.0)


def test_every_check_says_what_it_looks_for() -> None:
    """A new check has to be entered in the table."""
    assert set(CODES_OF_CHECK) == set(CheckName)


def test_every_code_is_looked_for_by_some_check() -> None:
    """A code that no check looks for could never be shown to be absent."""
    full = replace(
        PLAIN,
        uppercase=Canary(module="example.com/B", version="v1.0.0"),
        incompatible=Canary(module="example.com/c", version="v2.0.0+incompatible"),
        untagged=Canary(module="example.com/d"),
        fresh_from_index=True,
    )
    checks = [check(name, http2=True, chosen=full) for name in CheckName]
    looked_for = {code for each in checks for code in codes_of(each)}
    assert looked_for == set(Code)


@pytest.mark.parametrize("name", [CheckName.ZIP, CheckName.LARGE_ZIP, CheckName.CHECKSUM])
def test_nothing_is_compared_where_there_is_nothing_to_compare_with(name: CheckName) -> None:
    """Without a checksum database and without pins no hash is known; a pin is enough."""
    verified = check(name)
    unverified = replace(verified, mirror=replace(verified.mirror, checksum_database=None))
    pinned = replace(PLAIN, stable=(replace(STABLE, zip_sum="h1:x"),))
    own = replace(unverified, mirror=replace(unverified.mirror, canaries=pinned))
    assert Code.INTEGRITY_ZIP_HASH_MISMATCH in codes_of(verified)
    assert Code.INTEGRITY_ZIP_HASH_MISMATCH not in codes_of(unverified)
    assert Code.INTEGRITY_ZIP_HASH_MISMATCH in codes_of(own)


def test_zips_are_left_to_who_downloads_them() -> None:
    """A checksum check that asks for no zips looks for no mismatch of theirs."""
    spared = replace(check(CheckName.CHECKSUM), only=frozenset({Endpoint.MOD}))
    assert Code.INTEGRITY_ZIP_HASH_MISMATCH not in codes_of(spared)
    assert Code.INTEGRITY_MOD_HASH_MISMATCH in codes_of(spared)


def test_a_database_has_causes_of_its_own() -> None:
    """It is looked at as any host is, and not as a relay."""
    relay = check(CheckName.SUMDB)
    own = replace(relay, mirror=replace(relay.mirror, kind=Kind.CHECKSUMS))
    assert {Code.DNS_NXDOMAIN, Code.HTTP_5XX, Code.SUMDB_FORK} <= codes_of(own)
    assert Code.SUMDB_HALF_PROXIED not in codes_of(own)
    assert Code.SUMDB_HALF_PROXIED in codes_of(relay)
    assert Code.DNS_NXDOMAIN not in codes_of(relay)


def test_what_a_mirror_has_no_canary_for_is_not_looked_for() -> None:
    """Without an upper-case canary nobody can say that upper case works."""
    upper = Canary(module="example.com/B", version="v1.0.0")
    assert Code.ENCODING_CASE in codes_of(
        check(CheckName.ENCODING, chosen=replace(PLAIN, uppercase=upper))
    )
    without = codes_of(check(CheckName.ENCODING))
    assert without.isdisjoint({Code.ENCODING_CASE, Code.ENCODING_PLUS})
    assert Code.HTTP2_UNAVAILABLE not in codes_of(check(CheckName.ENDPOINTS))


def test_who_looks_for_a_code() -> None:
    """Also where that takes a setting."""
    assert checks_for(Code.ENCODING_CASE) == {CheckName.ENCODING}
    assert checks_for(Code.TOOLCHAIN_UNAVAILABLE) == {CheckName.TOOLCHAIN}
    assert CheckName.ENDPOINTS in checks_for(Code.HTTP2_UNAVAILABLE)
    for name in CheckName:
        assert all(name in checks_for(code) for code in codes_of(check(name)))
